"""What all spiders share: paging through a listing, stopping where the past is reached, telling the truth.

A spider says where its listing begins, how a page splits into items and the next address, and how one item
becomes a post. It raises `LayoutChanged` for what it does not know. Everything else is here.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, ClassVar, Generic, Literal, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from listening.codec import content_digest
from listening.collect.options import Options, query_digest
from listening.collect.shape import LayoutChanged
from listening.collect.tally import Cursor, Tally, Unreadable
from listening.collect.times import read_time
from listening.collect.trouble import Answer, Trouble, misunderstood, refused
from listening.model import Post, RunStatus

ListingOrder = Literal["created", "activity", "rank"]
T = TypeVar("T")
O_co = TypeVar("O_co", bound=Options, covariant=True)

_FAILURES = {
    "CannotResolveHostError": "the name of the host is not known",
    "DownloadConnectionRefusedError": "the connection was refused",
    "DownloadTimeoutError": "the server took too long",
    "DownloadCancelledError": "the answer was too large",
    "ResponseDataLossError": "the answer was cut off",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A listing page: its items as the platform gives them, newest first, and the next page's address."""

    items: Sequence[Any]
    next: str | None = None


class ListingSpider(Spider, Generic[O_co]):
    """A listing, read page by page, newest first. One file in `spiders/` is one subclass.

    `listing_order` is what the listing is sorted by; only `created` lets the paging stop at the cursor.
    `late` is how much later than its own time a post may still appear. `conditional`: the first page honours
    ETag and Last-Modified. `unreadable` is told of every item that cannot become a post.
    """

    listing_order: ClassVar[ListingOrder]
    Options: ClassVar[type[Options]]
    late: ClassVar[timedelta] = timedelta(0)
    conditional: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = cls.__module__.rpartition(".")[2]

    def __init__(
        self,
        options: O_co,
        *,
        source: str,
        now: datetime,
        cursor: Mapping[str, Any] | None = None,
        unreadable: Callable[[Unreadable], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.options = options
        self.tally = Tally()
        self.cursor = Cursor(cursor, query=query_digest(options), now=now)
        self._source, self._unreadable = source, unreadable
        self._now, self._started = now, time.monotonic()
        self._seen: dict[str, str] = {}
        self._asked: set[str] = set()

    # What a spider says.

    def first_page(self) -> str:
        """The address of the listing's first page."""
        raise NotImplementedError

    def page(self, response: Response) -> Page:
        """A good answer as a page. Raises `LayoutChanged`."""
        raise NotImplementedError

    def post(self, item: Any) -> Post | None:
        """One item as a post; None leaves it out on purpose. Raises `LayoutChanged`."""
        raise NotImplementedError

    def time_of(self, item: Any) -> datetime | None:
        """When the item stands in the listing; None where that cannot be told."""
        raise NotImplementedError

    def is_pinned(self, item: Any) -> bool:  # noqa: ARG002 - most listings pin nothing
        """Whether the item stands on top whatever its time, and says nothing about the page's age."""
        return False

    def headers(self) -> dict[str, str]:
        """Headers for every request, secrets from the environment included."""
        return {}

    def begin(self) -> Iterator[Request]:
        """The first request; another one where the listing's address must be asked for."""
        yield self.ask_listing(self.first_page())

    # What all spiders do.

    @property
    def now(self) -> datetime:
        """The time of the run, moving on with it."""
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def read_time(self, text: str | None, zone: tzinfo | None = None) -> datetime | None:
        """A platform's time text, or None where it is broken or not plausible today."""
        return read_time(text, now=self._now, zone=zone)

    async def start(self) -> AsyncIterator[Any]:
        for request in self.begin():
            yield request

    def ask_listing(self, url: str) -> Request:
        """A request for the listing's first page, conditional where the spider is and a cursor is known."""
        return self.ask(url, self.read, self.cursor.conditions() if self.conditional else {})

    def ask(
        self,
        url: str,
        callback: Callable[[Response], Iterator[Any]],
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        """A request; every page is asked for once, so nothing may be filtered away unheard."""
        self._asked.add(url)
        given = {**self.headers(), **(headers or {})}
        return Request(
            url, callback, errback=self.failed, headers=given, dont_filter=True, meta={"asked": url}
        )

    def read(self, response: Response) -> Iterator[Post | Request]:
        """A listing page: its posts, then the request for the next page, if there is to be one."""
        if response.status == 304:
            self.tally.pages += 1
            self.tally.reached_past = True
            return
        page = self.understood(response, self.page)
        if page is None:
            return
        self.tally.pages += 1
        if self.conditional and self.tally.pages == 1:
            self.cursor.validate(_header(response, "ETag"), _header(response, "Last-Modified"))
        yield from self.posts(page.items)
        yield from self._next(page, response)

    def understood(self, response: Response, read: Callable[[Response], T]) -> T | None:
        """What `read` makes of the answer; None when it is refused or misunderstood, which is noted."""
        answer = as_answer(response)
        if trouble := refused(answer):
            self.tally.troubles.append(trouble)
            return None
        try:
            return read(response)
        except LayoutChanged as problem:
            self.tally.troubles.append(misunderstood(answer, str(problem)))
            return None

    def posts(self, items: Iterable[Any]) -> Iterator[Post]:
        """The items' posts: what a page before has shown unchanged is left out, the unreadable is told."""
        for item in items:
            try:
                post = self.post(item)
                self.cursor.saw(self.time_of(item))
                new = post is not None and self._is_new(post)
            except LayoutChanged as problem:
                self._tell_unreadable(item, str(problem))
            except UnicodeEncodeError:
                self._tell_unreadable(item, "holds half a character (a lone surrogate)")
            else:
                if post is None:
                    self.tally.skipped += 1
                elif new:
                    self.tally.posts += 1
                    yield replace(post, source=self._source, collected_at=self.now)

    def failed(self, failure: Any) -> None:
        """No answer at all."""
        error = failure.value
        if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            trouble = Trouble(RunStatus.BLOCKED, "robots.txt forbids the address")
        elif isinstance(error, IgnoreRequest):
            trouble = Trouble(RunStatus.FAILED, f"gave up: {error}")
        else:
            name = type(error).__name__
            trouble = Trouble(RunStatus.FAILED, _FAILURES.get(name, f"no answer ({name})"))
        self.tally.troubles.append(trouble)

    def _tell_unreadable(self, item: Any, what: str) -> None:
        self.tally.unreadable += 1
        self._unreadable(Unreadable(what, json.dumps(item, default=str)))

    def _next(self, page: Page, response: Response) -> Iterator[Request]:
        if page.next is None or self._is_past(page):
            self.tally.reached_past = True
            return
        if self.tally.pages >= self.options.max_pages:
            where = f"stopped after {self.tally.pages} pages, before the listing came to what is known"
            self.tally.capped = f"{where} - raise max_pages, or crawl more often"
            return
        url = urljoin(response.url, page.next)
        if _host(url) not in map(_host, (response.url, as_answer(response).asked)) or url in self._asked:
            problem = f"names a next page that is elsewhere, or was read before ({url})"
            self.tally.troubles.append(Trouble(RunStatus.LAYOUT, f"{response.url} {problem}"))
            return
        yield self.ask(url, self.read)

    def _is_past(self, page: Page) -> bool:
        """A whole page is older than what is known, pinned items ignored."""
        if self.listing_order != "created":
            return False
        times = [moment for item in page.items if (moment := self._standing(item)) is not None]
        known = self.cursor.known_until(late=self.late, days_back=self.options.days_back)
        return bool(times) and max(times) <= known

    def _standing(self, item: Any) -> datetime | None:
        with suppress(LayoutChanged):  # told already, where it was read as a post
            return None if self.is_pinned(item) else self.time_of(item)
        return None

    def _is_new(self, post: Post) -> bool:
        digest = content_digest(post)
        if self._seen.get(post.id) == digest:
            self.tally.duplicates += 1
            return False
        self._seen[post.id] = digest
        return True


def as_answer(response: Response) -> Answer:
    """A Scrapy response as the plain record that `trouble` judges."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    request = response.request
    asked = request.meta.get("asked", request.url) if request else response.url
    return Answer(response.status, response.url, asked, headers, response.body)


def _host(url: str) -> tuple[str | None, int]:
    """What a next page must share with its page: it is sent our cookies, and must not lead inside."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
