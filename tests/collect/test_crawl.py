"""Whole crawls: a real child process against a real server that behaves well or badly."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.collect.crawling.crawl import BATCH, BadItem, Crawl, CrawlReport
from listening.collect.sources import Source
from listening.collect.spider.listing import Asked as Wanted
from listening.collect.spider.listing import Look
from listening.errors import CrawlError
from listening.model import Post, RunStatus
from tests.collect.site import NOTHING, Answer, Asked, Reply, Site, item, rss

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
THREE = rss(item("a"), item("b"), item("c"))


@pytest.fixture(autouse=True)
def strange_spiders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))


def source(url: str, spider: str = "feed_entries", **settings: Any) -> Source:
    return Source(name="晚报", spider=spider, settings={"url": url, "delay": 0, **settings})


def crawl(what: Source, marks: Mapping[str, str] | None = None) -> tuple[list[Post | BadItem], CrawlReport]:
    asked = Wanted(wanted=NOW - timedelta(days=14), marks=marks or {})
    with Crawl(what, [asked], now=NOW) as running:
        found = [each for batch in running.batches() for each in batch]
    assert running.report is not None
    return found, running.report


def seen(report: CrawlReport) -> Look:
    ((look, _),) = report.looks
    return look


def always(reply: Reply) -> Answer:
    return lambda _: reply


def in_turn(*replies: Reply) -> Answer:
    """One reply after the other; the last one for ever."""
    left = iter(replies)
    return lambda _: next(left, replies[-1])


def test_posts_of_a_feed_come_with_source_and_time_of_collection() -> None:
    with Site(always(Reply(THREE))) as site:
        found, report = crawl(source(f"{site.url}/feed"))
    posts = [each for each in found if isinstance(each, Post)]
    assert [post.title for post in posts] == ["t a", "t b", "t c"]
    assert {post.source for post in posts} == {"晚报"}
    assert all(post.collected_at is not None and post.collected_at >= NOW for post in posts)
    assert (report.status, report.reason) == (RunStatus.OK, None)
    assert report.statistics["posts"] == 3


def test_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    def answer(asked: Asked) -> Reply:
        same = asked.headers.get("if-none-match") == '"v1"'
        return Reply(status=304, headers={"ETag": '"v1"'}) if same else Reply(THREE, headers={"ETag": '"v1"'})

    with Site(answer) as site:
        _, first = crawl(source(f"{site.url}/feed"))
        marks = seen(first).marks
        found, second = crawl(source(f"{site.url}/feed"), marks)
    assert marks["etag"] == '"v1"'
    assert (found, second.status, seen(second).marks) == ([], RunStatus.EMPTY, marks)
    assert seen(second).reached, "what has not changed was seen"


def test_retry_after_is_waited_for_and_the_name_is_honest() -> None:
    busy = Reply(status=429, headers={"Retry-After": "1"})
    with Site(in_turn(busy, Reply(THREE))) as site:
        found, report = crawl(source(f"{site.url}/feed"))
        first, second = (asked for asked in site.asked if asked.path == "/feed")
    assert second.at - first.at >= 1
    assert first.headers["user-agent"].startswith("listening/")
    assert (len(found), report.status, report.statistics["retries"]) == (3, RunStatus.OK, 1)


FAULTS: dict[str, tuple[Answer, RunStatus, str]] = {
    "429 for ever": (
        always(Reply(status=429, headers={"Retry-After": "0"})),
        RunStatus.RATE_LIMITED,
        "too many requests (429), wait 0 s",
    ),
    "429 for longer than a run may wait": (
        always(Reply(status=429, headers={"Retry-After": "86400"})),
        RunStatus.RATE_LIMITED,
        "too many requests (429), wait 86400 s",
    ),
    "500 for ever": (always(Reply(status=500)), RunStatus.FAILED, "the server answered 500"),
    "a body that ends before its length": (
        always(Reply(THREE, promised=len(THREE) + 10)),
        RunStatus.FAILED,
        "the answer was cut off",
    ),
    "a redirect to itself": (
        always(Reply(status=302, headers={"Location": "/feed"})),
        RunStatus.FAILED,
        "gave up: max redirections reached",
    ),
    "a redirect to the login page": (
        lambda asked: (
            Reply(status=302, headers={"Location": "/login?next=/feed"})
            if asked.path == "/feed"
            else Reply(b"<html><form>", type="text/html")
        ),
        RunStatus.LOGIN,
        "sent on to the login page /login",
    ),
}


@pytest.mark.parametrize(("answer", "status", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_never_a_quiet_day(answer: Answer, status: RunStatus, reason: str) -> None:
    with Site(answer) as site:
        found, report = crawl(source(f"{site.url}/feed"))
    assert (found, report.status, report.reason) == ([], status, reason)
    look = seen(report)
    assert (look.reached, look.seen_from) == (False, None), "nothing is vouched for that was not seen"


def test_robots_txt_is_obeyed_unless_the_operator_says_why_not() -> None:
    with Site(always(Reply(THREE)), robots="User-agent: *\nDisallow: /feed\n") as site:
        found, report = crawl(source(f"{site.url}/feed"))
        assert (found, site.paths) == ([], [])
        assert (report.status, report.reason) == (RunStatus.BLOCKED, "robots.txt forbids the address")
        found, report = crawl(source(f"{site.url}/feed", ignore_robots="this is our own newspaper"))
    assert (len(found), report.status) == (3, RunStatus.OK)


def test_an_error_after_some_pages_is_partial_and_the_next_run_looks_again() -> None:
    page = '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_text":"x"}],"next_url":"/2"}'
    with Site(lambda asked: Reply(page.encode()) if asked.path == "/feed" else Reply(status=503)) as site:
        found, report = crawl(source(f"{site.url}/feed"))
    assert len(found) == 1
    assert (report.status, report.reason) == (RunStatus.PARTIAL, "the server answered 503 after 1 posts")
    assert not seen(report).reached


def test_a_spider_that_raises_is_never_ok() -> None:
    with Site(always(Reply(THREE))) as site:
        found, report = crawl(source(f"{site.url}/feed", "tests.collect.strange.raises"))
    assert (len(found), report.status) == (2, RunStatus.PARTIAL)
    assert report.reason is not None
    assert report.reason.startswith("the spider raised KeyError: 'nobody thought of this' (raises.py:")


def test_a_spider_that_yields_no_post_is_never_ok() -> None:
    with Site(always(Reply(THREE))) as site:
        found, report = crawl(source(f"{site.url}/feed", "tests.collect.strange.yields_others"))
    assert (len(found), report.status) == (3, RunStatus.PARTIAL)
    assert "yielded dict, not a post" in (report.reason or "")


def test_a_post_that_cannot_be_written_is_handed_over_as_a_bad_item() -> None:
    with Site(always(Reply(rss(item("fine"), item("broken"))))) as site:
        found, report = crawl(source(f"{site.url}/feed", "tests.collect.strange.surrogate"))
    (fine,) = (each for each in found if isinstance(each, Post))
    (bad,) = (each for each in found if isinstance(each, BadItem))
    assert fine.title == "t fine"
    assert "lone surrogate" in bad.what
    assert b'"t broken"' in bad.raw
    assert report.reason == "1 items could not be read"


def test_what_a_spider_prints_is_logged_without_secrets_and_is_never_a_post(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("STRANGE_COOKIE", "sid=7c1f-very-secret")
    caplog.set_level(logging.INFO, "listening.collect")
    with Site(always(Reply(THREE))) as site:
        what = source(f"{site.url}/feed", "tests.collect.strange.prints", cookie_env="STRANGE_COOKIE")
        found, report = crawl(what)
        sent = {asked.headers.get("cookie") for asked in site.asked if asked.path == "/feed"}
    assert sent == {"sid=7c1f-very-secret"}
    assert [each.title for each in found if isinstance(each, Post)] == ["t a", "t b", "t c"]
    assert "the cookie is <STRANGE_COOKIE>" in caplog.text
    assert "very-secret" not in caplog.text + repr(found) + repr(report)


def test_ten_thousand_entries_come_in_batches_of_at_most_a_thousand() -> None:
    items = [{"id": str(number), "content_text": "断网"} for number in range(10_000)]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
    with Site(always(Reply(feed))) as site, Crawl(source(f"{site.url}/feed"), now=NOW) as running:
        sizes = [len(batch) for batch in running.batches()]
    assert sum(sizes) == 10_000
    assert max(sizes) <= BATCH
    assert running.report is not None
    assert running.report.status is RunStatus.OK


WRONG: dict[str, tuple[Callable[[str], Source], str]] = {
    "an unknown setting": (
        lambda url: source(url, urll="x"),
        "晚报: urll: unknown setting 'urll' - did you mean 'url'?",
    ),
    "an unknown spider": (
        lambda url: source(url, "feed_entry"),
        "晚报: spider: unknown spider 'feed_entry' - did you mean 'feed_entries'?",
    ),
    "a secret that is not there": (
        lambda url: source(url, cookie_env="NO_SUCH_COOKIE"),
        "晚报: the environment variable 'NO_SUCH_COOKIE' (cookie_env) is not set"
        " - set it, or take the setting away",
    ),
}


@pytest.mark.parametrize(("make", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_crawled_is_said_before_anything_starts(
    make: Callable[[str], Source], said: str
) -> None:
    with Site(always(NOTHING)) as site:
        with pytest.raises(CrawlError) as raised, Crawl(make(f"{site.url}/feed"), now=NOW):
            pass
        assert site.asked == []
    assert str(raised.value) == said


@pytest.fixture
def demo_sources() -> Iterator[list[Source]]:
    from listening.demo.sites import DemoSites

    with DemoSites(NOW) as sites:
        forum = Source(name="论坛", spider="discourse_posts", settings={"url": sites.forum_url, "delay": 0})
        social = Source(
            name="社交",
            spider="mastodon_timeline",
            settings={"url": sites.social_url, "public": "all", "unindexed": "made-up people", "delay": 0},
        )
        yield [forum, source(f"{sites.feed_url}/feed.xml"), source(f"{sites.feed_url}/atom.xml"), social]


def test_the_demo_sites_are_read_whole(demo_sources: list[Source]) -> None:
    for each in demo_sources:
        found, report = crawl(each)
        assert report.status is RunStatus.OK, report
        assert report.statistics["reached_past"] == 1
        posts = [post for post in found if isinstance(post, Post)]
        assert len({post.id for post in posts}) == len(posts) == len(found) > 5
