"""The contract of stores that machines with archives of their own share: one at a time crawls a source."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listening.app import open_app
from listening.collect.runs import runs
from listening.model import Hit, RunStatus
from listening.store.ports import Document, Store
from tests.collect.site import Asked, Reply, Site
from tests.crash.killing import Family
from tests.crash.made import RULES
from tests.store.conftest import Place
from tests.store.records import ask

TTL = 3.0
FIRST, ALL = 3, 5


@dataclass
class Paper:
    """Two pages of a feed. Who first asks for the second one waits until it is printed."""

    printed: threading.Event = field(default_factory=threading.Event)
    _asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/feed/1":
            return _page(0, FIRST, next_url="/feed/2")
        if self._asked.acquire(blocking=False):
            self.printed.wait(60)
        return _page(FIRST, ALL)


def _page(begin: int, end: int, **more: str) -> Reply:
    at = datetime.now(UTC) - timedelta(hours=1)
    items = [
        {
            "id": f"item-{n}",
            "content_text": f"星河宽带又断网了 {n}",
            "date_published": (at - timedelta(minutes=n)).isoformat(),
        }
        for n in range(begin, end)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "晚报", "items": items, **more}
    return Reply(json.dumps(feed, ensure_ascii=False).encode(), type="application/feed+json")


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder with config, rules and archive; the store is everybody's."""

    config: Path

    def crawls(self) -> Family:
        return Family(str(TTL), "crawl", "--config", self.config, program="tests.store.collector")


@dataclass(frozen=True, slots=True)
class Town:
    """Two machines, a newspaper, and the store as it is now."""

    here: Machine
    there: Machine
    paper: Paper
    store: Store

    def holds(self, number: int) -> bool:
        return self.store.count(ask("")) == number

    def everything(self) -> tuple[list[Hit], list[Document]]:
        return list(self.store.scan()), list(self.store.documents(""))

    def statuses(self) -> list[RunStatus | None]:
        return [run.status for run in runs(self.store)]


@pytest.fixture
def town(place: Place, tmp_path: Path) -> Iterator[Town]:
    paper = Paper()
    with Site(paper) as site:
        here, there = (_lay_out(tmp_path / name, _shared(place), site.url) for name in ("here", "there"))
        yield Town(here, there, paper, place.open())
        paper.printed.set()


def _shared(place: Place) -> str:
    """The store's name, from wherever it is read."""
    scheme, _, path = place.url.partition(":")
    return f"{scheme}:{place.base / path}" if scheme == "sqlite" else place.url


def _lay_out(folder: Path, store: str, site: str) -> Machine:
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "telecom.yaml").write_text(RULES, "utf-8")
    source = {"spider": "feed_entries", "url": f"{site}/feed/1", "delay": 0}
    settings = {"store": store, "archive": "archive", "rules": "rules", "sources": {"晚报": source}}
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items())
    (folder / "config.yaml").write_text("".join(lines), "utf-8")
    return Machine(folder / "config.yaml")


@contextmanager
def crawling(machine: Machine) -> Iterator[Family]:
    family = machine.crawls()
    try:
        yield family
    finally:
        family.thaw()
        family.kill_all()


def pending(machine: Machine) -> int:
    with open_app(machine.config) as app:
        return app.archive.counts().pending


def test_of_two_that_begin_together_one_crawls_and_the_other_ends_with_75(town: Town) -> None:
    with crawling(town.here) as one, crawling(town.there) as other:
        assert one.wait_for(lambda: not other.running or not one.running) or not one.running
        late, working = (one, other) if not one.running else (other, one)
        code, said = late.wait()
        assert code == 75, said
        assert "is at work on it - wait until it is done\n" in said
        town.paper.printed.set()
        code, said = working.wait()
        assert (code, said) == (0, "晚报: 5 posts: 5 hit [ok]\n")
    assert town.holds(ALL)
    assert town.statuses() == [RunStatus.OK]


def test_one_that_stood_still_was_replaced_and_writes_nothing_more(town: Town) -> None:
    with crawling(town.here) as frozen:
        assert frozen.wait_for(lambda: town.holds(FIRST) and not pending(town.here))
        frozen.freeze()
        with crawling(town.there) as other:
            assert other.wait() == (0, "晚报: 5 posts: 5 hit [ok]\n")
            assert other.seconds >= TTL
        before = town.everything()
        town.paper.printed.set()
        frozen.thaw()
        code, said = frozen.wait()
    assert code == 75, said
    assert "has taken over, after nothing was heard from this one for 3 s - leave it to them" in said
    assert town.everything() == before
    assert town.holds(ALL)
    assert sorted(map(str, town.statuses())) == ["failed", "ok"]


def test_one_that_was_killed_is_replaced_and_its_machine_goes_on_later(town: Town) -> None:
    with crawling(town.here) as killed:
        assert killed.wait_for(lambda: town.holds(FIRST) and not pending(town.here))
        assert killed.kill_parent()
        assert killed.is_gone()
        with crawling(town.there) as other:
            assert other.wait() == (0, "晚报: 5 posts: 5 hit [ok]\n")
    with crawling(town.here) as again:
        code, said = again.wait()
    assert code == 0, said
    assert town.holds(ALL)
    number = town.store.get_document("lease/晚报")
    assert number is not None
    assert (number.body["owner"], number.body["fencing"]) == (None, 3)
