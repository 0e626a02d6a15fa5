"""What timelines of Mastodon servers have in common: who said no, what a status becomes, how pages follow.

Authors who opted out are left out (docs/spiders/mastodon.md): `noindex` or `discoverable: false` anywhere,
and wherever everything is searched that anybody writes, also `indexable: false`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, items, maybe, need, read_page
from listening.collect.reading.trouble import Trouble, next_link
from listening.collect.spider.base import ListingSpider, Page, as_answer
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, ListingOrder, Mention, Metrics, Post, Reference, RunStatus, ids

LIMIT = 40  # the most a server gives at once
_PUBLIC = ("public", "unlisted", None)


@dataclass(frozen=True, kw_only=True)
class TokenOptions(Options):
    token_env: str | None = option(
        None,
        says="environment variable with your own access token, where the server asks for one",
        query=False,
    )


@dataclass(frozen=True, kw_only=True)
class ServerOptions(TokenOptions):
    url: str = option(says="the server's address, https://social.example")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)

    @property
    def base(self) -> str:
        return self.url.rstrip("/")


M_co = TypeVar("M_co", bound=TokenOptions, covariant=True)


class MastodonListing(ListingSpider[M_co]):
    """Statuses, newest first, by Link headers. An item is a `status`, and the server's address (`at`).

    `is_search`: it goes over everything that anybody writes, and nobody has pointed to it.
    """

    listing_order: ClassVar[ListingOrder] = "created"
    late = timedelta(hours=1)  # posts of other servers arrive late and are sorted in by their own time

    @property
    def is_search(self) -> bool:
        return False

    def headers(self) -> dict[str, str]:
        token = os.environ.get(self.options.token_env, "") if self.options.token_env else ""
        return {"Authorization": f"Bearer {token}"} if token else {}

    def page(self, response: Response) -> Page:
        statuses = items(read_page(response.body), "statuses")
        told = [{"at": base_of(response), "status": status} for status in statuses]
        return Page(told, linked_next(response) if statuses else None)

    def post(self, item: Any) -> Post | None:
        status = need(item, "status", dict)
        boosted = maybe(status, "reblog", dict)
        if self.leaves_out(status) or (boosted and self.leaves_out(boosted)):
            return None
        return self.teller(item).post(status)

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(need(need(item, "status", dict), "created_at", str))

    def is_pinned(self, item: Any) -> bool:
        return maybe(need(item, "status", dict), "pinned", bool) is True

    def leaves_out(self, status: Any) -> bool:
        """Whether it is not for everybody, or its author said no."""
        account = need(status, "account", dict)
        if maybe(account, "noindex", bool) is True or maybe(account, "discoverable", bool) is False:
            return True
        return is_private(status) or (self.is_search and maybe(account, "indexable", bool) is False)

    def teller(self, item: Any) -> Teller:
        return Teller(need(item, "at", str), self.read_time, self.leaves_out)

    def look_up(self, base: str, account: str, listing: Listing) -> Request:
        """Asks for the account's number on that server, and then for its timeline."""
        asked = urlencode({"acct": account})
        return self.ask(f"{base}/api/v1/accounts/lookup?{asked}", self._looked_up, listing)

    def _looked_up(self, response: Response) -> Iterator[Request]:
        number = self.understood(response, lambda answer: need_id(read_page(answer.body), "id"))
        if number is not None:
            address = f"{base_of(response)}/api/v1/accounts/{quote(number)}/statuses?limit={LIMIT}"
            yield self.ask_listing(address, self.listing_of(response))


class MemberListing(MastodonListing[M_co]):
    """What is shown to members alone: without a token nothing is asked."""

    def begin(self, listing: Listing) -> Iterator[Request]:
        if self.headers():
            yield from super().begin(listing)
        else:
            what = f"the environment variable {self.options.token_env} is not set"
            listing.trouble(Trouble(RunStatus.LOGIN, f"{what} - put your own access token there"))


