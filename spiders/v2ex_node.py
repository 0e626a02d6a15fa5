"""The newest topics of a node of V2EX, and their replies, from its open API (v1). It asks for no login."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from scrapy import Selector
from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, items, maybe, maybe_native, native, need, read_page
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, option
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids

SITE = "https://www.v2ex.com"
FEW = 2  # replies that may have been deleted since they were counted
_RATE = re.compile(r"rate.?limit", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class V2exOptions(Options):
    node: str = option(says="the node's name, as in v2ex.com/go/bb")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not re.fullmatch(r"[\w-]+", self.node, re.ASCII):
            yield Problem("node", f"'{self.node}' is no node", "write its name, as in v2ex.com/go/bb")


class V2exNode(ListingSpider[V2exOptions]):
    listing_order = "activity"
    whole = False
    Options = V2exOptions

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._topics: dict[str, _Topic] = {}

    def first_page(self) -> str:
        return f"{SITE}/api/topics/show.json?{urlencode({'node_name': self.options.node})}"

    def refusal(self, answer: Answer) -> Trouble | None:
        if answer.status in (403, 429) and answer.headers.get("x-rate-limit-remaining") == "0":
            limit = answer.headers.get("x-rate-limit-limit", "so many")
            return Trouble(RunStatus.RATE_LIMITED, f"V2EX answers {limit} requests an hour ({answer.status})")
        return super().refusal(answer)

    def page(self, response: Response) -> Page:
        topics = _list(response, "topics")
        if not topics:
            what = f"V2EX shows no topics of the node '{self.options.node}' - check its name"
            raise LayoutChanged(what, Trouble(RunStatus.FAILED, what))
        return Page(topics)

    def post(self, item: Any) -> Post | None:
        topic, published = native(item, "id"), self._time(item, "created")
        node = maybe(item, "node", dict)
        name = maybe(node, "title", str) if node else None
        return Post(
            id=ids.v2ex_topic(topic),
            platform="v2ex",
            kind=Kind.POST,
            url=f"{SITE}/t/{topic}",
            title=html.unescape(need(item, "title", str)),
            text=_text(item),
            author=_author(item),
            published_at=published,
            mentions=_mentions(item),
            metrics=Metrics(comments=maybe(item, "replies", int)),
            deleted=True if maybe_native(item, "deleted") else None,
            extra={**({"node": name} if name else {}), **_written(item, published)},
        )

    def time_of(self, item: Any) -> datetime | None:
        """When something was last said in the topic."""
        return self._time(item, "last_touched")

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        touched, replies = self.time_of(item), need(item, "replies", int)
        if replies and (touched is None or touched >= listing.read_to):
            topic = native(item, "id")
            self._topics[topic] = _Topic(need(item, "title", str), replies)
            # An answer may be old: what lies between us and the site keeps it, by its address.
            yield f"{SITE}/api/replies/show.json?{urlencode({'topic_id': topic, '_': item['last_touched']})}"

    def thread(self, response: Response) -> Page:
        """All replies come at once; where some are missing, there may be further pages."""
        topic, replies = self._topics[_topic_of(response)], _list(response, "replies")
        fresh = [reply for reply in replies if _key(reply) not in topic.seen]
        topic.seen.update(map(_key, fresh))
        missing = topic.replies - len(topic.seen)
        if missing > 0 and fresh:
            return Page(fresh, _next_page(response.url))
        if missing > max(FEW, topic.replies // 10):
            what = f"V2EX tells of {topic.replies} replies and shows {len(topic.seen)} ({response.url})"
            self.listing_of(response).trouble(Trouble(RunStatus.PARTIAL, what), hole=True)
        return Page(fresh)

    def reply(self, item: Any, response: Response) -> Post | None:
        topic, number = _topic_of(response), native(item, "id")
        published = self._time(item, "created")
        return Post(
            id=ids.v2ex_reply(number),
            platform="v2ex",
            kind=Kind.COMMENT,
            url=f"{SITE}/t/{topic}#r_{number}",
            title=html.unescape(self._topics[topic].title),
            text=_text(item),
            author=_author(item),
            published_at=published,
            root=Reference(id=ids.v2ex_topic(topic)),
            mentions=_mentions(item),
            metrics=Metrics(likes=maybe(item, "thanks", int)),
            extra=_written(item, published),
        )

    def _time(self, item: Any, key: str) -> datetime | None:
        spoken = read_spoken(need(item, key, int), now=self.now, zone=UTC)
        return spoken.moment if spoken else None


@dataclass(slots=True)
class _Topic:
    """A topic whose replies are read: how many there should be, and the numbers of those that came."""

    title: str
    replies: int
    seen: set[str] = field(default_factory=set)


def _list(response: Response, what: str) -> list[Any]:
    answer = read_page(response.body)
    if isinstance(answer, dict) and (said := maybe(answer, "message", str)):
        trouble = said_error(maybe(answer, "status", str) or "error", said)
        if _RATE.search(said):
            trouble = Trouble(RunStatus.RATE_LIMITED, trouble.reason)
        raise LayoutChanged(trouble.reason, trouble)
    return items(answer, what)


def _key(reply: Any) -> str:
    """What tells a reply apart; one that cannot be read counts, too."""
    with suppress(LayoutChanged):
        return native(reply, "id")
    return repr(reply)


def _topic_of(response: Response) -> str:
    return parse_qs(urlsplit(response.url).query)["topic_id"][0]


def _next_page(url: str) -> str:
    page = parse_qs(urlsplit(url).query).get("page", ["1"])[0]
    return f"{url.partition('&page=')[0]}&page={int(page) + 1}"


def _text(item: Any) -> str:
    """What a reader sees; without it the author's own signs, which may be Markdown."""
    rendered = maybe(item, "content_rendered", str)
    return need(item, "content", str).strip() if rendered is None else text_of(rendered)


def _mentions(item: Any) -> tuple[Mention, ...]:
    page = Selector(text=f"<body>{maybe(item, 'content_rendered', str) or ''}</body>", type="html")
    links = page.xpath('//a[starts-with(@href, "/member/")]/@href').getall()
    return tuple(
        Mention(name=name) for name in dict.fromkeys(link[len("/member/") :] for link in links) if name
    )


def _author(item: Any) -> Author:
    member = need(item, "member", dict)
    name = need(member, "username", str)
    return Author(id=maybe_native(member, "id"), name=name, url=f"{SITE}/member/{quote(name)}")


def _written(item: Any, published: datetime | None) -> dict[str, str]:
    return {} if published else {"published_text": str(item["created"])}
