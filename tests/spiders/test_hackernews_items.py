"""Hacker News: what a hit becomes, and how a search is read beyond what it shows at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus
from spiders.hackernews_items import HackernewsItems, HackernewsOptions

OPTIONS = HackernewsOptions(words=("星河宽带",), delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 5


def hit(number: int, **other: Any) -> dict[str, Any]:
    """A comment, a minute older for each number less than 1000."""
    made = START - timedelta(minutes=1000 - number)
    return {
        "objectID": str(number),
        "author": "aqing",
        "created_at": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "created_at_i": int(made.timestamp()),
        "comment_text": f"星河宽带又断网<p>第 {number} 次",
        "story_id": 7,
        "story_title": "Broadband &amp; outages",
        "story_url": "https://news.example/1",
        "parent_id": 8,
        "_tags": ["comment", "author_aqing", "story_7"],
        **other,
    }


def story(number: int, **other: Any) -> dict[str, Any]:
    kept = ("objectID", "author", "created_at", "created_at_i")
    return {
        **{key: value for key, value in hit(number).items() if key in kept},
        "title": "Ask HN: is <b> down?",
        "url": "https://news.example/1",
        "points": 3,
        "num_comments": 2,
        "story_text": "It&#x27;s down<p>again",
        "story_id": number,
        "_tags": ["story", "author_aqing", f"story_{number}", "ask_hn"],
        **other,
    }


def search(hits: list[dict[str, Any]], told: Any, shown: int = PER_PAGE) -> Callable[[Request], Any]:
    """A search that finds these, five at a time."""

    def answer(request: Request) -> Any:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        until = int(query.get("numericFilters", "created_at_i<=9999999999").partition("<=")[2])
        found = [each for each in hits if each["created_at_i"] <= until]
        page = {"hits": found[:shown], "nbHits": len(found), "page": 0, "hitsPerPage": shown}
        return told(json.dumps(page).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return search([hit(1000), story(999)], told)


def numbers(result: Any) -> list[int]:
    return [int(found.id.partition(":")[2]) for found in result.posts]


def run(read: Any, site: Any, options: HackernewsOptions = OPTIONS, **how: Any) -> Any:
    return read(HackernewsItems, options, site, queries=("星河宽带",), **how)


def test_a_comment_keeps_everything_the_search_tells(read: Any, told: Any) -> None:
    (found,) = run(read, search([hit(1000)], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="hackernews:1000",
        platform="hackernews",
        kind=Kind.COMMENT,
        url="https://news.ycombinator.com/item?id=1000",
        title="Broadband & outages",
        text="星河宽带又断网\n\n第 1000 次",
        author=Author(id="aqing", name="aqing", url="https://news.ycombinator.com/user?id=aqing"),
        published_at=START,
        source="来源",
        parent=Reference(id="hackernews:8"),
        root=Reference(id="hackernews:7"),
        metrics=Metrics(),
    )


def test_a_story_is_a_post_with_its_link(read: Any, told: Any) -> None:
    (found,) = run(read, search([story(1000)], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="hackernews:1000",
        platform="hackernews",
        kind=Kind.POST,
        url="https://news.ycombinator.com/item?id=1000",
        title="Ask HN: is <b> down?",
        text="It's down\n\nagain",
        author=Author(id="aqing", name="aqing", url="https://news.ycombinator.com/user?id=aqing"),
        published_at=START,
        source="来源",
        metrics=Metrics(likes=3, comments=2),
        extra={"link": "https://news.example/1"},
    )


def test_a_story_and_its_comments_are_one_thread_whether_numbers_or_texts(read: Any, told: Any) -> None:
    one, other = run(
        read, search([story(7), hit(6, parent_id=7)], told), wanted=START - timedelta(days=9)
    ).posts
    assert (other.root.id, other.parent.id) == (one.id, one.id)


def test_what_is_null_stays_absent(read: Any, told: Any) -> None:
    bare = story(1000, url=None, points=None, num_comments=None, story_text=None)
    (found,) = run(read, search([bare], told)).posts
    assert (found.text, found.metrics, found.extra) == ("", Metrics(), {})


SEARCHES = {
    "both": (OPTIONS, "星河宽带", '"星河宽带"', "(story,poll,comment)"),
    "stories": (replace(OPTIONS, kinds="stories"), "星河宽带", '"星河宽带"', "(story,poll)"),
    "comments": (replace(OPTIONS, kinds="comments"), "star net", '"star net"', "comment"),
    "a word with quotes and a sign": (OPTIONS, '"-a" & b', '"-a & b"', "(story,poll,comment)"),
    "everything": (OPTIONS, "", "", "(story,poll,comment)"),
}


@pytest.mark.parametrize(("options", "word", "query", "tags"), SEARCHES.values(), ids=SEARCHES)
def test_what_is_searched_for(
    read: Any, told: Any, options: HackernewsOptions, word: str, query: str, tags: str
) -> None:
    (request,) = read(HackernewsItems, options, search([], told), queries=(word,)).requests
    asked = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    assert (asked["query"], asked["tags"]) == ([query], [tags])


def test_each_word_is_a_search_of_its_own(read: Any, told: Any) -> None:
    result = read(HackernewsItems, OPTIONS, good_site(told), queries=("星河", "长河"))
    assert [look.query for look in result.looks] == ["星河", "长河"]
    assert len(result.posts) == 2, "what both words find is one post"


def test_paging_reads_every_hit_once_though_a_search_shows_few(read: Any, told: Any) -> None:
    hits = [hit(number) for number in range(1000, 977, -1)]
    result = run(read, search(hits, told))
    assert numbers(result) == list(range(1000, 977, -1))
    assert result.verdict.status is RunStatus.OK
    assert result.look.reached


def test_hits_of_one_second_are_not_lost_between_pages(read: Any, told: Any) -> None:
    stamp = {key: hit(990)[key] for key in ("created_at", "created_at_i")}
    hits = [
        *(hit(n) for n in range(1000, 996, -1)),
        *(hit(n, **stamp) for n in range(996, 993, -1)),
        hit(980),
    ]
    assert sorted(numbers(run(read, search(hits, told)))) == [980, *range(994, 1001)]


def test_more_hits_in_a_second_than_are_shown_are_told(read: Any, told: Any) -> None:
    stamp = {key: hit(990)[key] for key in ("created_at", "created_at_i")}
    result = run(read, search([hit(number, **stamp) for number in range(990, 980, -1)], told))
    assert result.verdict.status is RunStatus.LAYOUT


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    hits = [hit(number) for number in range(1000, 800, -1)]
    first = run(read, search(hits[10:], told))
    second = run(read, search(hits, told), marks=first.look.marks)
    assert len(first.requests) > 40
    assert len(second.requests) < 10
    assert {*range(991, 1001)} <= {*numbers(second)}
    assert second.look.reached


def test_older_hits_can_be_read_from_a_moment_on(read: Any, told: Any) -> None:
    hits = [hit(number) for number in range(1000, 980, -1)]
    result = run(read, search(hits, told), start=START - timedelta(minutes=10))
    assert numbers(result) == list(range(990, 980, -1))


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    hits = [hit(number) for number in range(1000, 900, -1)]
    result = run(read, search(hits, told), replace(OPTIONS, max_pages=2))
    assert result.verdict.status is RunStatus.PARTIAL


def test_a_word_that_nobody_wrote_is_empty(read: Any, told: Any) -> None:
    assert run(read, search([], told)).verdict == (RunStatus.EMPTY, "")


TIMES = {
    "utc": ("2026-11-23T11:00:00.000Z", START),
    "another zone": ("2026-11-23T19:00:00+08:00", START),
    "no zone": ("2026-11-23T11:00:00", None),
    "in ten years": ("2036-11-23T11:00:00Z", None),
}


@pytest.mark.parametrize(("written", "moment"), TIMES.values(), ids=TIMES)
def test_a_broken_time_is_absent_and_kept_as_it_was_written(
    read: Any, told: Any, written: str, moment: datetime | None
) -> None:
    found, _ = run(read, search([hit(1000, created_at=written), hit(999)], told)).posts
    assert found.published_at == moment
    assert found.extra == ({} if moment else {"published_text": written})


BROKEN: dict[str, Any] = {
    "no number": {"objectID": None},
    "a comment without text": {"comment_text": None},
    "no author": {"author": None},
    "no time": {"created_at": None},
    "no word on what it is": {"_tags": None},
    "points of the wrong shape": {"points": "3"},
    "half a character": {"story_title": "x\ud83d"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_hit_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    result = run(read, search([hit(1000), hit(999, **change), hit(998)], told))
    assert numbers(result) == [1000, 998]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "a bot check": ({"body": b"<html>Just a moment...</html>", "status": 403}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>"}, RunStatus.LOGIN),
    "a bad request": (
        {"body": b'{"message":"invalid numericFilters","status":400}', "status": 400},
        RunStatus.FAILED,
    ),
    "an error inside a good answer": ({"body": b'{"message":"x","status":500}'}, RunStatus.LAYOUT),
    "a web page": ({"body": b"<!doctype html><title>HN Search</title>"}, RunStatus.LAYOUT),
    "HTML in gb18030": ({"body": "<html>维护中</html>".encode("gb18030")}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"hits": ['}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "another key": ({"body": b'{"results": []}'}, RunStatus.LAYOUT),
    "hits without times": ({"body": b'{"hits": [{"objectID": "1"}], "hitsPerPage": 5}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status