@dataclass(frozen=True, slots=True)
class Teller:
    """Statuses as the server `at` tells them: an account without a host lives there, a number is its own."""

    at: str
    read_time: Callable[[str | None], datetime | None]
    leaves_out: Callable[[Any], bool]

    def post(self, status: Any, above: Any = None, root: Any = None) -> Post:
        """`above` and `root` are the status that is answered and the thread's first one, where known."""
        if boosted := maybe(status, "reblog", dict):
            return self._repost(status, boosted)
        is_answer, quoted = maybe_id(status, "in_reply_to_id") is not None, self._quoted(status)
        repeated = self.reference(quoted) if quoted else None
        return self._post(
            status,
            kind=Kind.COMMENT if is_answer else Kind.REPOST if quoted else Kind.POST,
            title=maybe(status, "spoiler_text", str) or None,
            text="\n".join(filter(None, (_own_words(status), self._behind(quoted) if quoted else ""))),
            parent=self.reference(above) if above else self._parent(status) or repeated,
            root=self.reference(root) if root else None,
            mentions=tuple(map(self._mention, maybe(status, "mentions", list) or [])),
            tags=tuple(need(tag, "name", str) for tag in maybe(status, "tags", list) or []),
            lang=maybe(status, "language", str),
        )

    def reference(self, status: Any) -> Reference:
        author = Author(id=self._full_name(need(status, "account", dict)))
        return Reference(id=ids.fediverse(need(status, "uri", str)), author=author)

    def _repost(self, status: Any, boosted: dict[str, Any]) -> Post:
        """A boost has no words of its own: the original stands in it as quoted."""
        original = self.post(boosted)
        return self._post(
            status,
            kind=Kind.REPOST,
            title=original.title,
            text=f"//@{self._full_name(need(boosted, 'account', dict))}: {original.text}",
            parent=Reference(id=original.id, author=original.author),
            tags=original.tags,
            lang=original.lang,
        )

    def _quoted(self, status: Any) -> dict[str, Any] | None:
        """The status that is quoted, where its author agreed to that and to being read."""
        quotation = maybe(status, "quote", dict)
        quoted = maybe(quotation, "quoted_status", dict) if quotation else None
        is_agreed = quotation is not None and quotation.get("state") == "accepted"
        return quoted if quoted and is_agreed and not self.leaves_out(quoted) else None

    def _behind(self, quoted: dict[str, Any]) -> str:
        """Somebody else's words, behind //@."""
        return f"//@{self._full_name(need(quoted, 'account', dict))}: {_own_words(quoted)}"

    def _post(self, status: Any, **own: Any) -> Post:
        created = need(status, "created_at", str)
        published = self.read_time(created)
        return Post(
            id=ids.fediverse(need(status, "uri", str)),
            platform="mastodon",
            url=maybe(status, "url", str),
            author=self._author(need(status, "account", dict)),
            published_at=published,
            metrics=Metrics(
                likes=maybe(status, "favourites_count", int),
                comments=maybe(status, "replies_count", int),
                reposts=maybe(status, "reblogs_count", int),
            ),
            extra={} if published else {"published_text": created},
            **own,
        )

    def _author(self, account: dict[str, Any]) -> Author:
        name = maybe(account, "display_name", str) or need(account, "username", str)
        return Author(
            id=self._full_name(account),
            name=name,
            url=maybe(account, "url", str),
            followers=maybe(account, "followers_count", int),
        )

    def _mention(self, mention: Any) -> Mention:
        return Mention(id=self._full_name(mention), name=need(mention, "username", str))

    def _parent(self, status: Any) -> Reference | None:
        """The status that is answered: only its number on this server is told, and who wrote it."""
        answered = maybe_id(status, "in_reply_to_id")
        if answered is None:
            return None
        writer = maybe_id(status, "in_reply_to_account_id")
        known = [need(status, "account", dict), *(maybe(status, "mentions", list) or [])]
        names = [self._full_name(each) for each in known if writer and need_id(each, "id") == writer]
        author = Author(id=names[0]) if names else None
        return Reference(id=ids.imported("mastodon", answered, urlsplit(self.at).netloc), author=author)

    def _full_name(self, account: Any) -> str:
        """name@host; an account of the server itself is told without its host."""
        name = need(account, "acct", str)
        host = urlsplit(maybe(account, "url", str) or self.at).hostname
        return name if "@" in name else f"{name}@{host}"


def base_of(response: Response) -> str:
    """The address of the server that was asked."""
    return as_answer(response).asked.partition("/api/")[0]


def tag_page(base: str, tag: str) -> str:
    """The first page of the posts with a hashtag."""
    return f"{base}/api/v1/timelines/tag/{quote(tag, safe='')}?limit={LIMIT}"


def linked_next(response: Response) -> str | None:
    return next_link(b", ".join(response.headers.getlist("Link")).decode("latin-1"))


def is_private(status: Any) -> bool:
    """Whether a token shows it and the public does not see it."""
    return maybe(status, "visibility", str) not in _PUBLIC


def need_id(item: Any, key: str) -> str:
    found = maybe_id(item, key)
    if found is None:
        raise LayoutChanged(f"has no '{key}'")
    return found


def maybe_id(item: Any, key: str) -> str | None:
    """A number as Mastodon writes it, as a text; others that speak its language write a number."""
    is_number = isinstance(item, dict) and isinstance(item.get(key), int)
    return str(maybe(item, key, int)) if is_number else maybe(item, key, str)


def _own_words(status: Any) -> str:
    """The text, what can be chosen in a poll, and what the pictures show, in the author's own words."""
    poll = maybe(status, "poll", dict)
    choices = maybe(poll, "options", list) or [] if poll else []
    pictures = maybe(status, "media_attachments", list) or []
    lines = [maybe(each, "title", str) for each in choices]
    lines += [maybe(each, "description", str) for each in pictures]
    return "\n".join(filter(None, (text_of(need(status, "content", str)), *lines)))
