"""Replies under videos of Bilibili, newest first, with the replies under them, and the videos themselves.

A visitor without a cookie is shown the first few replies and not told so: what the count says is compared
with what came.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, items, maybe, maybe_native, native, need, read_page
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing, bottom
from listening.collect.spider.options import Options, Problem, option
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus, ids
from spiders import _bilibili as bilibili

SIZE = 20  # replies on a page, the most there can be
FEW = 3  # so many replies a visitor is shown
_VIDEO = re.compile(
    r"(?:https?://(?:www\.|m\.)?bilibili\.com/video/)?(?:(BV[0-9A-Za-z]{10})|av([0-9]{1,18}))/?(?:\?.*)?"
)
_GONE = (-404, 62002, 62004, 62012)  # deleted, hidden, in review, for its author only
_CLOSED = (12002, 12061)  # nobody may reply, and nobody sees what was said before
_CURES = {True: "renew your own cookie", False: "set cookie_env to your own cookie"}


@dataclass(frozen=True, kw_only=True)
class ReplyOptions(Options):
    videos: tuple[str, ...] = option(says="the videos whose replies are read (BV…, av…, or their addresses)")
    cookie_env: str | None = option(
        None,
        says="environment variable with your own Cookie header (SESSDATA): without it few replies are shown",
        query=False,
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.videos:
            yield Problem("videos", "is empty", "name a video, as in bilibili.com/video/BV…")
        for video in self.videos:
            if not _VIDEO.fullmatch(video):
                yield Problem("videos", f"'{video}' is no video", "write BV… or av…")


class BilibiliReplies(ListingSpider[ReplyOptions]):
    """The first page of a video is the video itself, the next ones are the replies."""

    listing_order = "activity"  # a new reply under an old one brings nothing back to the top
    Options = ReplyOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        for address in dict.fromkeys(map(_video_page, self.options.videos)):
            yield self.ask_listing(address, listing)

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "") if self.options.cookie_env else ""
        return {"Referer": f"{bilibili.SITE}/", **({"Cookie": cookie} if cookie else {})}

    def refusal(self, answer: Answer) -> Trouble | None:
        return bilibili.refusal(answer)

    def page(self, response: Response) -> Page:
        answer = read_page(response.body)
        if urlsplit(response.url).path.endswith("/view"):
            return self._video(answer)
        return Page(()) if bilibili.code_of(answer) in _CLOSED else self._replies(response, answer)

    def post(self, item: Any) -> Post | None:
        if "gone" in item:
            return None
        return bilibili.video(item["video"], self.now) if "video" in item else self._reply(item["reply"])

    def time_of(self, item: Any) -> datetime | None:
        """A video stands in no order: what counts is when something was said under it."""
        return bilibili.moment(item["reply"], "ctime", self.now) if "reply" in item else None

    def is_pinned(self, item: Any) -> bool:
        return "pinned" in item

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:  # noqa: ARG002 - nothing tells what is new
        """The replies under a reply, where the page does not hold them all."""
        reply = item.get("reply")
        if reply is None or maybe_native(reply, "root"):
            return
        shown = maybe(reply, "replies", list) or []
        if (maybe(reply, "rcount", int) or 0) > len(shown):
            yield _thread_page(native(reply, "oid"), native(reply, "rpid"))

    def thread(self, response: Response) -> Page:
        data = bilibili.data_of(read_page(response.body))
        found = _list(data)
        return Page([{"reply": reply} for reply in found], self._further(response, data, len(found)))

    def _video(self, answer: Any) -> Page:
        if (code := bilibili.code_of(answer)) in _GONE:
            return Page([{"gone": code}])
        video = bilibili.data_of(answer)
        return Page([{"video": video}], _replies_page(native(video, "aid")))

    def _replies(self, response: Response, answer: Any) -> Page:
        data = bilibili.data_of(answer)
        found, top = _list(data), _pinned(data) if _number(response.url) == 1 else []
        told = [{"reply": reply, "pinned": True} for reply in top] + [
            {"reply": each} for each in _flat(found)
        ]
        if self._reach_down(found, self.listing_of(response)):
            return Page(told)
        return Page(told, self._further(response, data, len(found) + len(top)))

    def _reach_down(self, replies: list[Any], listing: Listing) -> bool:
        """Whether a page comes down to what is known, so that everything below it is known, too."""
        times = [moment for reply in replies if (moment := self._standing({"reply": reply}))]
        return bool(times) and bottom(times) < listing.read_to

    def _further(self, response: Response, data: Any, shown: int) -> str | None:
        """The next page's address; trouble where there should be more replies than came."""
        told, number = need(data, "page", dict), _number(response.url)
        count, size = need(told, "count", int), need(told, "size", int) or SIZE
        left = max(0, count - (number - 1) * size)
        if not need(told, "num", int):  # how a visitor is turned away
            self._tell_hidden(response, "no more replies")
        elif self._is_cut_off(number, shown, min(size, left), size):
            self._tell_hidden(response, f"{shown} of {left} replies")
        elif left > size:
            return _with_number(response.url, number + 1)
        return None

    def _is_cut_off(self, number: int, shown: int, due: int, size: int) -> bool:
        """A count may hold some replies that are hidden from everybody."""
        if number > 1:
            return not shown and due == size
        return shown < due and (2 * shown < due or (shown <= FEW and not self.options.cookie_env))

    def _tell_hidden(self, response: Response, what: str) -> None:
        where, cure = urlsplit(response.url), _CURES[bool(self.options.cookie_env)]
        problem = f"Bilibili shows us {what} at {where.path}?{where.query} - {cure}"
        self.listing_of(response).trouble(Trouble(RunStatus.LOGIN, problem), hole=True)

    def _reply(self, reply: Any) -> Post:
        member, oid, published = (
            need(reply, "member", dict),
            native(reply, "oid"),
            self.time_of({"reply": reply}),
        )
        rpid, person = native(reply, "rpid"), native(reply, "mid")
        answered = maybe_native(reply, "parent") or maybe_native(reply, "root")
        video = ids.bilibili_video(oid)
        place = maybe(maybe(reply, "reply_control", dict) or {}, "location", str)
        return Post(
            id=ids.bilibili_reply(rpid),
            platform="bilibili",
            kind=Kind.COMMENT,
            url=f"{bilibili.SITE}/video/av{oid}#reply{rpid}",
            text=need(need(reply, "content", dict), "message", str),
            author=Author(id=person, name=need(member, "uname", str), url=bilibili.space(person)),
            published_at=published,
            parent=Reference(id=ids.bilibili_reply(answered) if answered else video),
            root=Reference(id=video),
            region=place.removeprefix("IP属地：") if place else None,
            metrics=Metrics(likes=maybe(reply, "like", int), comments=maybe(reply, "rcount", int)),
            extra={} if published else {"published_text": str(reply["ctime"])},
        )


