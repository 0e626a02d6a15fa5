"""The made-up posts and people, and what of them can be seen at a given edition.

Posts keep minutes before the demo's start instead of times, so that they are always fresh. Edition 1 is the
world at the start; edition 2 is a few minutes later: some posts edited, some gone, some new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zlib import crc32

SITES = ("forum", "feed", "social", "links", "blog", "club")
LATER = timedelta(minutes=5)
_POSTS = files("listening.demo") / "posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPost:
    """One made-up post. `trap` says what makes it hard and is for tests alone: it is never served.

    `before` counts minutes before the start (negative: after it, edition 2). `html` marks a text that is
    markup already. `edited` is the text from edition 2 on, `deleted` hides the post from edition 2 on.
    `time` is how a feed gets the time wrong: missing, unparsable, zoneless or future.
    """

    key: str
    site: str
    author: str
    before: int
    text: str
    title: str | None = None
    html: bool = False
    lang: str = "zh-CN"
    likes: int = 0
    tags: tuple[str, ...] = ()
    category: str | None = None
    topic: str | None = None
    reply_to_number: int | None = None
    pinned: bool = False
    section: str | None = None
    time: str | None = None
    reply_to: str | None = None
    reblog: str | None = None
    link: str | None = None
    edition: int = 1
    edited: str | None = None
    deleted: bool = False
    trap: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account. `username` may carry `@host`; the flags are what its owner asked of search engines."""

    username: str
    name: str
    followers: int
    title: str | None = None
    note: str = ""
    staff: bool = False
    bot: bool = False
    noindex: bool = False
    indexable: bool = False
    discoverable: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """The world as it can be seen at one edition."""

    now: datetime
    edition: int

    def posts(self, site: str) -> list[DemoPost]:
        """The site's posts that exist by now, deleted ones included, oldest first."""
        return [post for post in history(site) if post.edition <= self.edition]

    def published(self, post: DemoPost) -> datetime:
        # Not all on the full minute: up to a minute earlier, always the same for the same post.
        return self.now - timedelta(minutes=post.before, milliseconds=jitter(post))

    def edited_at(self, post: DemoPost) -> datetime | None:
        """When the post was last edited (or deleted by its author), if it was."""
        changed = self.edition > 1 and (post.edited is not None or post.deleted)
        return self.now + LATER if changed else None

    def text(self, post: DemoPost) -> str:
        return post.edited if self.edition > 1 and post.edited is not None else post.text

    def deleted(self, post: DemoPost) -> bool:
        return self.edition > 1 and post.deleted


@lru_cache(maxsize=1)
def load_posts() -> tuple[DemoPost, ...]:
    """All posts of all sites and editions, in the order of the files."""
    return tuple(post for site in SITES for post in _read(site))


@lru_cache(maxsize=len(SITES))
def history(site: str) -> tuple[DemoPost, ...]:
    """All posts of one site and all editions, oldest first: the order that numeric ids follow."""
    mine = (post for post in load_posts() if post.site == site)
    return tuple(sorted(mine, key=lambda post: (-post.before * 60_000 - jitter(post), post.key)))


@lru_cache(maxsize=len(SITES))
def numbers(site: str, first: int) -> Mapping[str, int]:
    """A number for each post of a site, growing with time and with holes, the same at every edition."""
    return {post.key: first + rank + rank // 6 for rank, post in enumerate(history(site))}


def jitter(post: DemoPost) -> int:
    """Milliseconds, under a minute, that make a post's time look like a person's."""
    return spread(post.key, 60_000)


def spread(text: str, below: int) -> int:
    """A number from 0 to below - 1 that looks random and is always the same for the same text."""
    return crc32(text.encode()) % below


def person(username: str) -> Person:
    """The account of that name; people without an entry of their own are shown by their username."""
    known = _people().get(username, {})
    facts = {"name": username.partition("@")[0], "followers": spread(username, 900), **known}
    return Person(username=username, **facts)


@lru_cache(maxsize=1)
def _people() -> Mapping[str, Mapping[str, Any]]:
    people: Mapping[str, Mapping[str, Any]] = json.loads((_POSTS / "accounts.json").read_text("utf-8"))
    return people


def _read(site: str) -> Iterator[DemoPost]:
    lines = (_POSTS / f"{site}.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        record: dict[str, Any] = json.loads(line)
        lists = {name: tuple(record.pop(name, ())) for name in ("tags", "trap")}
        yield DemoPost(**{"key": f"{site}-{number}", "site": site, **record, **lists})
