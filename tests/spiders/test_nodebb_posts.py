"""NodeBB forums: which topics are opened, what a post becomes, and where reading ends."""

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
from spiders.nodebb_posts import NodebbOptions, NodebbPosts

OPTIONS = NodebbOptions(url="https://Forum.example/", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 3


def at(minutes: float) -> int:
    """Milliseconds since 1970, so many minutes before the start."""
    return int((START - timedelta(minutes=minutes)).timestamp() * 1000)


def post(pid: Any, age: float, **other: Any) -> dict[str, Any]:
    return {
        "pid": pid,
        "tid": 12,
        "content": f"<p>断网 {pid}</p>\n",
        "uid": 7,
        "timestamp": at(age),
        "deleted": 0,
        "upvotes": 2,
        "replies": {"count": 1, "users": []},
        "user": {"uid": 7, "username": "aqing", "displayname": "阿青", "userslug": "aqing"},
        **other,
    }


def topic(tid: Any, *posts: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A topic with its posts, the first one first."""
    return {
        "tid": tid,
        "mainPid": posts[0]["pid"],
        "title": "又断网 &amp; 掉线",
        "postcount": len(posts),
        "viewcount": 30,
        "lastposttime": max(each["timestamp"] for each in posts),
        "tags": [{"value": "宽带", "score": 3}],
        "posts": list(posts),
        **other,
    }


def pagination(number: int, pages: int) -> dict[str, Any]:
    following = {"page": min(number + 1, max(pages, 1)), "active": number < pages}
    return {"pagination": {"next": following, "currentPage": number, "pageCount": pages}}


def forum(topics: list[dict[str, Any]], told: Any, *, ascending: bool = False) -> Callable[[Request], Any]:
    """A forum that shows three topics, and three answers, on a page."""

    def answer(request: Request) -> Any:
        parts, query = urlsplit(request.url), parse_qs(urlsplit(request.url).query)
        number = int(query["page"][0])
        if parts.path.endswith("/api/recent"):
            shown = sorted(topics, key=lambda each: -each["lastposttime"])
            found = {"topics": shown[(number - 1) * PER_PAGE : number * PER_PAGE]}
            pages = -(-len(topics) // PER_PAGE)
        else:
            (one,) = [each for each in topics if str(each["tid"]) == parts.path.rpartition("/")[2]]
            first, *answers = one["posts"]
            answers = answers if ascending else answers[::-1]
            page = answers[(number - 1) * PER_PAGE : number * PER_PAGE]
            found = {**one, "posts": [first, *page] if number == 1 else page}
            pages = -(-len(answers) // PER_PAGE)
        return told(json.dumps({**found, **pagination(number, pages)}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return forum([topic(12, post(1, 90), post(2, 30)), topic(13, post(3, 60))], told)


def numbers(result: Any) -> list[str]:
    return [found.id.rpartition(":")[2] for found in result.posts]


def test_an_answer_keeps_everything_the_forum_tells(read: Any, told: Any) -> None:
    content = (
        '<p><a class="mention plugin-mentions-user" href="/user/xinghe">@<bdi>xinghe</bdi></a>'
        " 断网了<br>三天</p>"
        "<blockquote><p>我家没断</p></blockquote>"
    )
    given = topic(
        12, post(1, 90), post(2, 0, content=content, toPid=1, parent={"username": "laozhou", "pid": 1})
    )
    first, found = read(NodebbPosts, OPTIONS, forum([given], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="nodebb/forum.example:post:2",
        platform="nodebb",
        kind=Kind.COMMENT,
        url="https://Forum.example/post/2",
        title="又断网 & 掉线",
        text="@xinghe 断网了\n三天",
        author=Author(id="7", name="阿青", url="https://Forum.example/user/aqing"),
        published_at=START,
        source="来源",
        parent=Reference(id="nodebb/forum.example:post:1", author=Author(name="laozhou")),
        root=Reference(id="nodebb/forum.example:topic:12"),
        mentions=(Mention(name="xinghe"),),
        tags=("宽带",),
        metrics=Metrics(likes=2, comments=1),
    )
    assert (first.kind, first.root, first.parent) == (Kind.POST, None, None)
    assert first.metrics == Metrics(likes=2, comments=1, views=30)


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    bare = {"pid": 1, "content": "<p>断网</p>", "timestamp": at(0)}
    given = {"tid": 12, "title": "断网", "lastposttime": at(0), "posts": [bare]}
    (found,) = read(NodebbPosts, OPTIONS, forum([given], told)).posts
    assert (found.author, found.metrics, found.tags, found.parent) == (None, Metrics(), (), None)


@pytest.mark.parametrize("number", [1, "1"], ids=["a number", "a text"])
def test_numbers_and_texts_of_digits_are_the_same_id(read: Any, told: Any, number: Any) -> None:
    texts = isinstance(number, str)
    given = topic(str(12) if texts else 12, post(number, 0, timestamp=str(at(0)) if texts else at(0)))
    result = read(NodebbPosts, OPTIONS, forum([{**given, "lastposttime": at(0)}], told))
    (found,) = result.posts
    assert (found.id, found.published_at, found.kind) == ("nodebb/forum.example:post:1", START, Kind.POST)


def test_a_post_from_another_server_goes_by_its_own_address(read: Any, told: Any) -> None:
    far = "https://social.example/users/bo/statuses/7"
    (_, found) = read(NodebbPosts, OPTIONS, forum([topic(12, post(1, 9), post(far, 0))], told)).posts
    assert found.id == f"fediverse:{far}"


def test_two_forums_and_a_topic_and_a_post_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    def ids(url: str) -> set[str]:
        site = forum([topic(2, post(1, 9), post(2, 0))], told)
        posts = read(NodebbPosts, NodebbOptions(url=url, delay=0), site).posts
        return {each.id for each in posts} | {each.root.id for each in posts if each.root}

    ours, theirs = ids("https://forum.example"), ids("https://other.example/forum")
    assert len(ours) == len(theirs) == 3
    assert not ours & theirs


NOBODY = {
    "a guest": {"uid": 0, "username": "[[global:guest]]", "displayname": "[[global:guest]]"},
    "somebody who has left": {"uid": 9, "username": "[[global:former-user]]"},
    "no user at all": None,
}


@pytest.mark.parametrize("user", NOBODY.values(), ids=NOBODY)
def test_nobody_in_particular_is_no_author(read: Any, told: Any, user: Any) -> None:
    (found,) = read(NodebbPosts, OPTIONS, forum([topic(12, post(1, 0, user=user))], told)).posts
    assert found.author is None


def test_a_guest_with_a_name_has_the_name_alone(read: Any, told: Any) -> None:
    user = {"uid": 0, "username": "路人", "displayname": "路人"}
    (found,) = read(NodebbPosts, OPTIONS, forum([topic(12, post(1, 0, user=user))], told)).posts
    assert found.author == Author(name="路人")


def test_a_deleted_post_is_marked_and_its_notice_is_no_text(read: Any, told: Any) -> None:
    gone = post(2, 0, deleted=1, content="[[topic:post-is-deleted]]")
    _, found = read(NodebbPosts, OPTIONS, forum([topic(12, post(1, 9), gone)], told)).posts
    assert (found.deleted, found.text) == (True, "")


STAMPS: dict[str, tuple[Any, dict[str, str]]] = {
    "none": (None, {}),
    "zero": (0, {"published_text": "0"}),
    "a word": ("gestern", {"published_text": "gestern"}),
    "next year": (at(-60 * 24 * 400), {"published_text": str(at(-60 * 24 * 400))}),
}


@pytest.mark.parametrize(("stamp", "kept"), STAMPS.values(), ids=STAMPS)
def test_a_broken_time_is_absent_and_kept_as_it_was_written(
    read: Any, told: Any, stamp: Any, kept: dict[str, str]
) -> None:
    given = {**topic(12, post(1, 0)), "posts": [post(1, 0, timestamp=stamp)]}
    (found,) = read(NodebbPosts, OPTIONS, forum([given], told)).posts
    assert (found.published_at, found.extra) == (None, kept)


def test_every_post_of_every_topic_is_read_once(read: Any, told: Any) -> None:
    topics = [
        topic(tid, *(post(100 * tid + n, 100 * tid - n) for n in range(tid + 1))) for tid in range(1, 8)
    ]
    result = read(NodebbPosts, OPTIONS, forum(topics, told))
    expected = sorted(str(each["pid"]) for one in topics for each in one["posts"])
    assert sorted(numbers(result)) == expected
    assert result.verdict.status is RunStatus.OK
    assert [path for path in result.paths if "recent" in path] == [f"api/recent?page={n}" for n in (1, 2, 3)]


def test_a_category_is_the_same_listing_cut_down(read: Any, told: Any) -> None:
    result = read(NodebbPosts, replace(OPTIONS, category=7), good_site(told))
    assert result.paths[0] == "api/recent?cid=7&page=1"


def test_the_second_run_opens_only_topics_with_something_new_and_only_their_newest_page(
    read: Any, told: Any
) -> None:
    old = [topic(tid, post(tid, 1000 + tid)) for tid in range(20, 40)]
    long = [post(100 + n, 900 - n) for n in range(12)]
    first = read(NodebbPosts, OPTIONS, forum([topic(12, *long), *old], told))
    later = [topic(12, *long, post(200, 5)), *old]
    second = read(NodebbPosts, OPTIONS, forum(later, told), first.look.marks)
    assert len(first.requests) > 20
    assert second.paths == [
        "api/recent?page=1",
        "api/topic/12?sort=newest_to_oldest&page=1",
        "api/recent?page=2",
        "api/topic/12?sort=newest_to_oldest&page=2",
    ]
    assert "200" in numbers(second)
    assert second.tally.reached_past


def test_a_pinned_topic_neither_ends_the_paging_nor_keeps_it_going(read: Any, told: Any) -> None:
    pinned = topic(1, post(1, 1), pinned=1)
    old = [topic(tid, post(tid, 60 * 24 * 30 + tid)) for tid in range(20, 40)]
    result = read(NodebbPosts, OPTIONS, forum([pinned, *old], told))
    assert [path for path in result.paths if "recent" in path] == ["api/recent?page=1"]
    assert numbers(result) == ["1"]


def test_a_forum_that_answers_oldest_first_is_not_read_as_if_it_were_newest_first(
    read: Any, told: Any
) -> None:
    given = topic(12, *(post(n, 100 - n) for n in range(1, 9)))
    result = read(NodebbPosts, OPTIONS, forum([given], told, ascending=True))
    assert result.verdict.status is RunStatus.LAYOUT
    assert "oldest post first" in result.verdict.reason


def test_a_forum_vouches_for_nothing_since_it_is_sorted_by_answers(read: Any, told: Any) -> None:
    look = read(NodebbPosts, OPTIONS, good_site(told)).look
    assert (look.seen_from, look.seen_until) == (None, None)


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    topics = [topic(tid, post(tid, tid)) for tid in range(1, 10)]
    result = read(NodebbPosts, replace(OPTIONS, max_pages=2), forum(topics, told))
    assert result.verdict.status is RunStatus.PARTIAL


def test_a_topic_that_was_taken_away_meanwhile_is_no_trouble(read: Any, told: Any) -> None:
    site = good_site(told)

    def answer(request: Request) -> Any:
        return told(b'"not-found"', status=404) if "topic/13" in request.url else site(request)

    result = read(NodebbPosts, OPTIONS, answer)
    assert (result.verdict.status, result.tally.gone, len(result.posts)) == (RunStatus.OK, 1, 2)


def test_a_forum_without_topics_is_empty(read: Any, told: Any) -> None:
    assert read(NodebbPosts, OPTIONS, forum([], told)).verdict == (RunStatus.EMPTY, "")


BROKEN: dict[str, Any] = {
    "no text": {"content": None},
    "a number as text": {"content": 5},
    "no number": {"pid": None},
    "an object as number": {"pid": {}},
    "half a character": {"content": "x\ud83d"},
    "a user of another shape": {"user": "aqing"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_post_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    given = topic(12, post(1, 9), post(2, 5), post(3, 1))
    given["posts"][1].update(change)
    result = read(NodebbPosts, OPTIONS, forum([given], told))
    assert numbers(result) == ["1", "3"]
    assert len(result.unreadable) == 1


def test_a_topic_without_a_number_is_told_and_the_others_are_read(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        if "recent" not in request.url:
            return good_site(told)(request)
        topics = [{"lastposttime": at(0)}, {"tid": 13, "lastposttime": at(60)}]
        return told(json.dumps({"topics": topics, **pagination(1, 1)}).encode())

    result = read(NodebbPosts, OPTIONS, answer)
    assert numbers(result) == ["3"]
    assert len(result.unreadable) == 1


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a forum for members": (
        {"body": b'{"status":{"code":"not-authorised"}}', "status": 401},
        RunStatus.LOGIN,
    ),
    "sent to the login page": ({"body": b"<html>", "url": "https://forum.example/login"}, RunStatus.LOGIN),
    "a login form": (
        {"body": b"<html><form><input name=p type=password></form></html>"},
        RunStatus.LOGIN,
    ),
    "a bot check": ({"body": b"<html>Just a moment...</html>", "status": 403}, RunStatus.BLOCKED),
    "no entry": ({"body": b'{"path":"/api/recent"}', "status": 403}, RunStatus.BLOCKED),
    "too many requests": ({"body": b"{}", "status": 429}, RunStatus.RATE_LIMITED),
    "no such address": ({"body": b"{}", "status": 404}, RunStatus.FAILED),
    "an error inside a good answer": ({"body": b'{"error":"[[error:invalid-data]]"}'}, RunStatus.LAYOUT),
    "HTML with status 200": ({"body": b"<html>Welcome</html>"}, RunStatus.LAYOUT),
    "HTML in gb18030": ({"body": "<html>欢迎</html>".encode("gb18030")}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"topics": [{'}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "another key": ({"body": b'{"threads": [], "pagination": {"next": {}}}'}, RunStatus.LAYOUT),
    "no word on further pages": ({"body": b'{"topics": []}'}, RunStatus.LAYOUT),
    "only unreadable topics": (
        {"body": json.dumps({"topics": [{"id": 1}, {"id": 2}], **pagination(1, 1)}).encode()},
        RunStatus.LAYOUT,
    ),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(NodebbPosts, OPTIONS, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param({"body": b"{}", "status": 429}, RunStatus.RATE_LIMITED, id="too many requests"),
        pytest.param({"body": b'{"tid": 12}'}, RunStatus.LAYOUT, id="no posts"),
        pytest.param({"body": b'{"tid": 12, "posts": []}'}, RunStatus.LAYOUT, id="no word on further pages"),
    ],
)
def test_a_topic_that_cannot_be_read_is_told_and_the_next_one_is_read(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    site = good_site(told)
    result = read(
        NodebbPosts, OPTIONS, lambda request: told(**answer) if "topic/12" in request.url else site(request)
    )
    assert numbers(result) == ["3"]
    assert result.verdict.status is status
