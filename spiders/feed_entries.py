"""The entries of a feed: RSS, Atom or JSON Feed, asked for only if it has changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scrapy.http import Response

from listening.collect.reading.feeds import Entry, read_entry, read_feed, read_times
from listening.collect.reading.trouble import Trouble, without_secrets
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, Metrics, Post, RunStatus, ids


@dataclass(frozen=True, kw_only=True)
class FeedOptions(Options):
    url: str = option(says="the feed's address")
    zone: str | None = option(
        None, says="the zone of times that name none, Asia/Shanghai say; without it they count as broken"
    )
    cookie_env: str | None = option(
        None, says="environment variable with your own Cookie header", query=False
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        try:
            self.tzinfo()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield Problem("zone", f"unknown zone '{self.zone}'", "write one like Asia/Shanghai")

    def tzinfo(self) -> tzinfo | None:
        return ZoneInfo(self.zone) if self.zone else None


class FeedEntries(ListingSpider[FeedOptions]):
    listing_order = "created"
    whole = False
    conditional = True
    Options = FeedOptions

    @cached_property
    def _zone(self) -> tzinfo | None:
        return self.options.tzinfo()

    def first_page(self) -> str:
        return self.options.url

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "") if self.options.cookie_env else ""
        return {"Cookie": cookie} if cookie else {}

    def page(self, response: Response) -> Page:
        listing = self.listing_of(response)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        feed = read_feed(response.body, url=response.url, content_type=content_type)
        if feed.cut_off:
            listing.trouble(Trouble(RunStatus.PARTIAL, "the feed is cut off; read as far as it goes"))
        return Page(feed.items, feed.next)

    def post(self, item: Any) -> Post | None:
        entry = read_entry(item, self.options.url)
        published, guessed = self._time(entry.published, entry.updated)
        author = Author(name=entry.author, url=entry.author_url) if entry.author else None
        native = entry.id or ids.from_content(entry.author, published, entry.title, entry.text)
        written = entry.published or entry.updated
        return Post(
            id=ids.feed_entry(without_secrets(self.options.url), native),
            platform="feed",
            kind=Kind.VIDEO if entry.video else Kind.ARTICLE,
            url=entry.url,
            title=entry.title,
            text=entry.text,
            author=author,
            published_at=published,
            published_guessed=guessed,
            tags=entry.tags,
            lang=entry.lang,
            metrics=_metrics(entry),
            extra={} if published else {"published_text": written} if written else {},
        )

    def time_of(self, item: Any) -> datetime | None:
        return self._time(*read_times(item))[0]

    def _time(self, published: str | None, updated: str | None) -> tuple[datetime | None, bool | None]:
        """The entry's time, and True if it is only when it was last changed."""
        if published:
            return self.read_time(published, self._zone), None
        changed = self.read_time(updated, self._zone)
        return changed, True if changed else None


def _metrics(entry: Entry) -> Metrics | None:
    if entry.views is None and entry.comments is None:
        return None
    return Metrics(views=entry.views, comments=entry.comments)
