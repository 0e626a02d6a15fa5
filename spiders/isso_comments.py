"""Comments on an Isso server: of the pages that are named, or of all where the server lists its latest ones.

A page's comments are told to every visitor, whole and with what was deleted but is answered. The list of the
latest is off by default. It puts all answers behind all comments that are none, and cuts off its beginning:
what comes is the latest only where nothing was cut, so it is asked for until nothing is.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, items, maybe, maybe_native, native, need, read_page
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus, ids

FEW, MANY = 1_000, 50_000
DELETED = 4  # mode: its words are gone, its answers are not


@dataclass(frozen=True, kw_only=True)
class IssoOptions(Options):
    url: str = option(says="the Isso server's address, https://comments.example")
    pages: tuple[str, ...] = option(
        (), says="read the comments of these pages, as the server knows them: /2026/post/; else its latest"
    )
    website: str | None = option(
        None, says="address of the website that they stand on, for links: https://blog.example", query=False
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        if self.website is not None:
            yield from check_address("website", self.website)


class IssoComments(ListingSpider[IssoOptions]):
    listing_order = "created"
    late = timedelta(days=1)  # where a moderator looks first, a comment appears with the time it was written
    Options = IssoOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        """How many comments each page has is asked for at once; then only those that have any are read."""
        if not self.options.pages:
            yield from super().begin(listing)
            return
        asked = json.dumps(self.options.pages).encode()
        yield self.ask(
            f"{self._base}/count", self.read, listing, {"Content-Type": "application/json"}, body=asked
        )

    def first_page(self) -> str:
        return self._latest(FEW)

    def read(self, response: Response) -> Iterator[Post | Request]:
        if response.status == 404 and b"latest-enabled" in response.body:
            what = "the server does not list its latest comments (latest-enabled)"
            trouble = Trouble(RunStatus.BLOCKED, f"{what} - name the pages to read under `pages`")
            self.listing_of(response).trouble(trouble)
        else:
            yield from super().read(response)

    def page(self, response: Response) -> Page:
        found = items(read_page(response.body), "comments")
        if self.options.pages:
            return Page(self._pages(found))
        limit = int(_asked(response, "limit"))
        if len(found) < limit:
            return Page(found)
        if limit < MANY:
            return Page((), self._latest(MANY))
        what = f"the server has more than {MANY} comments and its list hides some of the latest"
        trouble = Trouble(RunStatus.PARTIAL, f"{what} - name the pages to read under `pages`")
        self.listing_of(response).trouble(trouble, hole=True)
        return Page(found)

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        """A comment; or, where pages are named, one of them, whose comments are a thread."""
        if self.options.pages:
            address = f"{self._base}/?{urlencode({'uri': item})}"
            yield self.ask(address, self.read_thread, listing, thread=1)
        else:
            yield from super().take(item, listing)

    def thread(self, response: Response) -> Page:
        """All comments of a page, answers under what they answer."""
        comments = need(read_page(response.body), "replies", list)
        answers = (each for one in comments for each in maybe(one, "replies", list) or [])
        return Page([{**_object(each), "uri": _asked(response, "uri")} for each in (*comments, *answers)])

    def post(self, item: Any) -> Post:
        page, own = need(item, "uri", str), native(item, "id")
        answered, published = maybe_native(item, "parent"), self.time_of(item)
        is_deleted = maybe(item, "mode", int) == DELETED
        return Post(
            id=ids.isso_comment(self._site, own),
            platform="isso",
            kind=Kind.COMMENT,
            url=self._link(page, own),
            text=text_of(need(item, "text", str)),
            author=_author(item),
            published_at=published,
            parent=Reference(id=ids.isso_comment(self._site, answered)) if answered else None,
            root=Reference(id=ids.isso_page(self._site, page)),
            metrics=Metrics(likes=maybe(item, "likes", int), comments=maybe(item, "total_replies", int)),
            deleted=True if is_deleted else None,
            extra={} if published else {"published_text": str(item.get("created"))},
        )

    def time_of(self, item: Any) -> datetime | None:
        """Seconds since 1970. A page that is named has no time; what stands on it has."""
        created = item.get("created") if isinstance(item, dict) else None
        known = isinstance(created, (int, float, str))
        spoken = read_spoken(created, now=self.now, zone=UTC) if known else None
        return spoken.moment if spoken else None

    @property
    def _base(self) -> str:
        return self.options.url.rstrip("/")

    @property
    def _site(self) -> str:
        parts = urlsplit(self._base)
        return f"{parts.netloc}{parts.path}"

    def _latest(self, limit: int) -> str:
        return f"{self._base}/latest?limit={limit}"

    def _link(self, page: str, number: str) -> str | None:
        website = (self.options.website or "").rstrip("/")
        return f"{website}{quote(page, safe='/%?=&')}#isso-{number}" if website else None

    def _pages(self, counts: list[Any]) -> list[str]:
        """The pages that have comments: the answer tells a count for each that was asked for, in order."""
        asked = self.options.pages
        if len(counts) != len(asked) or not all(type(count) is int for count in counts):
            raise LayoutChanged(f"is not {len(asked)} numbers")
        return [page for page, count in zip(asked, counts, strict=True) if count]


def _asked(response: Response, name: str) -> str:
    assert response.request is not None
    query = urlsplit(str(response.request.meta["asked"])).query
    return parse_qs(query)[name][0]


def _object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise LayoutChanged("has a comment that is no object")
    return item


def _author(item: Any) -> Author | None:
    """The server escapes a name as HTML. Its hash of who wrote is one for a whole network: no identity."""
    name = html.unescape(maybe(item, "author", str) or "").strip()
    return Author(name=name, url=maybe(item, "website", str)) if name else None
