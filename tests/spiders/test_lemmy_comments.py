"""Comments of Lemmy servers: what they answer, and how the pages follow one another."""

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
from spiders._lemmy import LemmyOptions
from spiders.lemmy_comments import LemmyComments

OPTIONS = LemmyOptions(url="https://lemmy.example", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 5


def comment(number: int, own: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    """A comment, a minute older for each number less than 1000."""
    published = (START - timedelta(minutes=1000 - number)).isoformat().replace("+00:00", "Z")
    return {
        "comment": {
            "id": number,
            "post_id": 7,
            "content": f"断网 {number}",
            "published": published,
            "ap_id": f"https://far.example/comment/{number}",
            "path": f"0.{number}",
            "deleted": False,
            "removed": False,
            **(own or {}),
        },
        "creator": {"name": "aqing", "actor_id": "https://far.example/u/aqing"},
        "post": {"id": 7, "name": "又断网", "ap_id": "https://lemmy.example/post/7"},
        "community": {"name": "broadband", "actor_id": "https://lemmy.example/c/broadband"},
        "counts": {"score": 4, "upvotes": 5, "downvotes": 1, "child_count": 2},
        **other,
    }


def server(comments: list[dict[str, Any]], told: Any, *, pages: bool = True) -> Callable[[Request], Any]:
    """A server with these comments; without `pages` it is 1.0, which shows its newest for any number."""

    def answer(request: Request) -> Any:
        number = int(parse_qs(urlsplit(request.url).query).get("page", ["1"])[0])
        first = PER_PAGE * (number - 1) if pages else 0
        return told(json.dumps({"comments": comments[first : first + PER_PAGE]}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return server([comment(1000), comment(999)], told)


def numbers(result: Any) -> list[int]:
    return [int(found.id.rpartition("/")[2]) for found in result.posts]


def test_an_answer_to_a_comment_keeps_everything_the_server_tells(read: Any, told: Any) -> None:
    given = comment(1000, {"path": "0.12.13.1000", "content": "> 谁断网？\n\n我"})
    (found,) = read(LemmyComments, OPTIONS, server([given], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="fediverse:https://far.example/comment/1000",
        platform="lemmy",
        kind=Kind.COMMENT,
        url="https://far.example/comment/1000",
        title="又断网",
        text="我",
        author=Author(id="aqing@far.example", name="aqing", url="https://far.example/u/aqing"),
        published_at=START,
        source="来源",
        parent=Reference(id="lemmy/lemmy.example:comment:13"),
        root=Reference(id="fediverse:https://lemmy.example/post/7"),
        metrics=Metrics(likes=5, comments=2),
        extra={"community": "broadband@lemmy.example"},
    )


def test_an_answer_to_the_post_has_the_post_for_a_parent(read: Any, told: Any) -> None:
    (found,) = read(LemmyComments, OPTIONS, server([comment(1000)], told)).posts
    assert found.parent == found.root == Reference(id="fediverse:https://lemmy.example/post/7")


@pytest.mark.parametrize("mark", ["deleted", "removed"])
def test_a_comment_that_was_taken_away_is_marked(read: Any, told: Any, mark: str) -> None:
    (found,) = read(LemmyComments, OPTIONS, server([comment(1000, {mark: True, "content": ""})], told)).posts
    assert (found.deleted, found.text) == (True, "")


def test_a_time_without_a_zone_is_utc(read: Any, told: Any) -> None:
    site = server([comment(1000, {"published": "2026-11-23T11:00:00.123456"})], told)
    (found,) = read(LemmyComments, OPTIONS, site).posts
    assert found.published_at == START.replace(microsecond=123456)


def test_a_post_and_a_comment_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    given = comment(7, {"ap_id": "https://lemmy.example/comment/7", "path": "0.7.8"})
    (found,) = read(LemmyComments, OPTIONS, server([given], told)).posts
    assert len({found.id, found.parent.id, found.root.id}) == 3


def test_paging_reads_every_comment_once_down_to_the_first(read: Any, told: Any) -> None:
    comments = [comment(number) for number in range(1000, 977, -1)]
    result = read(LemmyComments, OPTIONS, server(comments, told))
    assert numbers(result) == list(range(1000, 977, -1))
    assert result.verdict.status is RunStatus.OK
    assert result.look.reached
    assert [path.partition("limit=50")[2] for path in result.paths] == [
        "",
        *(f"&page={n}" for n in range(2, 7)),
    ]


def test_comments_that_move_to_the_next_page_come_once(read: Any, told: Any) -> None:
    comments = [comment(number) for number in range(1000, 980, -1)]
    asked = iter(range(20))

    def answer(request: Request) -> Any:
        new = next(asked)
        return server([*(comment(1000 + n) for n in range(new, 0, -1)), *comments], told)(request)

    result = read(LemmyComments, OPTIONS, answer)
    assert numbers(result) == list(range(1000, 980, -1))
    assert result.tally.duplicates > 0


def test_the_second_run_looks_for_late_arrivals_of_an_hour_and_stops(read: Any, told: Any) -> None:
    comments = [comment(number) for number in range(1000, 800, -1)]
    first = read(LemmyComments, OPTIONS, server(comments[10:], told))
    second = read(LemmyComments, OPTIONS, server(comments, told), first.look.marks)
    assert len(second.requests) == 15
    assert second.tally.reached_past


def test_a_server_that_shows_only_its_newest_comments_says_what_is_missing(read: Any, told: Any) -> None:
    comments = [comment(number) for number in range(1000, 900, -1)]
    first = read(LemmyComments, OPTIONS, server(comments[50:], told, pages=False))
    second = read(LemmyComments, OPTIONS, server(comments, told, pages=False), first.look.marks)
    assert (len(first.requests), len(second.requests)) == (2, 2)
    assert numbers(second) == [1000, 999, 998, 997, 996]
    assert second.verdict.status is RunStatus.PARTIAL
    assert "crawl more often" in second.verdict.reason


def test_a_server_without_comments_is_empty(read: Any, told: Any) -> None:
    assert read(LemmyComments, OPTIONS, server([], told)).verdict == (RunStatus.EMPTY, "")


BROKEN: dict[str, dict[str, Any]] = {
    "no text": {"own": {"content": None}},
    "no time": {"own": {"published": None}},
    "no path": {"own": {"path": None}},
    "a path of another shape": {"own": {"path": "999"}},
    "a path of words": {"own": {"path": "0.a.b"}},
    "no post": {"post": None},
    "no writer": {"creator": {"name": "aqing"}},
    "half a character": {"own": {"content": "x\ud83d"}},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_comment_is_told_and_the_others_are_read(
    read: Any, told: Any, change: dict[str, Any]
) -> None:
    comments = [comment(1000), comment(999, **change), comment(998)]
    result = read(LemmyComments, OPTIONS, server(comments, told))
    assert numbers(result) == [1000, 998]
    assert len(result.unreadable) == 1


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a server for members": ({"body": b'{"error":"instance_is_private"}', "status": 400}, RunStatus.LOGIN),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "a captcha": (
        {"body": b"<html>please solve this captcha</html>", "headers": {"Content-Type": "text/html"}},
        RunStatus.BLOCKED,
    ),
    "an error inside a good answer": ({"body": b'{"error":"unknown"}'}, RunStatus.FAILED),
    "broken JSON": ({"body": b'{"comments": ['}, RunStatus.LAYOUT),
    "HTML in gb18030": ({"body": "<html>维护中</html>".encode("gb18030")}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "posts where comments were": ({"body": b'{"posts": []}'}, RunStatus.LAYOUT),
    "only unreadable comments": ({"body": b'{"comments": [{"id": 1}, 2]}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(LemmyComments, OPTIONS, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status
