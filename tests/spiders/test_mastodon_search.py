"""The search of a Mastodon server: what is asked, how it pages, and that its silence is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.model import RunStatus
from spiders.mastodon_search import MastodonSearch, SearchOptions
from tests.spiders.statuses import START, account, status

OPTIONS = SearchOptions(url="https://social.example", token_env="OUR_TOKEN", words=("断网",), delay=0)


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_TOKEN", "t-123")


def server(
    statuses: list[dict[str, Any]], told: Any, anything: list[dict[str, Any]] | None = None
) -> Callable[[Request], Any]:
    """A search that finds these for 断网, and `anything` where nothing in particular is asked for."""
    others = [status(1)] if anything is None else anything

    def answer(request: Request) -> Any:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        words, first = query["q"], int(query.get("offset", "0"))
        found = others if words == "in:public" else statuses if "断网" in words else []
        page = found[first : first + int(query["limit"])]
        return told(json.dumps({"accounts": [], "statuses": page, "hashtags": []}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return server([status(number) for number in range(900, 830, -1)], told)


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


WORDS = {
    "one": ("断网", '"断网" in:public'),
    "two": ("Xinghe  Broadband", '"Xinghe Broadband" in:public'),
    "like an operator": ("from:me", '"from:me" in:public'),
    "with quotes": ('"断"网', '"断 网" in:public'),
}


@pytest.mark.parametrize(("word", "query"), WORDS.values(), ids=WORDS)
def test_a_word_is_searched_for_as_it_is_and_among_public_posts(
    read: Any, told: Any, word: str, query: str
) -> None:
    request, *_ = read(MastodonSearch, OPTIONS, good_site(told), queries=(word,)).requests
    assert asked(request) == {"q": query, "type": "statuses", "limit": "40"}
    assert request.headers["Authorization"] == b"Bearer t-123"


def test_paging_goes_on_until_nothing_comes(read: Any, told: Any) -> None:
    site = server([status(number) for number in range(1000, 900, -1)], told)
    result = read(MastodonSearch, OPTIONS, site, queries=("断网",))
    assert [asked(request).get("offset") for request in result.requests] == [None, "40", "80", "120"]
    assert len(result.posts) == 100
    assert result.look.reached


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = server([status(number) for number in range(1000, 600, -1)], told)
    first = read(MastodonSearch, OPTIONS, site, queries=("断网",))
    second = read(MastodonSearch, OPTIONS, site, first.look.marks, queries=("断网",))
    assert (len(first.requests), len(second.requests)) == (11, 3)


def test_a_gap_is_filled_from_its_own_upper_end(read: Any, told: Any) -> None:
    moment = datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
    request, *_ = read(MastodonSearch, OPTIONS, good_site(told), queries=("断网",), start=moment).requests
    assert asked(request)["q"] == f'"断网" in:public before:{int(moment.timestamp())}500'


def test_who_does_not_want_to_be_searched_is_left_out(read: Any, told: Any) -> None:
    wishes = [{"indexable": False}, {"noindex": True}, {"discoverable": False}, {"indexable": True}, {}]
    statuses = [status(1000 - n, account=account(f"p{n}", **wish)) for n, wish in enumerate(wishes)]
    result = read(MastodonSearch, OPTIONS, server(statuses, told), queries=("断网",))
    assert [post.author.name for post in result.posts] == ["p3", "p4"]


def test_nothing_for_a_word_is_a_quiet_day_where_the_search_finds_others(read: Any, told: Any) -> None:
    result = read(MastodonSearch, OPTIONS, server([], told), queries=("断网", "掉线"))
    assert [asked(request)["q"] for request in result.requests] == [
        '"断网" in:public',
        '"掉线" in:public',
        "in:public",
    ]
    assert result.verdict.status is RunStatus.EMPTY
    assert all(look.reached for look in result.looks)


def test_a_search_that_has_found_something_is_not_doubted(read: Any, told: Any) -> None:
    result = read(MastodonSearch, OPTIONS, server([status(999)], told), queries=("断网", "掉线"))
    assert "in:public" not in [asked(request)["q"] for request in result.requests]
    assert result.verdict.status is RunStatus.OK


def test_a_search_that_finds_nothing_at_all_is_never_a_quiet_day(read: Any, told: Any) -> None:
    result = read(MastodonSearch, OPTIONS, server([], told, anything=[]), queries=("断网", "掉线"))
    assert result.verdict.status is RunStatus.FAILED
    assert "finds nothing whatever is asked" in result.verdict.reason
    assert not any(look.reached or look.seen_from for look in result.looks)


def test_a_search_that_breaks_while_it_is_doubted_is_told(read: Any, told: Any) -> None:
    good = server([], told)

    def answer(request: Request) -> Any:
        return told(b"", status=503) if asked(request)["q"] == "in:public" else good(request)

    assert read(MastodonSearch, OPTIONS, answer, queries=("断网",)).verdict.status is RunStatus.FAILED


def test_without_the_token_nothing_is_asked(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_TOKEN")
    result = read(MastodonSearch, OPTIONS, good_site(told), queries=("断网", "掉线"))
    assert result.requests == []
    assert result.verdict.status is RunStatus.LOGIN
    assert not any(look.reached for look in result.looks)


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a token that is over": (
        {"body": b'{"error": "The access token is invalid"}', "status": 401},
        RunStatus.LOGIN,
    ),
    "too many requests": ({"body": b'{"error": "Too many requests"}', "status": 429}, RunStatus.RATE_LIMITED),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "statuses of another name": ({"body": b'{"accounts": [], "posts": []}'}, RunStatus.LAYOUT),
    "a page that comes once more": (
        {"body": json.dumps({"statuses": [status(1000), status(999)]}).encode()},
        RunStatus.LAYOUT,
    ),
    "statuses of another shape": ({"body": b'{"statuses": [{"id": 1}, 2]}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "expected"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], expected: RunStatus
) -> None:
    result = read(MastodonSearch, OPTIONS, lambda _: told(**answer), queries=("断网",))
    assert result.verdict.status is expected
    assert not any(look.reached for look in result.looks)


def test_the_time_of_a_status_is_what_the_listing_is_sorted_by(read: Any, told: Any) -> None:
    marks = read(MastodonSearch, OPTIONS, server([status(1000)], told), queries=("断网",)).look.marks
    assert datetime.fromisoformat(marks["newest"]) == START
