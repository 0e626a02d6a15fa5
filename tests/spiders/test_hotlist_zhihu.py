"""Zhihu's list of hot questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.model import Kind, Metrics, Post, RunStatus
from spiders._hotlist import HotlistOptions
from spiders.hotlist_zhihu import HotlistZhihu
from tests.spiders.conftest import NOW
from tests.spiders.hotlists import OUTAGE, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, *, url: str | None = None, heat: str = "1,234,567 热度") -> dict[str, Any]:
    return {
        "type": "hot_list_feed",
        "style_type": "1",
        "feed_specific": {"answer_count": 321},
        "target": {
            "title_area": {"text": OUTAGE if number == 1 else f"如何看待 {number}？"},
            "excerpt_area": {"text": "三天了，没有人来"},
            "image_area": {"url": ""},
            "metrics_area": {"text": heat, "font_color": "", "background": "", "weight": ""},
            "label_area": {"type": "trend", "trend": 0, "night_color": "#B7302D", "normal_color": "#DF3C3C"},
            "link": {"url": url or f"https://www.zhihu.com/question/1900{number}"},
        },
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    return {"data": entries, "fresh_text": "热榜已更新", "paging": {"is_end": True}}


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 31)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistZhihu
    list_key, title_key, heat_key = "data", "title_area", "metrics"
    expected = Post(
        id="zhihu:hot:19001",
        platform="zhihu",
        kind=Kind.QUESTION,
        url="https://www.zhihu.com/question/19001",
        title=OUTAGE,
        text="三天了，没有人来",
        published_at=NOW,
        published_guessed=True,
        metrics=Metrics(views=1_234_567, comments=321, rank=1),
    )
    said: ClassVar[Said] = {
        "a check": (
            {"error": {"message": "您当前请求存在异常，暂时限制本次访问，请完成人机验证", "code": 40362}},
            RunStatus.BLOCKED,
        ),
        "no login": ({"error": {"message": "请求未授权", "code": 100}}, RunStatus.LOGIN),
        "an old client": ({"error": {"message": "请升级客户端后重试", "code": 10003}}, RunStatus.FAILED),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    @pytest.mark.parametrize("heat", ["", "很热", "热度"])
    def test_a_heat_that_is_not_told_is_unknown(self, read: Any, told: Any, heat: str) -> None:
        (found,) = self.read(read, told, [entry(1, heat=heat)]).posts
        assert found.metrics == Metrics(comments=321, rank=1)

    @pytest.mark.parametrize(
        ("heat", "count"),
        [("472 万热度", 4_720_000), ("3.5 万热度", 35_000), ("1.2亿热度", 120_000_000), ("890热度", 890)],
    )
    def test_the_heat_is_counted_in_ten_thousands(self, read: Any, told: Any, heat: str, count: int) -> None:
        (found,) = self.read(read, told, [entry(1, heat=heat)]).posts
        assert found.metrics.views == count

    def test_the_same_question_in_another_address_is_the_same(self, read: Any, told: Any) -> None:
        urls = ["https://www.zhihu.com/question/7?utm=1", "https://api.zhihu.com/questions/7"]
        found = [self.read(read, told, [entry(2, url=url)]).posts[0] for url in urls]
        assert {each.id for each in found} == {"zhihu:hot:7"}
        assert {each.url for each in found} == {"https://www.zhihu.com/question/7"}

    def test_what_is_no_question_goes_by_its_address(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [entry(2, url="https://zhuanlan.zhihu.com/p/7?x=1")]).posts
        assert (found.id, found.kind) == ("zhihu:hot:zhuanlan.zhihu.com/p/7", None)
