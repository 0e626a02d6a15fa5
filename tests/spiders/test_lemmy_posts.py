"""Posts of Lemmy servers of several ages: what they become, and how the pages follow one another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Metrics, Post, RunStatus
from spiders._lemmy import LemmyOptions, own_words
from spiders.lemmy_posts import LemmyPosts

OPTIONS = LemmyOptions(url="https://lemmy.example/", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 5


def made(number: int, zone: str = "Z") -> str:
    """A time, a minute older for each number less than 1000."""
    moment = START - timedelta(minutes=1000 - number)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + zone


def post(number: int, own: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    return {
        "post": {
            "id": number,
            "name": f"又断网 {number}",
            "url": "https://news.example/1",
            "body": "三天了",
            "creator_id": 3,
            "published": made(number),
            "ap_id": f"https://far.example/post/{number}",
            "deleted": False,
            "removed": False,
            "featured_local": False,
            "featured_community": False,
            **(own or {}),
        },
        "creator": {
            "id": 3,
            "name": "aqing",
            "display_name": "阿青",
            "actor_id": "https://far.example/u/aqing",
        },
        "community": {"id": 9, "name": "broadband", "actor_id": "https://lemmy.example/c/broadband"},
        "counts": {"score": 4, "upvotes": 5, "downvotes": 1, "comments": 2},
        **other,
    }


def server(posts: list[dict[str, Any]], told: Any, *, age: str = "0.19") -> Callable[[Request], Any]:
    """A server with these posts. 0.19 tells the next page, others only know numbers; `deaf` knows neither."""

    def answer(request: Request) -> Any:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        if age == "0.19":
            first = int(query.get("page_cursor", "P0")[1:])
        else:
            first = 0 if age == "deaf" else PER_PAGE * (int(query.get("page", "1")) - 1)
        page = posts[first : first + PER_PAGE]
        cursor = f"P{first + PER_PAGE}" if page and age == "0.19" else None
        return told(json.dumps({"posts": page, "next_page": cursor}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return server([post(1000), post(999)], told)


def names(result: Any) -> list[int]:
    return [int(found.title.rpartition(" ")[2]) for found in result.posts]


def test_a_post_keeps_everything_the_server_tells(read: Any, told: Any) -> None:
    body = "> 谁家断网了？\n\n我家，三天了"
    (found,) = read(LemmyPosts, OPTIONS, server([post(1000, {"body": body})], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="fediverse:https://far.example/post/1000",
        platform="lemmy",
        kind=Kind.POST,
        url="https://far.example/post/1000",
        title="又断网 1000",
        text="我家，三天了",
        author=Author(id="aqing@far.example", name="阿青", url="https://far.example/u/aqing"),
        published_at=START,
        source="来源",
        metrics=Metrics(likes=5, comments=2),
        extra={"community": "broadband@lemmy.example", "link": "https://news.example/1"},
    )


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    given_post = post(1000, {"body": None, "url": None}, counts={})
    given_post["creator"]["display_name"] = None
    (found,) = read(LemmyPosts, OPTIONS, server([given_post], told)).posts
    assert (found.text, found.metrics, found.deleted) == ("", Metrics(), None)
    assert (found.author.name, "link" in found.extra) == ("aqing", False)


@pytest.mark.parametrize("mark", ["deleted", "removed"])
def test_a_post_that_was_taken_away_is_marked(read: Any, told: Any, mark: str) -> None:
    (found,) = read(LemmyPosts, OPTIONS, server([post(1000, {mark: True})], told)).posts
    assert found.deleted is True


def test_two_servers_that_show_a_post_give_one_post(read: Any, told: Any) -> None:
    def ids(url: str, number: int) -> list[str]:
        given_post = post(number, {"ap_id": "https://far.example/post/7"})
        return [
            each.id for each in read(LemmyPosts, replace(OPTIONS, url=url), server([given_post], told)).posts
        ]

    assert ids("https://lemmy.example", 1000) == ids("https://other.example", 12)


def test_two_servers_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    posts = [post(1000), post(1000, {"ap_id": "https://other.example/post/1000"})]
    assert len({found.id for found in read(LemmyPosts, OPTIONS, server(posts, told)).posts}) == 2


TIMES = {
    "with a zone": ("2026-11-23T11:00:00.000000Z", START),
    "without a zone, as before 0.19": ("2026-11-23T11:00:00.000000", START),
    "in another zone": ("2026-11-23T19:00:00+08:00", START),
    "broken": ("gestern", None),
    "in ten years": ("2036-11-23T11:00:00Z", None),
}


@pytest.mark.parametrize(("written", "moment"), TIMES.values(), ids=TIMES)
def test_times_are_utc_and_broken_ones_are_kept_as_written(
    read: Any, told: Any, written: str, moment: datetime | None
) -> None:
    (found,) = read(LemmyPosts, OPTIONS, server([post(1000, {"published": written})], told)).posts
    assert found.published_at == moment
    assert found.extra.get("published_text") == (None if moment else written)


ADDRESSES = {
    "everything": (OPTIONS, "type_=All&sort=New&limit=50"),
    "its own": (replace(OPTIONS, local=True), "type_=Local&sort=New&limit=50"),
    "a community": (
        replace(OPTIONS, community="broadband@far.example"),
        "type_=All&sort=New&limit=50&community_name=broadband%40far.example",
    ),
}


@pytest.mark.parametrize(("options", "query"), ADDRESSES.values(), ids=ADDRESSES)
def test_where_a_listing_is(read: Any, told: Any, options: LemmyOptions, query: str) -> None:
    assert read(LemmyPosts, options, server([], told)).paths == [f"api/v3/post/list?{query}"]


@pytest.mark.parametrize("age", ["0.18", "0.19"])
def test_paging_reads_every_post_once_down_to_the_first(read: Any, told: Any, age: str) -> None:
    posts = [post(number) for number in range(1000, 977, -1)]
    result = read(LemmyPosts, OPTIONS, server(posts, told, age=age))
    assert names(result) == list(range(1000, 977, -1))
    assert result.verdict.status is RunStatus.OK
    assert result.look.reached
    assert ("page_cursor=P5" if age == "0.19" else "page=2") in result.paths[1]


def test_the_second_run_looks_for_late_arrivals_of_an_hour_and_stops(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 800, -1)]
    first = read(LemmyPosts, OPTIONS, server(posts[10:], told))
    second = read(LemmyPosts, OPTIONS, server(posts, told), first.look.marks)
    assert len(first.requests) == 39
    assert len(second.requests) == 15, "10 new ones, 60 of the hour before, and the page that ends it"
    assert second.tally.reached_past


def test_a_server_that_knows_no_pages_is_read_once_and_what_is_missing_is_told(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 900, -1)]
    first = read(LemmyPosts, OPTIONS, server(posts[50:], told, age="deaf"))
    assert (len(first.requests), names(first)) == (2, [950, 949, 948, 947, 946])
    assert first.look.seen_from is not None
    second = read(LemmyPosts, OPTIONS, server(posts, told, age="deaf"), first.look.marks)
    assert second.verdict.status is RunStatus.PARTIAL
    assert "crawl more often" in second.verdict.reason


def test_a_server_that_knows_no_pages_vouches_where_its_newest_reach_what_is_known(
    read: Any, told: Any
) -> None:
    posts = [post(1000 - 90 * number) for number in range(10)]
    first = read(LemmyPosts, OPTIONS, server(posts[1:], told, age="deaf"))
    second = read(LemmyPosts, OPTIONS, server(posts, told, age="deaf"), first.look.marks)
    assert second.verdict.status is RunStatus.OK
    assert second.look.reached


@pytest.mark.parametrize("key", ["featured_local", "featured_community", "stickied"])
def test_a_pinned_post_neither_ends_the_paging_nor_keeps_it_going(read: Any, told: Any, key: str) -> None:
    pinned = post(999, {key: True})
    old = [post(number, {"published": "2026-10-01T00:00:00Z"}) for number in range(900, 880, -1)]
    assert len(read(LemmyPosts, OPTIONS, server([pinned, *old], told)).requests) == 1
    stale = post(1, {key: True, "published": "2020-01-01T00:00:00Z"})
    fresh = [post(number) for number in range(1000, 990, -1)]
    assert set(names(read(LemmyPosts, OPTIONS, server([stale, *fresh], told)))) == {1, *range(991, 1001)}


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 900, -1)]
    result = read(LemmyPosts, replace(OPTIONS, max_pages=2), server(posts, told))
    assert result.verdict.status is RunStatus.PARTIAL


@pytest.mark.parametrize("age", ["0.18", "0.19", "deaf"])
def test_a_server_without_posts_is_empty(read: Any, told: Any, age: str) -> None:
    assert read(LemmyPosts, OPTIONS, server([], told, age=age)).verdict == (RunStatus.EMPTY, "")


QUOTES = {
    "none": ("断网\n三天", "断网\n三天"),
    "above": ("> 谁断网？\n\n我", "我"),
    "between": ("一\n> 二\n三", "一\n三"),
    "nested": (">> 一\n> 二\n三", "三"),
    "nothing else": ("> 一", ""),
    "a comparison": ("5 > 3", "5 > 3"),
}


@pytest.mark.parametrize(("markdown", "own"), QUOTES.values(), ids=QUOTES)
def test_quotes_do_not_count_as_own_words(markdown: str, own: str) -> None:
    assert own_words(markdown) == own


@given(st.lists(st.sampled_from(["> 甲", "乙", "", "    > 丙"])))
def test_own_lines_stay_in_their_order(lines: list[str]) -> None:
    kept = [line for line in lines if not line.startswith(">")]
    assert own_words("\n".join(lines)).split() == " ".join(kept).split()


BROKEN: dict[str, dict[str, Any]] = {
    "no title": {"own": {"name": None}},
    "a number as text": {"own": {"body": 5}},
    "no time": {"own": {"published": None}},
    "no address": {"own": {"ap_id": None}},
    "no writer": {"creator": None},
    "no counts": {"counts": []},
    "half a character": {"own": {"body": "x\ud83d"}},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("age", ["0.18", "0.19"])
def test_one_broken_post_is_told_and_the_others_are_read(
    read: Any, told: Any, change: dict[str, Any], age: str
) -> None:
    result = read(LemmyPosts, OPTIONS, server([post(1000), post(999, **change), post(998)], told, age=age))
    assert names(result) == [1000, 998]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a server for members": ({"body": b'{"error":"instance_is_private"}', "status": 400}, RunStatus.LOGIN),
    "a server for members, status 200": ({"body": b'{"error":"instance_is_private"}'}, RunStatus.LOGIN),
    "not logged in": ({"body": b'{"error":"not_logged_in"}', "status": 401}, RunStatus.LOGIN),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "too many requests, as before": (
        {"body": b'{"error":"rate_limit_error"}', "status": 400},
        RunStatus.RATE_LIMITED,
    ),
    "no such community": ({"body": b'{"error":"couldnt_find_community"}', "status": 400}, RunStatus.FAILED),
    "a bad request without a word": ({"body": b"", "status": 400}, RunStatus.FAILED),
    "a bot check": ({"body": b"<html>Just a moment...</html>", "status": 403}, RunStatus.BLOCKED),
    "sent to the login page": ({"body": b"<html>", "url": "https://lemmy.example/login"}, RunStatus.LOGIN),
    "the old API is gone": ({"body": b"", "status": 404}, RunStatus.FAILED),
    "the app": ({"body": b"<!doctype html><title>Lemmy</title>"}, RunStatus.LAYOUT),
    "HTML in gb18030": ({"body": "<html>维护中</html>".encode("gb18030")}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"posts": ['}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "another key": ({"body": b'{"items": []}'}, RunStatus.LAYOUT),
    "only unreadable posts": ({"body": b'{"posts": [{"id": 1}, 2], "next_page": null}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(LemmyPosts, OPTIONS, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status


@pytest.mark.parametrize("community", ["!broadband@far.example", "c/broadband", ""])
def test_a_community_is_named_as_the_api_wants_it(community: str) -> None:
    _, problems = read_options(LemmyOptions, {"url": "https://lemmy.example", "community": community})
    assert [problem.key for problem in problems] == ["community"]
