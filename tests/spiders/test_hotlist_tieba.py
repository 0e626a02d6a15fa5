"""Tieba's list of topics."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.model import Metrics, Post, RunStatus
from spiders._hotlist import HotlistOptions
from spiders.hotlist_tieba import HotlistTieba
from tests.spiders.hotlists import OUTAGE, SINCE, STAMP, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, **other: Any) -> dict[str, Any]:
    return {
        "topic_id": 28_000_000 + number,
        "topic_name": OUTAGE if number == 1 else f"热议{number}",
        "topic_desc": "网友：三天了，没有人来。",
        "abstract": "网友：三天了",
        "topic_pic": "https://tiebapic.example/1.jpg",
        "tag": 2,
        "discuss_num": 1_234_567,
        "idx_num": number,
        "create_time": STAMP,
        "content_num": 0,
        "topic_avatar": "",
        "is_video_topic": "0",
        "topic_url": "https://tieba.baidu.com/hottopic/browse/hottopic?topic_id="
        f"{28_000_000 + number}&amp;topic_name=%E6%98%9F",
        **other,
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    return {
        "errno": 0,
        "errmsg": "success",
        "data": {"bang_topic": {"module_title": "贴吧热议榜", "topic_list": entries}, "sug_topic": {}},
    }


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 31)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistTieba
    list_key, title_key, heat_key = "topic_list", "topic_name", "discuss_num"
    expected = Post(
        id="tieba:hot:28000001",
        platform="tieba",
        url="https://tieba.baidu.com/hottopic/browse/hottopic?topic_id=28000001&topic_name=%E6%98%9F",
        title=OUTAGE,
        text="网友：三天了，没有人来。",
        published_at=SINCE,
        metrics=Metrics(views=1_234_567, rank=1),
    )
    said: ClassVar[Said] = {
        "an error": ({"errno": 110003, "errmsg": "系统错误"}, RunStatus.FAILED),
        "an error as text": ({"errno": "4", "errmsg": "请先登录"}, RunStatus.LOGIN),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    @pytest.mark.parametrize("given", [28_000_001, "28000001"], ids=["a number", "a text"])
    def test_a_number_and_a_text_are_the_same_topic(self, read: Any, told: Any, given: Any) -> None:
        (found,) = self.read(read, told, [entry(1, topic_id=given)]).posts
        assert found.id == "tieba:hot:28000001"

    def test_an_answer_without_a_number_of_errors_is_good(self, read: Any, told: Any) -> None:
        body = {key: value for key, value in answer([entry(1)]).items() if key == "data"}
        assert len(read(HotlistTieba, OPTIONS, lambda _: told(json.dumps(body).encode())).posts) == 1
