"""The search of Bluesky: one session a run, whose token is nowhere but in headers, and what it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.codec import post_to_json
from listening.collect.spider.options import read_options
from listening.model import RunStatus
from spiders.bluesky_search import BlueskySearch, SearchOptions
from tests.spiders.views import profile, view

OPTIONS = SearchOptions(
    identifier_env="OUR_NAME", app_password_env="OUR_APP_PASSWORD", words=("断网",), delay=0
)
SESSION = "https://bsky.social/xrpc/com.atproto.server.createSession"
SEARCH = "https://bsky.social/xrpc/app.bsky.feed.searchPosts"
TOKEN = "eyJ-access"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_NAME", "xinghe.example.com")
    monkeypatch.setenv("OUR_APP_PASSWORD", "abcd-efgh-ijkl-mnop")


def server(
    found: list[dict[str, Any]], told: Any, *, per_page: int = 100, session: Any = None
) -> Callable[[Request], Any]:
    """A server that opens a session and finds these for 断网, to whom shows its token."""

    def answer(request: Request) -> Any:
        if request.url == SESSION:
            opened = {"accessJwt": TOKEN, "refreshJwt": "eyJ-refresh", "handle": "x", "did": "did:plc:x"}
            return session or told(json.dumps(opened).encode())
        if request.headers.get("Authorization") != f"Bearer {TOKEN}".encode():
            return told(b'{"error": "AuthMissing"}', status=401)
        query = asked(request)
        first, hits = int(query.get("cursor", "0")), found if "断网" in query["q"] else []
        cursor = {"cursor": str(first + per_page)} if first + per_page < len(hits) else {}
        return told(json.dumps({"posts": hits[first : first + per_page], **cursor}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return server([view(number) for number in range(900, 830, -1)], told, per_page=40)


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


def test_one_session_is_opened_for_all_words(read: Any, told: Any) -> None:
    result = read(BlueskySearch, OPTIONS, good_site(told), queries=("断网", "掉线"))
    session, *searches = result.requests
    assert (session.url, session.method) == (SESSION, "POST")
    assert json.loads(session.body) == {"identifier": "xinghe.example.com", "password": "abcd-efgh-ijkl-mnop"}
    assert session.headers["Content-Type"] == b"application/json"
    assert "Authorization" not in session.headers
    assert {each.headers["Authorization"] for each in searches} == {b"Bearer eyJ-access"}
    assert [asked(each)["q"] for each in searches] == ['"断网"', '"掉线"', '"断网"']
    assert [look.reached for look in result.looks] == [True, True]


def test_the_session_is_marked_as_secret_and_neither_token_nor_password_is_told(read: Any, told: Any) -> None:
    result = read(BlueskySearch, OPTIONS, good_site(told), queries=("断网",))
    assert result.requests[0].meta["secret"] is True
    shown = b"".join(map(post_to_json, result.posts)).decode() + repr(result.looks) + repr(result.verdict)
    shown += "".join(request.url for request in result.requests)
    assert not any(secret in shown for secret in (TOKEN, "eyJ-refresh", "abcd-efgh"))


WORDS = {
    "one": ("断网", '"断网"'),
    "two": ("Xinghe  Broadband", '"Xinghe Broadband"'),
    "like an operator": ("from:me", '"from:me"'),
    "with quotes": ('断"网', '"断 网"'),
}


@pytest.mark.parametrize(("word", "query"), WORDS.values(), ids=WORDS)
def test_a_word_is_searched_for_as_it_is_newest_first(read: Any, told: Any, word: str, query: str) -> None:
    request = read(BlueskySearch, OPTIONS, good_site(told), queries=(word,)).requests[1]
    assert request.url.startswith(f"{SEARCH}?")
    assert asked(request) == {"q": query, "sort": "latest", "limit": "100"}


def test_paging_follows_the_cursor_to_the_end(read: Any, told: Any) -> None:
    site = server([view(number) for number in range(1000, 950, -1)], told, per_page=20)
    result = read(BlueskySearch, OPTIONS, site, queries=("断网",))
    assert [asked(each).get("cursor") for each in result.requests[1:]] == [None, "20", "40"]
    assert len(result.posts) == 50
    assert result.look.reached


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = server([view(number) for number in range(1000, 600, -1)], told, per_page=40)
    first = read(BlueskySearch, OPTIONS, site, queries=("断网",))
    second = read(BlueskySearch, OPTIONS, site, first.look.marks, queries=("断网",))
    assert (len(first.requests), len(second.requests)) == (11, 4)


def test_a_gap_is_filled_from_its_own_upper_end(read: Any, told: Any) -> None:
    moment = datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
    request = read(BlueskySearch, OPTIONS, good_site(told), queries=("断网",), start=moment).requests[1]
    assert asked(request)["until"] == "2026-11-20T08:00:00.500Z"


def test_more_than_the_search_shows_is_told(read: Any, told: Any) -> None:
    posts = [view(1000 - number) for number in range(10_000)]
    options = replace(OPTIONS, max_pages=200)
    result = read(BlueskySearch, options, server(posts, told), queries=("断网",))
    assert result.verdict.status is RunStatus.PARTIAL
    assert "the search shows its newest 10000 posts" in result.verdict.reason
    assert not result.look.reached


def test_who_is_shown_to_members_is_shown_to_us_and_who_is_hidden_is_not(read: Any, told: Any) -> None:
    labels = ["!no-unauthenticated", "!hide"]
    posts = [view(1000 - n, author=profile(labels=[{"val": each}])) for n, each in enumerate(labels)]
    result = read(BlueskySearch, OPTIONS, server(posts, told), queries=("断网",))
    assert [post.text for post in result.posts] == ["断网 1000"]


@pytest.mark.parametrize("name", ["OUR_NAME", "OUR_APP_PASSWORD"])
def test_without_an_account_nothing_is_asked(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    result = read(BlueskySearch, OPTIONS, good_site(told), queries=("断网", "掉线"))
    assert result.requests == []
    assert result.verdict.status is RunStatus.LOGIN
    assert f"the environment has no {name}" in result.verdict.reason
    assert not any(look.reached for look in result.looks)


def test_the_account_must_be_named() -> None:
    _, problems = read_options(SearchOptions, {})
    assert [each.key for each in problems] == ["identifier_env", "app_password_env"]


SESSIONS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a wrong password": (
        {"body": b'{"error": "AuthenticationRequired", "message": "Invalid password"}', "status": 401},
        RunStatus.LOGIN,
    ),
    "a second factor": ({"body": b'{"error": "AuthFactorTokenRequired"}', "status": 401}, RunStatus.LOGIN),
    "an account that was taken down": (
        {"body": b'{"error": "AccountTakedown", "message": "Account has been taken down"}', "status": 401},
        RunStatus.BLOCKED,
    ),
    "too many sessions": ({"body": b'{"error": "RateLimitExceeded"}', "status": 429}, RunStatus.RATE_LIMITED),
    "no token": ({"body": b'{"did": "did:plc:x"}'}, RunStatus.LAYOUT),
    "a web page": ({"body": b"<!doctype html><title>x</title>"}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("session", "expected"), SESSIONS.values(), ids=SESSIONS)
def test_without_a_session_no_word_is_searched_for(
    read: Any, told: Any, session: dict[str, Any], expected: RunStatus
) -> None:
    site = server([view(1000)], told, session=told(**session))
    result = read(BlueskySearch, OPTIONS, site, queries=("断网", "掉线"))
    assert len(result.requests) == 1
    assert [look.facts.troubles[0].status for look in result.looks] == [expected, expected]


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a session that is over": ({"body": b'{"error": "ExpiredToken"}', "status": 400}, RunStatus.LOGIN),
    "a word it does not take": ({"body": b'{"error": "BadQueryString"}', "status": 400}, RunStatus.FAILED),
    "the search is down": ({"body": b'{"error": "UpstreamFailure"}', "status": 502}, RunStatus.FAILED),
    "forbidden": ({"body": b"Request forbidden by administrative rules.", "status": 403}, RunStatus.BLOCKED),
    "a renamed key": ({"body": b'{"feed": []}'}, RunStatus.LAYOUT),
    "posts of another shape": ({"body": b'{"posts": [5, {"uri": "at://x"}]}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "expected"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], expected: RunStatus
) -> None:
    good = good_site(told)

    def site(request: Request) -> Any:
        return good(request) if request.url == SESSION else told(**answer)

    result = read(BlueskySearch, OPTIONS, site, queries=("断网",))
    assert result.posts == []
    assert result.verdict.status is expected


def test_nothing_found_is_empty(read: Any, told: Any) -> None:
    assert read(BlueskySearch, OPTIONS, server([], told), queries=("断网",)).verdict == (RunStatus.EMPTY, "")
