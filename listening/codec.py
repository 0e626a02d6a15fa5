"""Records to JSON and back: the one wire format, read strictly and written canonically.

The only home of msgspec. A post comes in as one JSON object (one line of a file); what it says must have
the right type, or `InvalidPost` tells what is wrong. Keys this program does not know are kept under
`extra`, nested ones under a dotted name (`author.gender`). Going out, keys have a fixed order (canonical:
sorted), unknown values are absent, times are UTC with milliseconds and `Z`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import msgspec

from listening.errors import InvalidPost
from listening.model import Author, Hit, Metrics, Post, Reference, ReviewEvent, Run

MAX_TEXT = 1_000_000
"""Longer texts are not posts but dumps; the limit is part of the exchange format (code points)."""

MAX_DEPTH = 100
"""No post nests as deep; deeper values would end in a RecursionError somewhere on their way."""

T = TypeVar("T")

_POST_KEYS = tuple(f.name for f in fields(Post))
_HIT_KEYS = {f.name: f.name for f in fields(Hit) if f.name != "post"} | {"listening_class": "class"}
_NESTED: dict[str, type] = {"author": Author, "parent": Reference, "root": Reference, "metrics": Metrics}
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)
_PLAIN = frozenset({str, int, float, bool, type(None)})
_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")


def read_json(raw: bytes | str, where: str = "") -> Any:
    """Any JSON value; broken JSON, wrong encoding, NUL and lone surrogates are an `InvalidPost`."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if b"\x00" in data or _NUL_ESCAPE.search(data):
        raise InvalidPost(where, "holds a NUL character", "remove it")
    try:
        data.decode("utf-8")
        if _is_deep(data):
            raise InvalidPost(where, f"is nested more than {MAX_DEPTH} deep", "leave it out")
        return msgspec.json.decode(data)
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 (byte {error.start})"
        raise InvalidPost(where, what, "convert the file, or import it with its encoding") from None
    except msgspec.DecodeError as error:
        raise InvalidPost(where, f"is not a JSON value ({_reason(data, error)})", "mend the line") from None


def post_from_json(raw: bytes | str, where: str = "") -> Post:
    """One line of our exchange format as a post. Raises `InvalidPost`."""
    value = read_json(raw, where)
    if not isinstance(value, dict):
        raise InvalidPost(where, "is not a JSON object", "write one post as {...} per line")
    return post_from_dict(value, where)


def post_from_dict(value: Mapping[str, Any], where: str = "") -> Post:
    """A decoded JSON object as a post: types checked, times made UTC, unknown keys moved to `extra`."""
    known, extra = _split_unknown(value)
    post = _convert(known, Post, where)
    if not post.id:
        raise InvalidPost(where, "has an empty id", "give every post its own id")
    if any(m.id is None and m.name is None for m in post.mentions):
        raise InvalidPost(where, "has a mention without id and name", "give one of the two")
    check_text(post.text, where)
    try:
        published_at, collected_at = (t and utc(t) for t in (post.published_at, post.collected_at))
    except (ValueError, OverflowError) as error:
        raise InvalidPost(where, f"has {error}", "write times like 2026-11-23T16:00:00+08:00") from None
    return replace(post, extra=extra, published_at=published_at, collected_at=collected_at)


def check_text(text: str, where: str = "") -> None:
    """Refuse what is not a post's text: more than a million code points."""
    if len(text) > MAX_TEXT:
        what = f"has a text of {len(text):,} characters, more than {MAX_TEXT:,}"
        raise InvalidPost(where, what, "split it, or leave it out")


def hit_from_json(raw: bytes | str, where: str = "") -> Hit:
    """A hit record as `hit_to_json` wrote it."""
    value = read_json(raw, where)
    own = {name: value.pop(key) for name, key in _HIT_KEYS.items() if key in value}
    hit = _convert({**own, "post": {"id": "", "text": ""}}, Hit, where)
    return replace(hit, post=post_from_dict(value, where))


