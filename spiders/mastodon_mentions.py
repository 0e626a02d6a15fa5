"""Posts that mention or quote our own account on Mastodon, newest first, from its notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Response

from listening.collect.reading.shape import items, maybe, need, read_page
from listening.collect.spider.base import Page
from listening.collect.spider.options import option
from listening.model import Post
from spiders._mastodon import LIMIT, MemberListing, ServerOptions, base_of, is_private, linked_next

_TYPES = ("mention", "quote")


@dataclass(frozen=True, kw_only=True)
class MentionsOptions(ServerOptions):
    token_env: str = option(
        says="environment variable with an access token of the account (scope read:notifications)",
        query=False,
    )


class MastodonMentions(MemberListing[MentionsOptions]):
    Options = MentionsOptions

    def first_page(self) -> str:
        asked = [("limit", str(LIMIT)), ("include_filtered", "true"), *(("types[]", each) for each in _TYPES)]
        return f"{self.options.base}/api/v1/notifications?{urlencode(asked)}"

    def page(self, response: Response) -> Page:
        found, at = items(read_page(response.body), "notifications"), base_of(response)
        return Page([{"at": at, "note": note} for note in found], linked_next(response) if found else None)

    def post(self, item: Any) -> Post | None:
        note = need(item, "note", dict)
        status = maybe(note, "status", dict)
        if need(note, "type", str) not in _TYPES or status is None or self.leaves_out(status):
            return None
        return self.teller(item).post(status)

    def time_of(self, item: Any) -> datetime | None:
        """When the account was told of it, by which the listing is sorted."""
        return self.read_time(need(need(item, "note", dict), "created_at", str))

    def is_pinned(self, item: Any) -> bool:  # noqa: ARG002 - nothing is
        return False

    def leaves_out(self, status: Any) -> bool:
        """Whoever writes to us wants to be read by us; what is for us alone is not kept."""
        return is_private(status)
