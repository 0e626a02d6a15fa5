"""`listening crawl`: a real spider on a site of this machine, archived, matched and stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from listening.app import App
from listening.store.memory import MemoryStore
from listening.store.owner import Owner
from listening.store.ports import Document
from tests.cli.place import BROKEN_RULES, HIT, MENTION, RULES, UNMATCHED, Place
from tests.collect.site import Asked, Reply, Site, item, rss

LOGIN = Reply(status=401, body=b"who are you?", type="text/plain")


class Paper:
    """A newspaper whose answers a test can change."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}

    def __call__(self, asked: Asked) -> Reply:
        return self.pages.get(asked.path, Reply(status=404, body=b"", type="text/plain"))

    def show(self, path: str, *texts: str) -> None:
        at = datetime.now(UTC) - timedelta(hours=1)
        dates = [format_datetime(at - timedelta(minutes=n)) for n in range(len(texts))]
        items = (item(str(n), text, date) for n, (text, date) in enumerate(zip(texts, dates, strict=True)))
        self.pages[path] = Reply(rss(*items))


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def town(place: Place, paper: Paper) -> Iterator[Place]:
    """An installation with two sources: 晚报 at /a, 早报 at /b."""
    with Site(paper) as site:
        yield place.lay_out(sources=place.feed(f"{site.url}/a") | place.feed(f"{site.url}/b", "早报"))


def test_all_sources_are_crawled_and_their_outcomes_told_on_stdout(town: Place, paper: Paper) -> None:
    paper.show("/a", HIT, MENTION, UNMATCHED)
    paper.show("/b", "长河通信涨价")
    answer = town.call("crawl")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == ("晚报: 3 posts: 1 hit, 1 mention, 1 unmatched [ok]\n早报: 1 posts: 1 hit [ok]\n")
    assert town.call("count", "--by", "source", "--json").records == [
        [{"source": "晚报", "records": 2}, {"source": "早报", "records": 1}]
    ]


def test_only_the_sources_named_are_crawled(town: Place, paper: Paper) -> None:
    paper.show("/b", HIT)
    answer = town.call("crawl", "早报", "--json")
    assert answer.code == 0
    (run,) = answer.records
    assert (run["source"], run["verb"], run["status"], run["read"]) == ("早报", "crawl", "ok", 1)
    assert run["outcomes"]["hit"] == 1


def test_a_second_crawl_finds_repeats_edits_and_what_is_new(town: Place, paper: Paper) -> None:
    paper.show("/a", HIT, HIT)
    town.call("crawl", "晚报")
    first = paper.pages["/a"].body.decode()
    paper.pages["/a"] = Reply(first.replace(HIT, "通了，谢谢", 1).encode())
    answer = town.call("crawl", "晚报")
    assert (answer.code, answer.out) == (0, "晚报: 2 posts: 1 unmatched, 1 repeat [ok]\n")
    assert town.call("count").out == "1\n"


def test_an_empty_feed_is_no_failure(town: Place, paper: Paper) -> None:
    paper.show("/a")
    answer = town.call("crawl", "晚报")
    assert (answer.code, answer.out) == (0, "晚报: 0 posts: none [empty]\n")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(Reply(status=404), "[failed: ", id="nothing there"),
        pytest.param(LOGIN, "[login: ", id="a login wall"),
        pytest.param(Reply(status=403), "[blocked: ", id="a closed door"),
        pytest.param(
            Reply(b"<html><p>welcome</p></html>", type="text/html"), "[layout: ", id="another shape"
        ),
        pytest.param(Reply(rss(item("1", HIT), end="")), "[partial: ", id="a feed that is cut off"),
    ],
)
def test_a_source_that_was_not_seen_whole_ends_it_with_3_and_the_others_go_on(
    town: Place, paper: Paper, reply: Reply, told: str
) -> None:
    paper.pages["/a"] = reply
    paper.show("/b", HIT)
    answer = town.call("crawl")
    assert answer.code == 3
    first, second = answer.out.splitlines()
    assert first.startswith("晚报: ")
    assert told in first
    assert second == "早报: 1 posts: 1 hit [ok]"


def test_an_item_without_a_time_is_kept_in_quarantine_and_ends_it_with_3(town: Place, paper: Paper) -> None:
    dated = item("2", HIT, format_datetime(datetime.now(UTC)))
    paper.pages["/a"] = Reply(rss(item("1", HIT, date=""), dated))
    answer = town.call("crawl", "晚报")
    assert (answer.code, answer.out) == (3, "晚报: 2 posts: 1 hit, 1 invalid [ok]\n")
    (entry,) = town.call("quarantine list", "--json").records
    assert (entry["source"], entry["reason"]) == ("晚报", "has no published_at, which a stored post needs")


