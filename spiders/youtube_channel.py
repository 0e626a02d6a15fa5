"""The newest videos of YouTube channels, from the feed that each has: title, description, views and likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.feeds import read_entry, read_feed, read_times
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import AccountOptions, Problem
from listening.model import Author, Kind, Metrics, Post, RunStatus, ids

FEED = "https://www.youtube.com/feeds/videos.xml?channel_id="
_CHANNEL = re.compile(r"(?:https?://(?:www\.|m\.)?youtube\.com/channel/)?(UC[\w-]{22})/?", re.ASCII)
_CURE = "write the channel's own id, which begins with UC (in the page's source: channelId)"


@dataclass(frozen=True, kw_only=True)
class YoutubeOptions(AccountOptions):
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for account in self.accounts:
            if not _CHANNEL.fullmatch(account):
                yield Problem("accounts", f"'{account}' is no id of a channel", _CURE)


class YoutubeChannel(ListingSpider[YoutubeOptions]):
    listing_order = "created"
    takes = "accounts"
    platform = "youtube"
    whole = False
    late = timedelta(hours=1)  # a feed learns of a video after the channel has it
    Options = YoutubeOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        if _CHANNEL.fullmatch(listing.query):
            yield from super().begin(listing)
        else:
            what = f"'{listing.query}' is no id of a channel - {_CURE}"
            listing.trouble(Trouble(RunStatus.FAILED, what))

    def query_page(self, query: str) -> str:
        found = _CHANNEL.fullmatch(query)
        return f"{FEED}{found[1] if found else query}"

    def refusal(self, answer: Answer) -> Trouble | None:
        if answer.status != 404 and answer.status < 500:
            return super().refusal(answer)
        what = f"YouTube answers {answer.status}, which it does at times for channels that are there"
        cure = "the next run tries again; if it stays so for days, check the id"
        return Trouble(RunStatus.FAILED, f"{what} - {cure}")

    def page(self, response: Response) -> Page:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        feed = read_feed(response.body, url=response.url, content_type=content_type)
        if feed.cut_off:
            what = "the feed is cut off; read as far as it goes"
            self.listing_of(response).trouble(Trouble(RunStatus.PARTIAL, what))
        return Page(feed.items)

    def post(self, item: Any) -> Post | None:
        entry, published = read_entry(item, FEED), self.time_of(item)
        if not entry.published:
            raise LayoutChanged("has no time")
        channel = _need(item, "yt_channelid")
        return Post(
            id=ids.youtube_video(_need(item, "yt_videoid")),
            platform="youtube",
            kind=Kind.VIDEO,
            url=entry.url,
            title=entry.title,
            text=(item.get("summary") or "").strip(),  # a description is no HTML: its lines are its own
            author=Author(id=channel, name=entry.author, url=entry.author_url),
            published_at=published,
            metrics=Metrics(likes=_likes(item), views=entry.views),
            extra={} if published else {"published_text": entry.published},
        )

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(read_times(item)[0])


def _need(item: Any, key: str) -> str:
    value = item.get(key)
    if not value or not isinstance(value, str):
        raise LayoutChanged(f"has no '{key.replace('_', ':')}'")
    return value


def _likes(item: Any) -> int | None:
    """The feed still says it as stars: their count is that of the likes."""
    count = (item.get("media_starrating") or {}).get("count") or ""
    return int(count) if count.isascii() and count.isdecimal() else None
