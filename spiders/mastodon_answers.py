"""What is answered to the posts of Mastodon accounts: the threads below what they wrote in the last days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.spider.base import Page, as_answer
from listening.collect.spider.listing import Listing
from listening.model import Post
from spiders._mastodon import base_of, maybe_id, need_id
from spiders._mastodon_accounts import AccountListing

_WITHOUT_TOKEN = 60
"""So many answers of a thread are shown to who has no token."""


class MastodonAnswers(AccountListing):
    # The posts stand in the order of their creation, but old ones are answered, too: nothing is vouched for.
    listing_order = "activity"
    items_are_threads = True
    late = timedelta(days=7)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._posts: dict[str, Any] = {}

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        status, written = need(item, "status", dict), self.time_of(item)
        is_old = written is not None and written <= listing.read_to
        is_boost, number_of_answers = status.get("reblog") is not None, maybe(status, "replies_count", int)
        if not (is_old or is_boost or number_of_answers == 0):
            number = quote(need_id(status, "id"), safe="")
            address = f"{need(item, 'at', str)}/api/v1/statuses/{number}/context"
            self._posts[address] = status
            yield address

    def thread(self, response: Response) -> Page:
        context = read_page(response.body)
        above, below = need(context, "ancestors", list), need(context, "descendants", list)
        if len(below) >= _WITHOUT_TOKEN and not self.headers():
            what = f"a thread shows its first {len(below)} answers to who has no token ({response.url})"
            self.listing_of(response).tally.capped = f"{what} - give url and token_env"
        post, at = self._posts[as_answer(response).asked], base_of(response)
        known = {number: each for each in (*above, post, *below) if (number := _told(each, "id"))}
        root = above[0] if above else post
        answers = [(each, known.get(_told(each, "in_reply_to_id") or "")) for each in below]
        return Page(
            [{"at": at, "status": each, "above": answered, "root": root} for each, answered in answers]
        )

    def reply(self, item: Any, response: Response) -> Post | None:  # noqa: ARG002 - the item says all
        status = need(item, "status", dict)
        if self.leaves_out(status):
            return None
        return self.teller(item).post(status, item["above"], item["root"])


def _told(status: Any, key: str) -> str | None:
    with suppress(LayoutChanged):  # told where it is read as a post
        return maybe_id(status, key)
    return None
