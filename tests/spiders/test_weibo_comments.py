"""Comments under an account's posts, and the answers to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus, ids
from spiders._weibo import UnderPostsOptions
from spiders.weibo_comments import WeiboComments
from tests.spiders.weibo_pages import (
    JSON_WALLS,
    NAME,
    UID,
    before,
    comment,
    status,
    told_json,
    user,
    weibo,
)

OPTIONS = UnderPostsOptions(accounts=(UID,), cookie_env="WEIBO_COOKIE", delay=0)
OURS = Author(id=UID, name=NAME, url=f"https://weibo.com/u/{UID}", verified=True)
POST = status(60)
MID = POST["mid"]
ROOT = Reference(id=f"weibo:{MID}", author=OURS)


def good_site(told: Any) -> Callable[[Request], Any]:
    first = comment(5)
    answers = [answer_to(first, 4), answer_to(first, 3)]
    shown = {**first, "comments": answers[:1], "total_number": 2, "more_info": {"display_text": "共2条回复"}}
    return weibo(told, [POST], comments={MID: [shown, comment(9)], first["idstr"]: answers})


def answer_to(above: dict[str, Any], minutes: float, **other: Any) -> dict[str, Any]:
    """An answer to a comment, as it stands beneath it."""
    return comment(minutes, "回复@阿青:我也是", rootid=above["id"], rootidstr=above["idstr"], **other)


DAYS_AGO = before(60 * 24 * 3)


def run(read: Any, site: Any, options: UnderPostsOptions = OPTIONS, **how: Any) -> Any:
    return read(WeiboComments, options, site, queries=(UID,), **how)


def under(read: Any, told: Any, *comments: Any, **how: Any) -> Any:
    return run(read, weibo(told, [POST], comments={MID: comments}), **how)


def doors(result: Any) -> list[str]:
    return [path.partition("?")[0].rpartition("/")[2] for path in result.paths]


def test_a_comment_keeps_everything_and_names_our_account_above_it(read: Any, told: Any) -> None:
    given = comment(
        5, text="又<img alt='[怒]' src='x'/>断网 <a href='/n/小明'>@小明</a>", text_raw="又[怒]断网 @小明"
    )
    (found,) = under(read, told, given).posts
    assert replace(found, collected_at=None, mentions=()) == Post(
        id=f"weibo:comment:{given['idstr']}",
        platform="weibo",
        kind=Kind.COMMENT,
        url=f"https://weibo.com/{UID}/{ids.weibo_bid(MID)}",
        text="又[怒]断网 @小明",
        author=Author(id="2000000002", name="阿青", url="https://weibo.com/u/2000000002", verified=False),
        published_at=before(5),
        source="来源",
        parent=ROOT,
        root=ROOT,
        region="广东",
        metrics=Metrics(likes=4, comments=0),
    )
    assert [each.name for each in found.mentions] == ["小明"]


def test_an_answer_names_the_comment_above_it_and_our_post_as_its_root(read: Any, told: Any) -> None:
    first = comment(5)
    (_, found) = under(read, told, {**first, "comments": [answer_to(first, 4)], "total_number": 1}).posts
    assert (found.parent, found.root) == (Reference(id=f"weibo:comment:{first['idstr']}"), ROOT)


def test_an_answer_to_an_answer_names_the_one_that_is_answered(read: Any, told: Any) -> None:
    first = comment(5)
    to_whom = {"id": 5337290936160046, "user": user("7", "老李", verified=False), "text": "同问"}
    shown = {**first, "comments": [answer_to(first, 4, reply_comment=to_whom)], "total_number": 1}
    found = under(read, told, shown).posts[1]
    assert found.parent == Reference(
        id="weibo:comment:5337290936160046",
        author=Author(id="7", name="老李", url="https://weibo.com/u/7", verified=False),
    )


IDS = {"numbers": {"idstr": None, "mid": None}, "texts": {"id": None}}


@pytest.mark.parametrize("change", IDS.values(), ids=IDS)
def test_an_id_is_the_same_as_a_number_and_as_a_text(read: Any, told: Any, change: Any) -> None:
    (found,) = under(read, told, comment(5, **change)).posts
    assert found.id == f"weibo:comment:{comment(5)['idstr']}"


def test_a_comment_and_a_post_of_one_number_stay_apart() -> None:
    assert ids.weibo_comment(MID) != ids.weibo_post(MID)


def test_posts_of_the_last_days_are_asked_for_what_is_under_them_and_no_others(read: Any, told: Any) -> None:
    timeline = [
        status(1),
        status(2, comments_count=0),
        status(3, comments_count=None),
        status(4, visible={"type": 1, "list_id": 0}),
        status(5, title={"text": "他赞过的微博"}, user=user("9", "别人")),
        status(60 * 24 * 2),
        status(60 * 24 * 4),
    ]
    result = run(read, weibo(told, timeline))
    asked = [request.url for request in result.requests if "buildComments" in request.url]
    assert [
        f"id={timeline[number]['mid']}&" in url for number, url in zip((0, 2, 5), asked, strict=True)
    ] == [
        True,
        True,
        True,
    ]
    assert all("flow=1" in url and f"uid={UID}" in url for url in asked)
    assert result.posts == []


def test_pages_of_comments_are_read_to_the_end_by_their_cursor(read: Any, told: Any) -> None:
    comments = [comment(minutes) for minutes in range(45)]
    result = under(read, told, *comments)
    assert [found.id for found in result.posts] == [f"weibo:comment:{each['idstr']}" for each in comments]
    assert doors(result) == ["mymblog", "buildComments", "mymblog", "buildComments", "buildComments"]
    assert result.verdict == (RunStatus.OK, "")


def test_a_cursor_that_stays_the_same_is_the_end(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        if "buildComments" not in request.url:
            return weibo(told, [POST])(request)
        page = {"data": [comment(len(request.url))], "max_id": 717786094288222, "total_number": 9}
        return told_json(told, page)

    result = run(read, answer)
    assert len(result.posts) == 2
    assert result.verdict == (RunStatus.OK, "")


def test_all_answers_to_a_comment_are_asked_for_where_some_are_not_shown(read: Any, told: Any) -> None:
    result = run(read, good_site(told))
    assert [found.text for found in result.posts] == [
        "又断网了",
        "回复@阿青:我也是",
        "又断网了",
        "回复@阿青:我也是",
    ]
    assert "fetch_level=1" in result.paths[-1]
    assert all(found.root == ROOT for found in result.posts)
    assert result.tally.duplicates == 1


def test_the_next_run_reads_threads_down_to_what_is_known_and_sees_what_came_since(
    read: Any, told: Any
) -> None:
    old = [comment(60 * 24 * 1.5 + minutes) for minutes in range(100)]
    post = status(60 * 24 * 2.5)
    latest = status(30)

    def site(*new: Any) -> Any:
        return weibo(told, [latest, post], comments={post["mid"]: [*new, *old]})

    first = run(read, site())
    second = run(read, site(comment(1), comment(2)), marks=first.look.marks, wanted=DAYS_AGO)
    assert len(first.posts) == 100
    assert len([path for path in second.paths if "max_id" in path]) == 1
    assert {found.id for found in second.posts} >= {ids.weibo_comment(comment(n)["id"]) for n in (1, 2)}


def test_a_page_that_is_not_in_order_is_not_taken_for_the_end(read: Any, told: Any) -> None:
    ages = [60 * 24 * 2 + minutes for minutes in range(60)]
    ages[3], ages[10] = ages[10], ages[3]
    post = status(60 * 24 * 2.9)
    site = weibo(told, [status(1), post], comments={post["mid"]: [comment(age) for age in ages]})
    first = run(read, site)
    second = run(read, site, marks=first.look.marks, wanted=DAYS_AGO)
    assert len([path for path in second.paths if "max_id" in path]) == 1


def test_it_vouches_for_nothing_and_leaves_no_gap(read: Any, told: Any) -> None:
    look = run(read, good_site(told)).look
    assert (look.reached, look.seen_from, look.seen_until) == (True, None, None)


def test_a_post_that_tells_of_comments_and_shows_none_is_not_quiet(read: Any, told: Any) -> None:
    empty = told_json(told, {"data": [], "max_id": 0, "total_number": 12})
    result = run(
        read, lambda request: empty if "buildComments" in request.url else weibo(told, [POST])(request)
    )
    assert result.verdict == (
        RunStatus.PARTIAL,
        f"https://weibo.com/detail/{MID} tells of 12 comments and shows none",
    )


GONE: dict[str, dict[str, Any]] = {
    "404": {"body": b"", "status": 404},
    "told with 200": {"body": '{"ok":0,"message":"该微博不存在"}'.encode()},
    "told with 400": {"body": b'{"error":"target weibo does not exist!","error_code":20101}', "status": 400},
    "not for us": {"body": '{"ok":0,"message":"暂无查看权限"}'.encode()},
}


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
def test_a_post_that_is_gone_in_between_is_no_trouble(read: Any, told: Any, answer: dict[str, Any]) -> None:
    other = status(30)
    site = weibo(told, [other, POST], comments={other["mid"]: [comment(5)]})
    gone = f"id={MID}&"
    result = run(
        read,
        lambda request: (
            told(**answer) if gone in request.url and "buildComments" in request.url else site(request)
        ),
    )
    assert len(result.posts) == 1
    assert (result.tally.gone, result.verdict.status) == (1, RunStatus.OK)


@pytest.mark.parametrize(("answer", "ends"), JSON_WALLS.values(), ids=JSON_WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    timeline = weibo(told, [POST])
    result = run(
        read, lambda request: told(**answer) if "buildComments" in request.url else timeline(request)
    )
    assert result.posts == []
    assert (result.verdict.status, result.look.reached) == (ends, False)


BROKEN: dict[str, Any] = {
    "no object at all": 7,
    "no number": {"idstr": None, "id": None, "mid": None},
    "no author": {"user": None},
    "no text": {"text_raw": None, "text": None},
    "likes that are no number": {"like_counts": "many"},
    "answers that are no number": {"total_number": []},
    "an answer to what is no comment": {"reply_comment": "x"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_comment_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    bad = comment(6, **change) if isinstance(change, dict) else change
    result = under(read, told, comment(5), bad, comment(7))
    assert len(result.posts) == 2
    assert len(result.unreadable) == 1
    json.loads(result.unreadable[0].raw)


def test_a_comment_without_a_time_that_can_be_read_keeps_what_was_written(read: Any, told: Any) -> None:
    (found,) = under(read, told, comment(5, idstr="123", mid="123", created_at="gestern")).posts
    assert (found.published_at, found.extra) == (None, {"published_text": "gestern"})


def test_a_thread_that_is_not_read_to_its_end_is_told(read: Any, told: Any) -> None:
    result = run(
        read,
        weibo(told, [POST], comments={MID: [comment(minutes) for minutes in range(90)]}),
        replace(OPTIONS, max_pages=3),
    )
    assert len(result.posts) == 60
    assert result.verdict.status is RunStatus.PARTIAL
    assert "a thread was not read to its end" in result.verdict.reason


def test_how_far_back_it_goes_by_default() -> None:
    assert timedelta(days=OPTIONS.days_back) == timedelta(days=3)
