"""Reposts of an account's posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scrapy import Request

from listening.codec import content_digest
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus, ids
from spiders._weibo import UnderPostsOptions, WeiboAccountOptions
from spiders.weibo_reposts import WeiboReposts
from spiders.weibo_timeline import WeiboTimeline
from tests.spiders.weibo_pages import JSON_WALLS, NAME, UID, before, status, told_json, user, weibo

OPTIONS = UnderPostsOptions(accounts=(UID,), cookie_env="WEIBO_COOKIE", delay=0)
POST = status(60, "今晚 23 点检修")
MID = POST["mid"]
OURS = Reference(
    id=f"weibo:{MID}",
    author=Author(id=UID, name=NAME, url=f"https://weibo.com/u/{UID}", verified=True),
)


def good_site(told: Any) -> Callable[[Request], Any]:
    cut = repost(3, "骂了很久 ...", isLongText=True)
    whole = {cut["mid"]: {"longTextContent": "骂了很久，很久"}}
    return weibo(told, [POST], reposts={MID: [repost(2), cut, repost(5)]}, whole=whole)


def repost(minutes: float, text: str = "又断网", **other: Any) -> dict[str, Any]:
    return status(minutes, text, **{"user": user("2000000002", "阿青", verified=False), **other})


DAYS_AGO = before(60 * 24 * 3)


def run(read: Any, site: Any, options: UnderPostsOptions = OPTIONS, **how: Any) -> Any:
    return read(WeiboReposts, options, site, queries=(UID,), **how)


def of(read: Any, told: Any, *reposts: Any, **how: Any) -> Any:
    return run(read, weibo(told, [POST], reposts={MID: reposts}, size=10), **how)


def test_a_repost_quotes_our_words_and_names_our_account(read: Any, told: Any) -> None:
    given = repost(5, "又断网//@老李:真的")
    (found,) = of(read, told, given).posts
    assert replace(found, collected_at=None) == Post(
        id=f"weibo:{given['mid']}",
        platform="weibo",
        kind=Kind.REPOST,
        url=f"https://weibo.com/2000000002/{ids.weibo_bid(given['mid'])}",
        text=f"又断网//@老李:真的 //@{NAME}: 今晚 23 点检修",
        author=Author(id="2000000002", name="阿青", url="https://weibo.com/u/2000000002", verified=False),
        published_at=before(5),
        source="来源",
        parent=OURS,
        root=OURS,
        region="广东",
        metrics=Metrics(likes=5, comments=2, reposts=3),
    )


def test_a_repost_is_the_same_post_here_and_in_the_timeline_of_who_reposted(read: Any, told: Any) -> None:
    given = repost(5)
    (here,) = of(read, told, given).posts
    options = WeiboAccountOptions(accounts=("2000000002",), cookie_env="WEIBO_COOKIE", delay=0)
    theirs = weibo(told, [{**given, "retweeted_status": POST}])
    (there,) = read(WeiboTimeline, options, theirs, queries=("2000000002",)).posts
    assert (here.id, content_digest(here)) == (there.id, content_digest(there))


def test_a_long_repost_is_asked_for_whole(read: Any, told: Any) -> None:
    result = run(read, good_site(told))
    assert sorted(found.text.partition(" //@")[0] for found in result.posts) == [
        "又断网",
        "又断网",
        "骂了很久，很久",
    ]
    assert all(found.root == OURS for found in result.posts)


def test_pages_are_read_to_the_last_one_that_is_told(read: Any, told: Any) -> None:
    reposts = [repost(minutes) for minutes in range(25)]
    result = of(read, told, *reposts)
    assert len(result.posts) == 25
    assert [path[-8:] for path in result.paths if "repostTimeline" in path] == ["count=10"] * 3
    assert result.verdict == (RunStatus.OK, "")


def test_an_empty_page_in_between_is_not_the_last_one(read: Any, told: Any) -> None:
    pages = {"1": [repost(2)], "2": [], "3": [repost(9)]}

    def answer(request: Request) -> Any:
        if "repostTimeline" not in request.url:
            return weibo(told, [POST])(request)
        number = request.url.partition("page=")[2][0]
        return told_json(told, {"data": pages[number], "max_page": 3, "total_number": 30})

    assert len(run(read, answer).posts) == 2


def test_where_no_last_page_is_told_an_empty_one_is_it(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        if "repostTimeline" not in request.url:
            return weibo(told, [POST])(request)
        return told_json(told, {"data": [repost(2)] if "page=1&" in request.url else []})

    result = run(read, answer)
    assert len(result.posts) == 1
    assert len(result.requests) == 4


def test_the_next_run_reads_threads_down_to_what_is_known(read: Any, told: Any) -> None:
    old, post = [repost(60 * 24 * 2 + minutes) for minutes in range(50)], status(60 * 24 * 2.9)

    def site(*new: Any) -> Any:
        return weibo(told, [status(1, reposts_count=0), post], reposts={post["mid"]: [*new, *old]}, size=10)

    first = run(read, site())
    second = run(read, site(repost(3)), marks=first.look.marks, wanted=DAYS_AGO)
    assert len(first.posts) == 50
    assert len([path for path in second.paths if "repostTimeline" in path]) == 2
    assert ids.weibo_post(repost(3)["mid"]) in {found.id for found in second.posts}


def test_it_vouches_for_nothing(read: Any, told: Any) -> None:
    look = run(read, good_site(told)).look
    assert (look.reached, look.seen_from, look.seen_until) == (True, None, None)


def test_a_post_that_tells_of_reposts_and_shows_none_is_not_quiet(read: Any, told: Any) -> None:
    empty = told_json(told, {"data": [], "max_page": 2, "total_number": 12})
    result = run(read, lambda request: empty if "repost" in request.url else weibo(told, [POST])(request))
    assert result.verdict.status is RunStatus.PARTIAL
    assert "tells of 12 reposts and shows none" in result.verdict.reason


def test_a_post_that_is_gone_in_between_is_no_trouble(read: Any, told: Any) -> None:
    gone = told('{"ok":0,"message":"该微博已被作者删除"}'.encode())
    result = run(read, lambda request: gone if "repost" in request.url else weibo(told, [POST])(request))
    assert (result.tally.gone, result.verdict.status) == (1, RunStatus.EMPTY)


@pytest.mark.parametrize(("answer", "ends"), JSON_WALLS.values(), ids=JSON_WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    timeline = weibo(told, [POST])
    result = run(read, lambda request: told(**answer) if "repost" in request.url else timeline(request))
    assert result.posts == []
    assert (result.verdict.status, result.look.reached) == (ends, False)


@pytest.mark.parametrize("bad", [7, {"user": None}, {"mid": "x"}], ids=["a number", "no author", "no id"])
def test_one_broken_repost_is_told_and_the_others_are_read(read: Any, told: Any, bad: Any) -> None:
    broken = {**repost(6, idstr=None, id=None), **bad} if isinstance(bad, dict) else bad
    result = of(read, told, repost(5), broken, repost(7))
    assert len(result.posts) == 2
    assert len(result.unreadable) == 1
