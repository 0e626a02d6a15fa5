"""All new posts of a Discourse forum, newest first, from /posts.json. A public forum asks for no login."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy.http import Response

from listening.collect.reading.html import mentions_in, text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids

WINDOW = 50  # ids; older versions list only what is within so many ids below `before`
EMPTY_WINDOWS = 5  # as many in a row, and there is nothing public below
ORDINARY = (1, 2)  # post_type: written by a person; 3 is a small action ("closed this"), 4 a whisper
LIKE = 2  # id in actions_summary


@dataclass(frozen=True, kw_only=True)
class DiscourseOptions(Options):
    url: str = option(says="the forum's address, https://forum.example")
    api_key_env: str | None = option(None, says="environment variable with your own API key", query=False)
    api_username: str | None = option(None, says="the user the API key belongs to")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        if (self.api_key_env is None) != (self.api_username is None):
            yield Problem("api_username", "goes together with api_key_env", "give both or none")


class DiscoursePosts(ListingSpider[DiscourseOptions]):
    listing_order = "created"
    Options = DiscourseOptions
    _windowed = True
    _empty = 0

    def first_page(self) -> str:
        return f"{self._base}/posts.json"

    def headers(self) -> dict[str, str]:
        if not (self.options.api_key_env and self.options.api_username):
            return {}
        key = os.environ.get(self.options.api_key_env, "")
        return {"Api-Key": key, "Api-Username": self.options.api_username}

    def page(self, response: Response) -> Page:
        posts = need(read_page(response.body), "latest_posts", list)
        if not posts:
            return Page((), self._below_nothing(response.url))
        numbers = [need(post, "id", int) for post in posts]
        self._windowed = self._windowed and max(numbers) - min(numbers) < WINDOW
        self._empty = 0
        return Page(posts, self._before(min(numbers) - 1))

    def _below_nothing(self, url: str) -> str | None:
        """An empty page is the end, unless this may be an old version whose window holds nothing public."""
        asked = parse_qs(urlsplit(url).query).get("before")
        self._empty += 1
        if not asked or not self._windowed or self._empty > EMPTY_WINDOWS:
            return None
        return self._before(int(asked[0]) - WINDOW)

    def post(self, item: Any) -> Post | None:
        if (maybe(item, "post_type", int) or 1) not in ORDINARY:
            return None
        topic, number = need(item, "topic_id", int), need(item, "post_number", int)
        cooked, created = need(item, "cooked", str), need(item, "created_at", str)
        published = self.read_time(created)
        return Post(
            id=ids.discourse_post(self._site, need(item, "id", int)),
            platform="discourse",
            kind=Kind.POST if number == 1 else Kind.COMMENT,
            url=f"{self._base}/t/{maybe(item, 'topic_slug', str) or '-'}/{topic}/{number}",
            title=maybe(item, "topic_title", str),
            text=text_of(cooked),
            author=self._author(item),
            published_at=published,
            parent=self._parent(item, topic),
            root=Reference(id=ids.discourse_topic(self._site, topic)) if number > 1 else None,
            mentions=tuple(Mention(name=name) for name in mentions_in(cooked)),
            tags=_tags(item),
            metrics=_metrics(item),
            deleted=True if maybe(item, "user_deleted", bool) or maybe(item, "deleted_at", str) else None,
            extra={} if published else {"published_text": created},
        )

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(need(item, "created_at", str))

    @property
    def _base(self) -> str:
        return self.options.url.rstrip("/")

    @property
    def _site(self) -> str:
        parts = urlsplit(self._base)
        return f"{parts.netloc}{parts.path}"

    def _before(self, post_id: int) -> str | None:
        return f"{self._base}/posts.json?before={post_id}" if post_id > 0 else None

    def _author(self, item: Any) -> Author:
        name, number = need(item, "username", str), maybe(item, "user_id", int)
        return Author(id=name if number is None else str(number), name=name, url=f"{self._base}/u/{name}")

    def _parent(self, item: Any, topic: int) -> Reference | None:
        """The post that is answered: the forum tells its number in the topic, not its id."""
        number = maybe(item, "reply_to_post_number", int)
        if number is None:
            return None
        answered = maybe(item, "reply_to_user", dict)
        author = Author(name=need(answered, "username", str)) if answered else None
        return Reference(
            id=ids.imported("discourse", f"{topic}/{number}", self._site, "number"), author=author
        )


def _tags(item: Any) -> tuple[str, ...]:
    """Only some versions put the topic's tags on its posts: as names, or as objects with a name."""
    given = maybe(item, "tags", list) or maybe(item, "topic_tags", list) or []
    return tuple(tag if isinstance(tag, str) else need(tag, "name", str) for tag in given)


def _metrics(item: Any) -> Metrics:
    actions = maybe(item, "actions_summary", list)
    if actions is None:
        likes = None
    else:  # an action that nobody took is left out of the summary
        likes = sum(maybe(action, "count", int) or 0 for action in actions if _is_like(action))
    return Metrics(likes=likes, comments=maybe(item, "reply_count", int), views=maybe(item, "reads", int))


def _is_like(action: Any) -> bool:
    if not isinstance(action, dict):
        raise LayoutChanged("has an action that is not an object")
    return action.get("id") == LIKE