def post_to_dict(post: Post) -> dict[str, Any]:
    """The post as plain values in the order of the exchange format; what is unknown is absent."""
    record = _plain(post)
    assert isinstance(record, dict)
    return record


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """The hit as plain values: the post's keys first, then the hit's own (`class` for listening_class).

    What is unknown or empty is absent.
    """
    record = post_to_dict(hit.post)
    for name, key in _HIT_KEYS.items():
        value = _plain(getattr(hit, name))
        if value not in (None, "", []):
            record[key] = value
    return record


def post_to_json(post: Post) -> bytes:
    return _encoder.encode(post_to_dict(post))


def hit_to_json(hit: Hit) -> bytes:
    return _encoder.encode(hit_to_dict(hit))


def canonical(record: Post | Hit | ReviewEvent | Mapping[str, Any]) -> bytes:
    """The same record as the same bytes, always: sorted keys, no blanks. For stores, copies and digests."""
    plain = hit_to_dict(record) if isinstance(record, Hit) else _plain(record)
    return _sorted_encoder.encode(plain)


def to_json(value: Any) -> bytes:
    """Any nouns, mappings and sequences of them as JSON, in their own order."""
    return _encoder.encode(_plain(value))


def plain_json(value: Any) -> bytes:
    """Plain values (texts, numbers, lists, mappings) as JSON: quicker, as nothing is looked at."""
    return _encoder.encode(value)


def run_from_json(raw: bytes | str) -> Run:
    return _convert(read_json(raw), Run, "run")


def event_from_json(raw: bytes | str) -> ReviewEvent:
    return _convert(read_json(raw), ReviewEvent, "event")


_CONTENT = ("title", "text", "tags", "parent", "root", "mentions", "published_at", "deleted")


def content_digest(post: Post) -> str:
    """What decides whether a post seen again is a repeat: not metrics, collected_at or source."""
    content: dict[str, Any] = {name: getattr(post, name) for name in _CONTENT}
    content["author"] = post.author.id if post.author else None
    return hashlib.sha1(canonical(content)).hexdigest()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, cut (not rounded) to whole milliseconds. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def time_text(moment: datetime) -> str:
    """The one way a time is written: 2026-11-23T08:00:00.000Z."""
    return utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _split_unknown(value: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    given = value.get("extra")
    extra: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    known = {k: v for k, v in value.items() if k in _POST_KEYS and v is not None and k != "extra"}
    extra.update((k, v) for k, v in value.items() if k not in _POST_KEYS)
    if given is not None and not isinstance(given, dict):
        extra["extra"] = given
    for key, noun in _NESTED.items():
        if isinstance(known.get(key), dict):
            known[key] = dict(_known_in(known[key], noun, key, extra))
    if isinstance(known.get("mentions"), list):
        known["mentions"] = [{"name": m} if isinstance(m, str) else m for m in known["mentions"]]
    return known, extra


def _known_in(
    value: dict[str, Any], noun: type, path: str, extra: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    names = {f.name for f in fields(noun)}
    for key, item in value.items():
        if key not in names:
            extra[f"{path}.{key}"] = item
        elif key == "author" and isinstance(item, dict):
            yield key, dict(_known_in(item, Author, f"{path}.author", extra))
        elif item is not None:
            yield key, item


def _convert(value: Any, noun: type[T], where: str) -> T:
    try:
        return msgspec.convert(value, noun, strict=True)
    except msgspec.ValidationError as error:
        raise InvalidPost(where, _retold(str(error)), "see the exchange format in docs/records.md") from None


def _retold(message: str) -> str:
    """msgspec's words as ours: "Expected `str`, got `int` - at `$.id`" -> "'id' should be a string ..."."""
    body, _, path = message.replace(" | null", "").partition(" - at `$")
    name = path.rstrip("`").lstrip(".")
    return f"'{name}': {body}" if name else body


def _is_deep(data: bytes) -> bool:
    """Counted only where there are brackets enough; those inside strings are left out."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    depth = deepest = 0
    for bracket in _BRACKETS.findall(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(bracket, 0)
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def _reason(data: bytes, error: msgspec.DecodeError) -> str:
    if re.search(rb"\\u[dD][89abAB]", data):
        return "a lone surrogate, or the line is cut off"
    return str(error)


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
