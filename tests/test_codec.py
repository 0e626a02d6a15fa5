"""The wire format: read strictly, nothing lost, written the same way every time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.codec import (
    MAX_TEXT,
    canonical,
    content_digest,
    event_from_json,
    hit_from_json,
    hit_to_json,
    post_from_dict,
    post_from_json,
    post_to_json,
    read_json,
    run_from_json,
    time_text,
    to_json,
    utc,
)
from listening.errors import InvalidPost
from listening.model import (
    Author,
    Channel,
    Hit,
    Kind,
    ListeningClass,
    Match,
    Mention,
    Metrics,
    Observation,
    Outcome,
    Post,
    Priority,
    Reach,
    Reference,
    ReviewEvent,
    Run,
    RunStatus,
    Status,
)

AT = datetime(2026, 11, 20, 8, 30, 15, 123000, UTC)
FULL = Post(
    id="fediverse:https://a.example/1",
    text="断网了",
    platform="fediverse",
    kind=Kind.COMMENT,
    url="https://a.example/1",
    title="求助",
    author=Author(id="7", name="小明", url="https://a.example/@7", followers=0, verified=False),
    published_at=AT,
    published_guessed=False,
    collected_at=AT + timedelta(minutes=1),
    source="星河社区",
    parent=Reference(id="fediverse:https://a.example/0", author=Author(id="1", name="xinghe")),
    root=Reference(id="fediverse:https://a.example/0"),
    mentions=(Mention(id="1", name="xinghe"), Mention(name="小红")),
    tags=("宽带", "断网"),
    region="广东",
    lang="zh",
    metrics=Metrics(likes=0, comments=3, rank=7),
    deleted=False,
    extra={"author.gender": "f", "weird": None, "n": [1, {"a": 2}]},
)
MATCH = Match(
    subject="星河宽带",
    scenario="宽带报障",
    term="断网",
    field="text",
    start=0,
    end=2,
    text="断网",
    part="own",
    inside="断网了",
    marks=("negated",),
)
HIT = Hit(
    post=FULL,
    level=2,
    listening_class=ListeningClass.OWN,
    brands=("星河宽带",),
    scenarios=("星河宽带/宽带报障",),
    reach=Reach.DIRECT,
    channel=Channel.COMMENT,
    matches=(MATCH,),
    queue="技术支持",
    priority=Priority.HIGH,
    rules_version="0123456789abcdef",
    found_at=AT,
    status=Status.OPEN,
    respond_by=AT + timedelta(minutes=30),
    metrics_history=(Observation(at=AT, metrics=Metrics(likes=1)),),
)


def test_a_full_post_comes_back_as_it_was() -> None:
    assert post_from_json(post_to_json(FULL)) == FULL
    assert post_from_json(canonical(FULL)) == FULL


def test_a_full_hit_comes_back_as_it_was() -> None:
    assert hit_from_json(hit_to_json(HIT)) == HIT
    assert hit_from_json(canonical(HIT)) == HIT


def test_a_hit_is_flat_and_says_class() -> None:
    record = json.loads(hit_to_json(HIT))
    assert record["class"] == "own"
    assert record["text"] == "断网了"
    assert "post" not in record


def test_id_and_text_are_enough_and_absent_stays_absent() -> None:
    post = post_from_json('{"id": "a", "text": ""}')
    assert post == Post(id="a", text="")
    assert post_to_json(post) == b'{"id":"a","text":""}'


def test_null_is_the_same_as_absent() -> None:
    assert post_from_json('{"id": "a", "text": "b", "author": null, "tags": null}') == Post(id="a", text="b")


def test_unknown_keys_are_kept_nested_ones_under_a_dotted_name() -> None:
    line = {
        "id": "a",
        "text": "b",
        "mood": None,
        "author": {"id": "1", "gender": "f"},
        "parent": {"id": "p", "author": {"id": "2", "badge": 1}},
        "extra": {"kept": True},
    }
    post = post_from_dict(line)
    assert post.extra == {"kept": True, "mood": None, "author.gender": "f", "parent.author.badge": 1}
    assert post_from_json(post_to_json(post)) == post


def test_a_bare_mention_is_a_name() -> None:
    post = post_from_json('{"id": "a", "text": "b", "mentions": ["小红", {"id": "3"}]}')
    assert post.mentions == (Mention(name="小红"), Mention(id="3"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("{", "is not a JSON value", id="cut off"),
        pytest.param("[]", "is not a JSON object", id="an array"),
        pytest.param('"x"', "is not a JSON object", id="a string"),
        pytest.param('{"text": "b"}', "missing required field `id`", id="no id"),
        pytest.param('{"id": "a"}', "missing required field `text`", id="no text"),
        pytest.param('{"id": "", "text": "b"}', "has an empty id", id="empty id"),
        pytest.param('{"id": 1, "text": "b"}', "'id': Expected `str`, got `int`", id="id is a number"),
        pytest.param('{"id": "a", "text": "b", "kind": "tweet"}', "'kind': Invalid enum value", id="kind"),
        pytest.param('{"id": "a", "text": "b", "tags": "x"}', "'tags': Expected `array`", id="tags"),
        pytest.param('{"id": "a", "text": "b", "author": "x"}', "'author': Expected `object`", id="author"),
        pytest.param(
            '{"id": "a", "text": "b", "metrics": {"likes": 1.5}}',
            "'metrics.likes': Expected `int",
            id="half a like",
        ),
        pytest.param(
            '{"id": "a", "text": "b", "mentions": [{}]}', "a mention without id and name", id="mention"
        ),
        pytest.param(
            '{"id": "a", "text": "b", "published_at": "2026-11-20T08:00:00"}',
            "a time without a zone",
            id="no zone",
        ),
        pytest.param(
            '{"id": "a", "text": "b", "published_at": "yesterday"}',
            "'published_at': Invalid RFC3339",
            id="no time",
        ),
        pytest.param('{"id": "a", "text": "b", "published_at": 5}', "'published_at'", id="a number as time"),
        pytest.param(
            '{"id": "a", "text": "b", "published_at": "0001-01-01T00:00:00+10:00"}',
            "has",
            id="before year one",
        ),
        pytest.param('{"id": "a", "text": "\\ud800"}', "lone surrogate", id="lone surrogate"),
        pytest.param('{"id": "a", "text": "\\u0000"}', "NUL", id="escaped NUL"),
        pytest.param('{"id": "a", "text": "\x00"}', "NUL", id="bare NUL"),
        pytest.param('{"id": "a", "text": NaN}', "is not a JSON value", id="NaN"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(line: str, reason: str) -> None:
    with pytest.raises(InvalidPost) as caught:
        post_from_json(line, "posts.jsonl:3")
    assert caught.value.where == "posts.jsonl:3"
    assert reason in caught.value.what
    assert caught.value.cure


def test_another_encoding_is_told() -> None:
    with pytest.raises(InvalidPost, match="is not UTF-8"):
        post_from_json('{"id": "a", "text": "断网"}'.encode("gb18030"))


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert post_from_json(r'{"id": "a", "text": "\\u0000"}').text == r"\u0000"


def test_a_text_may_have_a_million_characters_and_not_one_more() -> None:
    assert len(post_from_dict({"id": "a", "text": "断" * MAX_TEXT}).text) == MAX_TEXT
    with pytest.raises(InvalidPost, match="1,000,001 characters"):
        post_from_dict({"id": "a", "text": "断" * (MAX_TEXT + 1)})


def test_times_become_utc_and_are_cut_to_milliseconds() -> None:
    east = datetime(2026, 1, 1, 0, 0, 0, 999_999, timezone(timedelta(hours=8)))
    assert utc(east) == datetime(2025, 12, 31, 16, 0, 0, 999_000, UTC)
    assert time_text(east) == "2025-12-31T16:00:00.999Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        utc(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"text": "断网啦"}, False, id="text"),
        pytest.param({"title": None}, False, id="title"),
        pytest.param({"tags": ()}, False, id="tags"),
        pytest.param({"author": Author(id="8", name="小明")}, False, id="author id"),
        pytest.param({"parent": None}, False, id="parent"),
        pytest.param({"root": None}, False, id="root"),
        pytest.param({"mentions": ()}, False, id="mentions"),
        pytest.param({"published_at": AT + timedelta(seconds=1)}, False, id="published_at"),
        pytest.param({"deleted": True}, False, id="deleted"),
        pytest.param({"metrics": Metrics(likes=9)}, True, id="metrics"),
        pytest.param({"metrics": Metrics(likes=0, comments=3, rank=8)}, True, id="rank"),
        pytest.param({"collected_at": AT + timedelta(days=1)}, True, id="collected_at"),
        pytest.param({"source": "别处"}, True, id="source"),
        pytest.param(
            {"author": Author(id="7", name="改名", followers=5)}, True, id="the author's name and fame"
        ),
    ],
)
def test_what_makes_a_post_a_new_version(change: dict[str, Any], same: bool) -> None:
    assert (content_digest(replace(FULL, **change)) == content_digest(FULL)) is same


def test_a_guessed_time_that_differs_makes_no_new_version() -> None:
    guessed = replace(FULL, published_guessed=True)
    later = replace(guessed, published_at=AT + timedelta(hours=1))
    assert content_digest(later) == content_digest(guessed)
    assert content_digest(later) != content_digest(replace(later, published_guessed=None))


def test_runs_and_events_come_back() -> None:
    run = Run(
        id="r1",
        source="论坛",
        verb="crawl",
        started_at=AT,
        ended_at=AT,
        status=RunStatus.OK,
        read=3,
        outcomes={Outcome.HIT: 1, Outcome.REPEAT: 2},
        statistics={"requests": 4},
    )
    event = ReviewEvent(case="c", n=1, kind="respond", at=AT, person="王", data={"a": [1]})
    assert run_from_json(to_json(run)) == run
    assert event_from_json(to_json(event)) == event


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*list(Post.__slots__), "x", "y"]), JSON))
def test_any_object_is_a_post_or_an_invalid_post(value: dict[str, Any]) -> None:
    try:
        post = post_from_json(json.dumps(value))
    except InvalidPost:
        return
    assert post_from_json(canonical(post)) == post


@given(st.binary())
def test_any_bytes_are_a_value_or_an_invalid_post(raw: bytes) -> None:
    try:
        read_json(raw)
    except InvalidPost as error:
        assert error.what
