"""Answers on Bluesky: which threads are read, what stands in them, and what is gone or hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus
from spiders._bluesky import AuthorOptions
from spiders.bluesky_answers import BlueskyAnswers
from tests.spiders.views import (
    AQING,
    KEKE,
    START,
    XINGHE,
    answering,
    appview,
    item,
    profile,
    reposted,
    thread,
    time,
    uri,
    view,
)

OURS = "xinghe.example.com"
OPTIONS = AuthorOptions(accounts=(OURS,), delay=0)
POST = uri(900, XINGHE)


def ours(number: int, **other: Any) -> dict[str, Any]:
    return {"post": view(number, by=XINGHE, **other)}


def answer(number: int, to: str = POST, by: str = AQING, **other: Any) -> dict[str, Any]:
    return view(number, f"回 {number}", by=by, record=answering(to, POST), replyCount=0, **other)


def below(*answers: dict[str, Any]) -> dict[str, Any]:
    return {POST: thread(view(900, by=XINGHE), *answers)}


def run(read: Any, told: Any, threads: dict[str, Any], *feed: dict[str, Any], **more: Any) -> Any:
    site = appview({OURS: list(feed) or [ours(900)]}, told, threads=threads)
    return read(BlueskyAnswers, OPTIONS, site, queries=(OURS,), **more)


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    inner = thread(answer(901), thread(answer(902, uri(901), KEKE)))
    return appview({OURS: [ours(900), ours(890, replyCount=0)]}, told, threads=below(inner))


def test_an_answer_knows_what_it_answers_and_where_the_thread_begins(read: Any, told: Any) -> None:
    inner = thread(answer(901), thread(answer(902, uri(901), KEKE)))
    first, second = run(read, told, below(inner)).posts
    xinghe = Author(id=XINGHE, name=OURS, url="https://bsky.app/profile/did:plc:xinghe")
    post = Reference(id="bluesky:did:plc:xinghe/app.bsky.feed.post/900", author=xinghe)
    assert replace(first, collected_at=None, published_at=None) == Post(
        id="bluesky:did:plc:aqing/app.bsky.feed.post/901",
        platform="bluesky",
        kind=Kind.COMMENT,
        url="https://bsky.app/profile/did:plc:aqing/post/901",
        text="回 901",
        author=Author(id=AQING, name="aqing.example.com", url="https://bsky.app/profile/did:plc:aqing"),
        source="来源",
        parent=post,
        root=post,
        lang="zh",
        metrics=Metrics(likes=1, comments=0, reposts=3),
    )
    assert second.parent == Reference(id=first.id, author=first.author)
    assert second.root == post


def test_what_is_asked_for(read: Any, told: Any) -> None:
    request = run(read, told, below()).requests[1]
    assert parse_qs(urlsplit(request.url).query) == {"uri": [POST], "depth": ["100"], "parentHeight": ["0"]}


def test_our_own_answer_in_the_thread_is_there_as_well(read: Any, told: Any) -> None:
    threads = below(thread(answer(901), thread(answer(902, uri(901), XINGHE))))
    assert [post.author.name for post in run(read, told, threads).posts] == ["aqing.example.com", OURS]


POSTS: dict[str, tuple[dict[str, Any], int]] = {
    "with answers": (ours(900), 1),
    "without a number of them": (ours(900, replyCount=None), 1),
    "without answers": (ours(900, replyCount=0), 0),
    "reposted": (reposted(view(900, by=KEKE), 950), 0),
}


@pytest.mark.parametrize(("given", "threads"), POSTS.values(), ids=POSTS)
def test_which_posts_have_a_thread(read: Any, told: Any, given: dict[str, Any], threads: int) -> None:
    result = run(read, told, below(), given)
    assert len(result.requests) == 1 + threads
    assert result.verdict.status is RunStatus.EMPTY


def test_posts_of_the_last_week_are_looked_at_again_and_older_ones_are_not(read: Any, told: Any) -> None:
    days = [ours(1000 - 1440 * day) for day in range(12)]
    threads = {each["post"]["uri"]: thread(each["post"]) for each in days}
    first = run(read, told, threads, *days)
    second = run(read, told, threads, *days, marks=first.looks[0].marks)
    assert (len(first.requests), len(second.requests)) == (13, 8)


def test_nothing_is_vouched_for(read: Any, told: Any) -> None:
    look = run(read, told, below(thread(answer(901)))).look
    assert (look.reached, look.seen_from, look.seen_until) == (True, None, None)


def test_what_is_deleted_blocked_or_not_for_everybody_is_left_out_and_the_rest_is_read(
    read: Any, told: Any
) -> None:
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri(903), "notFound": True}
    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri(904), "blocked": True}
    shy = thread(answer(905, author=profile(labels=[{"val": "!no-unauthenticated"}])))
    result = run(read, told, below(gone, blocked, shy, thread(answer(901))))
    assert [post.text for post in result.posts] == ["回 901"]
    assert result.tally.skipped == 3
    assert result.verdict.status is RunStatus.OK


def test_a_post_that_was_deleted_meanwhile_is_no_trouble(read: Any, told: Any) -> None:
    result = run(read, told, below(thread(answer(901))), ours(950), ours(900))
    assert (result.tally.gone, result.tally.threads) == (1, 1)
    assert result.verdict.status is RunStatus.OK


def test_where_no_thread_is_there_the_addresses_have_changed(read: Any, told: Any) -> None:
    assert run(read, told, {}, ours(950), ours(940), ours(930)).verdict.status is RunStatus.LAYOUT


def test_a_thread_that_goes_on_below_what_is_shown_is_told(read: Any, told: Any) -> None:
    deepest = thread(answer(901))
    del deepest["replies"]
    assert run(read, told, below(deepest)).verdict.status is RunStatus.OK
    deepest["post"]["replyCount"] = 4
    result = run(read, told, below(deepest))
    assert result.verdict.status is RunStatus.PARTIAL
    assert len(result.posts) == 1


THREADS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "no thread": ({"body": b"{}"}, RunStatus.LAYOUT),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "an answer that is no object": (
        {"body": b'{"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {}, "replies": [5]}}'},
        RunStatus.LAYOUT,
    ),
    "an error": ({"body": b'{"error": "InternalServerError"}', "status": 500}, RunStatus.FAILED),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
}


@pytest.mark.parametrize(("answered", "expected"), THREADS.values(), ids=THREADS)
def test_a_thread_that_cannot_be_read_is_never_a_quiet_one(
    read: Any, told: Any, answered: dict[str, Any], expected: RunStatus
) -> None:
    feed = appview({OURS: [ours(900)]}, told)

    def site(request: Request) -> Any:
        return told(**answered) if "getPostThread" in request.url else feed(request)

    assert read(BlueskyAnswers, OPTIONS, site, queries=(OURS,)).verdict.status is expected


def test_a_post_whose_own_thread_is_hidden_has_no_answers_for_us(read: Any, told: Any) -> None:
    hidden = {POST: {"$type": "app.bsky.feed.defs#blockedPost", "uri": POST, "blocked": True}}
    assert run(read, told, hidden).verdict.status is RunStatus.EMPTY


def test_times_are_those_of_the_answers(read: Any, told: Any) -> None:
    (found,) = run(read, told, below(thread(answer(1000)))).posts
    assert found.published_at == START
    assert item(1000)["post"]["indexedAt"] == time(1000)
