"""Feeds of Bluesky accounts: what a post becomes, who is left out, and how far the paging goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus
from spiders._bluesky import AuthorOptions
from spiders._bluesky_posts import Teller
from spiders.bluesky_authors import BlueskyAuthors
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
    uri,
    view,
)

OURS = "xinghe.example.com"
OPTIONS = AuthorOptions(accounts=(OURS,), delay=0)
FEED = "xrpc/app.bsky.feed.getAuthorFeed"


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return appview({OURS: [item(number) for number in range(900, 830, -1)]}, told, per_page=40)


def run(read: Any, told: Any, *feed: dict[str, Any], **more: Any) -> Any:
    return read(BlueskyAuthors, OPTIONS, appview({OURS: list(feed)}, told), queries=(OURS,), **more)


def only(read: Any, told: Any, one: dict[str, Any]) -> Post:
    (found,) = run(read, told, one).posts
    post: Post = found
    return post


def facet(text: str, part: str, kind: str, **value: str) -> dict[str, Any]:
    """A marked stretch of a text, counted in bytes as the platform does."""
    begin = len(text.partition(part)[0].encode())
    return {
        "index": {"byteStart": begin, "byteEnd": begin + len(part.encode())},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **value}],
    }


def test_a_post_keeps_everything_that_is_told(read: Any, told: Any) -> None:
    text = "断网了 @xinghe.example.com #宽带 news.example/…"
    record = {
        "facets": [
            facet(text, "@xinghe.example.com", "mention", did=XINGHE),
            facet(text, "#宽带", "tag", tag="宽带"),
            facet(text, "news.example/…", "link", uri="https://news.example/2026/1"),
        ],
        "tags": ["报障", "宽带"],
        "langs": ["zh", "en"],
    }
    assert replace(only(read, told, item(1000, text=text, record=record)), collected_at=None) == Post(
        id="bluesky:did:plc:aqing/app.bsky.feed.post/1000",
        platform="bluesky",
        kind=Kind.POST,
        url="https://bsky.app/profile/did:plc:aqing/post/1000",
        text=text,
        author=Author(id=AQING, name="aqing.example.com", url="https://bsky.app/profile/did:plc:aqing"),
        published_at=START,
        source="来源",
        mentions=(Mention(id=XINGHE, name="xinghe.example.com"),),
        tags=("宽带", "报障"),
        lang="zh",
        metrics=Metrics(likes=1, comments=2, reposts=3),
        extra={"links": ["https://news.example/2026/1"]},
    )


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    bare = item(1000, record={"langs": None})
    for key in ("replyCount", "repostCount", "likeCount"):
        del bare["post"][key]
    bare["post"]["author"] = {"did": AQING, "handle": "handle.invalid"}
    post = only(read, told, bare)
    assert (post.metrics, post.lang, post.tags, post.parent) == (Metrics(), None, (), None)
    assert post.author == Author(id=AQING, url="https://bsky.app/profile/did:plc:aqing")


VERIFIED = {"valid": True, "invalid": False, "none": False}


@pytest.mark.parametrize(("status", "is_verified"), VERIFIED.items(), ids=VERIFIED)
def test_a_verified_account_is_known(read: Any, told: Any, status: str, is_verified: bool) -> None:
    author = profile(verification={"verifications": [], "verifiedStatus": status})
    post = only(read, told, item(1000, author=author))
    assert post.author is not None
    assert post.author.verified is is_verified


def test_an_answer_names_what_it_answers_the_thread_and_whose_they_are(read: Any, told: Any) -> None:
    parent, root = uri(5, KEKE), uri(4, XINGHE)
    given = item(1000, record=answering(parent, root))
    given["reply"] = {
        "parent": view(5, by=KEKE),
        "root": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": root, "notFound": True},
    }
    post = only(read, told, given)
    assert post.kind is Kind.COMMENT
    assert post.parent == Reference(
        id="bluesky:did:plc:keke/app.bsky.feed.post/5",
        author=Author(id=KEKE, name="keke.example.com", url="https://bsky.app/profile/did:plc:keke"),
    )
    assert post.root == Reference(id="bluesky:did:plc:xinghe/app.bsky.feed.post/4", author=Author(id=XINGHE))


def test_a_repost_has_the_original_as_quoted_words_and_a_time_of_its_own(read: Any, told: Any) -> None:
    original = view(5, "又断网了", by=KEKE)
    post = only(read, told, reposted(original, 1000))
    assert post.id == "bluesky:repost:did:plc:xinghe:did:plc:keke/app.bsky.feed.post/5"
    assert (post.kind, post.text, post.published_at) == (Kind.REPOST, "//@keke.example.com: 又断网了", START)
    assert post.author == Author(
        id=XINGHE, name="xinghe.example.com", url="https://bsky.app/profile/did:plc:xinghe"
    )
    assert post.parent is not None
    assert (post.parent.id, post.metrics) == ("bluesky:did:plc:keke/app.bsky.feed.post/5", None)


def test_a_post_and_its_repost_are_two(read: Any, told: Any) -> None:
    original = view(5, by=XINGHE)
    posts = run(read, told, reposted(original, 1000), {"post": original}).posts
    assert len({post.id for post in posts}) == 2


def test_the_same_number_of_two_accounts_is_two_posts(read: Any, told: Any) -> None:
    posts = run(read, told, item(7), item(7, by=KEKE)).posts
    assert len({post.id for post in posts}) == 2


def quotation(kind: str = "viewRecord", **other: Any) -> dict[str, Any]:
    quoted = view(5, "昨天断网", by=KEKE)
    told = {"uri": quoted["uri"], "author": quoted["author"], "value": quoted["record"], "labels": []}
    return {"$type": f"app.bsky.embed.record#{kind}", **told, **other}


EMBEDS: dict[str, tuple[dict[str, Any], str, Kind]] = {
    "pictures": (
        {"$type": "app.bsky.embed.images#view", "images": [{"alt": "光猫红灯"}, {"alt": ""}]},
        "看\n光猫红灯",
        Kind.POST,
    ),
    "a video": (
        {"$type": "app.bsky.embed.video#view", "cid": "c", "alt": "一直转圈"},
        "看\n一直转圈",
        Kind.POST,
    ),
    "a card": (
        {
            "$type": "app.bsky.embed.external#view",
            "external": {"uri": "https://news.example/1", "title": "全城断网", "description": "记者"},
        },
        "看",
        Kind.POST,
    ),
    "a quotation": (
        {"$type": "app.bsky.embed.record#view", "record": quotation()},
        "看\n//@keke.example.com: 昨天断网",
        Kind.REPOST,
    ),
    "a quotation with pictures": (
        {
            "$type": "app.bsky.embed.recordWithMedia#view",
            "record": {"$type": "app.bsky.embed.record#view", "record": quotation()},
            "media": {"$type": "app.bsky.embed.images#view", "images": [{"alt": "光猫红灯"}]},
        },
        "看\n光猫红灯\n//@keke.example.com: 昨天断网",
        Kind.REPOST,
    ),
    "a quotation that is gone": (
        {
            "$type": "app.bsky.embed.record#view",
            "record": {"$type": "app.bsky.embed.record#viewNotFound", "uri": uri(5), "notFound": True},
        },
        "看",
        Kind.POST,
    ),
    "a quotation of somebody for members alone": (
        {
            "$type": "app.bsky.embed.record#view",
            "record": quotation(author=profile(KEKE, labels=[{"val": "!no-unauthenticated"}])),
        },
        "看",
        Kind.POST,
    ),
    "a list of accounts": (
        {
            "$type": "app.bsky.embed.record#view",
            "record": {"$type": "app.bsky.graph.defs#listView", "uri": "at://x", "name": "断网的人"},
        },
        "看",
        Kind.POST,
    ),
}


@pytest.mark.parametrize(("embed", "text", "kind"), EMBEDS.values(), ids=EMBEDS)
def test_pictures_speak_for_the_author_and_quotations_for_somebody_else(
    read: Any, told: Any, embed: dict[str, Any], text: str, kind: Kind
) -> None:
    post = only(read, told, item(1000, text="看", embed=embed))
    assert (post.text, post.kind) == (text, kind)
    assert (post.parent is not None) is (kind is Kind.REPOST)


def test_the_address_on_a_card_is_kept(read: Any, told: Any) -> None:
    embed = EMBEDS["a card"][0]
    assert only(read, told, item(1000, embed=embed)).extra == {"links": ["https://news.example/1"]}


LABELS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "none": ([], True),
    "for members alone": ([{"val": "!no-unauthenticated", "src": AQING}], False),
    "for members alone, taken back": ([{"val": "!no-unauthenticated", "src": AQING, "neg": True}], True),
    "hidden by the network": ([{"val": "!hide", "src": "did:plc:labeler"}], False),
    "something else": ([{"val": "spam", "src": "did:plc:labeler"}], True),
}


@pytest.mark.parametrize(("labels", "is_read"), LABELS.values(), ids=LABELS)
@pytest.mark.parametrize("where", ["the author", "the reposter", "the author of what is reposted"])
def test_who_is_not_to_be_shown_to_everybody_is_left_out(
    read: Any, told: Any, labels: list[dict[str, Any]], is_read: bool, where: str
) -> None:
    marked = profile(AQING, labels=labels)
    given = item(1000, author=marked)
    if where == "the reposter":
        given = reposted(view(5, by=KEKE), 1000)
        given["reason"]["by"] = marked
    elif where == "the author of what is reposted":
        given = reposted(view(5, author=marked), 1000)
    result = run(read, told, given)
    assert (len(result.posts), result.tally.skipped) == (is_read, not is_read)
    assert result.verdict.status is (RunStatus.OK if is_read else RunStatus.EMPTY)


TIMES: dict[str, tuple[str | None, datetime | None, bool | None]] = {
    "before the arrival": ("2026-11-23T10:00:00.000Z", START - timedelta(hours=1), None),
    "in another zone": ("2026-11-23T18:00:00+08:00", START - timedelta(hours=1), None),
    "after the arrival": ("2026-11-23T11:30:00Z", START, None),
    "years ago": ("2015-01-01T00:00:00Z", datetime(2015, 1, 1, tzinfo=UTC), None),
    "broken": ("gestern", START, True),
    "not told": (None, START, True),
}


@pytest.mark.parametrize(("created", "moment", "guessed"), TIMES.values(), ids=TIMES)
def test_the_authors_clock_is_believed_up_to_the_arrival(
    read: Any, told: Any, created: str | None, moment: datetime | None, guessed: bool | None
) -> None:
    given = item(1000, record={"createdAt": created})
    post = only(read, told, given)
    assert (post.published_at, post.published_guessed) == (moment, guessed)


def test_a_time_that_nobody_can_read_is_kept_as_written(read: Any, told: Any) -> None:
    post = only(read, told, item(1000, record={"createdAt": "gestern"}, indexedAt="heute"))
    assert (post.published_at, post.extra) == (None, {"published_text": "gestern"})


def test_where_a_feed_is(read: Any, told: Any) -> None:
    for query, actor in ((OURS, OURS), (f"@{OURS}", OURS), (XINGHE, "did%3Aplc%3Axinghe")):
        site = appview({OURS: [], XINGHE: []}, told)
        assert read(BlueskyAuthors, OPTIONS, site, queries=(query,)).paths == [
            f"{FEED}?actor={actor}&limit=100"
        ]


def test_paging_follows_the_cursor_to_the_end(read: Any, told: Any) -> None:
    site = appview({OURS: [item(number) for number in range(1000, 950, -1)]}, told, per_page=20)
    result = read(BlueskyAuthors, OPTIONS, site, queries=(OURS,))
    assert result.paths == [
        f"{FEED}?actor={OURS}&limit=100{more}" for more in ("", "&cursor=20", "&cursor=40")
    ]
    assert len(result.posts) == 50
    assert result.verdict.status is RunStatus.OK


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = appview({OURS: [item(number) for number in range(1000, 600, -1)]}, told, per_page=40)
    first = read(BlueskyAuthors, OPTIONS, site, queries=(OURS,))
    second = read(BlueskyAuthors, OPTIONS, site, first.look.marks, queries=(OURS,))
    assert (len(first.requests), len(second.requests)) == (10, 3)


def test_a_feed_that_ends_early_vouches_for_what_it_shows_and_the_next_one_tells(
    read: Any, told: Any
) -> None:
    """A feed has been known to lose its cursor in the middle."""
    first = run(read, told, *(item(number) for number in range(600, 560, -1)))
    assert first.look.seen_from == START - timedelta(minutes=438)
    second = run(read, told, *(item(number) for number in range(1000, 960, -1)), marks=first.look.marks)
    assert second.verdict.status is RunStatus.PARTIAL
    assert not second.look.reached


def test_a_pinned_post_neither_ends_the_paging_nor_keeps_it_going(read: Any, told: Any) -> None:
    pinned = {"reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    marks = run(read, told, item(990)).look.marks
    fresh, old = [item(1), *map(item, range(1000, 940, -1))], [item(999), *map(item, range(800, 740, -1))]
    for feed, pages in ((fresh, 4), (old, 1)):
        feed[0] |= pinned
        site = appview({OURS: feed}, told, per_page=20)
        assert len(read(BlueskyAuthors, OPTIONS, site, marks, queries=(OURS,)).requests) == pages


def test_a_repost_whose_time_nobody_can_read_keeps_it_as_written(read: Any, told: Any) -> None:
    given = reposted(view(5, record={"createdAt": "gestern"}, indexedAt="heute"), 1000)
    given["reason"]["indexedAt"] = "morgen"
    post = only(read, told, given)
    assert (post.published_at, post.extra) == (None, {"published_text": "morgen"})


BROKEN: dict[str, dict[str, Any]] = {
    "no text": item(999, record={"text": None}),
    "a number for a text": item(999, record={"text": 5}),
    "no record": item(999, record=None) | {"post": {**view(999), "record": None}},
    "no author": {"post": view(999, author=None)},
    "no number": {"post": view(999, uri=None)},
    "an address of another kind": {"post": view(999, uri="https://x.example/1")},
    "half a character": item(999, text="x\ud83d"),
    "no post": {"reason": None},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_one_broken_post_is_told_and_the_others_are_read(
    read: Any, told: Any, broken: dict[str, Any]
) -> None:
    result = run(read, told, item(1000), broken, item(998))
    assert [post.text for post in result.posts] == ["断网 1000", "断网 998"]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


WALLS: dict[str, tuple[dict[str, Any], RunStatus, str]] = {
    "no such account": (
        {"body": b'{"error": "InvalidRequest", "message": "Profile not found"}', "status": 400},
        RunStatus.FAILED,
        "the platform says 'Profile not found' (InvalidRequest)",
    ),
    "an account that was taken down": (
        {"body": b'{"error": "AccountTakedown", "message": "Account has been suspended"}', "status": 400},
        RunStatus.BLOCKED,
        "suspended",
    ),
    "a login": ({"body": b'{"error": "AuthMissing"}', "status": 401}, RunStatus.LOGIN, "AuthMissing"),
    "an error with status 200": (
        {"body": b'{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}'},
        RunStatus.RATE_LIMITED,
        "Rate Limit",
    ),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED, "429"),
    "a bad request without a word": ({"body": b"", "status": 400}, RunStatus.FAILED, "400"),
    "a renamed key": ({"body": b'{"items": []}'}, RunStatus.LAYOUT, "feed"),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT, "a list"),
    "JSON that is cut off": ({"body": b'{"feed": [{"post"'}, RunStatus.LAYOUT, "is not JSON"),
}


@pytest.mark.parametrize(("answer", "expected", "reason"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], expected: RunStatus, reason: str
) -> None:
    result = read(BlueskyAuthors, OPTIONS, lambda _: told(**answer), queries=(OURS,))
    assert result.posts == []
    assert result.verdict.status is expected
    assert reason in result.verdict.reason


def test_an_empty_feed_is_empty(read: Any, told: Any) -> None:
    assert run(read, told).verdict == (RunStatus.EMPTY, "")


ACCOUNTS = {
    "xinghe.example.com": True,
    "@xinghe.bsky.social": True,
    "xn--bcher-kva.example": True,
    "did:plc:z72i7hdynmk6r22z27h6tvur": True,
    "did:web:xinghe.example": True,
    "xinghe": False,
    "星河": False,
    "https://bsky.app/profile/x.example": False,
    "@xinghe@social.example": False,
    "": False,
}


@pytest.mark.parametrize(("account", "is_one"), ACCOUNTS.items(), ids=ACCOUNTS)
def test_what_is_no_account_is_told_in_the_settings_and_in_the_run(
    read: Any, told: Any, account: str, is_one: bool
) -> None:
    _, problems = read_options(AuthorOptions, {"accounts": [account]})
    assert [each.key for each in problems] == ([] if is_one else ["accounts"])
    result = read(BlueskyAuthors, OPTIONS, appview({}, told), queries=(account,))
    assert len(result.requests) == is_one
    assert result.verdict.status is RunStatus.FAILED


@given(st.text(), st.text(min_size=1).filter(str.isprintable), st.text())
def test_a_name_that_is_marked_is_found_whatever_stands_around_it(before: str, name: str, after: str) -> None:
    try:
        (before + name + after).encode()
    except UnicodeEncodeError:
        return
    begin = len(before.encode())
    marked = {
        "index": {"byteStart": begin, "byteEnd": begin + len(name.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": XINGHE}],
    }
    given_view = view(1000, before + name + after, record={"facets": [marked]})
    post = Teller(datetime.fromisoformat, lambda _: False).post({"post": given_view})  # type: ignore[arg-type]
    assert post.mentions == (Mention(id=XINGHE, name=name.removeprefix("@") or None),)
