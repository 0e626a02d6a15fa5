"""What all spiders share: paging through listings, stopping where the past is reached, telling the truth.

A spider says where a listing begins, how a page splits into items and the next address, and how one item
becomes a post; where items are threads, how a thread does. It raises `LayoutChanged` for what it does not
know. Everything else is here.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any, ClassVar, Generic, Literal, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from listening.codec import content_digest
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.times import read_time
from listening.collect.reading.trouble import Answer, Trouble, misunderstood, refused, unanswered
from listening.collect.spider.listing import Asked, Listing
from listening.collect.spider.options import Options
from listening.model import ListingOrder, Post, RunStatus

T = TypeVar("T")
O_co = TypeVar("O_co", bound=Options, covariant=True)
Callback = Callable[[Response], Iterator[Any]]
Takes = Literal["words", "accounts"]

_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that did not become a post, and why; `raw` is the item as JSON."""

    what: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing or a thread: its items as the platform gives them, and the next page's address."""

    items: Sequence[Any]
    next: str | None = None


class ListingSpider(Spider, Generic[O_co]):
    """Listings, read page by page, newest first. One file in `spiders/` is one subclass.

    `listing_order` is what a listing is sorted by; only `created` can vouch for everything. `takes`: what the
    queries are, one listing for each: words or accounts of the rule set; None: the source is one listing.
    `whole`: a listing's end is the beginning of everything; False: it holds only what is newest.
    `late` is how much later than its own time a post may still appear. `conditional`: the first page honours
    ETag and Last-Modified. `items_are_threads`: an item of a listing is no post, what it leads to is.
    `threads_descend`: the pages of a thread are newest first, and end where everything is known.
    `platform`: whose accounts the spider takes. `hosts`: where else our own headers may go, secrets among
    them; by default only to the host of a listing's first page. `unreadable` is told of every item that
    cannot become a post.
    """

    listing_order: ClassVar[ListingOrder]
    Options: ClassVar[type[Options]]
    takes: ClassVar[Takes | None] = None
    platform: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]] = ()
    whole: ClassVar[bool] = True
    late: ClassVar[timedelta] = timedelta(0)
    conditional: ClassVar[bool] = False
    items_are_threads: ClassVar[bool] = False
    threads_descend: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = cls.__module__.rpartition(".")[2]

    def __init__(
        self,
        options: O_co,
        *,
        source: str,
        now: datetime,
        asked: Sequence[Asked] = (),
        unreadable: Callable[[Unreadable], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.options = options
        given = asked or [Asked(wanted=now - timedelta(days=options.days_back))]
        order, late = self.listing_order, self.late
        self.listings = [Listing(each, order=order, late=late, now=now) for each in given]
        self._source, self._unreadable = source, unreadable
        self._now, self._started = now, time.monotonic()
        self._seen: dict[str, str] = {}
        self._asked: set[str] = set()
        self._home: set[tuple[str | None, int]] = set()
        self._canary_is_asked = False

    # What a spider says.

    def first_page(self) -> str:
        """The address of the listing's first page, where the source is one listing."""
        raise NotImplementedError

    def query_page(self, query: str) -> str:
        """The address of the first page for a word or an account, where the spider takes any."""
        raise NotImplementedError(query)

    def page_before(self, query: str, moment: datetime) -> str | None:  # noqa: ARG002 - few platforms can
        """The address of a page that begins with what was created before `moment`; None: there is no such."""
        return None

    def refusal(self, answer: Answer) -> Trouble | None:
        """What is wrong with an answer that is not to be read; a platform may say it in its own way."""
        return refused(answer)

    def page(self, response: Response) -> Page:
        """A good answer as a page of a listing. Raises `LayoutChanged`."""
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

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:  # noqa: ARG002 - most items are all there is
        """Addresses of what an item leads to: its replies, the article it names. Read by `thread`.

        Asked for every item of a listing, known or new; `listing.read_to` is until when all is known.
        """
        return iter(())

    def thread(self, response: Response) -> Page:
        """A good answer as a page of a thread. Raises `LayoutChanged`."""
        raise NotImplementedError

    def reply(self, item: Any, response: Response) -> Post | None:  # noqa: ARG002 - the item mostly says all
        """One item of a thread as a post, as `post` is of a listing."""
        return self.post(item)

    def reply_time(self, item: Any) -> datetime | None:
        """When an item of a thread was written; only asked where `threads_descend`."""
        return self.time_of(item)

    def headers(self) -> dict[str, str]:
        """Headers for every request, secrets from the environment included."""
        return {}

    def begin(self, listing: Listing) -> Iterator[Request]:
        """The first request for a listing; another one where its address must be asked for."""
        yield self.ask_listing(self.address_of(listing), listing)

    # What all spiders do.

    @property
    def now(self) -> datetime:
        """The time of the run, moving on with it."""
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def read_time(self, text: str | None, zone: tzinfo | None = None) -> datetime | None:
        """A platform's time text, or None where it is broken or not plausible today."""
        return read_time(text, now=self._now, zone=zone)

    def listing_of(self, response: Response) -> Listing:
        """The listing for which an answer was asked."""
        assert response.request is not None
        listing: Listing = response.request.meta["listing"]
        return listing

    async def start(self) -> AsyncIterator[Any]:
        for request in self.first_requests():
            yield request

    def first_requests(self) -> Iterator[Request]:
        for listing in self.listings:
            yield from self.begin(listing)

    def address_of(self, listing: Listing) -> str:
        """Where the listing begins: on top, or below what is known where only older posts are wanted."""
        query, start = listing.query, listing.asked.start
        below = self.page_before(query, start) if start else None
        return below or (self.query_page(query) if self.takes else self.first_page())

    def ask_listing(self, url: str, listing: Listing) -> Request:
        """A request for the listing's first page, conditional where the spider is and a cursor is known."""
        conditions = listing.conditions() if self.conditional and not listing.asked.start else {}
        return self.ask(url, self.read, listing, conditions)

    def ask(
        self,
        url: str,
        callback: Callback,
        of: Listing | Response,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **meta: Any,
    ) -> Request:
        """A request for a listing, or for one that an answer was for. None is filtered away unheard.

        With a `body` it is a POST: no listing needs one, but some platforms open a session by it.
        """
        listing = of if isinstance(of, Listing) else self.listing_of(of)
        if isinstance(of, Listing) and not listing.tally.pages:
            self._home.add(_host(url))  # said by the spider itself, before anything was answered
        listing.open += 1
        listing.open_threads += "thread" in meta
        self._asked.add(url)
        ours = self.headers() if _host(url) in self._home or _host(url)[0] in self.hosts else {}
        given = {**ours, **(headers or {})}
        meta |= {"asked": url, "listing": listing}
        answered = partial(self._answered, callback)
        return Request(
            url,
            answered,
            method="GET" if body is None else "POST",
            body=body,
            errback=self.failed,
            headers=given,
            dont_filter=True,
            meta=meta,
        )

    def read(self, response: Response) -> Iterator[Post | Request]:
        """A listing page: its posts, what they lead to, then the next page, if there is to be one."""
        listing = self.listing_of(response)
        asked_at = self.now - timedelta(seconds=response.meta.get("download_latency", 0))
        if response.status == 304:
            listing.answered(asked_at)
            listing.tally.reached_past = True
            return
        page = self.understood(response, self.page)
        if page is None:
            return
        listing.answered(asked_at)
        if self.conditional and listing.tally.pages == 1:
            listing.validate(_header(response, "ETag"), _header(response, "Last-Modified"))
        for item in page.items:
            yield from self.take(item, listing)
        yield from self._next(page, response, listing)

    def read_thread(self, response: Response) -> Iterator[Post | Request]:
        """A page of a thread: its posts, then the next page. A thread that is gone is no trouble."""
        listing = self.listing_of(response)
        if response.status in _GONE:
            listing.tally.gone += 1
            return
        page = self.understood(response, self.thread, hole=True)
        if page is None:
            return
        listing.tally.threads += 1
        for item in page.items:
            yield from self._taken(listing, item, lambda item: self.reply(item, response))
        yield from self._next_of_thread(page, response, listing)

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        """An item of a listing: its post, and requests for the threads it leads to."""
        moment = self._standing(item)
        if not self.items_are_threads:
            yield from self._taken(listing, item, self.post, moment)
        try:
            urls = list(self.threads(item, listing))
        except LayoutChanged as problem:
            self._tell_unreadable(listing, item, str(problem))
            return
        if self.items_are_threads:
            listing.saw(moment, urls[0] if urls else None)
        for url in urls:
            if url not in self._asked:
                yield self.ask(url, self.read_thread, listing, thread=1)

    def understood(
        self, response: Response, read: Callable[[Response], T], *, hole: bool = False
    ) -> T | None:
        """What `read` makes of the answer; None when it is refused or misunderstood, which is noted.

        `hole`: what is missed for it lies above the bottom of the listing's last page.
        """
        answer, listing = as_answer(response), self.listing_of(response)
        if trouble := self.refusal(answer):
            listing.trouble(trouble, hole=hole)
            return None
        try:
            return read(response)
        except LayoutChanged as problem:
            listing.trouble(problem.trouble or misunderstood(answer, str(problem)), hole=hole)
            return None

    def failed(self, failure: Any) -> None:
        """No answer at all."""
        error, listing = failure.value, failure.request.meta["listing"]
        listing.open -= 1
        listing.open_threads -= "thread" in failure.request.meta
        trouble = getattr(error, "trouble", None) or _given_up(error)
        listing.trouble(trouble, hole="thread" in failure.request.meta)

    def _answered(self, callback: Callback, response: Response) -> Iterator[Any]:
        listing = self.listing_of(response)
        listing.open -= 1
        listing.open_threads -= "thread" in response.meta
        yield from callback(response)

    def _taken(
        self,
        listing: Listing,
        item: Any,
        read: Callable[[Any], Post | None],
        moment: datetime | None = None,
    ) -> Iterator[Post]:
        """The item's post: what a page before has shown unchanged is left out, the unreadable is told."""
        try:
            post = read(item)
            new = post is not None and self._is_new(post, listing)
        except LayoutChanged as problem:
            self._tell_unreadable(listing, item, str(problem))
        except UnicodeEncodeError:
            self._tell_unreadable(listing, item, "holds half a character (a lone surrogate)")
        else:
            listing.saw(moment, post.id if post else None)
            if post is None:
                listing.tally.skipped += 1
            elif new:
                listing.tally.posts += 1
                yield replace(post, source=self._source, collected_at=self.now)

    def _tell_unreadable(self, listing: Listing, item: Any, what: str) -> None:
        listing.tally.unreadable += 1
        self._unreadable(Unreadable(what, json.dumps(item, default=str)))

    def _next(self, page: Page, response: Response, listing: Listing) -> Iterator[Request]:
        times = [t for item in page.items if not self._pinned(item) and (t := self._standing(item))]
        listing.read_down(times)
        if self.listing_order != "rank" and listing.is_past(times):
            listing.tally.reached_past = True
        elif page.next is None:
            listing.ends(times, whole=self.whole)
        elif listing.tally.pages >= self.options.max_pages:
            what = f"stopped after {listing.tally.pages} pages"
            known, often = ", before the listing came to what is known", ", or crawl more often"
            ranked = self.listing_order == "rank"  # there is no past to come to
            listing.tally.capped = (
                f"{what}{'' if ranked else known} - raise max_pages{'' if ranked else often}"
            )
        elif url := self._followed(page.next, response, listing):
            yield self.ask(url, self.read, listing)
        if listing.tally.reached_past and not listing.tally.posts:
            yield from self._ask_canary(listing)

    def _next_of_thread(self, page: Page, response: Response, listing: Listing) -> Iterator[Request]:
        if page.next is None or (self.threads_descend and self._is_known(page, listing)):
            return
        number = response.meta["thread"]
        if number >= self.options.max_pages:
            what = f"a thread was not read to its end ({number} pages, {response.url})"
            listing.tally.capped = f"{what} - raise max_pages"
            listing.holes = True
        elif url := self._followed(page.next, response, listing, hole=True):
            yield self.ask(url, self.read_thread, listing, thread=number + 1)

    def _is_known(self, page: Page, listing: Listing) -> bool:
        times = []
        for item in page.items:
            with suppress(LayoutChanged):
                times += [moment] if (moment := self.reply_time(item)) else []
        return listing.is_past(times)

    def _followed(
        self, address: str, response: Response, listing: Listing, *, hole: bool = False
    ) -> str | None:
        """The next page's address; None where it leads elsewhere or in a circle, which is noted."""
        url = urljoin(response.url, address)
        if _host(url) in map(_host, (response.url, as_answer(response).asked)) and url not in self._asked:
            return url
        problem = f"names a next page that is elsewhere, or was read before ({url})"
        listing.trouble(Trouble(RunStatus.LAYOUT, f"{response.url} {problem}"), hole=hole)
        return None

    def _ask_canary(self, listing: Listing) -> Iterator[Request]:
        """Nothing new is only good news where a post that is known to be there can still be read."""
        if self.options.canary and not self._canary_is_asked:
            self._canary_is_asked = True
            yield self.ask(self.options.canary, self._read_canary, listing)

    def _read_canary(self, response: Response) -> Iterator[Any]:
        self.understood(response, self._check_canary, hole=True)
        return iter(())

    def _check_canary(self, response: Response) -> bool:
        words = self.options.canary_text
        text = as_answer(response).text
        if words and not any(form in text for form in (words, json.dumps(words)[1:-1])):
            raise LayoutChanged(f"(the canary) does not show '{words}' any more")
        return True

    def _pinned(self, item: Any) -> bool:
        with suppress(LayoutChanged):  # told already, where it was read as a post
            return self.is_pinned(item)
        return False

    def _standing(self, item: Any) -> datetime | None:
        with suppress(LayoutChanged):
            return self.time_of(item)
        return None

    def _is_new(self, post: Post, listing: Listing) -> bool:
        digest = content_digest(post)
        if self._seen.get(post.id) == digest:
            listing.tally.duplicates += 1
            return False
        self._seen[post.id] = digest
        return True


def _given_up(error: Exception) -> Trouble:
    """What Scrapy itself has ended, and what no answer came to."""
    if not isinstance(error, IgnoreRequest):
        return unanswered(error)
    if "robots.txt" in str(error):
        return Trouble(RunStatus.BLOCKED, "robots.txt forbids the address")
    return Trouble(RunStatus.FAILED, f"gave up: {error}")


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