def test_a_source_that_cannot_be_started_leaves_the_others_their_turn(place: Place, paper: Paper) -> None:
    paper.show("/b", HIT)
    with Site(paper) as site:
        walled = place.feed(f"{site.url}/a", cookie_env="LISTENING_TEST_UNSET")
        place.lay_out(sources=walled | place.feed(f"{site.url}/b", "早报"))
        answer = place.call("crawl")
    assert (answer.code, answer.out) == (3, "早报: 1 posts: 1 hit [ok]\n")
    told = "the environment variable 'LISTENING_TEST_UNSET' (cookie_env) is not set"
    assert answer.err == f"晚报: {told} - set it, or take the setting away\n"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"url": 7}, "url", id="a number for an address"),
        pytest.param({"urll": "x"}, "unknown setting 'urll' - did you mean 'url'?", id="a slip of the pen"),
        pytest.param(
            {"url": "http://127.0.0.1:9/", "max_pages": "many"}, "max_pages", id="a word for a number"
        ),
    ],
)
def test_a_source_with_wrong_settings_ends_it_with_1_and_nothing_is_done(
    place: Place, settings: dict[str, object], told: str
) -> None:
    place.lay_out(sources={"晚报": {"spider": "feed_entries", **settings}})
    answer = place.call("crawl")
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    for line in answer.err.splitlines():
        assert line.startswith(f"{place.config}:")
        assert " - " in line
    assert not place.store.exists()


def test_the_other_sources_can_be_crawled_while_one_is_set_up_wrongly(place: Place, paper: Paper) -> None:
    paper.show("/b", HIT)
    with Site(paper) as site:
        wrong = {"晚报": {"spider": "feed_entries", "url": 7}}
        place.lay_out(sources=wrong | place.feed(f"{site.url}/b", "早报"))
        assert place.call("crawl", "早报").code == 0


def test_no_sources_are_told_and_no_failure(place: Place) -> None:
    answer = place.call("crawl")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"{place.config}: names no sources - add some under `sources:`\n"


def test_bad_rules_crawl_with_the_last_good_ones_and_end_with_3(town: Place, paper: Paper) -> None:
    paper.show("/a", HIT)
    town.call("crawl", "晚报")
    town.rules.write_text(BROKEN_RULES, "utf-8")
    paper.show("/b", HIT)
    answer = town.call("crawl", "早报")
    assert (answer.code, answer.out) == (3, "早报: 1 posts: 1 hit [ok]\n")
    assert "the last good rules are used - mend them" in answer.err


def test_what_was_crawled_without_rules_is_matched_by_the_next_crawl(town: Place, paper: Paper) -> None:
    town.rules.write_text(BROKEN_RULES, "utf-8")
    paper.show("/a", HIT)
    answer = town.call("crawl", "晚报")
    assert answer.code == 3
    assert "晚报: 1 posts are archived and wait for good rules\n" in answer.out
    town.rules.write_text(RULES, "utf-8")
    paper.show("/a")
    answer = town.call("crawl", "晚报")
    assert (answer.code, answer.err) == (0, "left over by earlier runs: 1 posts: 1 hit\n")
    assert town.call("count").out == "1\n"


def test_doctor_tells_of_the_last_run_of_each_source(town: Place, paper: Paper) -> None:
    paper.show("/a", HIT)
    paper.pages["/b"] = LOGIN
    town.call("crawl")
    answer = town.call("doctor", "--json")
    found = {each["part"]: (each["level"], each["says"]) for each in answer.records}
    assert found["晚报"] == ("ok", "last run ok, 1 posts: 1 hit")
    assert found["早报"][0] == "error"
    assert found["早报"][1].startswith("last run login (")
    assert answer.code == 1


def busy_with(source: str) -> MemoryStore:
    """A store that another machine uses, too, which is heard of whenever somebody looks."""

    class Busy(MemoryStore):
        def get_document(self, key: str) -> Document | None:
            found = super().get_document(key)
            if found is None or key != f"lease/{source}":
                return found
            return self.put_document(key, found.body, found.version)

    store = Busy()
    owner = replace(Owner.myself(), host="elsewhere", realm="", pid=7)
    store.put_document(f"lease/{source}", {"owner": owner.body(), "fencing": 1, "ttl": 0.2}, 0)
    return store


def test_a_source_that_another_machine_crawls_ends_it_with_75_and_the_others_go_on(
    town: Place, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.show("/b", HIT)
    monkeypatch.setattr(App, "store", busy_with("晚报"))
    answer = town.call("crawl")
    assert (answer.code, answer.out) == (75, "早报: 1 posts: 1 hit [ok]\n")
    assert answer.err == "晚报: process 7 on elsewhere is at work on it - wait until it is done\n"


def test_a_source_that_was_not_seen_whole_is_worse_than_one_that_another_machine_crawls(
    town: Place, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.pages["/b"] = LOGIN
    monkeypatch.setattr(App, "store", busy_with("晚报"))
    assert town.call("crawl").code == 3
