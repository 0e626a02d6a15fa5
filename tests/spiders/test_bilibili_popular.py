"""Popular videos of Bilibili: what a video becomes, its place, and how far the list is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Metrics, Post, RunStatus
from spiders.bilibili_popular import BilibiliPopular, PopularOptions

OPTIONS = PopularOptions(delay=0)
MADE = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def video(number: int, **other: Any) -> dict[str, Any]:
    """A video in the platform's shape."""
    return {
        "aid": 113_000_000 + number,
        "videos": 1,
        "tid": 122,
        "tname": "野生技能协会",
        "copyright": 1,
        "pic": "http://i0.example/1.jpg",
        "title": f"宽带断网三天 {number}",
        "pubdate": int(MADE.timestamp()),
        "ctime": int(MADE.timestamp()) - 60,
        "desc": "第一行\n第二行",
        "state": 0,
        "duration": 120,
        "owner": {"mid": 42, "name": "阿青", "face": "http://i0.example/f.jpg"},
        "stat": {
            "aid": 113_000_000 + number,
            "view": 360_000,
            "danmaku": 12,
            "reply": 345,
            "favorite": 6,
            "coin": 7,
            "share": 89,
            "now_rank": 0,
            "his_rank": 0,
            "like": 4_000,
            "dislike": 0,
        },
        "dynamic": "",
        "bvid": f"BV1x{number:08d}",
        "rcmd_reason": {"content": "很多人点赞", "corner_mark": 0},
        **other,
    }


def answer(videos: list[Any], *, no_more: bool) -> bytes:
    data = {"list": videos, "no_more": no_more}
    return json.dumps({"code": 0, "message": "0", "ttl": 1, "data": data}).encode()


def site(told: Any, videos: list[dict[str, Any]]) -> Callable[[Request], Any]:
    def page(request: Request) -> Any:
        query = parse_qs(urlsplit(request.url).query)
        number, size = int(query["pn"][0]), int(query["ps"][0])
        shown = videos[(number - 1) * size : number * size]
        return told(answer(shown, no_more=number * size >= len(videos)))

    return page


def good_site(told: Any) -> Callable[[Request], Any]:
    return site(told, [video(number) for number in range(1, 31)])


def test_a_video_keeps_everything_the_list_tells(read: Any, told: Any) -> None:
    (found,) = read(BilibiliPopular, OPTIONS, site(told, [video(1)])).posts
    assert replace(found, collected_at=None) == Post(
        id="bilibili:video:113000001",
        platform="bilibili",
        kind=Kind.VIDEO,
        url="https://www.bilibili.com/video/BV1x00000001",
        title="宽带断网三天 1",
        text="第一行\n第二行",
        author=Author(id="42", name="阿青", url="https://space.bilibili.com/42"),
        published_at=MADE,
        source="来源",
        metrics=Metrics(likes=4_000, comments=345, reposts=89, views=360_000, rank=1),
    )


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    (found,) = read(BilibiliPopular, OPTIONS, site(told, [video(1, stat={}, desc="-")])).posts
    assert (found.text, found.metrics) == ("", Metrics(rank=1))


@pytest.mark.parametrize("aid", [7, "7"], ids=["a number", "a text"])
def test_a_number_and_a_text_are_the_same_video(read: Any, told: Any, aid: Any) -> None:
    (found,) = read(BilibiliPopular, OPTIONS, site(told, [video(1, aid=aid)])).posts
    assert found.id == "bilibili:video:7"


def test_the_rank_goes_on_from_page_to_page_until_there_is_no_more(read: Any, told: Any) -> None:
    result = read(BilibiliPopular, OPTIONS, site(told, [video(number) for number in range(1, 51)]))
    assert [found.metrics.rank for found in result.posts] == list(range(1, 51))
    assert [parse_qs(urlsplit(each.url).query)["pn"] for each in result.requests] == [["1"], ["2"], ["3"]]
    assert result.verdict == (RunStatus.OK, "")


@pytest.mark.parametrize(("top", "requests"), [(1, 1), (20, 1), (21, 2), (100, 5)])
def test_no_more_is_read_than_was_asked_for(read: Any, told: Any, top: int, requests: int) -> None:
    many = site(told, [video(number) for number in range(1, 200)])
    result = read(BilibiliPopular, replace(OPTIONS, top=top), many)
    assert [found.metrics.rank for found in result.posts] == list(range(1, top + 1))
    assert (len(result.requests), result.verdict.status) == (requests, RunStatus.OK)


