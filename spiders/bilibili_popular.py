"""The videos that are popular on Bilibili, as the site ranks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, need, read_page
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, Problem, option
from listening.model import Post
from spiders import _bilibili as bilibili

SIZE = 20  # videos on a page


@dataclass(frozen=True, kw_only=True)
class PopularOptions(Options):
    top: int = option(100, says="how many videos are read, from the first place on")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.top < 1:
            yield Problem("top", f"{self.top} is less than 1", "write 1 or more")


class BilibiliPopular(ListingSpider[PopularOptions]):
    listing_order = "rank"
    Options = PopularOptions

    def first_page(self) -> str:
        return _page(1)

    def headers(self) -> dict[str, str]:
        return {"Referer": f"{bilibili.SITE}/v/popular/all"}

    def refusal(self, answer: Answer) -> Trouble | None:
        return bilibili.refusal(answer)

    def page(self, response: Response) -> Page:
        data = bilibili.data_of(read_page(response.body))
        videos, number = need(data, "list", list), _number(response.url)
        above = (number - 1) * SIZE
        ends = need(data, "no_more", bool)
        if not videos and (number == 1 or not ends):
            raise LayoutChanged("has an empty list, and something is always popular")
        wanted = videos[: self.options.top - above]
        items = [{"rank": above + place, "video": video} for place, video in enumerate(wanted, 1)]
        return Page(items, None if ends or above + SIZE >= self.options.top else _page(number + 1))

    def post(self, item: Any) -> Post | None:
        return bilibili.video(item["video"], self.now, item["rank"])

    def time_of(self, item: Any) -> datetime | None:
        return bilibili.moment(item["video"], "pubdate", self.now)


def _page(number: int) -> str:
    return f"{bilibili.API}/x/web-interface/popular?ps={SIZE}&pn={number}"


def _number(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["pn"][0])
