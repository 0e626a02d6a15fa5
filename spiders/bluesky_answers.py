"""What is answered to the posts of Bluesky accounts: the threads below what they wrote in the last days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.model import Post
from spiders._bluesky import AuthorListing, answered, error_in
from spiders._bluesky_posts import reposter, type_of

DEPTH = 100


class BlueskyAnswers(AuthorListing):
    # The posts stand in the order of their creation, but old ones are answered, too: nothing is vouched for.
    listing_order = "activity"
    items_are_threads = True
    late = timedelta(days=7)

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        view, written = need(item, "post", dict), self.time_of(item)
        is_old = written is not None and written <= listing.read_to
        if not (is_old or reposter(item) or maybe(view, "replyCount", int) == 0):
            yield self.address("getPostThread", uri=need(view, "uri", str), depth=DEPTH, parentHeight=0)

    def read_thread(self, response: Response) -> Iterator[Post | Request]:
        if response.status == 400 and error_in(response.body) == "NotFound":
            self.listing_of(response).tally.gone += 1
        else:
            yield from super().read_thread(response)

    def thread(self, response: Response) -> Page:
        top = need(answered(response), "thread", dict)
        if type_of(top) != "threadViewPost":  # deleted, or not to be shown to us
            return Page(())
        answers, deepest = _below(top)
        if deepest:
            what = f"a thread goes on below what is shown of it ({response.url})"
            self.listing_of(response).tally.capped = what
        return Page(answers)

    def reply(self, item: Any, response: Response) -> Post | None:
        return super().reply(item, response) if type_of(item) == "threadViewPost" else None


def _below(top: Any) -> tuple[list[Any], bool]:
    """All that is answered to a post, the nearest first, and whether there is more below the deepest."""
    found, is_cut, waiting = [], False, [top]
    while waiting:
        above = waiting.pop(0)
        if type_of(above) != "threadViewPost":
            continue
        answers = maybe(above, "replies", list)
        is_cut |= answers is None and bool(maybe(need(above, "post", dict), "replyCount", int))
        around = {"reply": {"parent": above["post"], "root": top["post"]}}
        told = [{**_an_object(each), **around} for each in answers or []]
        found += told
        waiting += told
    return found, is_cut


def _an_object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise LayoutChanged("has an answer that is no object")
    return answer
