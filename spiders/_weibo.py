"""What the Weibo spiders share: the operator's cookie, how the site turns away, its posts, people and times.

Read are the answers that the site gives to its own pages (weibo.com/ajax) in the operator's own browser.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import Callback, ListingSpider, Page
from listening.collect.spider.listing import NEWEST, Listing
from listening.collect.spider.options import AccountOptions, Options, option
from listening.model import Post, RunStatus
from spiders._weibo_answers import SITE, answer_of, is_gone, login_page, query_of, turned_away, with_query
from spiders._weibo_posts import ID, WHOLE, count, is_hidden, is_liked, mid_of, moment_of, number, title_of

_APPROVED_LATER = timedelta(days=1)
"""So much later than its own time a comment may be shown, where the post's author looks at it first."""


@dataclass(frozen=True, kw_only=True)
class WithCookie(Options):
    """`delay` is Weibo's own: it looks at the pace of a cookie, and shuts out who is faster."""

    cookie_env: str = option(says="environment variable with your own Cookie header", query=False)
    delay: float = option(10.0, says="seconds between two requests, at least", query=False)


@dataclass(frozen=True, kw_only=True)
class WeiboAccountOptions(WithCookie, AccountOptions):
    pass


@dataclass(frozen=True, kw_only=True)
class UnderPostsOptions(WeiboAccountOptions):
    """Each run asks for what is under each post of those days."""

    days_back: float = option(3.0, says="how many days old a post may be for that", query=False)


W_co = TypeVar("W_co", bound=WithCookie, covariant=True)


class WeiboListing(ListingSpider[W_co]):
    """A listing of posts. A post whose text is cut in it is asked for whole before it is told."""

    hosts = ("weibo.com",)

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "")
        return {"Referer": f"{SITE}/", **({"Cookie": cookie} if cookie else {})}

    def ask(
        self,
        url: str,
        callback: Callback,
        of: Listing | Response,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **meta: Any,
    ) -> Request:
        """No redirect is followed: there is none but to the login page, or to a check."""
        ajax = {"X-Requested-With": "XMLHttpRequest"} if "/ajax/" in url else {}
        return super().ask(url, callback, of, {**ajax, **(headers or {})}, body, dont_redirect=True, **meta)

    def refusal(self, answer: Answer) -> Trouble | None:
        target = answer.headers.get("location", "") if 300 <= answer.status < 400 else answer.url
        away = turned_away(target, answer.url) if target != answer.asked else None
        return away or super().refusal(answer) or login_page(answer)

    def is_cut(self, item: Any) -> str | None:
        """The mid of a post of which the listing shows only the beginning."""
        raise NotImplementedError

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        mid = None if self.items_are_threads else self._cut(item)
        yield from self.take_cut(item, mid, listing) if mid else super().take(item, listing)

    def _cut(self, item: Any) -> str | None:
        with suppress(LayoutChanged):  # told where the item is read as a post
            return self.is_cut(item)
        return None

    def take_cut(self, item: Any, mid: str, listing: Listing) -> Iterator[Request]:
        """Asks for the whole text; not for that of a known post, which would be another version of it."""
        moment = self._standing(item)
        if moment is not None and moment <= listing.read_to:
            listing.saw(moment)
            listing.tally.skipped += 1
            return
        address = f"{SITE}/ajax/statuses/longtext?{urlencode({'id': mid})}"
        request = self.ask(address, self._read_whole, listing, item=item, thread=1)
        yield request.replace(errback=self._no_whole)

    def _read_whole(self, response: Response) -> Iterator[Post]:
        gone = response.status in (404, 410) or is_gone(response.body)
        whole = None if gone else self.understood(response, _long_text, hole=True)
        yield from self._told(response.request, whole)

    def _no_whole(self, failure: Any) -> Iterator[Post]:
        self.failed(failure)
        failure.request.meta["listing"].holes = True  # or the next run would take the post for known
        yield from self._told(failure.request, None)

    def _told(self, request: Any, whole: str | None) -> Iterator[Post]:
        item = {**request.meta["item"], WHOLE: whole}
        yield from self._taken(request.meta["listing"], item, self.post, self._standing(item))


