"""The short ways of the codec say what the long ones say: a post read at once, and a line at a glance."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.codec import MAX_DEPTH, MAX_TEXT, glances, post_from_json, reading, wire
from listening.errors import InvalidPost
from listening.model import Hit, Post

TEXTS = st.text(max_size=6) | st.sampled_from(["", "断网", "\ud800", "a\x00b", "😀", '"', "\\u0000", "\\"])
NUMBERS = st.integers(-3, 3) | st.sampled_from([2**63, 2**64, 10**30, 1.0, 1e3, -0.0])
TIMES = st.sampled_from(
    [
        "2026-11-23T16:00:00+08:00",
        "2026-11-23T16:00:00.123456Z",
        "2026-11-23T16:00:00",
        "2026-11-23 16:00:00Z",
        "2026-11-23",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "0001-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | TIMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
AUTHORS = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS | VALUES,
        "name": TEXTS,
        "followers": NUMBERS | VALUES,
        "verified": VALUES,
        "gender": VALUES,
    },
)
REFERENCES = st.fixed_dictionaries({}, optional={"id": TEXTS, "author": AUTHORS | VALUES, "likes": VALUES})
MENTIONS = st.lists(TEXTS | AUTHORS | VALUES, max_size=2)
POSTS = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS | st.just("a:1"),
        "text": TEXTS,
        "platform": TEXTS | VALUES,
        "kind": st.sampled_from(["post", "comment", "poem"]) | VALUES,
        "title": TEXTS | VALUES,
        "author": AUTHORS | VALUES,
        "published_at": TIMES | VALUES,
        "collected_at": TIMES,
        "published_guessed": VALUES,
        "parent": REFERENCES | VALUES,
        "root": REFERENCES,
        "mentions": MENTIONS | VALUES,
        "tags": st.lists(TEXTS | VALUES, max_size=2) | VALUES,
        "metrics": st.dictionaries(st.sampled_from(["likes", "views", "shares"]), NUMBERS | VALUES),
        "deleted": VALUES,
        "extra": VALUES,
        "ip_location": VALUES,
    },
)


def test_every_shape_of_a_post_has_the_fields_of_the_noun_in_its_order() -> None:
    """A field that is added to the noun and forgotten elsewhere would be lost without a word."""
    names = [each.name for each in fields(Post)]
    assert list(wire.Post.__struct_fields__) == names
    assert [*wire.Glance.__struct_fields__, "extra"] == names
    assert sorted(wire.StrictPost.__struct_fields__) == sorted(names)
    assert list(wire.Hit.__struct_fields__) == [*names, *(f.name for f in fields(Hit) if f.name != "post")]


def line(record: Any, *, ascii_only: bool) -> bytes:
    return json.dumps(record, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


def long_way(raw: bytes) -> Post | str:
    try:
        return reading.step_by_step(raw, "")
    except InvalidPost as error:
        return str(error)


def either_way(raw: bytes) -> Post | str:
    try:
        return post_from_json(raw)
    except InvalidPost as error:
        return str(error)


@given(POSTS, st.booleans())
def test_a_post_read_at_once_is_the_one_read_step_by_step(record: dict[str, Any], ascii_only: bool) -> None:
    raw = line(record, ascii_only=ascii_only)
    assert either_way(raw) == long_way(raw)


@given(st.fixed_dictionaries({"id": st.just("a:1"), "text": TEXTS}), POSTS, st.booleans())
def test_so_is_one_with_an_id_and_a_text(
    must: dict[str, Any], rest: dict[str, Any], ascii_only: bool
) -> None:
    raw = line(rest | must, ascii_only=ascii_only)
    assert either_way(raw) == long_way(raw)


@given(st.lists(st.tuples(POSTS, st.booleans()), max_size=4))
def test_a_line_that_is_good_at_a_glance_is_good(records: list[tuple[dict[str, Any], bool]]) -> None:
    raws = [
        line({"id": "a:1", "text": "无"} | record, ascii_only=ascii_only) for record, ascii_only in records
    ]
    for raw, seen in zip(raws, glances(raws), strict=True):
        if seen is None:
            continue
        post = long_way(raw)
        assert isinstance(post, Post), raw
        assert (seen.id, seen.text, seen.title or None) == (post.id, post.text, post.title or None)
        assert (seen.platform, seen.source, tuple(seen.tags or ())) == (post.platform, post.source, post.tags)


ODD = {
    "no JSON": b"{",
    "blank": b"  ",
    "no object": b'["a"]',
    "two values": b'{"id":"a","text":"b"} {"id":"c","text":"d"}',
    "no id": b'{"text":"b"}',
    "an empty id": b'{"id":"","text":"b"}',
    "null for an id": b'{"id":null,"text":"b"}',
    "a NUL": b'{"id":"a","text":"\\u0000"}',
    "a NUL in a key that is not known": b'{"id":"a","text":"b","x":"\\u0000"}',
    "a lone surrogate": b'{"id":"a","text":"\\ud800"}',
    "bytes that are not UTF-8, in a key that is not known": b'{"id":"a","text":"b","x":"\xff"}',
    "nested too deeply": b'{"id":"a","text":"b","x":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    "a text that is too long": b'{"id":"a","text":"' + b"a" * (MAX_TEXT + 1) + b'"}',
    "a mention of nobody": b'{"id":"a","text":"b","mentions":[{}]}',
    "a time without a zone": b'{"id":"a","text":"b","published_at":"2026-11-23T16:00:00"}',
    "a time before the calendar": b'{"id":"a","text":"b","published_at":"0001-01-01T00:00:00+08:00"}',
    "the same in escaped digits": b'{"id":"a","text":"","published_at":"\\u0030001-01-01T00:00:00+08:00"}',
    "a time after it": b'{"id":"a","text":"b","published_at":"9999-12-31T23:59:59-08:00"}',
    "a number for a text": b'{"id":"a","text":7}',
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_no_glance_passes_what_is_wrong(raw: bytes) -> None:
    assert isinstance(long_way(raw) if raw.strip() else "", str)
    assert glances([raw]) == [None]
    good = b'{"id":"a","text":"b"}'
    beside = glances([good, raw, good])
    assert beside[1] is None
    assert beside[0] is not None
    assert beside[2] is not None


def test_everyday_lines_are_good_at_a_glance() -> None:
    """Also with keys that are not known, with nulls, and with mentions written as names."""
    everyday = [
        {"id": "a", "text": "断网"},
        {
            "id": "a",
            "text": "断网",
            "title": None,
            "ip_location": "广东",
            "author": {"id": "7", "gender": "f"},
        },
        {
            "id": "a",
            "text": "断网",
            "mentions": ["星河", {"id": "8"}],
            "published_at": "2026-11-23T16:00:00+08:00",
        },
    ]
    for ascii_only in (True, False):
        assert None not in glances([line(each, ascii_only=ascii_only) for each in everyday])
