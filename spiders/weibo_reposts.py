"""Reposts of what Weibo accounts have written of late, newest first. Needs your own cookie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import maybe, need
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.model import Post
from spiders._weibo import UnderPosts
from spiders._weibo_answers import SITE, answer_of, query_of, with_query
from spiders._weibo_posts import count, post_of


class WeiboReposts(UnderPosts):
    things = "reposts"

    def thread_page(self, mid: str, uid: str) -> str:  # noqa: ARG002 - the mid is enough
        asked = {"id": mid, "page": 1, "moduleID": "feed", "count": 10}
        return f"{SITE}/ajax/statuses/repostTimeline?{urlencode(asked)}"

    def how_many(self, item: Any) -> int | None:
        return count(item, "reposts_count")

    def thread(self, response: Response) -> Page:
        answer, asked = answer_of(response.body), query_of(response.url)
        listing, page = self.listing_of(response), int(asked["page"])
        found, last = need(answer, "data", list), maybe(answer, "max_page", int)
        if page == 1:
            self.check_shown(found, count(answer, "total_number"), asked["id"], listing)
        # A page may be empty, since some are not shown to us, and not the last one.
        ends = page >= last if last is not None else not found
        further = None if ends or self.is_known_from(found, listing) else str(page + 1)
        reposts = [_with_original(each, self.above[asked["id"]]) for each in found]
        response.meta["cut"] = {mid: each for each in reposts if (mid := self._cut(each))}
        whole = [each for each in reposts if not self._cut(each)]
        return Page(whole, with_query(response.url, page=further) if further else None)

    def further(self, response: Response, listing: Listing) -> Iterator[Request]:
        for mid, each in response.meta.pop("cut", {}).items():
            yield from self.take_cut(each, mid, listing)

    def post(self, item: Any) -> Post | None:
        return post_of(item, self.now)


def _with_original(repost: Any, original: Any) -> Any:
    """The list does not always repeat what its posts repeat."""
    return {"retweeted_status": original, **repost} if isinstance(repost, dict) else repost
