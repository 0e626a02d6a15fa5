"""Feeds: what an entry becomes, and when the feed is asked for again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request

from listening.model import Author, Kind, Post, RunStatus
from spiders.feed_entries import FeedEntries, FeedOptions
from tests.collect.site import item, rss

OPTIONS = FeedOptions(url="https://news.example/feed", delay=0)


def json_feed(*items: dict[str, Any], **other: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **other}).encode()


def test_an_entry_is_an_article(read: Any, told: Any) -> None:
    entry = {
        "id": "1",
        "url": "https://news.example/1",
        "title": "断网",
        "content_html": "<p>昨天<br>又断</p>",
        "date_published": "2026-11-23T16:00:00+08:00",
        "authors": [{"name": "阿青", "url": "https://a.example"}],
        "tags": ["宽带"],
        "language": "zh",
    }
    (found,) = read(FeedEntries, OPTIONS, lambda _: told(json_feed(entry))).posts
    assert replace(found, collected_at=None) == Post(
        id="feed/https://news.example/feed:1",
        platform="feed",
        kind=Kind.ARTICLE,
        url="https://news.example/1",
        title="断网",
        text="昨天\n又断",
        author=Author(name="阿青", url="https://a.example"),
        published_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        source="来源",
        tags=("宽带",),
        lang="zh",
    )


@pytest.mark.parametrize(
    "date", ["前天傍晚", "Mon, 23 Nov 2026 16:00:00", "Mon, 23 Nov 2036 16:00:00 +0800"], ids=str
)
def test_a_broken_time_loses_no_entry_and_is_kept_as_written(read: Any, told: Any, date: str) -> None:
    (found,) = read(FeedEntries, OPTIONS, lambda _: told(rss(item("a", date=date)))).posts
    assert (found.published_at, found.published_guessed) == (None, None)
    assert found.extra == {"published_text": date}


def test_an_entry_without_any_time_has_none(read: Any, told: Any) -> None:
    (found,) = read(FeedEntries, OPTIONS, lambda _: told(rss("<item><guid>a</guid></item>"))).posts
    assert (found.published_at, found.extra) == (None, {})


def test_a_zone_of_the_operator_mends_times_without_one(read: Any, told: Any) -> None:
    feed = rss(item("a", date="Mon, 23 Nov 2026 16:00:00"))
    (found,) = read(FeedEntries, replace(OPTIONS, zone="Asia/Shanghai"), lambda _: told(feed)).posts
    assert found.published_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_time_of_change_is_a_guess(read: Any, told: Any) -> None:
    entry = {"id": "1", "content_text": "x", "date_modified": "2026-11-23T08:00:00Z"}
    (found,) = read(FeedEntries, OPTIONS, lambda _: told(json_feed(entry))).posts
    assert found.published_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert found.published_guessed is True


def test_an_entry_without_id_and_link_goes_by_what_it_says(read: Any, told: Any) -> None:
    feed = rss(*(f"<item><title>a</title><description>{text}</description></item>" for text in "xyx"))
    posts = read(FeedEntries, OPTIONS, lambda _: told(feed)).posts
    assert len(posts) == len({post.id for post in posts}) == 2
    assert posts[0].id.startswith("feed/https://news.example/feed:sha1-")


def test_the_id_stays_when_the_feed_moves_behind_a_redirect(read: Any, told: Any) -> None:
    feed = rss(item("a"))
    (here,) = read(FeedEntries, OPTIONS, lambda _: told(feed)).posts
    (moved,) = read(FeedEntries, OPTIONS, lambda _: told(feed, url="https://cdn.example/f")).posts
    assert here.id == moved.id


def test_a_changed_feed_is_asked_for_with_what_is_known_of_it(read: Any, told: Any) -> None:
    headers = {"ETag": 'W/"7"', "Last-Modified": "Mon, 23 Nov 2026 08:00:00 GMT"}
    first = read(FeedEntries, OPTIONS, lambda _: told(rss(item("a")), headers=headers))
    cursor = first.look.marks
    second = read(FeedEntries, OPTIONS, lambda _: told(b"", status=304), cursor)
    (request,) = second.requests
    assert request.headers["If-None-Match"] == b'W/"7"'
    assert request.headers["If-Modified-Since"] == b"Mon, 23 Nov 2026 08:00:00 GMT"
    assert second.verdict == (RunStatus.EMPTY, "")
    assert second.look.marks == cursor


def test_validators_that_the_feed_no_longer_sends_are_forgotten(read: Any, told: Any) -> None:
    first = read(FeedEntries, OPTIONS, lambda _: told(rss(item("a")), headers={"ETag": '"1"'}))
    second = read(FeedEntries, OPTIONS, lambda _: told(rss(item("a"))), first.look.marks)
    assert "etag" not in second.look.marks


def test_a_feed_in_pages_is_read_to_where_it_is_known(read: Any, told: Any) -> None:
    def entry(day: int) -> dict[str, Any]:
        return {"id": str(day), "content_text": "x", "date_published": f"2026-11-{day}T08:00:00Z"}

    pages = {"feed": (22, 21, "/2"), "2": (20, 19, "/3"), "3": (18, 17, "/4"), "4": (16, 15, None)}

    def answer(request: Request) -> Any:
        *days, following = pages[request.url.rpartition("/")[2]]
        return told(json_feed(*map(entry, days), next_url=following))

    first = read(FeedEntries, OPTIONS, answer)
    second = read(FeedEntries, OPTIONS, answer, first.look.marks)
    assert first.paths == ["feed", "2", "3", "4"]
    assert second.paths == ["feed"]


def test_a_feed_that_is_cut_off_is_partial(read: Any, told: Any) -> None:
    feed = rss(item("a"), item("b"), end="")
    result = read(FeedEntries, OPTIONS, lambda _: told(feed))
    assert len(result.posts) == 2
    assert result.verdict.status is RunStatus.PARTIAL


def test_an_empty_feed_is_empty(read: Any, told: Any) -> None:
    assert read(FeedEntries, OPTIONS, lambda _: told(rss())).verdict == (RunStatus.EMPTY, "")


def test_a_web_page_instead_of_the_feed_is_a_changed_layout(read: Any, told: Any) -> None:
    result = read(FeedEntries, OPTIONS, lambda _: told(b"<html><p>We moved!</p></html>"))
    assert result.verdict == (
        RunStatus.LAYOUT,
        "https://news.example/feed is neither RSS, Atom nor JSON Feed",
    )


def good_site(told: Any) -> Any:
    """For the contract of all spiders."""
    return lambda _: told(rss(item("a"), item("b"), item("c")))
