"""What lists of what is hot have in common: one entry is one post, its place and its heat are metrics.

An entry that is seen again is the same post with other metrics, so that the way of its rank is kept where it
is a hit. What is paid for is left out, and has no place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy.http import Response

from listening.collect.reading.counts import read_count
from listening.collect.reading.shape import LayoutChanged, need, read_page
from listening.collect.reading.times import read_spoken
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, option
from listening.model import Kind, Metrics, Post, ids


@dataclass(frozen=True, kw_only=True)
class HotlistOptions(Options):
    cookie_env: str | None = option(
        None,
        says="environment variable with your own Cookie header, where the platform asks for one",
        query=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as its platform tells it: `topic` is its own number or word, `since` when it became hot.

    `heat` and `since` are as they are written.
    """

    topic: str
    title: str
    url: str
    text: str = ""
    kind: Kind | None = None
    heat: Any = None
    comments: int | None = None
    since: Any = None
    label: str | None = None


class Hotlist(ListingSpider[HotlistOptions]):
    """`address` is where the list is, `home` the page that shows it."""

    listing_order = "rank"
    Options = HotlistOptions
    address: ClassVar[str]
    home: ClassVar[str]

    def entries(self, answer: Any) -> list[Any]:
        """The entries of an answer, the hottest first. Raises `LayoutChanged`."""
        raise NotImplementedError

    def entry(self, item: Any) -> Entry:
        """One of them. Raises `LayoutChanged`."""
        raise NotImplementedError

    def is_paid(self, item: dict[str, Any]) -> bool:  # noqa: ARG002 - most lists do not say
        """Whether somebody has paid for the place."""
        return False

    def first_page(self) -> str:
        return self.address

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "") if self.options.cookie_env else ""
        return {"Referer": self.home, **({"Cookie": cookie} if cookie else {})}

    def page(self, response: Response) -> Page:
        entries = self.entries(read_page(response.body))
        if not entries:
            raise LayoutChanged("has an empty list, and something is always hot")
        return Page(list(self._ranked(entries)))

    def post(self, item: Any) -> Post | None:
        if item["rank"] is None:
            return None
        entry, since = self.entry(item["entry"]), self.time_of(item)
        heat = read_count(entry.heat)
        return Post(
            id=ids.hot_topic(self.platform, entry.topic),
            platform=self.platform,
            kind=entry.kind,
            url=entry.url,
            title=entry.title,
            text=entry.text,
            published_at=since or self._now,
            published_guessed=None if since else True,
            metrics=Metrics(
                views=heat.value if heat and heat.value else None,
                comments=entry.comments,
                rank=item["rank"],
            ),
            extra={
                **({"label": entry.label} if entry.label else {}),
                **({"published_text": str(entry.since)} if entry.since and not since else {}),
            },
        )

    def time_of(self, item: Any) -> datetime | None:
        since = self.entry(item["entry"]).since
        spoken = read_spoken(since, now=self.now, zone=UTC) if isinstance(since, str | int) else None
        return spoken.moment if spoken else None

    def _ranked(self, entries: list[Any]) -> Iterator[dict[str, Any]]:
        rank = 0
        for entry in entries:
            is_paid = isinstance(entry, dict) and self.is_paid(entry)
            rank += not is_paid
            yield {"rank": None if is_paid else rank, "entry": entry}


def word(item: Any, key: str) -> str:
    """A text that must be there, and not be empty."""
    found = need(item, key, str).strip()
    if not found:
        raise LayoutChanged(f"has an empty '{key}'")
    return found
