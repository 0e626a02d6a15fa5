"""Reads the accounts of a small board, as `searches` does its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import AccountOptions, option
from listening.model import Post
from tests.collect.strange.searches import Searches


@dataclass(frozen=True, kw_only=True)
class AccountsOptions(AccountOptions):
    url: str = option(says="the board's address")


class Accounts(ListingSpider[AccountsOptions]):
    listing_order = "created"
    takes = "accounts"
    platform = "board"
    Options = AccountsOptions

    def query_page(self, query: str) -> str:
        return f"{self.options.url}/of?account={quote(query)}"

    def page(self, response: Response) -> Page:
        return Searches.page(self, response)  # type: ignore[arg-type]

    def post(self, item: Any) -> Post | None:
        return Searches.post(self, item)  # type: ignore[arg-type]

    def time_of(self, item: Any) -> datetime | None:
        return Searches.time_of(self, item)  # type: ignore[arg-type]
