"""Records to JSON: keys in a fixed order (canonical: sorted), what is unknown is absent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from listening.codec import wire
from listening.codec.times import time_text
from listening.model import Author, Hit, Match, Mention, Metrics, Observation, Post, Reference, ReviewEvent

_PLAIN = frozenset({str, int, float, bool, type(None)})
_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def post_to_dict(post: Post) -> dict[str, Any]:
    """The post as plain values in the order of the exchange format; what is unknown is absent."""
    record: dict[str, Any] = _decoder.decode(post_to_json(post))
    return record


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """The hit as plain values: the post's keys first, then the hit's own (`class` for listening_class).

    What is unknown or empty is absent.
    """
    record: dict[str, Any] = _decoder.decode(hit_to_json(hit))
    return record


def post_to_json(post: Post) -> bytes:
    return _encoder.encode(_post(post))


def hit_to_json(hit: Hit) -> bytes:
    return _encoder.encode(_hit(hit))


def canonical(record: Post | Hit | ReviewEvent | Mapping[str, Any]) -> bytes:
    """The same record as the same bytes, always: sorted keys, no blanks. For stores, copies and digests."""
    if isinstance(record, Hit):
        return _sorted_encoder.encode(_hit(record))
    if isinstance(record, Post):
        return _sorted_encoder.encode(_post(record))
    return _sorted_encoder.encode(_plain(record))


def to_json(value: Any) -> bytes:
    """Any nouns, mappings and sequences of them as JSON, in their own order."""
    return _encoder.encode(_plain(value))


def plain_json(value: Any) -> bytes:
    """Plain values (texts, numbers, lists, mappings) as JSON: quicker, as nothing is looked at."""
    return _encoder.encode(value)


def content_digest(post: Post) -> str:
    """What decides whether a post seen again is a repeat: not metrics, collected_at or source.

    Nor a time that is guessed: each look at the same page guesses another one.
    """
    content = wire.Content(
        post.title,
        post.text,
        post.tags,
        _reference(post.parent),
        _reference(post.root),
        tuple(map(_mention, post.mentions)),
        time_text(post.published_at) if post.published_at and not post.published_guessed else None,
        post.deleted,
        post.author.id if post.author else None,
    )
    return hashlib.sha1(_sorted_encoder.encode(content)).hexdigest()


def _post(post: Post) -> wire.Post:
    return wire.Post(*_post_values(post))


def _hit(hit: Hit) -> wire.Hit:
    values = (
        *_post_values(hit.post),
        hit.level,
        hit.listening_class,
        hit.brands,
        hit.competitors,
        hit.scenarios,
        hit.reach,
        hit.channel,
        tuple(map(_match, hit.matches)),
        hit.queue or None,
        hit.priority,
        hit.rules_version or None,
        time_text(hit.found_at) if hit.found_at else None,
        hit.status,
        time_text(hit.respond_by) if hit.respond_by else None,
        tuple(map(_observation, hit.metrics_history)),
    )
    return wire.Hit(*values)


def _post_values(post: Post) -> tuple[Any, ...]:
    return (
        post.id,
        post.text,
        post.platform,
        post.kind,
        post.url,
        post.title,
        _author(post.author),
        time_text(post.published_at) if post.published_at else None,
        post.published_guessed,
        time_text(post.collected_at) if post.collected_at else None,
        post.source,
        _reference(post.parent),
        _reference(post.root),
        tuple(map(_mention, post.mentions)) if post.mentions else (),
        post.tags,
        post.region,
        post.lang,
        _metrics(post.metrics),
        post.deleted,
        _plain(post.extra) if post.extra else {},
    )


def _author(author: Author | None) -> wire.Author | None:
    if author is None:
        return None
    made = wire.Author(author.id, author.name, author.url, author.followers, author.verified)
    return made if made != _NOBODY else None


def _reference(reference: Reference | None) -> wire.Reference | None:
    return wire.Reference(reference.id, _author(reference.author)) if reference is not None else None


def _mention(mention: Mention) -> wire.Mention:
    return wire.Mention(mention.id, mention.name)


def _metrics(metrics: Metrics | None) -> wire.Metrics | None:
    if metrics is None:
        return None
    made = wire.Metrics(metrics.likes, metrics.comments, metrics.reposts, metrics.views, metrics.rank)
    return made if made != _NOTHING else None


def _match(m: Match) -> wire.Match:
    return wire.Match(
        m.subject,
        m.scenario,
        m.term,
        m.field,
        m.start,
        m.end,
        m.text,
        m.part,
        m.inside,
        m.via,
        m.marks,
        m.cues,
    )


def _observation(seen: Observation) -> wire.Observation:
    return wire.Observation(time_text(seen.at), _metrics(seen.metrics))


_NOBODY, _NOTHING = wire.Author(), wire.Metrics()


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if is_dataclass(kind):
        pairs = ((name, _plain(getattr(value, name))) for name in _names(kind))
        return {name: item for name, item in pairs if item is not None and item != [] and item != {}}
    return value


@cache
def _names(noun: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(noun))
