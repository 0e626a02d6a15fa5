"""Discourse forums: what a post becomes, and how far the paging goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus
from spiders.discourse_posts import DiscourseOptions, DiscoursePosts

OPTIONS = DiscourseOptions(url="https://Forum.example/", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def post(number: int, **other: Any) -> dict[str, Any]:
    """A post in the forum's shape, a minute older for each number less than 1000."""
    made = (START - timedelta(minutes=1000 - number)).isoformat().replace("+00:00", "Z")
    return {
        "id": number,
        "username": "aqing",
        "user_id": 7,
        "created_at": made,
        "cooked": f"<p>断网 {number}</p>",
        "post_number": 2,
        "post_type": 1,
        "reply_to_post_number": None,
        "topic_id": 12,
        "topic_slug": "duan-wang",
        "topic_title": "又断网",
        "reply_count": 1,
        "reads": 30,
        "actions_summary": [{"id": 2, "count": 4}, {"id": 3, "count": 9}],
        **other,
    }


def forum(posts: list[dict[str, Any]], told: Any, window: int | None = None) -> Callable[[Request], Any]:
    """A forum with these posts; with a `window`, as older versions list them."""

    def answer(request: Request) -> Any:
        before = int(parse_qs(urlsplit(request.url).query).get("before", ["1000000"])[0])
        below = [each for each in posts if each["id"] <= before]
        if window and before < 1000000:
            below = [each for each in below if each["id"] > before - window]
        return told(json.dumps({"latest_posts": below[:50]}).encode())

    return answer


def test_a_reply_keeps_everything_the_forum_tells(read: Any, told: Any) -> None:
    cooked = '<p><a class="mention" href="/u/xinghe">@xinghe</a> 断网了<br>三天</p>'
    given = post(1000, cooked=cooked, reply_to_post_number=1, reply_to_user={"username": "laozhou"})
    (found,) = read(
        DiscoursePosts, OPTIONS, forum([{**given, "tags": ["宽带", {"name": "故障"}]}], told)
    ).posts
    assert replace(found, collected_at=None) == Post(
        id="discourse/forum.example:post:1000",
        platform="discourse",
        kind=Kind.COMMENT,
        url="https://Forum.example/t/duan-wang/12/2",
        title="又断网",
        text="@xinghe 断网了\n三天",
        author=Author(id="7", name="aqing", url="https://Forum.example/u/aqing"),
        published_at=START,
        source="来源",
        parent=Reference(id="discourse/forum.example:number:12/1", author=Author(name="laozhou")),
        root=Reference(id="discourse/forum.example:topic:12"),
        mentions=(Mention(name="xinghe"),),
        tags=("宽带", "故障"),
        metrics=Metrics(likes=4, comments=1, views=30),
    )


def test_the_first_post_of_a_topic_has_no_root(read: Any, told: Any) -> None:
    (found,) = read(DiscoursePosts, OPTIONS, forum([post(1000, post_number=1)], told)).posts
    assert (found.kind, found.root, found.parent) == (Kind.POST, None, None)


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    keys = ("id", "username", "created_at", "cooked", "post_number", "topic_id")
    given = {key: value for key, value in post(1000).items() if key in keys}
    (found,) = read(DiscoursePosts, OPTIONS, forum([given], told)).posts
    assert (found.title, found.metrics, found.tags, found.deleted) == (None, Metrics(), (), None)
    assert found.author == Author(id="aqing", name="aqing", url="https://Forum.example/u/aqing")


def test_quotes_do_not_count_as_own_words(read: Any, told: Any) -> None:
    cooked = '<aside class="quote"><blockquote><p>断网</p></blockquote></aside><p>我家没有</p>'
    (found,) = read(DiscoursePosts, OPTIONS, forum([post(1000, cooked=cooked)], told)).posts
    assert found.text == "我家没有"


def test_a_post_that_its_author_deleted_is_marked(read: Any, told: Any) -> None:
    (found,) = read(DiscoursePosts, OPTIONS, forum([post(1000, user_deleted=True)], told)).posts
    assert found.deleted is True


def test_small_actions_and_whispers_are_left_out(read: Any, told: Any) -> None:
    posts = [post(1000), post(999, post_type=3), post(998, post_type=4)]
    result = read(DiscoursePosts, OPTIONS, forum(posts, told))
    assert len(result.posts) == 1
    assert result.tally.skipped == 2


@pytest.mark.parametrize("created", ["gestern", "2026-11-23T11:00:00", "2040-01-01T00:00:00Z"])
def test_a_broken_time_is_absent_and_kept_as_it_was_written(read: Any, told: Any, created: str) -> None:
    (found,) = read(DiscoursePosts, OPTIONS, forum([post(1000, created_at=created)], told)).posts
    assert found.published_at is None
    assert found.extra == {"published_text": created}


def test_paging_reads_every_post_once_down_to_the_first(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 880, -1) if number % 7]
    result = read(DiscoursePosts, OPTIONS, forum(posts, told))
    assert [found.id.rpartition(":")[2] for found in result.posts] == [str(each["id"]) for each in posts]
    assert result.verdict.status is RunStatus.OK
    assert result.tally.reached_past
    assert len(result.requests) == 4


