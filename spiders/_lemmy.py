"""What posts and comments of a Lemmy server have in common: the listing, its paging, and who wrote something.

The API is that of 0.19 and before (/api/v3), which 1.0 still answers. 0.19 pages posts by a cursor and
comments by a number; 1.0 has no pages of comments there and shows its newest again, which is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author

LIMIT = 50  # the most a server gives at once
_LOGIN = ("instance_is_private", "not_logged_in", "incorrect_login")
_LIMITED = ("rate_limit_error", "too_many_requests")
_QUOTED = re.compile(r"^ {0,3}>.*\n?", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class LemmyOptions(Options):
    url: str = option(says="the server's address, https://lemmy.example")
    community: str | None = option(None, says="read only this community (name or name@host)")
    local: bool = option(False, says="read only communities of this server, not all it knows")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        if self.community is not None and not re.fullmatch(r"\w+(@[\w.:-]+)?", self.community):
            yield Problem("community", f"'{self.community}' is no community", "write name or name@host, no !")


class LemmyListing(ListingSpider[LemmyOptions]):
    """`path` is where the listing is, `key` its name in the answer, `thing` that of an item's own part."""

    listing_order = "created"
    late = timedelta(hours=1)  # what other servers send arrives late, and is sorted in by its own time
    Options = LemmyOptions
    path: ClassVar[str]
    key: ClassVar[str]
    thing: ClassVar[str]
    _first: str | None = None

    def first_page(self) -> str:
        asked = {"type_": "Local" if self.options.local else "All", "sort": "New", "limit": LIMIT}
        community = {"community_name": self.options.community} if self.options.community else {}
        return f"{self.base}/api/v3/{self.path}?{urlencode({**asked, **community})}"

    def refusal(self, answer: Answer) -> Trouble | None:
        return (_said(answer.body) if answer.status == 400 else None) or super().refusal(answer)

    def page(self, response: Response) -> Page:
        answer = read_page(response.body)
        if trouble := _said(response.body):
            raise LayoutChanged(trouble.reason, trouble)
        found = need(answer, self.key, list)
        if not found:
            return Page(())
        if cursor := maybe(answer, "next_page", str):
            return Page(found, _with(response.url, page_cursor=cursor))
        query = dict(parse_qsl(urlsplit(response.url).query))
        if "page_cursor" in query:
            return Page(found)
        if self._shows_its_newest_again(found):
            # All there is to be had, not all there is: the second one is what `whole` says of the end.
            times = [moment for item in found if (moment := self._standing(item)) and not self._pinned(item)]
            self.listing_of(response).ends(times, whole=False)
            return Page(found)
        return Page(found, _with(response.url, page=str(int(query.get("page", "1")) + 1)))

    def time_of(self, item: Any) -> datetime | None:
        return self.moment(need(need(item, self.thing, dict), "published", str))

    def moment(self, published: str) -> datetime | None:
        """Old versions name no zone, and mean UTC."""
        return self.read_time(published, UTC)

    @property
    def base(self) -> str:
        return self.options.url.rstrip("/")

    def _shows_its_newest_again(self, found: list[Any]) -> bool:
        """Whether a page after the first one still has the first one's first item."""
        addresses = []
        for item in found:
            with suppress(LayoutChanged):  # told where it is read as a post
                addresses.append(need(need(item, self.thing, dict), "ap_id", str))
        if not addresses:
            raise LayoutChanged(f"has not one {self.thing} with an address")
        if self._first is None:
            self._first = addresses[0]
            return False
        return self._first in addresses


def written_by(item: Any) -> Author:
    """The writer, as name@host: that is the same on every server."""
    creator = need(item, "creator", dict)
    name, address = need(creator, "name", str), need(creator, "actor_id", str)
    shown = maybe(creator, "display_name", str) or name
    return Author(id=f"{name}@{urlsplit(address).netloc}", name=shown, url=address)


def community_of(item: Any) -> str:
    community = need(item, "community", dict)
    return f"{need(community, 'name', str)}@{urlsplit(need(community, 'actor_id', str)).netloc}"


def own_words(markdown: str) -> str:
    """Markdown without quoted lines, which are somebody else's words."""
    return _QUOTED.sub("", markdown).strip()


def is_gone(thing: dict[str, Any]) -> bool | None:
    """Whether the author deleted it or a moderator took it away."""
    return True if maybe(thing, "deleted", bool) or maybe(thing, "removed", bool) else None


def _said(body: bytes) -> Trouble | None:
    """The error in an answer, whose status is 400 or even 200."""
    with suppress(LayoutChanged):
        if code := maybe(read_page(body), "error", str):
            return said_error(code, None, login=_LOGIN, limited=_LIMITED)
    return None


def _with(url: str, **asked: str) -> str:
    query = dict(parse_qsl(urlsplit(url).query)) | asked
    return f"{url.partition('?')[0]}?{urlencode(query)}"
