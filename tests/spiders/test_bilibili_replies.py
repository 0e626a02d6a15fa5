"""Replies under videos of Bilibili: whose they are, how far they are read, what a visitor is not shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus
from spiders.bilibili_replies import BilibiliReplies, ReplyOptions
from tests.spiders.conftest import NOW
from tests.spiders.test_bilibili_popular import json_of, video

BVID = "BV1x00000001"
OPTIONS = ReplyOptions(videos=(BVID,), delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
AID = 113_000_001


def reply(number: int, under: int = 0, **other: Any) -> dict[str, Any]:
    """A reply in the platform's shape, a minute older for each number less than 1000."""
    made = int((START - timedelta(minutes=1000 - number)).timestamp())
    return {
        "rpid": number,
        "oid": AID,
        "type": 1,
        "mid": 42,
        "root": under,
        "parent": under,
        "dialog": 0,
        "count": 0,
        "rcount": 0,
        "state": 0,
        "attr": 0,
        "ctime": made,
        "rpid_str": str(number),
        "root_str": str(under),
        "parent_str": str(under),
        "like": 5,
        "action": 0,
        "member": {"mid": "42", "uname": "阿青", "sex": "保密", "sign": "", "vip": {"vipType": 0}},
        "content": {"message": f"断网 {number}", "members": [], "jump_url": {}, "max_line": 6},
        "replies": None,
        "reply_control": {"time_desc": "1小时前发布", "location": "IP属地：广东"},
        **other,
    }


@dataclass
class Bilibili:
    """A site with one video. `visitor` is how many replies somebody without a cookie is shown."""

    told: Any
    replies: Sequence[dict[str, Any]]
    under: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    top: dict[str, Any] | None = None
    visitor: int | None = None
    count: int | None = None

    def __call__(self, request: Request) -> Any:
        parts = urlsplit(request.url)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/view"):
            return self.told(**json_of(code=0, message="0", data=video(1)))
        number, size = int(query["pn"]), int(query["ps"])
        if parts.path.endswith("/reply/reply"):
            return self.page(self.under[int(query["root"])], number, size)
        assert query["sort"] == "0"
        return self.page(self.replies, number, size, upper={"mid": 42, "top": self.top})

    def page(self, replies: Sequence[dict[str, Any]], number: int, size: int, **other: Any) -> Any:
        count = len(replies) if self.count is None else self.count
        told: dict[str, Any] = {"num": number, "size": size, "count": count, "acount": count}
        shown = list(replies[(number - 1) * size : number * size])
        if self.visitor is not None:
            shown = shown[: self.visitor] if number == 1 else []
            told = told if number == 1 else {"num": 0, "size": 0, "count": 0, "acount": 0}
        return self.told(
            **json_of(code=0, message="0", data={"page": told, "replies": shown or None, **other})
        )


def good_site(told: Any) -> Callable[[Request], Any]:
    under = [reply(5_000 + number, under=990, ctime=int(START.timestamp())) for number in range(25)]
    roots = [reply(number) for number in range(1000, 960, -1)]
    roots[10] |= {"rcount": 25, "replies": under[:3]}
    return Bilibili(told, roots, {990: under})


def run(read: Any, site: Any, options: ReplyOptions = OPTIONS, **how: Any) -> Any:
    return read(BilibiliReplies, options, site, **how)


def only(result: Any, kind: Kind = Kind.COMMENT) -> list[Post]:
    return [found for found in result.posts if found.kind is kind]


def numbers(result: Any) -> list[int]:
    return [int(found.id.rpartition(":")[2]) for found in only(result)]