def test_an_old_version_with_an_empty_window_is_not_at_its_end(read: Any, told: Any) -> None:
    posts = [post(number) for number in (*range(1000, 960, -1), *range(820, 800, -1))]
    result = read(DiscoursePosts, OPTIONS, forum(posts, told, window=50))
    assert len(result.posts) == 60


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 500, -1)]
    first = read(DiscoursePosts, OPTIONS, forum(posts[100:], told))
    second = read(DiscoursePosts, OPTIONS, forum(posts, told), first.look.marks)
    assert len(first.requests) > 8
    assert second.paths == ["posts.json", "posts.json?before=950", "posts.json?before=900"]
    assert second.tally.reached_past
    assert {found.id for found in second.posts} >= {
        f"discourse/forum.example:post:{each['id']}" for each in posts[:100]
    }


def test_a_first_run_goes_back_only_so_many_days(read: Any, told: Any) -> None:
    old = [post(number, created_at="2026-10-01T00:00:00Z") for number in range(900, 700, -1)]
    result = read(DiscoursePosts, OPTIONS, forum([post(1000), *old], told))
    assert len(result.requests) == 2
    assert result.verdict.status is RunStatus.OK


def test_paging_goes_on_after_a_redirect_to_another_host(read: Any, told: Any) -> None:
    posts = forum([post(number) for number in range(1000, 900, -1)], told)

    def moved(request: Request) -> Any:
        return replace(posts(request), url=request.url.replace("forum.example", "www.forum.example"))

    assert len(read(DiscoursePosts, OPTIONS, moved).posts) == 100


def test_a_page_cap_is_partial_and_says_what_to_do(read: Any, told: Any) -> None:
    posts = [post(number) for number in range(1000, 800, -1)]
    result = read(DiscoursePosts, replace(OPTIONS, max_pages=2), forum(posts, told))
    assert len(result.posts) == 100
    assert result.verdict == (
        RunStatus.PARTIAL,
        "stopped after 2 pages, before the listing came to what is known"
        " - raise max_pages, or crawl more often",
    )


def test_posts_that_move_to_the_next_page_come_once_and_edits_come_again(read: Any, told: Any) -> None:
    pages = iter([[post(1000), post(999)], [post(999), post(998)], [post(998, cooked="<p>edited</p>")], []])
    result = read(DiscoursePosts, OPTIONS, lambda _: told(json.dumps({"latest_posts": next(pages)}).encode()))
    assert [found.text for found in result.posts] == ["断网 1000", "断网 999", "断网 998", "edited"]
    assert result.tally.duplicates == 1


def test_a_forum_without_posts_is_empty(read: Any, told: Any) -> None:
    assert read(DiscoursePosts, OPTIONS, forum([], told)).verdict == (RunStatus.EMPTY, "")


BROKEN: dict[str, Any] = {
    "no text": {"cooked": None},
    "a number as text": {"cooked": 5},
    "no time": {"created_at": None},
    "no author": {"username": None},
    "likes of the wrong shape": {"actions_summary": ["like"]},
    "half a character": {"topic_title": "x\ud83d"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_post_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    result = read(DiscoursePosts, OPTIONS, forum([post(1000), post(999, **change), post(998)], told))
    assert [found.id[-4:] for found in result.posts] == ["1000", ":998"]
    (bad,) = result.unreadable
    assert json.loads(bad.raw)["id"] == 999
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a forum for members": (
        {"body": b'{"errors":["x"],"error_type":"not_logged_in"}', "status": 403},
        RunStatus.LOGIN,
    ),
    "sent to the login page": ({"body": b"<html>", "url": "https://forum.example/login"}, RunStatus.LOGIN),
    "a bot check": (
        {
            "body": b"<html>Just a moment...</html>",
            "status": 403,
            "headers": {"Content-Type": "text/html"},
        },
        RunStatus.BLOCKED,
    ),
    "too many requests": ({"body": b"{}", "status": 429}, RunStatus.RATE_LIMITED),
    "no such address": ({"body": b"{}", "status": 404}, RunStatus.FAILED),
    "HTML with status 200": ({"body": b"<html>Welcome</html>"}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"latest_posts": [{'}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "another key": ({"body": b'{"posts": []}'}, RunStatus.LAYOUT),
    "a list where a page was": ({"body": b"[]"}, RunStatus.LAYOUT),
    "posts without ids": ({"body": b'{"latest_posts": [{"text": "x"}]}'}, RunStatus.LAYOUT),
    "only unreadable posts": ({"body": b'{"latest_posts": [{"id": 1}, {"id": 2}]}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(DiscoursePosts, OPTIONS, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status


def test_an_api_key_comes_from_the_environment(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORUM_KEY", "k-123")
    options = replace(OPTIONS, api_key_env="FORUM_KEY", api_username="listener")
    (request,) = read(DiscoursePosts, options, forum([], told)).requests
    assert (request.headers["Api-Key"], request.headers["Api-Username"]) == (b"k-123", b"listener")


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return forum([post(number) for number in range(1000, 930, -1)], told)