class WeiboAccounts(WeiboListing[WeiboAccountOptions]):
    """The timelines of accounts: by number, or by the name that is shown, which is asked for its number."""

    takes = "accounts"
    platform = "weibo"
    Options = WeiboAccountOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        name = listing.query.removeprefix("@")
        if ID.fullmatch(name):
            yield from super().begin(listing)
        else:
            asked = urlencode({"screen_name": name})
            yield self.ask(f"{SITE}/ajax/profile/info?{asked}", self._read_account, listing)

    def query_page(self, query: str) -> str:
        return f"{SITE}/ajax/statuses/mymblog?{urlencode({'uid': query, 'page': 1, 'feature': 0})}"

    def page(self, response: Response) -> Page:
        data = need(answer_of(response.body), "data", dict)
        found, asked = need(data, "list", list), query_of(response.url)
        number = int(asked.get("page", "1"))
        if not found:
            if number == 1 and (total := count(data, "total")):
                what = f"the account has {total} posts and none is shown"
                cure = "look at it with your own cookie: it may show the last half year only, or be closed"
                self.listing_of(response).trouble(Trouble(RunStatus.PARTIAL, f"{what} - {cure}"))
            return Page(())
        since = {"since_id": str(data["since_id"])} if data.get("since_id") else {}
        return Page(found, with_query(response.url, page=str(number + 1), **since))

    def time_of(self, item: Any) -> datetime | None:
        told = moment_of(mid_of(item), maybe(item, "created_at", str), self.now)
        return told.moment if told else None

    def is_pinned(self, item: Any) -> bool:
        return (
            "置顶" in title_of(item)
            or bool(item.get("isTop"))
            or item.get("mblogtype") == 2
            or is_liked(item)
        )

    def is_cut(self, item: Any) -> str | None:
        return mid_of(item) if maybe(item, "isLongText", bool) and WHOLE not in item else None

    def read_thread(self, response: Response) -> Iterator[Post | Request]:
        """A page of what is under a post; some posts are gone by then, which is said in many ways."""
        listing = self.listing_of(response)
        if is_gone(response.body):
            listing.tally.gone += 1
            return
        yield from super().read_thread(response)
        yield from self.further(response, listing)

    def further(self, response: Response, listing: Listing) -> Iterator[Request]:  # noqa: ARG002 - mostly none
        """What a page of a thread leads to beside its next page."""
        return iter(())

    def _read_account(self, response: Response) -> Iterator[Request]:
        listing = self.listing_of(response)
        number = self.understood(response, _account_of)
        if number is not None:
            yield self.ask_listing(self.query_page(number), listing)


class UnderPosts(WeiboAccounts):
    """What is under the posts that the accounts wrote in the last `days_back`: `things`, newest first.

    Old posts get new ones, so nothing is vouched for. But a run that saw everything has seen all that was
    there when it began, and the next one reads each thread only down to there.
    """

    listing_order = "activity"
    items_are_threads = True
    Options = UnderPostsOptions
    things: ClassVar[str]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.above: dict[str, Any] = {}
        """The posts by their mids, which is what the addresses of their threads tell."""

    def thread_page(self, mid: str, uid: str) -> str:
        """The address of what is under a post."""
        raise NotImplementedError

    def how_many(self, item: Any) -> int | None:
        """How much there is under a post, where it is told."""
        raise NotImplementedError

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        moment = self.time_of(item)
        if moment is None or moment <= listing.read_to or is_hidden(item) or is_liked(item):
            return
        if self.how_many(item) != 0:
            mid = mid_of(item)
            self.above[mid] = item
            yield self.thread_page(mid, number(need(item, "user", dict), "idstr", "id"))

    def is_known_from(self, found: list[Any], listing: Listing) -> bool:
        """Whether everything from this page of a thread on is known, if the page is in order."""
        newest = listing.asked.marks.get(NEWEST)
        known = datetime.fromisoformat(newest) - _APPROVED_LATER if newest else listing.read_to
        times = [moment for each in found if (moment := self._standing(each))]
        in_order = times == sorted(times, reverse=True)
        return bool(times) and in_order and times[0] <= max(known, listing.read_to)

    def check_shown(self, found: list[Any], total: int | None, mid: str, listing: Listing) -> None:
        """Told is a post that has something under it and shows nothing: the site holds back what it likes."""
        if total and not found:
            what = f"{SITE}/detail/{mid} tells of {total} {self.things} and shows none"
            listing.trouble(Trouble(RunStatus.PARTIAL, what))


def _long_text(response: Response) -> str:
    """The whole text; empty where there is none but the one that is known, which happens."""
    data = answer_of(response.body).get("data")
    return (maybe(data, "longTextContent", str) or "") if data else ""


def _account_of(response: Response) -> str:
    return number(need(need(answer_of(response.body), "data", dict), "user", dict), "idstr", "id")
