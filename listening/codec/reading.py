"""JSON to records: what is as expected in one step, anything else step by step, to say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import msgspec

from listening.codec import wire
from listening.codec.times import utc
from listening.codec.values import holds_nul, is_deep, read_json
from listening.errors import InvalidPost
from listening.model import Author, Hit, Known, Mention, Metrics, Post, Reference, ReviewEvent, Run

MAX_TEXT = 1_000_000
"""Longer texts are not posts but dumps; the limit is part of the exchange format (code points)."""

T = TypeVar("T")

_POST_KEYS = tuple(f.name for f in fields(Post))
_HIT_KEYS = {f.name: f.name for f in fields(Hit) if f.name != "post"} | {"listening_class": "class"}
_NESTED: dict[str, type] = {"author": Author, "parent": Reference, "root": Reference, "metrics": Metrics}

_strict = msgspec.json.Decoder(wire.StrictPost)


def post_from_json(raw: bytes | str, where: str = "") -> Post:
    """One line of our exchange format as a post. Raises `InvalidPost`."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    return _at_once(data) or step_by_step(data, where)


def _at_once(data: bytes) -> Post | None:
    """A whole post of keys that are known; None for anything else, which is looked at more closely."""
    try:
        if holds_nul(data) or (not data.isascii() and not data.decode("utf-8")) or is_deep(data):
            return None
        return _post(_strict.decode(data))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None


def step_by_step(data: bytes, where: str) -> Post:
    """The long way, which knows what is wrong. Raises `InvalidPost`."""
    value = read_json(data, where)
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


def run_from_json(raw: bytes | str) -> Run:
    return _convert(read_json(raw), Run, "run")


def known_from_json(raw: bytes | str) -> Known:
    return _convert(read_json(raw), Known, "knowledge of a source")


def event_from_json(raw: bytes | str) -> ReviewEvent:
    return _convert(read_json(raw), ReviewEvent, "event")


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


def _post(seen: wire.StrictPost) -> Post | None:
    """None where something is wrong with it."""
    mentions = tuple(map(_mention, seen.mentions)) if seen.mentions else ()
    if not seen.id or len(seen.text) > MAX_TEXT or any(m.id is None and m.name is None for m in mentions):
        return None
    return Post(
        id=seen.id,
        text=seen.text,
        platform=seen.platform,
        kind=seen.kind,
        url=seen.url,
        title=seen.title,
        author=_author(seen.author),
        published_at=utc(seen.published_at) if seen.published_at else None,
        published_guessed=seen.published_guessed,
        collected_at=utc(seen.collected_at) if seen.collected_at else None,
        source=seen.source,
        parent=_reference(seen.parent),
        root=_reference(seen.root),
        mentions=mentions,
        tags=seen.tags or (),
        region=seen.region,
        lang=seen.lang,
        metrics=_metrics(seen.metrics),
        deleted=seen.deleted,
        extra=seen.extra or {},
    )


def _author(seen: wire.Author | None) -> Author | None:
    if seen is None:
        return None
    return Author(id=seen.id, name=seen.name, url=seen.url, followers=seen.followers, verified=seen.verified)


def _reference(seen: wire.Reference | None) -> Reference | None:
    return Reference(id=seen.id, author=_author(seen.author)) if seen is not None else None


def _mention(seen: wire.Mention | str) -> Mention:
    return Mention(name=seen) if isinstance(seen, str) else Mention(id=seen.id, name=seen.name)


def _metrics(seen: wire.Metrics | None) -> Metrics | None:
    if seen is None:
        return None
    return Metrics(
        likes=seen.likes,
        comments=seen.comments,
        reposts=seen.reposts,
        views=seen.views,
        rank=seen.rank,
    )
