"""Mentions of our own account on Mastodon: what is one, whose are read, and by what the listing is sorted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Mention, Reference, RunStatus
from spiders.mastodon_mentions import MastodonMentions, MentionsOptions
from tests.spiders.statuses import START, account, status

OPTIONS = MentionsOptions(url="https://social.example", token_env="OUR_TOKEN", delay=0)
US = account("xinghe", id="41")


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_TOKEN", "t-123")


def note(number: int, kind: str = "mention", **other: Any) -> dict[str, Any]:
    """A notification, a minute older for each number less than 1000, of a post a minute older than itself."""
    told_at = (START - timedelta(minutes=1000 - number)).isoformat()
    about = status(number - 1, mentions=[US])
    return {
        "id": str(number),
        "type": kind,
        "created_at": told_at,
        "account": account("aqing"),
        "status": about,
        **other,
    }


def server(notes: list[dict[str, Any]], told: Any) -> Callable[[Request], Any]:
    def answer(request: Request) -> Any:
        query = parse_qs(urlsplit(request.url).query)
        below = [each for each in notes if int(each["id"]) < int(query.get("max_id", ["99999"])[0])][:40]
        path = request.url.partition("?")[0]
        link = f'<{path}?limit=40&max_id={below[-1]["id"]}>; rel="next"' if below else ""
        return told(json.dumps(below).encode(), headers={"Link": link})

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return server([note(number) for number in range(900, 830, -1)], told)


def test_what_is_asked_for(read: Any, told: Any) -> None:
    (request,) = read(MastodonMentions, OPTIONS, server([], told)).requests
    assert request.url == (
        "https://social.example/api/v1/notifications"
        "?limit=40&include_filtered=true&types%5B%5D=mention&types%5B%5D=quote"
    )
    assert request.headers["Authorization"] == b"Bearer t-123"


def test_a_mention_is_the_post_that_holds_it(read: Any, told: Any) -> None:
    (found,) = read(MastodonMentions, OPTIONS, server([note(1000)], told)).posts
    assert found.id == "fediverse:https://social.example/users/aqing/statuses/999"
    assert found.mentions == (Mention(id="xinghe@social.example", name="xinghe"),)
    assert found.published_at == START - timedelta(minutes=1)


def test_a_quotation_of_our_post_has_it_as_quoted_words(read: Any, told: Any) -> None:
    ours = status(5, account=US, uri="https://social.example/users/xinghe/statuses/5")
    quoting = status(999, quote={"state": "accepted", "quoted_status": ours})
    (found,) = read(MastodonMentions, OPTIONS, server([note(1000, "quote", status=quoting)], told)).posts
    assert found.kind is Kind.REPOST
    assert found.text == "断网 999\n//@xinghe@social.example: 断网 5"
    assert found.parent == Reference(
        id="fediverse:https://social.example/users/xinghe/statuses/5",
        author=Author(id="xinghe@social.example"),
    )


NOTES: dict[str, tuple[dict[str, Any], bool]] = {
    "a mention": ({}, True),
    "a quotation": ({"kind": "quote"}, True),
    "a boost of our post": ({"kind": "reblog"}, False),
    "somebody follows us": ({"kind": "follow", "status": None}, False),
    "a mention whose post is gone": ({"status": None}, False),
    "a word for us alone": ({"status": status(999, visibility="direct")}, False),
    "for followers alone": ({"status": status(999, visibility="private")}, False),
    "somebody who is not to be found by others": (
        {"status": status(999, account=account("shy", noindex=True, discoverable=False))},
        True,
    ),
}


@pytest.mark.parametrize(("given", "is_read"), NOTES.values(), ids=NOTES)
def test_public_words_to_us_are_read_and_nothing_else(
    read: Any, told: Any, given: dict[str, Any], is_read: bool
) -> None:
    result = read(MastodonMentions, OPTIONS, server([note(1000, **given)], told))
    assert (len(result.posts), result.tally.skipped) == (is_read, not is_read)


def test_the_listing_is_sorted_by_when_we_were_told(read: Any, told: Any) -> None:
    late = note(1000, status=status(10))
    marks = read(MastodonMentions, OPTIONS, server([late], told)).look.marks
    assert datetime.fromisoformat(marks["newest"]) == START


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = server([note(number) for number in range(1000, 600, -1)], told)
    first = read(MastodonMentions, OPTIONS, site)
    second = read(MastodonMentions, OPTIONS, site, first.look.marks)
    assert (len(first.requests), len(second.requests)) == (11, 3)


def test_without_the_token_nothing_is_asked(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_TOKEN")
    result = read(MastodonMentions, OPTIONS, good_site(told))
    assert result.requests == []
    assert result.verdict == (
        RunStatus.LOGIN,
        "the environment variable OUR_TOKEN is not set - put your own access token there",
    )


def test_the_token_must_be_named() -> None:
    _, problems = read_options(MentionsOptions, {"url": "https://social.example"})
    assert [each.key for each in problems] == ["token_env"]


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a token that may not": (
        {"body": b'{"error": "This action is outside the authorized scopes"}', "status": 403},
        RunStatus.BLOCKED,
    ),
    "a token that is over": (
        {"body": b'{"error": "The access token is invalid"}', "status": 401},
        RunStatus.LOGIN,
    ),
    "an object": ({"body": b'{"notifications": []}'}, RunStatus.LAYOUT),
    "a renamed key": ({"body": b'[{"kind": "mention", "created": "x"}]'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "expected"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], expected: RunStatus
) -> None:
    assert read(MastodonMentions, OPTIONS, lambda _: told(**answer)).verdict.status is expected
