"""The articles that a news sitemap names: it tells when each was published, and holds those of two days.

So it is a listing by creation, and vouches for the time that it holds; other sitemaps cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Problem, check_address, option
from listening.model import Post
from spiders._sitemaps import ArticleOptions, ArticleSpider


@dataclass(frozen=True, kw_only=True)
class NewsOptions(ArticleOptions):
    url: str = option(says="the news sitemap's address, https://news.example/news-sitemap.xml")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)


class SitemapNews(ArticleSpider[NewsOptions]):
    listing_order = "created"
    whole = False
    late = timedelta(hours=1)  # the document is written anew now and then
    Options = NewsOptions

    def home(self) -> str:
        return self.options.url

    def first_page(self) -> str:
        return self.options.url

    def page(self, response: Response) -> Page:
        entries = self.entries(response)
        if any(each.is_sitemap for each in entries):
            raise LayoutChanged("is an index of sitemaps - name the news sitemap itself under `url`")
        return Page(sorted(entries, key=lambda each: self._published_at(each) or self.now))

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        """Noted by its address, so that a later run knows whether the listing still holds it."""
        listing.saw(self.time_of(item), item.url)
        yield from super().take(item, listing)

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        published = self._published_at(item)
        if published is None:
            raise LayoutChanged(f"does not say when it was published ({item.url})")
        if published > listing.read_to:
            yield self.ask_for(item)

    def time_of(self, item: Any) -> datetime | None:
        return self._published_at(item)

    def _published_at(self, entry: Any) -> datetime | None:
        return self._moment(entry.published) or self._day_of(entry.published)
