"""The post: one public utterance, as it was found."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Kind(enum.StrEnum):
    """What sort of utterance a post is."""

    POST = "post"
    REPOST = "repost"
    COMMENT = "comment"
    ARTICLE = "article"
    QUESTION = "question"
    ANSWER = "answer"
    VIDEO = "video"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote it, as the platform shows it. `id` is the platform's own, `name` the shown or login name."""

    id: str | None = None
    name: str | None = None
    url: str | None = None
    followers: int | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A post this one answers or repeats: `id` is that post's id in our form, not the platform's."""

    id: str
    author: Author | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An account the post names by the platform's own means. One of the two is always known."""

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Engagement at the moment of collection; unknown is absent, never 0.

    `rank` is the place in a list of what is hot, 1 on top.
    """

    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None
    views: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public utterance. `id` and `text` suffice to match; a store also needs platform and published_at.

    Times are zone-aware, in UTC, cut to whole milliseconds. What is unknown is absent (None, or empty for
    tuples). `extra` holds every key this program does not know, nested ones under a dotted name.
    """

    id: str
    text: str
    platform: str | None = None
    kind: Kind | None = None
    url: str | None = None
    title: str | None = None
    author: Author | None = None
    published_at: datetime | None = None
    published_guessed: bool | None = None
    collected_at: datetime | None = None
    source: str | None = None
    parent: Reference | None = None
    root: Reference | None = None
    mentions: tuple[Mention, ...] = ()
    tags: tuple[str, ...] = ()
    region: str | None = None
    lang: str | None = None
    metrics: Metrics | None = None
    deleted: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def texts(self) -> list[tuple[str, str]]:
        """What is searched, in order: (field name, original text) of the title, the text and each tag."""
        fields = [("title", self.title)] if self.title else []
        fields.append(("text", self.text))
        fields.extend((f"tags.{n}", tag) for n, tag in enumerate(self.tags))
        return [(name, text) for name, text in fields if text]


def unstorable(post: Post) -> str:
    """Why a post can be matched but not stored; empty where it can be."""
    missing = [name for name in ("platform", "published_at") if getattr(post, name) is None]
    return f"has no {' and no '.join(missing)}, which a stored post needs" if missing else ""
