"""The exchange format as typed structures: what msgspec reads and writes without a Python step per key.

The lenient ones pass over keys that they do not know; the strict ones refuse them, so that what a strict one
takes is the whole line. Fields stand in the order in which they are written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from listening.model import Kind

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Author(msgspec.Struct, omit_defaults=True, gc=False):
    id: str | None = None
    name: str | None = None
    url: str | None = None
    followers: int | None = None
    verified: bool | None = None


class Reference(msgspec.Struct, omit_defaults=True, gc=False):
    id: str
    author: Author | None = None


class Mention(msgspec.Struct, omit_defaults=True, gc=False):
    id: str | None = None
    name: str | None = None


class Metrics(msgspec.Struct, omit_defaults=True, gc=False):
    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None
    views: int | None = None
    rank: int | None = None


class Glance(msgspec.Struct, gc=False):
    """A post as far as it must be known to tell whether it is good and whether rules may speak of it."""

    id: str
    text: str
    platform: str | None = None
    kind: Kind | None = None
    url: str | None = None
    title: str | None = None
    author: Author | None = None
    published_at: Moment | None = None
    published_guessed: bool | None = None
    collected_at: Moment | None = None
    source: str | None = None
    parent: Reference | None = None
    root: Reference | None = None
    mentions: tuple[Mention | str, ...] | None = None
    tags: tuple[str, ...] | None = None
    region: str | None = None
    lang: str | None = None
    metrics: Metrics | None = None
    deleted: bool | None = None


class StrictAuthor(Author, forbid_unknown_fields=True, gc=False):
    pass


class StrictReference(Reference, forbid_unknown_fields=True, gc=False):
    author: StrictAuthor | None = None


class StrictMetrics(Metrics, forbid_unknown_fields=True, gc=False):
    pass


class StrictPost(Glance, forbid_unknown_fields=True, gc=False):
    author: StrictAuthor | None = None
    parent: StrictReference | None = None
    root: StrictReference | None = None
    metrics: StrictMetrics | None = None
    extra: dict[str, Any] | None = None


class Match(msgspec.Struct, omit_defaults=True, gc=False):
    subject: str | None = None
    scenario: str | None = None
    term: str | None = None
    field: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    part: str | None = None
    inside: str | None = None
    via: str | None = None
    marks: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


class Observation(msgspec.Struct, omit_defaults=True, gc=False):
    at: str
    metrics: Metrics | None = None


class Post(msgspec.Struct, omit_defaults=True, gc=False):
    """As it is written: times are texts, and what is unknown is absent."""

    id: str
    text: str
    platform: str | None = None
    kind: str | None = None
    url: str | None = None
    title: str | None = None
    author: Author | None = None
    published_at: str | None = None
    published_guessed: bool | None = None
    collected_at: str | None = None
    source: str | None = None
    parent: Reference | None = None
    root: Reference | None = None
    mentions: tuple[Mention, ...] = ()
    tags: tuple[str, ...] = ()
    region: str | None = None
    lang: str | None = None
    metrics: Metrics | None = None
    deleted: bool | None = None
    extra: dict[str, Any] = {}


class Hit(Post, rename={"listening_class": "class"}, gc=False):
    level: int | None = None
    listening_class: str | None = None
    brands: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    reach: str | None = None
    channel: str | None = None
    matches: tuple[Match, ...] = ()
    queue: str | None = None
    priority: str | None = None
    rules_version: str | None = None
    found_at: str | None = None
    status: str | None = None
    respond_by: str | None = None
    metrics_history: tuple[Observation, ...] = ()


class Content(msgspec.Struct, gc=False):
    """What decides whether a post seen again is a repeat."""

    title: str | None
    text: str
    tags: tuple[str, ...]
    parent: Reference | None
    root: Reference | None
    mentions: tuple[Mention, ...]
    published_at: str | None
    deleted: bool | None
    author: str | None
