"""What the spiders of WordPress sites share: its REST interface, page by page, newest first.

It asks for no login where the site publishes it; some sites close it, and say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, items, maybe, need, read_page
from listening.collect.reading.trouble import next_link, said_error
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Post

PER_PAGE = 100  # the most a site gives at once
_PAST_THE_END = "rest_post_invalid_page_number"
_LOGIN = ("rest_not_logged_in", "rest_login_required", "rest_cannot_read")
_BLOCKED = ("rest_forbidden", "rest_cannot_access", "rest_disabled", "rest_api_disabled")
# Sites before WordPress 5.3 compare with their own clock whatever zone the time names.
_ZONES_APART = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class WordpressOptions(Options):
    url: str = option(says="the site's address, https://blog.example")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)


W = TypeVar("W", bound=WordpressOptions)


class WordpressSpider(ListingSpider[W]):
    """A listing of the REST interface. `listed` is its name there."""

    listing_order = "created"
    listed: ClassVar[str]

    def asked_for(self) -> Mapping[str, str | int]:
        """The listing's own parameters."""
        raise NotImplementedError

    def first_page(self) -> str:
        asked = {"per_page": PER_PAGE, "order": "desc", **self.asked_for()}
        return f"{self.base}/wp-json/wp/v2/{self.listed}?{urlencode(asked)}"

    def page_before(self, query: str, moment: datetime) -> str:  # noqa: ARG002 - there is one listing
        before = (moment + _ZONES_APART).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.first_page()}&{urlencode({'before': before})}"

    def read(self, response: Response) -> Iterator[Post | Request]:
        """A page that is not there any more, since what stood on it moved up, is the listing's end."""
        if response.status == 400 and _code(response) == _PAST_THE_END:
            self.listing_of(response).ends((), whole=True)
        else:
            yield from super().read(response)

    def page(self, response: Response) -> Page:
        page = read_page(response.body)
        if isinstance(page, dict) and "code" in page:
            code, message = need(page, "code", str), maybe(page, "message", str)
            what = f"is the error {code} instead of a list"
            raise LayoutChanged(what, said_error(code, message, login=_LOGIN, blocked=_BLOCKED))
        links = b", ".join(response.headers.getlist("Link")).decode("latin-1")
        return Page(items(page, self.listed), next_link(links))

    def time_of(self, item: Any) -> datetime | None:
        """`date_gmt` names no zone; `date`, which does neither, is the site's local time and not asked."""
        return self.read_time(maybe(item, "date_gmt", str), UTC)

    @property
    def base(self) -> str:
        return self.options.url.rstrip("/")

    @property
    def site(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.netloc}{parts.path}"


def rendered(item: Any, key: str) -> str:
    """The HTML of a field."""
    return need(need(item, key, dict), "rendered", str)


def embedded(item: Any, key: str) -> list[Any]:
    """What was asked to come along."""
    return maybe(maybe(item, "_embedded", dict) or {}, key, list) or []


def embedded_one(item: Any, key: str) -> dict[str, Any]:
    """The only one that came along; empty where an error stands in its place: then it is not public."""
    found = next(iter(embedded(item, key)), None)
    return found if isinstance(found, dict) and "code" not in found else {}


def _code(response: Response) -> str | None:
    with suppress(ValueError, AttributeError):
        return str(json.loads(response.body).get("code"))
    return None
