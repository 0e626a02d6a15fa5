"""A timeline of a Mastodon server: a tag, everything public, or one account. Newest first, by Link headers.

Authors who opted out are left out (docs/sources.md): `noindex` or `discoverable: false` anywhere, and on the
public timeline, which nobody joins on purpose, also `indexable: false`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.base import ListingSpider, Page
from listening.collect.html import text_of
from listening.collect.listing import Listing
from listening.collect.options import Options, Problem, check_address, option
from listening.collect.shape import items, maybe, need, read_page
from listening.collect.trouble import next_link
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids

LIMIT = 40  # the most a server gives at once


@dataclass(frozen=True, kw_only=True)
class MastodonOptions(Options):
    url: str = option(says="the server's address, https://social.example")
    tag: str | None = option(None, says="read the posts with this hashtag (without #)")
    account: str | None = option(None, says="read the posts of this account (@name or @name@host)")
    public: Literal["local", "all"] | None = option(
        None, says="read the public timeline: local (posts of this server) or all it knows"
    )
    token_env: str | None = option(
        None,
        says="environment variable with your own access token, where the server asks for one",
        query=False,
    )
    unindexed: str | None = option(
        None,
        says="why authors with indexable: false may be read on the public timeline (your own server, say)",
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        given = [key for key in ("tag", "account", "public") if getattr(self, key)]
        if len(given) != 1:
            what = f"{' and '.join(given)} are given" if given else "no timeline is named"
            yield Problem("tag", what, "give exactly one of tag, account, public")
        if self.tag and self.tag.startswith("#"):
            yield Problem("tag", f"'{self.tag}' begins with #", f"write '{self.tag.lstrip('#')}'")


class MastodonTimeline(ListingSpider[MastodonOptions]):
    listing_order = "created"
    late = timedelta(hours=1)  # posts of other servers arrive late and are sorted in by their own time
    Options = MastodonOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        if self.options.account:
            asked = urlencode({"acct": self.options.account.removeprefix("@")})
            yield self.ask(f"{self._base}/api/v1/accounts/lookup?{asked}", self.account, listing)
        else:
            yield from super().begin(listing)

    def first_page(self) -> str:
        if self.options.tag:
            return f"{self._base}/api/v1/timelines/tag/{quote(self.options.tag, safe='')}?limit={LIMIT}"
        local = "&local=true" if self.options.public == "local" else ""
        return f"{self._base}/api/v1/timelines/public?limit={LIMIT}{local}"

    def account(self, response: Response) -> Iterator[Request]:
        """The account's number on this server, and with it the address of its timeline."""
        number = self.understood(response, lambda answer: need(read_page(answer.body), "id", str))
        if number is not None:
            address = f"{self._base}/api/v1/accounts/{quote(number)}/statuses?limit={LIMIT}"
            yield self.ask_listing(address, self.listing_of(response))

    def headers(self) -> dict[str, str]:
        token = os.environ.get(self.options.token_env, "") if self.options.token_env else ""
        return {"Authorization": f"Bearer {token}"} if token else {}

    def page(self, response: Response) -> Page:
        links = b", ".join(response.headers.getlist("Link")).decode("latin-1")
        statuses = items(read_page(response.body), "statuses")
        return Page(statuses, next_link(links) if statuses else None)

    def post(self, item: Any) -> Post | None:
        boosted = maybe(item, "reblog", dict)
        if self._opted_out(item) or (boosted and self._opted_out(boosted)):
            return None
        return self._repost(item, boosted) if boosted else self._status(item)

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(need(item, "created_at", str))

    def is_pinned(self, item: Any) -> bool:
        return maybe(item, "pinned", bool) is True

    @property
    def _base(self) -> str:
        return self.options.url.rstrip("/")

    def _opted_out(self, item: Any) -> bool:
        account = need(item, "account", dict)
        if maybe(item, "visibility", str) not in ("public", "unlisted", None):
            return True
        if maybe(account, "noindex", bool) is True or maybe(account, "discoverable", bool) is False:
            return True
        asked_for = self.options.public is None or self.options.unindexed is not None
        return maybe(account, "indexable", bool) is False and not asked_for

    def _status(self, item: Any) -> Post:
        mentions = tuple(map(self._mention, maybe(item, "mentions", list) or []))
        return self._post(
            item,
            kind=Kind.COMMENT if maybe(item, "in_reply_to_id", str) else Kind.POST,
            title=maybe(item, "spoiler_text", str) or None,
            text=text_of(need(item, "content", str)),
            parent=self._parent(item),
            mentions=mentions,
            tags=tuple(need(tag, "name", str) for tag in maybe(item, "tags", list) or []),
            lang=maybe(item, "language", str),
        )

    def _repost(self, item: Any, boosted: dict[str, Any]) -> Post:
        """A boost has no words of its own: the original stands in it as quoted, after //@."""
        original = self._status(boosted)
        return self._post(
            item,
            kind=Kind.REPOST,
            title=original.title,
            text=f"//@{self._full_name(need(boosted, 'account', dict))}: {original.text}",
            parent=Reference(id=original.id, author=original.author),
            tags=original.tags,
            lang=original.lang,
        )

    def _post(self, item: Any, **own: Any) -> Post:
        created = need(item, "created_at", str)
        published = self.read_time(created)
        return Post(
            id=ids.fediverse(need(item, "uri", str)),
            platform="mastodon",
            url=maybe(item, "url", str),
            author=self._author(need(item, "account", dict)),
            published_at=published,
            metrics=Metrics(
                likes=maybe(item, "favourites_count", int),
                comments=maybe(item, "replies_count", int),
                reposts=maybe(item, "reblogs_count", int),
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

    def _parent(self, item: Any) -> Reference | None:
        """The status that is answered: only its number on this server is told, and who wrote it."""
        answered = maybe(item, "in_reply_to_id", str)
        if answered is None:
            return None
        writer = maybe(item, "in_reply_to_account_id", str)
        known = [need(item, "account", dict), *(maybe(item, "mentions", list) or [])]
        names = [self._full_name(each) for each in known if writer and need(each, "id", str) == writer]
        author = Author(id=names[0]) if names else None
        return Reference(id=ids.imported("mastodon", answered, urlsplit(self._base).netloc), author=author)

    def _full_name(self, account: Any) -> str:
        """name@host; an account of the server itself is told without its host."""
        name = need(account, "acct", str)
        host = urlsplit(maybe(account, "url", str) or self._base).hostname
        return name if "@" in name else f"{name}@{host}"
