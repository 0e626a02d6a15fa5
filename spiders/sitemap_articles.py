"""The articles that a site's sitemaps name, the changed ones: each page is read as the article on it.

A sitemap tells when an address changed last, and not when it was published: an old article that is mended
looks like a new one, and a time that is told wrongly hides one. So this vouches for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Problem, check_address, option
from listening.model import Post, RunStatus
from spiders._sitemaps import ArticleOptions, ArticleSpider, Entry

_NAMED = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_USUAL = "/sitemap.xml"
_APART = timedelta(hours=1)
"""A site writes its sitemaps one after the other: what is new in one may be older than what another told."""


@dataclass(frozen=True, kw_only=True)
class SitemapOptions(ArticleOptions):
    url: str = option(says="the site's address, https://news.example")
    sitemap: str | None = option(
        None, says="the sitemap's address; without it those that robots.txt names, or /sitemap.xml"
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        if self.sitemap is not None:
            yield from check_address("sitemap", self.sitemap)


class SitemapArticles(ArticleSpider[SitemapOptions]):
    listing_order = "activity"
    Options = SitemapOptions
    _asked_for = _timed = _timeless = 0

    def home(self) -> str:
        return self.options.url

    def begin(self, listing: Listing) -> Iterator[Request]:
        if self.options.sitemap:
            yield from self._sitemap(self.options.sitemap, listing)
        else:
            yield self.ask(urljoin(self.options.url, "/robots.txt"), self.robots, listing)

    def robots(self, response: Response) -> Iterator[Request]:
        """The sitemaps that robots.txt names."""
        is_there = response.status not in (404, 410)
        text = self.understood(response, lambda answer: answer.body) if is_there else b""
        if text is not None:
            named = [each.decode("utf-8", "replace") for each in _NAMED.findall(text)]
            for address in dict.fromkeys(named or [_USUAL]):
                yield from self._sitemap(urljoin(response.url, address), self.listing_of(response))

    def read(self, response: Response) -> Iterator[Post | Request]:
        yield from super().read(response)
        listing = self.listing_of(response)
        if listing.open == 0 and self._timeless and not self._timed:
            what = f"none of {self._timeless} addresses says when it changed, so nothing says what is new"
            listing.trouble(Trouble(RunStatus.PARTIAL, f"{what} - read the site by its feed"))

    def page(self, response: Response) -> Page:
        """Oldest first: of what is asked for together, the last is read first."""
        return Page(sorted(self.entries(response), key=lambda each: self.changed(each) or self.now))

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        if not item.is_sitemap:
            yield from super().take(item, listing)
        elif self._has_changed(item, listing):
            yield from self._sitemap(item.url, listing)

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        if self.changed(item) is None:
            self._timeless += 1
            listing.tally.skipped += 1
            return
        self._timed += 1
        if self._has_changed(item, listing):
            yield self.ask_for(item)

    def time_of(self, item: Any) -> datetime | None:
        return None if item.is_sitemap else self.changed(item)

    def _has_changed(self, entry: Entry, listing: Listing) -> bool:
        """Whether it may have changed since the newest change that a good run saw."""
        changed = self.changed(entry)
        return changed is None or changed > listing.read_to - _APART

    def _sitemap(self, url: str, listing: Listing) -> Iterator[Request]:
        if url in self._asked:
            return
        if self._asked_for >= self.options.max_pages:
            what = f"stopped after {self._asked_for} sitemaps, and there are more"
            listing.tally.capped = f"{what} - raise max_pages, or name one under `sitemap`"
            return
        self._asked_for += 1
        yield self.ask(url, self.read, listing)
