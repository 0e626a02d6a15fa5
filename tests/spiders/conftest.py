"""Spiders fed with answers, page by page, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from listening.collect.base import ListingSpider
from listening.collect.options import Options
from listening.collect.status import verdict
from listening.collect.tally import Unreadable
from listening.collect.trouble import Trouble
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
    def verdict(self) -> Trouble:
        return verdict(0, self.spider.tally.facts())


Site = Callable[[Request], Told]
Reader = Callable[..., Read]


def _read(
    kind: type[ListingSpider[Any]], options: Options, site: Site, cursor: Mapping[str, Any] | None = None
) -> Read:
    unreadable: list[Unreadable] = []
    spider = kind(options, source="来源", now=NOW, cursor=cursor, unreadable=unreadable.append)
    read = Read(spider, unreadable=unreadable)
    waiting = list(spider.begin())
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
