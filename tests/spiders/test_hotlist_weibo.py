"""Weibo's list of what is searched for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.model import Metrics, Post, RunStatus, ids
from spiders._hotlist import HotlistOptions
from spiders.hotlist_weibo import HotlistWeibo
from tests.spiders.conftest import NOW
from tests.spiders.hotlists import OUTAGE, SINCE, STAMP, HotlistTests, Said

OPTIONS = HotlistOptions(delay=0)


def entry(number: int, **other: Any) -> dict[str, Any]:
    """An entry in the platform's shape, as the list tells it since there is no `onboard_time` any more."""
    word = OUTAGE if number == 1 else f"热搜{number}"
    return {
        "num": 1_234_567,
        "emoticon": "",
        "icon": "https://simg.s.weibo.com/moter/flags/1_0.png",
        "icon_desc": "新",
        "icon_desc_color": "#ff3852",
        "note": word,
        "small_icon_desc": "新",
        "topic_flag": 1,
        "flag": 1,
        "word_scheme": f"#{word}#",
        "realpos": number,
        "label_name": "新",
        "word": word,
        "rank": number - 1,
        **other,
    }


def answer(entries: list[Any]) -> dict[str, Any]:
    government = {"word": "#要闻#", "name": "要闻", "icon_desc": "热", "flag": 2}
    return {"ok": 1, "data": {"hotgov": government, "hotgovs": [government], "realtime": entries}}


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(json.dumps(answer([entry(number) for number in range(1, 51)])).encode())


class TestHotlist(HotlistTests):
    kind = HotlistWeibo
    list_key, title_key, heat_key = "realtime", "word", "num"
    expected = Post(
        id=f"weibo:hot:{OUTAGE}",
        platform="weibo",
        url="https://s.weibo.com/weibo?q=%23%E6%98%9F%E6%B2%B3%E5%AE%BD%E5%B8%A6%E6%96%AD%E7%BD%91%23",
        title=OUTAGE,
        text="",
        published_at=NOW,
        published_guessed=True,
        metrics=Metrics(views=1_234_567, rank=1),
        extra={"label": "新"},
    )
    said: ClassVar[Said] = {
        "no cookie": (
            {"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso"},
            RunStatus.LOGIN,
        ),
        "an error": ({"ok": 0, "message": "系统繁忙"}, RunStatus.FAILED),
    }
    entry = staticmethod(entry)
    answer = staticmethod(answer)

    def test_the_time_that_is_told_is_taken(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [entry(1, onboard_time=STAMP)]).posts
        assert (found.published_at, found.published_guessed) == (SINCE, None)

    def test_a_time_that_cannot_be_is_kept_as_it_was_written(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [entry(1, onboard_time=99)]).posts
        assert (found.published_at, found.published_guessed) == (NOW, True)
        assert found.extra["published_text"] == "99"

    @pytest.mark.parametrize(
        "paid", [{"is_ad": 1}, {"topic_ad": 1}, {"icon_desc": "荐"}, {"icon_desc": "商"}]
    )
    def test_what_is_paid_for_has_no_place(self, read: Any, told: Any, paid: dict[str, Any]) -> None:
        result = self.read(read, told, [entry(5), entry(6, **paid), entry(7)])
        assert [(found.title, found.metrics.rank) for found in result.posts] == [("热搜5", 1), ("热搜7", 2)]
        assert result.tally.skipped == 1

    def test_the_door_for_visitors_is_a_login(self, read: Any, told: Any) -> None:
        url = "https://passport.weibo.com/visitor/visitor?entry=miniblog&url=https%3A%2F%2Fweibo.com"
        result = read(HotlistWeibo, OPTIONS, lambda _: told(b"<html>Sina Visitor System</html>", url=url))
        assert result.verdict.status is RunStatus.LOGIN
        assert "cookie_env" in result.verdict.reason

    def test_an_address_is_quoted(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [entry(2, word="a&b=c 断", word_scheme=None)]).posts
        assert found.url == "https://s.weibo.com/weibo?q=a%26b%3Dc%20%E6%96%AD"


def test_platforms_with_the_same_word_or_number_stay_apart() -> None:
    given = [ids.hot_topic("weibo", "断网"), ids.hot_topic("bilibili", "断网"), ids.hot_topic("douyin", 7)]
    given += [ids.hot_topic("tieba", 7), ids.douyin_video(7), ids.tieba_thread(7), ids.zhihu_question(7)]
    assert len(set(given)) == len(given)