def test_a_reply_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    (found,) = only(run(read, Bilibili(told, [reply(1000, rcount=2, replies=[])], {1000: []})))
    assert replace(found, collected_at=None) == Post(
        id="bilibili:reply:1000",
        platform="bilibili",
        kind=Kind.COMMENT,
        url="https://www.bilibili.com/video/av113000001#reply1000",
        text="断网 1000",
        author=Author(id="42", name="阿青", url="https://space.bilibili.com/42"),
        published_at=START,
        source="来源",
        parent=Reference(id="bilibili:video:113000001"),
        root=Reference(id="bilibili:video:113000001"),
        region="广东",
        metrics=Metrics(likes=5, comments=2),
    )


def test_the_video_is_a_post_too(read: Any, told: Any) -> None:
    (found,) = only(run(read, Bilibili(told, [reply(1000)])), Kind.VIDEO)
    assert (found.id, found.title) == ("bilibili:video:113000001", "宽带断网三天 1")
    assert found.metrics == Metrics(likes=4_000, comments=345, reposts=89, views=360_000)


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    given = {
        key: value for key, value in reply(1000).items() if key not in ("like", "rcount", "reply_control")
    }
    (found,) = only(run(read, Bilibili(told, [given])))
    assert (found.metrics, found.region) == (Metrics(), None)


def test_replies_under_a_reply_know_what_they_answer(read: Any, told: Any) -> None:
    shown = [reply(1001, under=1000), reply(1002, under=1000, parent=1001)]
    site = Bilibili(told, [reply(1000, rcount=2, replies=shown)])
    _, first, second = only(run(read, site))
    assert (first.parent, first.root) == (
        Reference(id="bilibili:reply:1000"),
        Reference(id="bilibili:video:113000001"),
    )
    assert second.parent == Reference(id="bilibili:reply:1001")


def test_those_that_are_not_shown_with_it_are_asked_for(read: Any, told: Any) -> None:
    under = [reply(2_000 + number, under=1000) for number in range(45)]
    site = Bilibili(told, [reply(1000, rcount=45, replies=under[:3])], {1000: under})
    result = run(read, site)
    assert sorted(numbers(result)) == [1000, *range(2_000, 2_045)]
    assert [path for path in result.paths if "/reply/reply" in path] == [
        f"x/v2/reply/reply?type=1&oid=113000001&root=1000&ps=20&pn={page}" for page in (1, 2, 3)
    ]
    assert result.verdict == (RunStatus.OK, "")


def test_the_pinned_reply_is_read_and_says_nothing_of_the_page(read: Any, told: Any) -> None:
    old = reply(7, ctime=int((NOW - timedelta(days=400)).timestamp()))
    result = run(read, Bilibili(told, [reply(1000), reply(999)], top=old))
    assert numbers(result) == [7, 1000, 999]
    assert result.verdict.status is RunStatus.OK


def test_a_pinned_reply_that_stands_in_the_list_as_well_comes_once(read: Any, told: Any) -> None:
    result = run(read, Bilibili(told, [reply(1000), reply(999)], top=reply(999)))
    assert sorted(numbers(result)) == [999, 1000]


@pytest.mark.parametrize("native", [1000, "1000"], ids=["a number", "a text"])
def test_a_number_and_a_text_are_the_same_reply(read: Any, told: Any, native: Any) -> None:
    given = reply(1000, rpid=native, root="0", parent="0", mid=str(42))
    (found,) = only(run(read, Bilibili(told, [given])))
    assert (found.id, found.parent) == ("bilibili:reply:1000", Reference(id="bilibili:video:113000001"))


def test_a_reply_and_a_video_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    result = run(read, Bilibili(told, [reply(AID, ctime=int(START.timestamp()))]))
    assert {found.id for found in result.posts} == {
        "bilibili:video:113000001",
        "bilibili:reply:113000001",
    }


