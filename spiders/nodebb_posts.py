"""All posts of a NodeBB forum or a category: its topics by their last reply, each from its newest page on."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Selector
from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.times import read_spoken
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids

_TOPIC = ("tid", "title", "mainPid", "postcount", "viewcount", "tags")


@dataclass(frozen=True, kw_only=True)
class NodebbOptions(Options):
    url: str = option(says="the forum's address, https://forum.example")
    category: int | None = option(None, says="read only the category with this number, as in /category/7")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)


class NodebbPosts(ListingSpider[NodebbOptions]):
    listing_order = "activity"
    items_are_threads = True
    threads_descend = True
    Options = NodebbOptions

    def first_page(self) -> str:
        return self._listing_page(1)

    def page(self, response: Response) -> Page:
        page = read_page(response.body)
        number = _next_page(page)
        return Page(need(page, "topics", list), self._listing_page(number) if number else None)

    def time_of(self, item: Any) -> datetime | None:
        return self._time(item, "lastposttime")

    def is_pinned(self, item: Any) -> bool:
        return _flag(item, "pinned")

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        active = self._time(item, "lastposttime")
        if active is None or active > listing.read_to:
            yield self._topic_page(_number(item, "tid"), 1)

    def thread(self, response: Response) -> Page:
        topic = read_page(response.body)
        posts = need(topic, "posts", list)
        about = {key: topic[key] for key in _TOPIC if key in topic}
        self._check_order(posts, about)
        number = _next_page(topic)
        following = self._topic_page(_number(topic, "tid"), number) if number else None
        return Page([{"topic": about, "post": post} for post in posts], following)

    def reply_time(self, item: Any) -> datetime | None:
        return self._time(need(item, "post", dict), "timestamp")

    def reply(self, item: Any, response: Response) -> Post | None:  # noqa: ARG002 - the item says all
        post, topic = need(item, "post", dict), need(item, "topic", dict)
        pid, tid = _number(post, "pid"), _number(topic, "tid")
        is_first, is_deleted = pid == _maybe_number(topic, "mainPid"), _flag(post, "deleted")
        content, published = _without_quotes(need(post, "content", str)), self._time(post, "timestamp")
        return Post(
            id=self._post_id(pid),
            platform="nodebb",
            kind=Kind.POST if is_first else Kind.COMMENT,
            url=f"{self._base}/post/{quote(pid, safe='')}",
            title=html.unescape(need(topic, "title", str)),
            text="" if is_deleted else text_of(content.get()),
            author=self._author(post),
            published_at=published,
            parent=self._parent(post),
            root=None if is_first else Reference(id=ids.nodebb_topic(self._site, tid)),
            mentions=tuple(Mention(name=name) for name in _mentioned(content)),
            tags=tuple(map(_tag, maybe(topic, "tags", list) or [])),
            metrics=_metrics(post, topic if is_first else {}),
            deleted=True if is_deleted else None,
            extra={} if published else _written(post.get("timestamp")),
        )

    @property
    def _base(self) -> str:
        return self.options.url.rstrip("/")

    @property
    def _site(self) -> str:
        parts = urlsplit(self._base)
        return f"{parts.netloc}{parts.path}"

    def _listing_page(self, number: int) -> str:
        category = {} if self.options.category is None else {"cid": self.options.category}
        return f"{self._base}/api/recent?{urlencode({**category, 'page': number})}"

    def _topic_page(self, tid: str, number: int) -> str:
        return f"{self._base}/api/topic/{quote(tid, safe='')}?sort=newest_to_oldest&page={number}"

    def _time(self, item: Any, key: str) -> datetime | None:
        """Milliseconds since 1970, as a number or as a text of digits."""
        text = _maybe_number(item, key)
        spoken = read_spoken(text, now=self.now, zone=UTC) if text and text.isdecimal() else None
        return spoken.moment if spoken else None

    def _check_order(self, posts: list[Any], topic: dict[str, Any]) -> None:
        """The oldest page must not be taken for the newest. The first post stands on top of both."""
        first = _maybe_number(topic, "mainPid")
        times = []
        for post in posts:
            with suppress(LayoutChanged):  # told where it is read as a post
                moment = self._time(post, "timestamp") if _maybe_number(post, "pid") != first else None
                times += [moment] if moment else []
        if len(times) > 1 and times[0] < times[-1]:
            raise LayoutChanged("has its oldest post first, though the newest was asked for")

    def _post_id(self, pid: str) -> str:
        """A post that was written on another server has its URI for a number."""
        return ids.nodebb_post(self._site, pid) if pid.isdecimal() else ids.fediverse(pid)

    def _author(self, post: Any) -> Author | None:
        """Who wrote it; `[[global:guest]]` and the like are the forum's words for nobody in particular."""
        user = maybe(post, "user", dict)
        name = (maybe(user, "displayname", str) or maybe(user, "username", str)) if user else None
        if not user or not name or name.startswith("[["):
            return None
        number, slug = _maybe_number(user, "uid"), maybe(user, "userslug", str)
        return Author(
            id=None if number in (None, "0") else number,
            name=html.unescape(name),
            url=f"{self._base}/user/{quote(slug)}" if slug else None,
        )

    def _parent(self, post: Any) -> Reference | None:
        answered, known = _maybe_number(post, "toPid"), maybe(post, "parent", dict)
        if answered is None:
            return None
        name = maybe(known, "username", str) if known else None
        author = Author(name=html.unescape(name)) if name and not name.startswith("[[") else None
        return Reference(id=self._post_id(answered), author=author)


