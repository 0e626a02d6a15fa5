"""What listings of Bluesky have in common: paging, who said no, and how the platform tells an error.

Whoever asked to be shown to signed-in people alone (`!no-unauthenticated`, a label of the account) is left
out where nobody is signed in; what the network hides is left out always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.collect.spider.base import ListingSpider, Page, as_answer
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import AccountOptions, Options, Problem, check_address, option
from listening.model import ListingOrder, Post, RunStatus
from spiders._bluesky_posts import Teller, labels, reposter, type_of

LIMIT = 100  # the most there is at once
APPVIEW = "https://public.api.bsky.app"
_LOGIN = ("AuthenticationRequired", "AuthMissing", "AuthFactorTokenRequired", "ExpiredToken", "InvalidToken")
_BLOCKED = ("AccountDeactivated", "AccountTakedown", "BlockedActor", "BlockedByActor", "Forbidden")
_LIMITED = ("RateLimitExceeded",)
_HIDDEN = frozenset({"!hide", "!takedown"})
_MEMBERS_ONLY = "!no-unauthenticated"
_ACTOR = re.compile(
    r"@?((?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}|did:(?:plc|web):[a-z0-9.:_%-]+)", re.IGNORECASE
)
_CURE = "write its name (xinghe.example.com) or its did:…"

B_co = TypeVar("B_co", bound=Options, covariant=True)


class BlueskyListing(ListingSpider[B_co]):
    """Posts, newest first, by a cursor. An item has a `post`; a feed's may have a `reason` and a `reply`.

    `signed_in`: the answers are for an account of our own. `key`: what the list of items is called.
    """

    listing_order: ClassVar[ListingOrder] = "created"
    late = timedelta(hours=1)
    signed_in: ClassVar[bool] = False
    key: ClassVar[str] = "feed"

    def refusal(self, answer: Answer) -> Trouble | None:
        return (_said(answer.body) if answer.status in (400, 401) else None) or super().refusal(answer)

    def page(self, response: Response) -> Page:
        answer = answered(response)
        found, cursor = need(answer, self.key, list), maybe(answer, "cursor", str)
        return Page(found, _with_cursor(as_answer(response).asked, cursor) if cursor else None)

    def post(self, item: Any) -> Post | None:
        view, by = need(item, "post", dict), reposter(item)
        if self.leaves_out(view) or (by and self.leaves_out({"author": by})):
            return None
        return self.teller().post(item)

    def time_of(self, item: Any) -> datetime | None:
        return self.teller().standing(item)

    def is_pinned(self, item: Any) -> bool:
        return type_of(maybe(item, "reason", dict)) == "reasonPin"

    def leaves_out(self, view: Any) -> bool:
        """Whether the author asked for it, or the network hides it."""
        found = {*labels(view), *labels(need(view, "author", dict))}
        return bool(found & _HIDDEN) or (not self.signed_in and _MEMBERS_ONLY in found)

    def teller(self) -> Teller:
        return Teller(self.read_time, self.leaves_out)


@dataclass(frozen=True, kw_only=True)
class AuthorOptions(AccountOptions):
    url: str = option(APPVIEW, says="the address of the AppView that is asked")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        for account in self.accounts:
            if not _ACTOR.fullmatch(account):
                yield Problem("accounts", f"'{account}' is no account of Bluesky", _CURE)


class AuthorListing(BlueskyListing[AuthorOptions]):
    """What accounts post, answer and repost, one listing each. A feed may end before its beginning."""

    takes = "accounts"
    platform = "bluesky"
    whole = False
    Options = AuthorOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        if _ACTOR.fullmatch(listing.query):
            yield from super().begin(listing)
        else:
            what = f"'{listing.query}' is no account of Bluesky - {_CURE}"
            listing.trouble(Trouble(RunStatus.FAILED, what))

    def query_page(self, query: str) -> str:
        return self.address("getAuthorFeed", actor=query.removeprefix("@"), limit=LIMIT)

    def address(self, method: str, **asked: str | int) -> str:
        return f"{self.options.url.rstrip('/')}/xrpc/app.bsky.feed.{method}?{urlencode(asked)}"


def answered(response: Response) -> Any:
    """The JSON of a good answer; an error inside of it is what the platform says."""
    answer = read_page(response.body)
    if trouble := _said(response.body):
        raise LayoutChanged(trouble.reason, trouble)
    return answer


def error_in(body: bytes) -> str | None:
    """The name of the error that an answer tells."""
    with suppress(LayoutChanged):
        return maybe(read_page(body), "error", str)
    return None


def _said(body: bytes) -> Trouble | None:
    with suppress(LayoutChanged):
        if error := error_in(body):
            message = maybe(read_page(body), "message", str)
            return said_error(error, message, login=_LOGIN, blocked=_BLOCKED, limited=_LIMITED)
    return None


def _with_cursor(url: str, cursor: str) -> str:
    query = dict(parse_qsl(urlsplit(url).query)) | {"cursor": cursor}
    return f"{url.partition('?')[0]}?{urlencode(query)}"
