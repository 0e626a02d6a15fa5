"""`listening sources`: health, the next run, and the cure for what is wrong. And watched folders, crawled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.codec import to_json
from listening.model import Known, Pulse
from listening.store import open_store
from tests.cli.place import HIT, Place, json_line, post
from tests.collect.site import NOTHING, Answer, Reply, Site, item, rss

NEWS = Reply(rss(item("a", HIT)))


@pytest.fixture
def answers() -> list[Reply]:
    """What the site answers, the last one for ever."""
    return [NEWS]


@pytest.fixture
def town(place: Place, answers: list[Reply]) -> Iterator[Place]:
    answer: Answer = lambda _: answers.pop(0) if len(answers) > 1 else answers[0]  # noqa: E731 - a fixture's own
    with Site(answer) as site:
        yield place.lay_out(sources=place.feed(f"{site.url}/a"))


def health(town: Place) -> dict[str, Any]:
    (told,) = town.call("sources", "--json").records
    return dict(told)


def test_a_source_that_was_never_crawled_says_so(town: Place) -> None:
    answer = town.call("sources")
    assert (answer.code, answer.err) == (0, "")
    assert "never crawled" in answer.out


def test_a_source_that_is_well_needs_no_cure(town: Place) -> None:
    assert town.call("crawl").code == 0
    told = health(town)
    assert (told["status"], told.get("cure"), told["gaps"]) == ("ok", None, 0)
    assert told["last_run"] == told["last_good"]
    assert town.call("sources").code == 0


@pytest.mark.parametrize(
    ("reply", "status", "cure"),
    [
        (Reply(status=401), "login", "renew your own cookie or token in the environment"),
        (Reply(status=429, headers={"Retry-After": "9000"}), "rate_limited", "crawl less often, raise delay"),
        (Reply(b"<html>new</html>", type="text/html"), "layout", "the site has changed;"),
        (NOTHING, "failed", "look at the reason; the next run tries again"),
    ],
    ids=["login", "too many requests", "layout", "nothing there"],
)
def test_what_is_wrong_is_told_with_its_cure_and_when_it_is_asked_again(
    town: Place, answers: list[Reply], reply: Reply, status: str, cure: str
) -> None:
    answers[:] = [reply]
    assert town.call("crawl").code == 3
    told = health(town)
    assert (told["status"], told["gaps"]) == (status, 1)
    assert told["cure"].startswith(cure)
    assert datetime.fromisoformat(told["not_before"]) > datetime.now(UTC)
    answer = town.call("sources")
    assert answer.code == 3
    assert f"晚报: {told['reason']}\n晚报: {told['cure']}\n" in answer.err


def test_a_silence_longer_than_any_before_is_told_by_crawl_and_sources(town: Place) -> None:
    assert town.call("crawl").code == 0
    now = datetime.now(UTC)
    days = {f"{now - timedelta(days=n):%Y-%m-%d}": 3600.0 for n in (3, 4, 5)}
    pulse = Pulse(last_new=now - timedelta(days=2), silences=days)
    store = open_store(f"sqlite:{town.store}", town.folder)
    kept = store.get_document("known/晚报")
    assert kept is not None
    known = to_json(Known(pulse=pulse)).decode()
    store.put_document(kept.key, {**kept.body, "known": known}, kept.version)
    store.close()
    strange = "nothing new for 2 d; the longest silence of 28 days was 60 min"
    assert strange in town.call("crawl").out
    answer = town.call("sources")
    assert answer.code == 3
    assert f"晚报: {strange}\n晚报: look at the site; name an old post as `canary`\n" in answer.err


def test_a_mistake_in_the_settings_is_the_cure(town: Place) -> None:
    town.config.write_text(town.config.read_text("utf-8").replace('"url"', '"ulr"'), "utf-8")
    assert "unknown setting 'ulr' - did you mean 'url'?" in health(town)["cure"]


# A folder.


@pytest.fixture
def inbox(place: Place) -> Path:
    folder = place.folder / "inbox"
    folder.mkdir()
    place.lay_out(sources={"投递": {"folder": "inbox"}})
    return folder


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def drop(inbox: Path, name: str, *lines: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / name).write_bytes(b"".join(lines))
    monkeypatch.setattr("listening.collect.dropbox.SETTLED", timedelta(0))


def test_a_watched_folder_is_crawled_like_any_source(
    place: Place, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "a.jsonl", json_line(post(1)), json_line(post(2, "今天天气真好")), monkeypatch=monkeypatch)
    answer = place.call("crawl")
    assert (answer.code, answer.out) == (0, "投递: 2 posts: 1 hit, 1 unmatched [ok]\n")
    assert names_in(inbox) == ["done"]
    told = health(place)
    assert (told["spider"], told["status"]) == ("folder", "ok")
    assert place.call("crawl").out == "", "there is nothing more"


def test_a_file_that_cannot_be_read_is_set_aside_and_told(
    place: Place, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "a.jsonl.gz", b"no gzip", monkeypatch=monkeypatch)
    answer = place.call("crawl")
    assert answer.code == 3
    assert "is not a gzip file - unpack it, or drop the .gz from its name" in answer.err
    assert names_in(inbox / "failed") == ["a.jsonl.gz", "a.jsonl.gz.txt"]


def test_a_folder_has_nothing_to_fetch(place: Place, inbox: Path) -> None:
    assert inbox.exists()
    answer = place.call("fetch", "投递")
    assert answer.code == 2
    assert "'投递' is a folder, there is nothing to fetch" in answer.err
