"""Answers on Mastodon: which threads are read, what stands in them, and what is not shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request

from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus
from spiders._mastodon_accounts import AccountsOptions
from spiders.mastodon_answers import MastodonAnswers
from tests.spiders.statuses import START, account, server, status

OURS = "@xinghe@social.example"
OPTIONS = AccountsOptions(accounts=(OURS,), delay=0)
US = account("xinghe", id="41")


def ours(number: int, **other: Any) -> dict[str, Any]:
    uri = f"https://social.example/users/xinghe/statuses/{number}"
    return status(number, account=US, uri=uri, **other)


def answer(number: int, to: int | str, **other: Any) -> dict[str, Any]:
    return status(number, **{"in_reply_to_id": str(to), "content": f"<p>回 {number}</p>", **other})


def site(
    posts: list[dict[str, Any]],
    answers: dict[int, list[dict[str, Any]]],
    told: Any,
    above: list[dict[str, Any]] | None = None,
) -> Callable[[Request], Any]:
    """A server with our posts and what stands below each of them."""

    def answered(request: Request) -> Any:
        path = urlsplit(request.url).path
        if path.endswith("/lookup"):
            return told(b'{"id": "41"}')
        if path.endswith("/context"):
            below = answers.get(int(path.split("/")[4]))
            if below is None:
                return told(b'{"error": "Record not found"}', status=404)
            return told(json.dumps({"ancestors": above or [], "descendants": below}).encode())
        return server(posts, told)(request)

    return answered


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    answers = {1000: [answer(1001, 1000), answer(1002, 1001)], 990: [answer(991, 990)]}
    return site([ours(1000), ours(990), ours(980, replies_count=0)], answers, told)


def run(read: Any, where: Callable[[Request], Any], options: AccountsOptions = OPTIONS, **more: Any) -> Any:
    return read(MastodonAnswers, options, where, queries=(OURS,), **more)


def test_an_answer_knows_what_it_answers_and_where_the_thread_begins(read: Any, told: Any) -> None:
    first, second = run(read, site([ours(990)], {990: [answer(991, 990), answer(992, 991)]}, told)).posts
    post = Reference(
        id="fediverse:https://social.example/users/xinghe/statuses/990",
        author=Author(id="xinghe@social.example"),
    )
    assert replace(first, collected_at=None) == Post(
        id="fediverse:https://social.example/users/aqing/statuses/991",
        platform="mastodon",
        kind=Kind.COMMENT,
        url="https://social.example/@aqing/991",
        text="回 991",
        author=Author(
            id="aqing@social.example", name="阿青", url="https://social.example/@aqing", followers=5
        ),
        published_at=START - timedelta(minutes=9),
        source="来源",
        parent=post,
        root=post,
        tags=("断网",),
        lang="zh",
        metrics=Metrics(likes=1, comments=2, reposts=3),
    )
    assert second.parent == Reference(id=first.id, author=Author(id="aqing@social.example"))
    assert second.root == post


def test_our_own_answer_in_the_thread_is_there_as_well(read: Any, told: Any) -> None:
    below = [answer(991, 990), ours(992, in_reply_to_id="991")]
    assert [post.author.id for post in run(read, site([ours(990)], {990: below}, told)).posts] == [
        "aqing@social.example",
        "xinghe@social.example",
    ]


def test_below_an_answer_of_ours_the_thread_begins_where_it_began(read: Any, told: Any) -> None:
    theirs = status(900, account=account("keke@far.example"), uri="https://far.example/900")
    where = site([ours(990, in_reply_to_id="900")], {990: [answer(991, 990)]}, told, above=[theirs])
    (found,) = run(read, where).posts
    assert found.parent.author == Author(id="xinghe@social.example")
    assert found.root == Reference(
        id="fediverse:https://far.example/900", author=Author(id="keke@far.example")
    )


def test_what_is_answered_and_not_shown_is_known_by_its_number(read: Any, told: Any) -> None:
    (found,) = run(read, site([ours(990)], {990: [answer(991, 555)]}, told)).posts
    assert found.parent == Reference(id="mastodon/social.example:555")


POSTS: dict[str, tuple[dict[str, Any], int]] = {
    "with answers": ({}, 1),
    "without a number of them": ({"replies_count": None}, 1),
    "without answers": ({"replies_count": 0}, 0),
    "boosted": ({"reblog": status(5)}, 0),
}


@pytest.mark.parametrize(("other", "threads"), POSTS.values(), ids=POSTS)
def test_which_posts_have_a_thread(read: Any, told: Any, other: dict[str, Any], threads: int) -> None:
    result = run(read, site([ours(990, **other)], {990: []}, told))
    assert sum("/context" in path for path in result.paths) == threads
    assert result.posts == []
    assert result.verdict.status is RunStatus.EMPTY


def test_posts_of_the_last_week_are_looked_at_again_and_older_ones_are_not(read: Any, told: Any) -> None:
    days = [ours(1000 - 1440 * day, id=str(9000 - day)) for day in range(12)]
    answers: dict[int, list[dict[str, Any]]] = {9000 - day: [] for day in range(12)}
    first = run(read, site(days, answers, told))
    second = run(read, site(days, answers, told), marks=first.looks[0].marks)
    assert sum("/context" in path for path in first.paths) == 12
    assert sum("/context" in path for path in second.paths) == 7


def test_nothing_is_vouched_for(read: Any, told: Any) -> None:
    (look,) = run(read, good_site(told)).looks
    assert (look.reached, look.seen_from, look.seen_until) == (True, None, None)


def test_who_opted_out_and_what_is_private_is_left_out(read: Any, told: Any) -> None:
    below = [
        answer(991, 990, account=account("shy", noindex=True)),
        answer(992, 990, visibility="private"),
        answer(993, 990),
    ]
    result = run(read, site([ours(990)], {990: below}, told))
    assert [post.text for post in result.posts] == ["回 993"]
    assert result.tally.skipped == 2


@pytest.mark.parametrize(("with_token", "expected"), [(False, RunStatus.PARTIAL), (True, RunStatus.OK)])
def test_a_thread_that_is_not_shown_whole_without_a_token_is_told(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch, with_token: bool, expected: RunStatus
) -> None:
    monkeypatch.setenv("TOKEN", "t-123")
    options = replace(OPTIONS, url="https://social.example", token_env="TOKEN" if with_token else None)
    below = [answer(number, 900) for number in range(901, 961)]
    result = run(read, site([ours(900)], {900: below}, told), options)
    assert len(result.posts) == 60
    assert result.verdict.status is expected


def test_a_post_that_was_deleted_meanwhile_is_no_trouble(read: Any, told: Any) -> None:
    result = run(read, site([ours(990), ours(980)], {980: [answer(981, 980)]}, told))
    assert (result.tally.gone, result.tally.threads) == (1, 1)
    assert result.verdict.status is RunStatus.OK


THREADS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a renamed key": ({"body": b'{"ancestors": [], "replies": []}'}, RunStatus.LAYOUT),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"ancestors": [], "desc'}, RunStatus.LAYOUT),
    "for members alone": (
        {"body": b'{"error": "requires an authenticated user"}', "status": 401},
        RunStatus.LOGIN,
    ),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
}


@pytest.mark.parametrize(("thread", "expected"), THREADS.values(), ids=THREADS)
def test_a_thread_that_cannot_be_read_is_never_a_quiet_one(
    read: Any, told: Any, thread: dict[str, Any], expected: RunStatus
) -> None:
    good = good_site(told)

    def answered(request: Request) -> Any:
        return told(**thread) if "/1000/context" in request.url else good(request)

    result = run(read, answered)
    assert [post.text for post in result.posts] == ["回 991"]
    assert result.verdict.status is expected


def test_one_broken_answer_does_not_spoil_the_others(read: Any, told: Any) -> None:
    broken: list[Any] = [answer(992, 990, content=None), 5, {"id": 7}]
    result = run(read, site([ours(990)], {990: [answer(991, 990), *broken, answer(993, 991)]}, told))
    assert [post.text for post in result.posts] == ["回 991", "回 993"]
    assert len(result.unreadable) == 3
