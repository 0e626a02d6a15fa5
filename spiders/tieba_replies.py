"""Floors written of late in a forum (吧) of Tieba, in whatever thread: the latest answered one first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapy.http import Response

from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import option
from spiders._tieba import TiebaOptions, TiebaThreads, newest_known


@dataclass(frozen=True, kw_only=True)
class TiebaRepliesOptions(TiebaOptions):
    """In an old forum much is answered within two weeks."""

    days_back: float = option(1.0, says="how many days old the last answer in a thread may be", query=False)


class TiebaReplies(TiebaThreads):
    listing_order = "activity"
    Options = TiebaRepliesOptions
    sort, moment = 0, "last_time_int"

    def page(self, response: Response) -> Page:
        page, newest = super().page(response), newest_known(self.listing_of(response))
        times = [self._standing(each) for each in page.items if not self.is_pinned(each)]
        known = newest is not None and times and all(each is not None and each <= newest for each in times)
        return Page(page.items) if known else page

    def is_unchanged(self, item: Any, last: datetime, listing: Listing) -> bool:  # noqa: ARG002 - see the parent
        newest = newest_known(listing)
        return newest is not None and last <= newest