def _video_page(video: str) -> str:
    found = _VIDEO.fullmatch(video)
    assert found is not None  # the settings were checked
    return f"{bilibili.API}/x/web-interface/view?" + (f"bvid={found[1]}" if found[1] else f"aid={found[2]}")


def _replies_page(aid: str) -> str:
    return f"{bilibili.API}/x/v2/reply?type=1&oid={aid}&sort=0&ps={SIZE}&pn=1"


def _thread_page(aid: str, rpid: str) -> str:
    return f"{bilibili.API}/x/v2/reply/reply?type=1&oid={aid}&root={rpid}&ps={SIZE}&pn=1"


def _number(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["pn"][0])


def _with_number(url: str, number: int) -> str:
    return re.sub(r"(?<=[?&]pn=)[0-9]+", str(number), url)


def _list(data: dict[str, Any]) -> list[Any]:
    """The replies of a page; null where there are none."""
    if "replies" not in data:
        raise LayoutChanged("has no 'replies'")
    return items([] if data["replies"] is None else data["replies"], "replies")


def _pinned(data: dict[str, Any]) -> list[Any]:
    """The reply that the video's author has put on top, which is not among the others."""
    upper = maybe(data, "upper", dict)
    top = maybe(upper, "top", dict) if upper else None
    return [top] if top else []


def _flat(replies: list[Any]) -> Iterator[Any]:
    """Each reply, and after it those under it that are shown with it."""
    for reply in replies:
        yield reply
        if isinstance(reply, dict):
            yield from maybe(reply, "replies", list) or []
