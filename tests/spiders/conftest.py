"""Spiders fed with answers, page by page, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import ListingSpider, Unreadable
from listening.collect.spider.listing import NEWEST, Asked, Listing, Look, Tally
from listening.collect.spider.options import Options
from listening.collect.spider.status import overall, verdict
from listening.model import Post

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer for one address."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None


@dataclass(slots=True)
class Read:
    """What a spider made of a site: posts, items that are none, requests, and the verdict."""

    spider: ListingSpider[Options]
    posts: list[Post] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [request.url.split("/", 3)[3] for request in self.requests]

    @property
    def listing(self) -> Listing:
        """The only one of a source that is one listing."""
        (listing,) = self.spider.listings
        return listing

    @property
    def tally(self) -> Tally:
        return self.listing.tally

    @property
    def looks(self) -> list[Look]:
        return [listing.look("finished") for listing in self.spider.listings]

    @property
    def look(self) -> Look:
        (look,) = self.looks
        return look

    @property
    def verdict(self) -> Trouble:
        return overall([(look.query, verdict(0, look.facts)) for look in self.looks])


Site = Callable[[Request], Told]
Reader = Callable[..., Read]


def _read(
    kind: type[ListingSpider[Any]],
    options: Options,
    site: Site,
    marks: Mapping[str, str] | None = None,
    queries: Sequence[str] = ("",),
    wanted: datetime | None = None,
    start: datetime | None = None,
    now: datetime = NOW,
) -> Read:
    """`marks` are what the run before left; `wanted` is how far down is to be read, else to its newest."""
    unreadable: list[Unreadable] = []
    newest = datetime.fromisoformat(marks[NEWEST]) if marks and NEWEST in marks else None
    down_to = wanted or newest or now - timedelta(days=options.days_back)
    asked = [Asked(query=each, wanted=down_to, start=start, marks=marks or {}) for each in queries]
    spider = kind(options, source="来源", now=now, asked=asked, unreadable=unreadable.append)
    read = Read(spider, unreadable=unreadable)
    waiting = list(spider.first_requests())
    while waiting:
        request = waiting.pop(0)
        read.requests.append(request)
        for each in _answered(request, site(request)):
            if isinstance(each, Request):
                waiting.append(each)
            else:
                read.posts.append(each)
    return read


def _answered(request: Request, told: Told) -> Iterator[Any]:
    response = Response(told.url or request.url, told.status, dict(told.headers), told.body, request=request)
    assert request.callback is not None
    result: Iterator[Any] = request.callback(response)
    return result


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def read() -> Reader:
    """Runs a spider over a site, a function from request to `Told`, until it asks for nothing more."""
    return _read


@pytest.fixture
def told() -> type[Told]:
    return Told
