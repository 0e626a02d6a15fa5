"""Douyin's list of what is searched for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.model import Metrics, Post, RunStatus
from spiders._hotlist import HotlistOptions
from spiders.hotlist_douyin import HotlistDouyin
from tests.spiders.hotlists import OUTAGE, SINCE, STAMP, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, **other: Any) -> dict[str, Any]:
    return {
        "group_id": f"73000000000000{number}",
        "sentence_id": f"210000{number}",
        "word": OUTAGE if number == 1 else f"热点{number}",
        "event_time": STAMP,
        "hot_value": 1_234_567,
        "label": 3,
        "position": number,
        "video_count": 5,
        "view_count": 0,
        "word_type": 1,
        **other,
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    return {
        "data": {"active_time": "2026-11-23 20:00:00", "trending_list": [], "word_list": entries},
        "extra": {"now": 1_795_435_200_000},
        "status_code": 0,
    }


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 51)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistDouyin
    list_key, title_key, heat_key = "word_list", "word", "hot_value"
    expected = Post(
        id="douyin:hot:2100001",
        platform="douyin",
        url="https://www.douyin.com/hot/2100001",
        title=OUTAGE,
        text="",
        published_at=SINCE,
        metrics=Metrics(views=1_234_567, rank=1),
    )
    said: ClassVar[Said] = {
        "no login": ({"status_code": 8, "status_msg": "用户未登录"}, RunStatus.LOGIN),
        "an error": ({"status_code": 5, "status_msg": "参数不合法"}, RunStatus.FAILED),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    def test_nothing_at_all_is_how_it_refuses(self, read: Any, told: Any) -> None:
        result = read(HotlistDouyin, OPTIONS, lambda _: told(b""))
        assert result.verdict.status is RunStatus.BLOCKED
        assert "crawl less often" in result.verdict.reason

    @pytest.mark.parametrize("given", [2100001, "2100001"], ids=["a number", "a text"])
    def test_a_number_and_a_text_are_the_same_topic(self, read: Any, told: Any, given: Any) -> None:
        (found,) = self.read(read, told, [entry(1, sentence_id=given)]).posts
        assert found.id == "douyin:hot:2100001"
