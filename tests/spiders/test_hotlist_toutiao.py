"""Toutiao's list of hot events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.model import Metrics, Post, RunStatus
from spiders._hotlist import HotlistOptions
from spiders.hotlist_toutiao import HotlistToutiao
from tests.spiders.conftest import NOW
from tests.spiders.hotlists import OUTAGE, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, **other: Any) -> dict[str, Any]:
    title = OUTAGE if number == 1 else f"热点{number}"
    native = 7_300_000_000_000_000_000 + number
    return {
        "ClusterId": native,
        "ClusterIdStr": str(native),
        "ClusterType": 2,
        "Title": title,
        "QueryWord": title,
        "HotValue": "1234567",
        "Label": "hot",
        "LabelDesc": "热门事件",
        "LabelUri": {"uri": "", "url": ""},
        "Image": {"uri": "", "url": ""},
        "InterestCategory": ["society"],
        "Url": f"https://www.toutiao.com/trending/{native}/?category_name=topic_innerflow&log_pb=x",
        **other,
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    fixed = {"Id": 1, "Title": "要闻", "Url": "https://www.toutiao.com/article/1/"}
    return {"data": entries, "fixed_top_data": [fixed], "fixed_top_style": "x", "status": "success"}


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 51)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistToutiao
    list_key, title_key, heat_key = "data", "Title", "HotValue"
    expected = Post(
        id="toutiao:hot:7300000000000000001",
        platform="toutiao",
        url="https://www.toutiao.com/trending/7300000000000000001/",
        title=OUTAGE,
        text="",
        published_at=NOW,
        published_guessed=True,
        metrics=Metrics(views=1_234_567, rank=1),
        extra={"label": "热门事件"},
    )
    said: ClassVar[Said] = {
        "an error": ({"status": "error", "message": "server busy", "data": []}, RunStatus.FAILED),
        "a check": ({"status": "fail", "message": "请输入验证码"}, RunStatus.BLOCKED),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    @pytest.mark.parametrize("given", [{"ClusterIdStr": ""}, {"ClusterIdStr": 7_300_000_000_000_000_001}])
    def test_a_number_and_a_text_are_the_same_event(self, read: Any, told: Any, given: Any) -> None:
        (found,) = self.read(read, told, [entry(1, **given)]).posts
        assert found.id == self.expected.id