def _without_quotes(content: str) -> Selector:
    """A post's HTML without what it quotes, which are somebody else's words."""
    selector = Selector(text=f"<body>{content}</body>", type="html")
    selector.css("blockquote").drop()
    return selector


def _mentioned(content: Selector) -> Iterator[str]:
    links = content.css("a.plugin-mentions-user")
    names = ("".join(link.css("::text").getall()).strip().removeprefix("@") for link in links)
    yield from dict.fromkeys(filter(None, names))


def _next_page(page: Any) -> int | None:
    following = need(need(page, "pagination", dict), "next", dict)
    return need(following, "page", int) if need(following, "active", bool) else None


def _number(item: Any, key: str) -> str:
    """A number, which some versions give as text; a URI or a UUID for what came from another server."""
    number = _maybe_number(item, key)
    if number is None:
        raise LayoutChanged(f"has no '{key}'")
    return number


def _maybe_number(item: Any, key: str) -> str | None:
    given = item.get(key) if isinstance(item, dict) else None
    number = maybe(item, key, str) if isinstance(given, str) else maybe(item, key, int)
    return None if number in (None, "") else str(number)


def _count(item: Any, key: str) -> int | None:
    number = _maybe_number(item, key)
    return int(number) if number and number.removeprefix("-").isdecimal() else None


def _flag(item: Any, key: str) -> bool:
    """Older versions write 0 and 1."""
    if not isinstance(item, dict):
        raise LayoutChanged("is no object")
    return item.get(key) in (True, 1, "1")


def _written(stamp: Any) -> dict[str, str]:
    return {} if stamp is None else {"published_text": str(stamp)}


def _tag(tag: Any) -> str:
    return tag if isinstance(tag, str) else need(tag, "value", str)


def _metrics(post: Any, topic: Any) -> Metrics:
    """Views and the number of answers are the topic's, and told of its first post."""
    replies, posts = post.get("replies"), _count(topic, "postcount")
    own = _count(replies, "count") if isinstance(replies, dict) else _count(post, "replies")
    return Metrics(
        likes=_count(post, "upvotes"),
        comments=own if posts is None else posts - 1,
        views=_count(topic, "viewcount"),
    )
