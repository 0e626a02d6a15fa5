"""Mastodon timelines: what a status becomes, who is left out, and how far the paging goes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus
from spiders.mastodon_timeline import MastodonOptions, MastodonTimeline
from tests.spiders.statuses import START, account, server, status

TAG = MastodonOptions(url="https://social.example", tag="断网", delay=0)
PUBLIC = MastodonOptions(url="https://social.example", public="local", delay=0)
ACCOUNT = MastodonOptions(url="https://social.example", account="@xinghe@far.example", delay=0)


def test_a_status_keeps_everything_the_server_tells(read: Any, told: Any) -> None:
    given = status(
        1000,
        content="<p>断网了<br>@xinghe</p>",
        spoiler_text="抱怨",
        mentions=[account("xinghe@far.example")],
    )
    (found,) = read(MastodonTimeline, TAG, server([given], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="fediverse:https://social.example/users/aqing/statuses/1000",
        platform="mastodon",
        kind=Kind.POST,
        url="https://social.example/@aqing/1000",
        title="抱怨",
        text="断网了\n@xinghe",
        author=Author(
            id="aqing@social.example", name="阿青", url="https://social.example/@aqing", followers=5
        ),
        published_at=START,
        source="来源",
        mentions=(Mention(id="xinghe@far.example", name="xinghe"),),
        tags=("断网",),
        lang="zh",
        metrics=Metrics(likes=1, comments=2, reposts=3),
    )


def test_an_answer_names_what_it_answers_and_whose_that_is(read: Any, told: Any) -> None:
    given = status(
        1000,
        in_reply_to_id="77",
        in_reply_to_account_id="id-xinghe@far.example",
        mentions=[account("bo"), account("xinghe@far.example")],
    )
    (found,) = read(MastodonTimeline, TAG, server([given], told)).posts
    assert found.kind is Kind.COMMENT
    assert found.parent == Reference(id="mastodon/social.example:77", author=Author(id="xinghe@far.example"))


def test_a_boost_is_a_repost_with_the_original_quoted(read: Any, told: Any) -> None:
    original = status(5, uri="https://far.example/5", account=account("xinghe@far.example"))
    given = status(1000, content="", reblog=original, uri="https://social.example/boost/1")
    (found,) = read(MastodonTimeline, TAG, server([given], told)).posts
    assert (found.id, found.kind) == ("fediverse:https://social.example/boost/1", Kind.REPOST)
    assert found.text == "//@xinghe@far.example: 断网 5"
    assert found.parent is not None
    assert found.parent.id == "fediverse:https://far.example/5"
    assert (found.parent.author and found.parent.author.id) == "xinghe@far.example"
    assert found.author is not None
    assert found.author.id == "aqing@social.example"
    assert found.published_at == START


def test_what_a_poll_and_its_pictures_say_are_the_authors_words(read: Any, told: Any) -> None:
    given = status(
        1000,
        content="<p>你家用谁的？</p>",
        poll={"id": "5", "options": [{"title": "星河宽带", "votes_count": 3}, {"title": "长河"}]},
        media_attachments=[
            {"type": "image", "description": "光猫红灯"},
            {"type": "image", "description": None},
        ],
    )
    (found,) = read(MastodonTimeline, TAG, server([given], told)).posts
    assert found.text == "你家用谁的？\n星河宽带\n长河\n光猫红灯"


AUTHORS: dict[str, tuple[str, dict[str, Any], str]] = {
    "agreed": ("accepted", {}, "又断了\n//@xinghe@far.example: 断网 5"),
    "not agreed": ("pending", {}, "又断了"),
    "taken back": ("revoked", {}, "又断了"),
    "of somebody who opted out": ("accepted", {"noindex": True}, "又断了"),
}


@pytest.mark.parametrize(("state", "wish", "text"), AUTHORS.values(), ids=AUTHORS)
def test_a_quotation_is_somebody_elses_words(
    read: Any, told: Any, state: str, wish: dict[str, Any], text: str
) -> None:
    original = status(5, uri="https://far.example/5", account=account("xinghe@far.example", **wish))
    content = '<p class="quote-inline">RE: https://far.example/5</p><p>又断了</p>'
    given = status(1000, content=content, quote={"state": state, "quoted_status": original})
    (found,) = read(MastodonTimeline, TAG, server([given], told)).posts
    assert found.text == text
    is_shown = "//@" in text
    assert found.kind is (Kind.REPOST if is_shown else Kind.POST)
    quoted = Reference(id="fediverse:https://far.example/5", author=Author(id="xinghe@far.example"))
    assert found.parent == (quoted if is_shown else None)


def test_a_number_that_is_answered_may_be_written_as_a_number(read: Any, told: Any) -> None:
    texts = [
        status(1000, in_reply_to_id="77", in_reply_to_account_id="5", mentions=[account("xinghe", id="5")]),
        status(999, in_reply_to_id=77, in_reply_to_account_id=5, mentions=[account("xinghe", id=5)]),
    ]
    one, other = read(MastodonTimeline, TAG, server(texts, told)).posts
    assert one.parent == other.parent
    assert one.parent is not None
    assert one.parent.author == Author(id="xinghe@social.example")


WISHES: dict[str, tuple[MastodonOptions, dict[str, Any], bool]] = {
    "nothing said": (PUBLIC, {}, True),
    "yes to everything": (PUBLIC, {"noindex": False, "indexable": True, "discoverable": True}, True),
    "undecided": (PUBLIC, {"discoverable": None, "indexable": None}, True),
    "noindex, tag": (TAG, {"noindex": True}, False),
    "noindex, public": (PUBLIC, {"noindex": True}, False),
    "not discoverable, tag": (TAG, {"discoverable": False}, False),
    "not discoverable, public": (PUBLIC, {"discoverable": False}, False),
    "not indexable, tag": (TAG, {"indexable": False}, True),
    "not indexable, public": (PUBLIC, {"indexable": False}, False),
    "not indexable, on a server that is one's own": (
        replace(PUBLIC, unindexed="our own server, its users know"),
        {"indexable": False},
        True,
    ),
    "noindex, on a server that is one's own": (
        replace(PUBLIC, unindexed="our own server, its users know"),
        {"noindex": True},
        False,
    ),
}


@pytest.mark.parametrize(("options", "wish", "is_read"), WISHES.values(), ids=WISHES)
def test_what_authors_wish_is_honoured(
    read: Any, told: Any, options: MastodonOptions, wish: dict[str, Any], is_read: bool
) -> None:
    result = read(MastodonTimeline, options, server([status(1000, account=account("a", **wish))], told))
    assert len(result.posts) == is_read
    assert result.verdict.status is (RunStatus.OK if is_read else RunStatus.EMPTY)
    assert result.tally.skipped == (not is_read)


def test_a_boost_of_somebody_who_opted_out_is_left_out(read: Any, told: Any) -> None:
    given = status(1000, reblog=status(5, account=account("shy", noindex=True)))
    assert read(MastodonTimeline, TAG, server([given], told)).posts == []


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_a_token_shows_beyond_the_public_is_left_out(read: Any, told: Any, visibility: str) -> None:
    assert read(MastodonTimeline, TAG, server([status(1000, visibility=visibility)], told)).posts == []


ADDRESSES = {
    "tag": (TAG, ["api/v1/timelines/tag/%E6%96%AD%E7%BD%91?limit=40"]),
    "local": (PUBLIC, ["api/v1/timelines/public?limit=40&local=true"]),
    "all": (replace(PUBLIC, public="all"), ["api/v1/timelines/public?limit=40"]),
}


@pytest.mark.parametrize(("options", "paths"), ADDRESSES.values(), ids=ADDRESSES)
def test_where_a_timeline_is(read: Any, told: Any, options: MastodonOptions, paths: list[str]) -> None:
    assert read(MastodonTimeline, options, server([], told)).paths == paths


def test_an_account_is_looked_up_first(read: Any, told: Any) -> None:
    statuses = server([status(1000)], told)

    def answer(request: Request) -> Any:
        return told(b'{"id": "42", "acct": "xinghe"}') if "lookup" in request.url else statuses(request)

    result = read(MastodonTimeline, ACCOUNT, answer)
    assert result.paths[:2] == [
        "api/v1/accounts/lookup?acct=xinghe%40far.example",
        "api/v1/accounts/42/statuses?limit=40",
    ]
    assert len(result.posts) == 1


def test_an_account_that_is_not_there_is_a_failure(read: Any, told: Any) -> None:
    result = read(MastodonTimeline, ACCOUNT, lambda _: told(b'{"error":"Record not found"}', status=404))
    assert result.verdict.status is RunStatus.FAILED


def test_paging_follows_the_link_header_until_nothing_comes(read: Any, told: Any) -> None:
    statuses = [status(number) for number in range(1000, 900, -1)]
    result = read(MastodonTimeline, TAG, server(statuses, told))
    assert len(result.posts) == 100
    assert len(result.requests) == 4
    assert result.verdict.status is RunStatus.OK


def test_late_arrivals_of_the_last_hour_are_looked_for_again(read: Any, told: Any) -> None:
    statuses = [status(number) for number in range(1000, 600, -1)]
    first = read(MastodonTimeline, TAG, server(statuses, told))
    second = read(MastodonTimeline, TAG, server(statuses, told), first.look.marks)
    assert len(first.requests) == 11
    assert len(second.requests) == 3, "80 posts of the last hour and the page that ends it"


def test_pinned_statuses_do_not_end_the_paging_nor_keep_it_going(read: Any, told: Any) -> None:
    cursor = read(MastodonTimeline, TAG, server([status(900)], told)).look.marks
    old = [status(number) for number in range(800, 700, -1)]
    pinned = status(999, pinned=True)
    result = read(MastodonTimeline, TAG, server([pinned, *old], told), cursor)
    assert len(result.requests) == 1


def test_a_page_whose_authors_all_opted_out_does_not_end_the_paging(read: Any, told: Any) -> None:
    shy = [status(number, account=account("shy", noindex=True)) for number in range(1000, 950, -1)]
    result = read(MastodonTimeline, TAG, server([*shy, status(900)], told))
    assert [found.text for found in result.posts] == ["断网 900"]


def test_the_next_page_is_never_on_another_host(read: Any, told: Any) -> None:
    headers = {"Link": '<http://127.0.0.1:9200/_search>; rel="next"'}
    result = read(MastodonTimeline, TAG, lambda _: told(json.dumps([status(1)]).encode(), headers=headers))
    assert len(result.requests) == 1
    assert result.verdict.status is RunStatus.LAYOUT


def test_paging_in_a_circle_is_noticed(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        headers = {"Link": f'<{request.url}>; rel="next"'}
        return told(json.dumps([status(1000)]).encode(), headers=headers)

    result = read(MastodonTimeline, TAG, answer)
    assert len(result.requests) == 1
    assert result.verdict.status is RunStatus.LAYOUT


def test_a_status_with_a_clock_ahead_does_not_hide_the_next_ones(read: Any, told: Any, now: datetime) -> None:
    ahead = status(1000, created_at=(now + timedelta(hours=20)).isoformat())
    cursor = read(MastodonTimeline, TAG, server([ahead], told)).look.marks
    assert datetime.fromisoformat(cursor["newest"]) == now


def test_a_token_comes_from_the_environment(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIAL_TOKEN", "t-123")
    (request,) = read(MastodonTimeline, replace(TAG, token_env="SOCIAL_TOKEN"), server([], told)).requests
    assert request.headers["Authorization"] == b"Bearer t-123"


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a timeline for members": (
        {"body": b'{"error":"This method requires an authenticated user"}', "status": 422},
        RunStatus.LOGIN,
    ),
    "a token that is over": (
        {"body": b'{"error":"The access token is invalid"}', "status": 401},
        RunStatus.LOGIN,
    ),
    "an object where a list was": ({"body": b'{"statuses": []}'}, RunStatus.LAYOUT),
    "statuses of another shape": ({"body": b'[{"id": 1}, 2]'}, RunStatus.LAYOUT),
    "a web page": ({"body": b"<!doctype html><title>x</title>"}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "expected"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], expected: RunStatus
) -> None:
    result = read(MastodonTimeline, TAG, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is expected


OPTIONS = TAG


def good_site(told: Any) -> Any:
    """For the contract of all spiders."""
    return server([status(number) for number in range(900, 830, -1)], told)