def test_a_second_run_sees_the_same_videos_in_their_new_places(read: Any, told: Any) -> None:
    videos = [video(number) for number in range(1, 6)]
    first = read(BilibiliPopular, OPTIONS, site(told, videos))
    second = read(BilibiliPopular, OPTIONS, site(told, videos[::-1]), first.look.marks)
    assert [found.id for found in second.posts] == [found.id for found in first.posts][::-1]
    assert [found.metrics.rank for found in second.posts] == [1, 2, 3, 4, 5]
    assert not second.look.seen_from


def test_a_video_that_slips_to_the_next_page_comes_once(read: Any, told: Any) -> None:
    pages = iter([[video(number) for number in range(1, 21)], [video(20), video(21)]])
    ends = iter([False, True])
    result = read(BilibiliPopular, OPTIONS, lambda _: told(answer(next(pages), no_more=next(ends))))
    assert len(result.posts) == 21
    assert result.tally.duplicates == 1


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    many = site(told, [video(number) for number in range(1, 200)])
    assert read(BilibiliPopular, replace(OPTIONS, max_pages=2), many).verdict.status is RunStatus.PARTIAL


@pytest.mark.parametrize("top", [0, -1])
def test_a_top_of_none_is_told(top: int) -> None:
    _, problems = read_options(PopularOptions, {"top": top})
    assert [problem.key for problem in problems] == ["top"]


BROKEN: dict[str, dict[str, Any]] = {
    "no number": {"aid": None},
    "no owner": {"owner": None},
    "no time": {"pubdate": None},
    "a time as text": {"pubdate": "2026-11-22"},
    "no title": {"title": None},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_video_is_told_and_the_others_keep_their_places(
    read: Any, told: Any, change: dict[str, Any]
) -> None:
    result = read(BilibiliPopular, OPTIONS, site(told, [video(1), video(2, **change), video(3)]))
    assert [found.metrics.rank for found in result.posts] == [1, 3]
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_a_time_that_cannot_be_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    (found,) = read(BilibiliPopular, OPTIONS, site(told, [video(1, pubdate=5)])).posts
    assert (found.published_at, found.extra) == (None, {"published_text": "5"})


def json_of(**answer: Any) -> dict[str, Any]:
    return {"body": json.dumps(answer).encode()}


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "our address": (json_of(code=-412, message="request was banned"), RunStatus.BLOCKED),
    "our address, by status": ({"body": b"<html>", "status": 412}, RunStatus.BLOCKED),
    "risk control": (json_of(code=-352, message="-352", data={"v_voucher": "x"}), RunStatus.BLOCKED),
    "no login": (json_of(code=-101, message="账号未登录"), RunStatus.LOGIN),
    "too fast": (json_of(code=-799, message="请求过于频繁，请稍后再试"), RunStatus.RATE_LIMITED),
    "an error": (json_of(code=-500, message="服务器错误"), RunStatus.FAILED),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "an empty list": ({"body": answer([], no_more=True)}, RunStatus.LAYOUT),
    "another key": (json_of(code=0, data={"videos": [], "no_more": True}), RunStatus.LAYOUT),
    "no word of the end": (json_of(code=0, data={"list": [video(1)]}), RunStatus.LAYOUT),
    "no code": (json_of(data={"list": [], "no_more": True}), RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"code": 0, "data": {"list": [{'}, RunStatus.LAYOUT),
    "a captcha in gb18030": (
        {"body": "<html>安全验证".encode("gb18030"), "headers": {"Content-Type": "text/html"}},
        RunStatus.BLOCKED,
    ),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(BilibiliPopular, OPTIONS, lambda _: told(**answer))
    assert (result.posts, result.verdict.status) == ([], status)


def test_a_list_that_ends_without_saying_so_is_a_changed_layout(read: Any, told: Any) -> None:
    pages = iter([[video(number) for number in range(1, 21)], []])
    result = read(BilibiliPopular, OPTIONS, lambda _: told(answer(next(pages), no_more=False)))
    assert (len(result.posts), result.verdict.status) == (20, RunStatus.LAYOUT)
