"""Bilibili's list of what is searched for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from scrapy import Request

from listening.model import Metrics, Post, RunStatus
from spiders._hotlist import HotlistOptions
from spiders.hotlist_bilibili import HotlistBilibili
from tests.spiders.conftest import NOW
from tests.spiders.hotlists import OUTAGE, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, **other: Any) -> dict[str, Any]:
    word = OUTAGE if number == 1 else f"热词{number}"
    return {
        "hot_id": 180_000 + number,
        "keyword": word,
        "show_name": word,
        "score": 2.9,
        "word_type": 5,
        "goto_type": 0,
        "goto_value": "",
        "icon": "",
        "live_id": [],
        "call_reason": 0,
        "heat_layer": "S",
        "pos": number,
        "id": number,
        "status": "",
        "name_type": "",
        "resource_id": 0,
        "heat_score": 1_234_567,
        "stat_datas": {"etime": "1795500000", "stime": "1795400000", "is_commercial": "0"},
        **other,
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    return {
        "code": 0,
        "exp_str": "6699#3",
        "list": entries,
        "top_list": [],
        "hotword_egg_info": "0",
        "seid": "1",
        "timestamp": 1_795_435_200,
        "total_count": len(entries),
    }


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 31)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistBilibili
    list_key, title_key, heat_key = "list", "keyword", "heat_score"
    expected = Post(
        id=f"bilibili:hot:{OUTAGE}",
        platform="bilibili",
        url="https://search.bilibili.com/all?keyword=%E6%98%9F%E6%B2%B3%E5%AE%BD%E5%B8%A6%E6%96%AD%E7%BD%91",
        title=OUTAGE,
        text="",
        published_at=NOW,
        published_guessed=True,
        metrics=Metrics(views=1_234_567, rank=1),
    )
    said: ClassVar[Said] = {
        "our address": ({"code": -412, "message": "request was banned", "ttl": 1}, RunStatus.BLOCKED),
        "risk control": ({"code": -352, "message": "-352"}, RunStatus.BLOCKED),
        "too fast": ({"code": -509, "message": "请求过于频繁"}, RunStatus.RATE_LIMITED),
        "an error": ({"code": -500, "message": "服务器错误"}, RunStatus.FAILED),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    def test_what_is_paid_for_has_no_place(self, read: Any, told: Any) -> None:
        paid = entry(6, stat_datas={"etime": "", "stime": "", "is_commercial": "1"})
        result = self.read(read, told, [entry(5), paid, entry(7)])
        assert [(found.title, found.metrics.rank) for found in result.posts] == [("热词5", 1), ("热词7", 2)]

    def test_a_word_that_is_shown_in_another_way_is_the_same(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [entry(1, show_name="星河宽带断网了？", hot_id=9)]).posts
        assert (found.id, found.title) == (self.expected.id, "星河宽带断网了？")

    def test_412_is_a_wall(self, read: Any, told: Any) -> None:
        result = read(HotlistBilibili, OPTIONS, lambda _: told(b"<html>", status=412))
        assert result.verdict.status is RunStatus.BLOCKED
