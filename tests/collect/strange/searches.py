"""Searches a small board for words: JSON pages by word, `{"items": [{"id", "text", "at"}], "next"}`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from listening.collect.reading.shape import maybe, need, read_page
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import WordOptions, option
from listening.model import Post, ids


@dataclass(frozen=True, kw_only=True)
class SearchOptions(WordOptions):
    url: str = option(says="the board's address")


class Searches(ListingSpider[SearchOptions]):
    listing_order = "created"
    takes = "words"
    Options = SearchOptions

    def query_page(self, query: str) -> str:
        return f"{self.options.url}/search?q={quote(query)}"

    def page(self, response: Response) -> Page:
        page = read_page(response.body)
        return Page(need(page, "items", list), maybe(page, "next", str))

    def post(self, item: Any) -> Post | None:
        native, text = need(item, "id", str), need(item, "text", str)
        moment = self.time_of(item)
        return Post(id=ids.imported("board", native), platform="board", text=text, published_at=moment)

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(need(item, "at", str))