def test_paging_reads_every_reply_once_down_to_the_first(read: Any, told: Any) -> None:
    result = run(read, Bilibili(told, [reply(number) for number in range(1000, 925, -1)]))
    assert numbers(result) == list(range(1000, 925, -1))
    assert [path.rpartition("pn=")[2] for path in result.paths[1:]] == ["1", "2", "3", "4"]
    assert result.verdict == (RunStatus.OK, "")
    assert not result.look.seen_from, "a reply under an old one would not be seen"


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    replies = [reply(number) for number in range(1000, 700, -1)]
    first = run(read, Bilibili(told, replies[30:]))
    second = run(read, Bilibili(told, replies), marks=first.look.marks)
    assert len(first.requests) > 10
    assert len(second.requests) == 3
    assert set(numbers(second)) >= set(range(1000, 970, -1))
    assert second.verdict.status is RunStatus.OK


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    site = Bilibili(told, [reply(number) for number in range(1000, 900, -1)])
    assert run(read, site, replace(OPTIONS, max_pages=3)).verdict.status is RunStatus.PARTIAL


def test_a_video_without_replies_is_no_trouble(read: Any, told: Any) -> None:
    result = run(read, Bilibili(told, []))
    assert (len(result.posts), result.verdict) == (1, (RunStatus.OK, ""))


VISITORS = {
    "three of ten": (10, 3),
    "three of four": (4, 3),
    "a page of many": (500, 20),
    "none of many": (9, 0),
}


@pytest.mark.parametrize(("there", "shown"), VISITORS.values(), ids=VISITORS)
def test_what_a_visitor_is_not_shown_is_a_login_and_no_quiet_day(
    read: Any, told: Any, there: int, shown: int
) -> None:
    site = Bilibili(told, [reply(1000 - number) for number in range(there)], visitor=shown)
    result = run(read, site)
    assert len(only(result)) == shown
    assert result.verdict.status is RunStatus.LOGIN
    assert "cookie_env" in result.verdict.reason
    assert not result.look.reached


def test_a_visitor_who_is_shown_all_that_is_new_misses_nothing(read: Any, told: Any) -> None:
    replies = [reply(1000 - number) for number in range(10)]
    first = run(read, Bilibili(told, replies[2:]))
    second = run(read, Bilibili(told, replies, visitor=5), marks=first.look.marks)
    assert numbers(second)[:2] == [1000, 999]
    assert second.verdict.status is RunStatus.OK


