"""Comments under what Weibo accounts have written of late, and the answers to them. Needs your own cookie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.model import Kind, Metrics, Post, Reference, ids
from spiders._weibo import UnderPosts
from spiders._weibo_answers import SITE, answer_of, query_of, with_query
from spiders._weibo_posts import (
    address_of,
    count,
    mentions_in,
    mid_of,
    moment_of,
    number,
    person,
    place,
    text_in,
)

_ANSWERS = "1"  # fetch_level: what answers one comment, instead of the comments under a post


class WeiboComments(UnderPosts):
    things = "comments"

    def thread_page(self, mid: str, uid: str) -> str:
        return _page(mid, uid, "0")

    def how_many(self, item: Any) -> int | None:
        return count(item, "comments_count")

    def thread(self, response: Response) -> Page:
        answer, asked = answer_of(response.body), query_of(response.url)
        listing, found = self.listing_of(response), need(answer, "data", list)
        answers = asked["fetch_level"] == _ANSWERS
        if not answers and "max_id" not in asked:
            self.check_shown(found, count(answer, "total_number"), asked["id"], listing)
        shown = [each for comment in found for each in (comment, *_answers(comment))]
        if not answers:
            response.meta["more"] = [url for each in found if (url := self._all_answers(each, asked))]
        # At the end the cursor is 0 or absent, or the same again.
        cursor = str(answer.get("max_id") or "0")
        ends = cursor in ("0", asked.get("max_id")) or (not answers and self.is_known_from(found, listing))
        return Page(shown, None if ends else with_query(response.url, max_id=cursor))

    def further(self, response: Response, listing: Listing) -> Iterator[Request]:
        for url in response.meta.pop("more", ()):
            if url not in self._asked:
                yield self.ask(url, self.read_thread, listing, thread=1)

    def reply(self, item: Any, response: Response) -> Post | None:
        above = self.above[query_of(response.url)["id"]]
        author = person(need(above, "user", dict))
        root = Reference(id=ids.weibo_post(mid_of(above)), author=author)
        own, written = number(item, "idstr", "id"), maybe(item, "created_at", str)
        told = moment_of(own, written, self.now)
        return Post(
            id=ids.weibo_comment(own),
            platform="weibo",
            kind=Kind.COMMENT,
            url=address_of(author.id, mid_of(above)),
            text=text_in(item),
            author=person(need(item, "user", dict)),
            published_at=told.moment if told else None,
            published_guessed=True if told and told.guessed else None,
            parent=_answered(item, own) or root,
            root=root,
            mentions=mentions_in(maybe(item, "text", str) or ""),
            region=place(maybe(item, "source", str)),
            metrics=Metrics(likes=count(item, "like_counts"), comments=count(item, "total_number")),
            extra={} if told else {"published_text": written},
        )

    def _all_answers(self, comment: Any, asked: dict[str, str]) -> str | None:
        """Where all answers to a comment are, if it is shown with some of them only."""
        with suppress(LayoutChanged):  # told where it is read as a post
            own, total = number(comment, "idstr", "id"), count(comment, "total_number") or 0
            if total > len(_answers(comment)) or comment.get("more_info"):
                self.above[own] = self.above[asked["id"]]
                return _page(own, asked["uid"], _ANSWERS)
        return None


def _page(number: str, uid: str, level: str) -> str:
    """`flow`: in the order of time, not of success. `uid` is always that of the post's author."""
    asked = {"flow": 1, "is_reload": 1, "id": number, "is_show_bulletin": 2, "is_mix": level, "count": 20}
    further = {"uid": uid, "fetch_level": level, "locale": "zh-CN"}
    return f"{SITE}/ajax/statuses/buildComments?{urlencode({**asked, **further})}"


def _answers(comment: Any) -> list[Any]:
    """The few answers that a comment is shown with."""
    shown = comment.get("comments") if isinstance(comment, dict) else None
    return shown if isinstance(shown, list) else []


def _answered(item: Any, own: str) -> Reference | None:
    """The comment that is answered, where one is."""
    answered = maybe(item, "reply_comment", dict)
    if answered:
        user = maybe(answered, "user", dict)
        author = person(user) if user else None
        return Reference(id=ids.weibo_comment(number(answered, "idstr", "id")), author=author)
    root = str(item.get("rootidstr") or item.get("rootid") or own)
    return Reference(id=ids.weibo_comment(root)) if root not in ("0", own) else None
