"""`listening run` as a process: real crawls of real servers, rules and config that change, signals."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.place import BROKEN_RULES, HIT, MENTION, RULES, Place, json_line, post
from tests.collect.schedule.waiting import DEADLINE, until
from tests.collect.site import Asked, Reply, Site, item, rss
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="needs Linux to watch foreign processes"
)

PUBLISHED = format_datetime(datetime.now(UTC) - timedelta(hours=1))
RUN = "from listening.cli import main; main()"
DAY = {"every": "1d"}
OFTEN = {"every": "2s"}


class Paper:
    """A newspaper that can be made to let its readers wait."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.waited_for = threading.Event()
        self.is_open = threading.Event()
        self.is_open.set()

    def __call__(self, _: Asked) -> Reply:
        self.waited_for.set()
        self.is_open.wait(3 * DEADLINE)  # longer than any test looks on
        return Reply(rss(*(item(str(n), text, PUBLISHED) for n, text in enumerate(self.texts))))


class Town:
    """An installation, its newspapers, and the service at work."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        self.place, self._stack = place, stack
        self.papers: dict[str, Paper] = {}
        self.sites: dict[str, Site] = {}
        self.lines: list[str] = []
        self.out: list[str] = []

    def paper(self, name: str, *texts: str) -> Paper:
        paper = self.papers[name] = Paper(*texts)
        self.sites[name] = self._stack.enter_context(Site(paper))
        self._stack.callback(paper.is_open.set)
        return paper

    def sources(self, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, site in self.sites.items():
            found |= self.place.feed(f"{site.url}/feed", name, **more)
        return found

    @contextmanager
    def run(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """The service; its lines on stderr are in `lines`, those on stdout in `out`."""
        command = [sys.executable, "-c", RUN, "run", "--config", str(self.place.config), *options]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as process:
            readers = [
                threading.Thread(target=lambda stream=stream, lines=lines: lines.extend(stream))
                for stream, lines in ((process.stderr, self.lines), (process.stdout, self.out))
            ]
            for reader in readers:
                reader.start()
            try:
                yield process
            finally:
                process.kill()
                for reader in readers:
                    reader.join(DEADLINE)

    def said(self, words: str, times: int = 1) -> None:
        """Wait for a line on stderr with these words."""
        until(lambda: self.count(words) >= times)

    def count(self, words: str) -> int:
        """So many lines with these words were there so far."""
        return sum(words in line for line in list(self.lines))

    def ended(self, process: subprocess.Popen[str], number: int) -> int:
        process.send_signal(number)
        return process.wait(DEADLINE)


@pytest.fixture
def town(place: Place) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(place, stack)


def children(process: subprocess.Popen[str]) -> list[int]:
    found = []
    for tasks in Path(f"/proc/{process.pid}/task").iterdir():
        found += (tasks / "children").read_text().split()
    return [int(pid) for pid in found]


def is_gone(watched: int) -> bool:
    """Waits for the end of a process, up to the deadline."""
    ready, _, _ = select.select([watched], [], [], DEADLINE)
    os.close(watched)
    return bool(ready)


def ids(place: Place) -> list[str]:
    return sorted(place.call("search", "--json", "--limit", "100").ids)


def test_sources_are_crawled_again_and_again_and_every_post_is_there_once(town: Town) -> None:
    for name in ("晚报", "早报", "周报"):
        town.paper(name, HIT, MENTION)
    town.place.lay_out(sources=town.sources(**OFTEN))
    with town.run() as process:
        for paper in town.papers.values():
            until(lambda paper=paper: paper.waited_for.is_set())  # type: ignore[misc]
            paper.texts.append(HIT)
        for site in town.sites.values():
            until(lambda site=site: len(site.paths) >= 3)  # type: ignore[misc]
        assert town.ended(process, signal.SIGTERM) == 0
    assert "3 sources on the schedule, 3 of them due at once\n" in town.lines[0]
    assert town.lines[-1].endswith(" stopped\n")
    found = ids(town.place)
    assert len(found) == len(set(found)) == 9
    runs = [line for line in town.lines if re.search(r"posts: .*\[ok\]$", line)]
    assert len(runs) >= 5
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (晚报|早报|周报): ", line) for line in runs)
    assert town.place.call("doctor").code == 0


def test_what_is_due_next_is_known_to_others(town: Town) -> None:
    town.paper("晚报", HIT)
    town.place.lay_out(sources=town.sources(**DAY))
    with town.run() as process:
        town.said("1 hit [ok]")
        assert town.ended(process, signal.SIGTERM) == 0
    before = len(town.sites["晚报"].paths)
    with town.run() as process:
        town.said("1 sources on the schedule, 0 of them due at once")
        assert town.ended(process, signal.SIGTERM) == 0
    assert len(town.sites["晚报"].paths) == before, "a start is no reason to crawl"


def test_rules_are_followed_while_it_runs(town: Town) -> None:
    paper = town.paper("晚报", HIT)
    town.place.lay_out(sources=town.sources(**OFTEN))
    with town.run() as process:
        town.said("1 posts: 1 hit [ok]")
        town.place.rules.write_text(BROKEN_RULES, "utf-8")
        town.said("rules: 1 mistakes, the last good ones stay - mend them")
        paper.texts.append(HIT)
        town.said("2 posts: 1 hit, 1 repeat [ok]")
        town.place.rules.write_text(RULES.replace("断网, 掉线", "断网, 掉线, 慢得很"), "utf-8")
        town.said("rules: now ")
        town.said("[ok]", times=town.count("[ok]") + 1)  # a crawl under way ends with the rules it began with
        paper.texts.append("星河宽带慢得很")
        town.said("3 posts: 1 hit, 2 repeat [ok]")
        assert town.ended(process, signal.SIGTERM) == 0
    assert len(ids(town.place)) == 3


def test_posts_that_came_before_there_were_good_rules_are_matched_as_soon_as_there_are(town: Town) -> None:
    town.paper("晚报", HIT)
    town.place.lay_out(sources=town.sources(**DAY)).rules.write_text(BROKEN_RULES, "utf-8")
    with town.run() as process:
        town.said("posts are archived and wait for good rules - mend them")
        town.said("1 archived until there are good rules [ok]")
        town.place.rules.write_text(RULES, "utf-8")
        town.said("left over by earlier runs: 1 posts: 1 hit")
        assert town.ended(process, signal.SIGTERM) == 0
    assert len(ids(town.place)) == 1


def test_a_stop_lets_a_crawl_come_to_its_end(town: Town) -> None:
    paper = town.paper("晚报", HIT)
    paper.is_open.clear()
    town.place.lay_out(sources=town.sources(**DAY))
    with town.run() as process:
        assert paper.waited_for.wait(DEADLINE)
        process.send_signal(signal.SIGTERM)
        town.said("1 crawls have 30 s to end: 晚报")
        paper.is_open.set()
        assert process.wait(DEADLINE) == 0
    assert "1 posts: 1 hit [ok]" in town.lines[-2]
    assert len(ids(town.place)) == 1


@pytest.mark.parametrize(
    ("options", "signals", "code"),
    [
        pytest.param(["--grace", "0"], [signal.SIGTERM], 0, id="after its grace"),
        pytest.param(["--grace", "600"], [signal.SIGINT, signal.SIGINT], 130, id="at a second Ctrl-C"),
    ],
)
def test_a_crawl_that_does_not_end_is_cut_off_with_its_child_and_kept_as_failed(
    town: Town, options: list[str], signals: list[int], code: int
) -> None:
    paper = town.paper("晚报", HIT)
    paper.is_open.clear()
    town.place.lay_out(sources=town.sources(**DAY))
    with town.run(*options) as process:
        assert paper.waited_for.wait(DEADLINE)
        (child,) = children(process)
        watched = os.pidfd_open(child)
        for number in signals:
            process.send_signal(number)
            town.said("1 crawls have ")
        assert process.wait(DEADLINE) == code
        assert is_gone(watched)
    assert town.lines[-1].endswith("stopped, what still ran was cut off\n")
    assert "last run failed" in town.place.call("doctor").out
    paper.is_open.set()
    assert town.place.call("crawl", "--now").code == 0, "whoever comes next is not locked out"
    assert len(ids(town.place)) == 1


def test_a_config_that_changes_is_read_again_when_asked_to(town: Town) -> None:
    town.paper("晚报", HIT)
    town.paper("早报", MENTION)
    sources = town.sources(**DAY)
    town.place.lay_out(sources={"晚报": sources["晚报"]})
    with town.run() as process:
        town.said("晚报: 1 posts: 1 hit [ok]")
        town.place.lay_out(sources=sources, timezon="UTC")
        process.send_signal(signal.SIGHUP)
        town.said("config: the old one stays - mend it, and send SIGHUP again")
        town.place.lay_out(sources=sources, store="sqlite:other.sqlite")
        process.send_signal(signal.SIGHUP)
        town.said("'store' has changed - stop and start the service")
        town.place.lay_out(sources=sources, timezone="UTC")
        process.send_signal(signal.SIGHUP)
        town.said("早报: 1 posts: 1 mention [ok]")
        assert town.ended(process, signal.SIGINT) == 130
    assert "unknown key 'timezon' - did you mean 'timezone'?" in "".join(town.lines)
    assert len(town.sites["晚报"].paths) == 1, "what has not changed is not due for that"
    (said,) = [line for line in town.lines if "早报: 1 posts" in line]
    told = datetime.strptime(said[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - told) < timedelta(hours=1), "times are those of the new zone"


def test_a_source_that_fails_stays_on_the_schedule(town: Town) -> None:
    town.paper("早报", HIT)
    walled = town.place.feed("http://127.0.0.1:9/feed", "墙", cookie_env="LISTENING_TEST_UNSET", **OFTEN)
    town.place.lay_out(sources=walled | town.sources(**OFTEN))
    with town.run() as process:
        town.said("早报: 1 posts: 1 repeat [ok]", times=2)
        assert town.ended(process, signal.SIGTERM) == 0
    told = [line for line in town.lines if " 墙: the environment variable 'LISTENING_TEST_UNSET'" in line]
    assert len(told) == 1, "the same cause is told once"


def test_a_watched_folder_is_emptied_as_files_come(town: Town) -> None:
    inbox = town.place.folder / "inbox"
    inbox.mkdir()
    town.place.lay_out(sources={"导出": {"folder": "inbox", "as": "jsonl", **OFTEN}})
    with town.run() as process:
        town.said("1 sources on the schedule")
        (inbox / "posts.jsonl").write_bytes(json_line(post(1)) + b"{\n")
        (inbox / "bad.jsonl.gz").write_bytes(b"not packed")
        town.said("导出: posts.jsonl: 2 posts: 1 hit, 1 invalid [ok]")
        town.said("bad.jsonl.gz: is not a gzip file")
        assert town.ended(process, signal.SIGTERM) == 0
    assert sorted(path.name for path in inbox.rglob("*.*")) == [
        "bad.jsonl.gz",
        "bad.jsonl.gz.txt",
        "posts.jsonl",
    ]
    assert (inbox / "done" / "posts.jsonl").exists()


def test_for_a_machine_every_piece_of_news_is_a_json_line(town: Town) -> None:
    town.paper("晚报", HIT)
    town.place.lay_out(sources=town.sources(**DAY))
    with town.run("--json") as process:
        until(lambda: any('"kind":"run"' in line for line in list(town.out)))
        assert town.ended(process, signal.SIGTERM) == 0
    news = [json.loads(line) for line in town.out]
    assert [each["kind"] for each in news if each["kind"] != "stopping"] == ["started", "run", "stopped"]
    assert (news[0]["count"], news[1]["source"]) == (1, "晚报")
    assert (news[1]["run"]["status"], news[1]["run"]["outcomes"]["hit"]) == ("ok", 1)
    assert town.lines == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"every": "often"}, "'every' 'often' is no duration", id="config.yaml"),
        pytest.param(
            {"sources": {"a": {"spider": "feed_entries"}}}, "is missing - 'url'", id="a spider's settings"
        ),
        pytest.param({"sources": {"a": {"folder": "in", "as": "x"}}}, "unknown format 'x'", id="a folder's"),
    ],
)
def test_mistakes_end_it_with_1_and_nothing_is_done(
    place: Place, settings: dict[str, Any], told: str
) -> None:
    answer = place.lay_out(**settings).call("run")
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert not place.store.exists()


def test_a_year_whose_holidays_nobody_knows_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.paper("晚报", HIT)
    patched = "from listening.workdays import Workdays; Workdays.assumed = lambda self, year: True; " + RUN
    monkeypatch.setattr(sys.modules[__name__], "RUN", patched)
    town.place.lay_out(sources=town.sources(during=["workdays 00:00-24:00", "holidays 00:00-24:00"]))
    with town.run() as process:
        town.said(" are not known yet: weekends and your own entries are used")
        assert town.ended(process, signal.SIGTERM) == 0
