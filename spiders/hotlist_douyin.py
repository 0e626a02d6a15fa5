"""What is searched for on Douyin right now (热榜)."""

from __future__ import annotations

from typing import Any

from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, native, need
from listening.collect.reading.trouble import Trouble, said_error
from listening.collect.spider.base import Page
from listening.model import RunStatus
from spiders._hotlist import Entry, Hotlist, word

_REFUSED = "Douyin answers with nothing, which is how it refuses - crawl less often, or set cookie_env"


class HotlistDouyin(Hotlist):
    platform = "douyin"
    address = (
        "https://www.douyin.com/aweme/v1/web/hot/search/list/"
        "?device_platform=webapp&aid=6383&channel=channel_pc_web&detail_list=1"
    )
    home = "https://www.douyin.com/hot"

    def page(self, response: Response) -> Page:
        if not response.body:
            raise LayoutChanged(_REFUSED, Trouble(RunStatus.BLOCKED, _REFUSED))
        return super().page(response)

    def entries(self, answer: Any) -> list[Any]:
        if code := maybe(answer, "status_code", int):
            trouble = said_error(code, maybe(answer, "status_msg", str), login=(8,))
            raise LayoutChanged(trouble.reason, trouble)
        return need(need(answer, "data", dict), "word_list", list)

    def entry(self, item: Any) -> Entry:
        topic = native(item, "sentence_id")
        return Entry(
            topic=topic,
            title=word(item, "word"),
            url=f"https://www.douyin.com/hot/{topic}",
            heat=item.get("hot_value"),
            since=maybe(item, "event_time", int),
        )