def test_some_replies_that_nobody_is_shown_are_no_trouble_with_a_cookie(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILI", "SESSDATA=made-up")
    options = replace(OPTIONS, cookie_env="BILI")
    result = run(read, Bilibili(told, [reply(1000 - n) for n in range(23)], count=25), options)
    assert (len(only(result)), result.verdict.status) == (23, RunStatus.OK)
    assert all(request.headers["Cookie"] == b"SESSDATA=made-up" for request in result.requests)


def test_a_cookie_that_is_no_good_any_more_is_told(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILI", "SESSDATA=made-up")
    options = replace(OPTIONS, cookie_env="BILI")
    result = run(read, Bilibili(told, [reply(1000 - n) for n in range(100)], visitor=20), options)
    assert result.verdict.status is RunStatus.LOGIN
    assert "renew your own cookie" in result.verdict.reason


GONE = {"deleted": -404, "hidden": 62002, "in review": 62004, "for its author": 62012}


@pytest.mark.parametrize("code", GONE.values(), ids=GONE)
def test_a_video_that_is_gone_is_left_out(read: Any, told: Any, code: int) -> None:
    result = run(read, lambda _: told(**json_of(code=code, message="稿件不可见")))
    assert (result.posts, result.verdict) == (
        [],
        (RunStatus.EMPTY, "1 items were left out on purpose"),
    )
    assert len(result.requests) == 1


def test_a_video_that_is_gone_takes_no_other_along(read: Any, told: Any) -> None:
    site = Bilibili(told, [reply(1000)])

    def both(request: Request) -> Any:
        return told(**json_of(code=-404, message="啥都木有")) if "aid=9" in request.url else site(request)

    result = run(read, both, replace(OPTIONS, videos=("av9", BVID, BVID)))
    assert (len(result.posts), result.verdict.status) == (2, RunStatus.OK)
    assert result.paths[:2] == ["x/web-interface/view?aid=9", f"x/web-interface/view?bvid={BVID}"]


@pytest.mark.parametrize("code", [12002, 12061])
def test_closed_comments_are_no_trouble(read: Any, told: Any, code: int) -> None:
    def closed(request: Request) -> Any:
        data: dict[str, Any] = {"code": 0, "data": video(1)} if "/view" in request.url else {"code": code}
        return told(**json_of(**data, message="评论区已关闭"))

    result = run(read, closed)
    assert (len(result.posts), result.verdict) == (1, (RunStatus.OK, ""))


BROKEN: dict[str, dict[str, Any]] = {
    "no number": {"rpid": None},
    "no text": {"content": None},
    "a number as text": {"content": {"message": 5}},
    "no time": {"ctime": None},
    "no author": {"member": None},
    "half a character": {"content": {"message": "x\ud83d"}},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_reply_is_told_and_the_others_are_read(
    read: Any, told: Any, change: dict[str, Any]
) -> None:
    result = run(read, Bilibili(told, [reply(1000), reply(999, **change), reply(998)]))
    assert numbers(result) == [1000, 998]
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_a_time_that_cannot_be_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    (found,) = only(run(read, Bilibili(told, [reply(1000, ctime=5)])))
    assert (found.published_at, found.extra) == (None, {"published_text": "5"})


ANSWERS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "our address": (json_of(code=-412, message="request was banned"), RunStatus.BLOCKED),
    "our address, by status": ({"body": b"<html>", "status": 412}, RunStatus.BLOCKED),
    "risk control": (json_of(code=-352, message="-352"), RunStatus.BLOCKED),
    "no login": (json_of(code=-101, message="账号未登录"), RunStatus.LOGIN),
    "an error": (json_of(code=-400, message="请求错误"), RunStatus.FAILED),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "another key": (json_of(code=0, data={"page": {}, "comments": []}), RunStatus.LAYOUT),
    "no pages": (json_of(code=0, data={"replies": [reply(1)]}), RunStatus.LAYOUT),
    "an object where a list was": (json_of(code=0, data={"replies": {}, "page": {}}), RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"code": 0, "data": {'}, RunStatus.LAYOUT),
}


PATHS = {"the video": "/view", "its replies": "/v2/reply?", "the replies under a reply": "/reply/reply?"}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize(("answer", "status"), ANSWERS.values(), ids=ANSWERS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, path: str, answer: dict[str, Any], status: RunStatus
) -> None:
    good = Bilibili(told, [reply(1000, rcount=9)], {})
    result = run(read, lambda request: told(**answer) if path in request.url else good(request))
    after_some = status is RunStatus.FAILED and result.posts
    assert result.verdict.status is (RunStatus.PARTIAL if after_some else status)
    assert not result.look.reached


VIDEOS = {
    "a BV number": (BVID, f"bvid={BVID}"),
    "an av number": ("av113000001", "aid=113000001"),
    "an address": (f"https://www.bilibili.com/video/{BVID}/?spm_id_from=333", f"bvid={BVID}"),
    "a mobile address": (f"https://m.bilibili.com/video/{BVID}", f"bvid={BVID}"),
}


@pytest.mark.parametrize(("named", "asked"), VIDEOS.values(), ids=VIDEOS)
def test_a_video_may_be_named_in_several_ways(read: Any, told: Any, named: str, asked: str) -> None:
    result = run(read, Bilibili(told, []), replace(OPTIONS, videos=(named,)))
    assert result.paths[0] == f"x/web-interface/view?{asked}"


@pytest.mark.parametrize("videos", [[], ["BV1"], ["https://b23.tv/x"], ["113000001"], [f"{BVID}&x=1"]])
def test_what_is_no_video_is_told(videos: list[str]) -> None:
    _, problems = read_options(ReplyOptions, {"videos": videos})
    assert [problem.key for problem in problems] == ["videos"]
