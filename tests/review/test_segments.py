"""Segments: questions about contacts, kept in words and asked anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.errors import DeskMistake, QueryMistake
from listening.model import Author
from listening.review.contacts import join, tag
from listening.review.segments import (
    Segment,
    asked_of,
    delete_segment,
    members,
    save_segment,
    segment_named,
    segments,
)
from listening.store import Store, open_store
from tests.review.authors import COMPETITOR, kept, wrote
from tests.store.records import NOW

A, B, C, D = "weibo:1001", "bilibili:42", "tieba:77", "weibo:2002"
ZONE = "Asia/Shanghai"


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


def segment(name: str = "大号报障", query: str = "", **more: Any) -> Segment:
    return Segment(name=name, query=query, person="李雷", at=NOW, **more)


def save(store: Store, saved: Segment) -> bool:
    return save_segment(store, saved, zone=ZONE)


def test_a_segment_is_kept_as_it_was_said(store: Store) -> None:
    whole = segment(
        query="scenario:宽带报障 since:30d",
        tags=("VIP",),
        min_followers=1_000,
        regions=("云州", "海州"),
        platforms=("weibo",),
    )
    assert save(store, whole)
    assert segment_named(store, "大号报障") == whole
    assert kept(store, "segment/") == {
        "大号报障": {
            "query": "scenario:宽带报障 since:30d",
            "tags": ["VIP"],
            "min_followers": 1_000,
            "regions": ["云州", "海州"],
            "platforms": ["weibo"],
            "person": "李雷",
            "at": "2026-11-24T04:30:00.000Z",
        }
    }


def test_what_is_not_said_is_not_written(store: Store) -> None:
    save(store, segment())
    assert set(kept(store, "segment/")["大号报障"]) == {"query", "person", "at"}
    assert segment_named(store, "大号报障") == segment()


def test_a_segment_takes_the_place_of_the_one_of_its_name(store: Store) -> None:
    assert save(store, segment(query="断网"))
    assert not save(store, segment(query="掉线"))
    assert [each.query for each in segments(store)] == ["掉线"]


def test_segments_are_listed_by_name_and_forgotten(store: Store) -> None:
    for name in ("b", "a", "c"):
        save(store, segment(name))
    delete_segment(store, "b")
    assert [each.name for each in segments(store)] == ["a", "c"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param(" a", id="a blank before it"),
        pytest.param("a  b", id="two blanks"),
        pytest.param("a\nb", id="two lines"),
        pytest.param("a\x07", id="what cannot be seen"),
        pytest.param("字" * 101, id="too long"),
    ],
)
def test_what_is_no_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(DeskMistake, match=r"is no name for a segment - write one of at most 100 characters"):
        save(store, segment(name))
    assert kept(store, "segment/") == {}


def test_words_that_are_no_search_are_refused_before_they_are_kept(store: Store) -> None:
    with pytest.raises(QueryMistake, match="since:soon: is not a time"):
        save(store, segment(query="since:soon"))
    assert kept(store, "segment/") == {}


@pytest.mark.parametrize("act", [segment_named, delete_segment], ids=["asking for it", "deleting it"])
def test_a_segment_that_is_not_there_is_named_with_the_one_that_was_meant(store: Store, act: Any) -> None:
    with pytest.raises(DeskMistake, match=r"^大号: there is no such segment - save one first$"):
        act(store, "大号")
    save(store, segment("大号报障"))
    with pytest.raises(DeskMistake, match=r"^大号: there is no such segment - did you mean '大号报障'[?]$"):
        act(store, "大号")


def found(store: Store, asked: Segment, **more: Any) -> list[str]:
    return sorted(each.contact.key for each in members(store, asked, now=more.get("now", NOW), zone=ZONE))


@pytest.fixture
def full(store: Store) -> Store:
    """Four authors of whom one is a big account, and one speaks of a competitor."""
    store.save(
        [
            wrote(A, 1, region="云州", author=Author(id="1001", name="张小满", followers=1_500)),
            wrote(B, 2, region="海州", author=Author(id="42", name="小满不满", followers=20)),
            wrote(C, 3, "星河宽带乱扣费", scenarios=("星河宽带/资费争议",)),
            wrote(D, 4, "长河通信又涨价", **COMPETITOR, region="云州"),
        ]
    )
    tag(store, A, ["VIP", "老用户"])
    tag(store, B, ["VIP"])
    return store


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        pytest.param(segment(), [A, B, C], id="everybody"),
        pytest.param(segment(query="scenario:宽带报障"), [A, B], id="words of a search"),
        pytest.param(segment(tags=("vip",)), [A, B], id="a tag"),
        pytest.param(segment(tags=("VIP", "老用户")), [A], id="all of several tags"),
        pytest.param(segment(min_followers=1_500), [A], id="so many followers"),
        pytest.param(segment(min_followers=1_501), [], id="more than anybody has"),
        pytest.param(segment(regions=("云州", "海州")), [A, B], id="one of several regions"),
        pytest.param(segment(regions=("雲州",)), [A], id="a region in another spelling"),
        pytest.param(segment(platforms=("weibo", "tieba")), [A, C], id="one of several platforms"),
        pytest.param(segment(query="断网", tags=("VIP",), platforms=("bilibili",)), [B], id="all must hold"),
        pytest.param(segment(query="competitor:长河通信"), [D], id="a competitor by name"),
        pytest.param(segment(query="class:competitor,keyword", regions=("云州",)), [A, D], id="their class"),
    ],
)
def test_the_contacts_of_a_segment_are_those_for_whom_all_holds(
    full: Store, asked: Segment, keys: list[str]
) -> None:
    assert found(full, asked) == sorted(keys)


def test_joined_contacts_count_as_one_and_for_each_of_their_keys(full: Store) -> None:
    join(full, C, [A], person="李雷", at=NOW)
    assert found(full, segment()) == sorted([C, B])
    assert found(full, segment(query="扣费", tags=("老用户",))) == [C]
    assert found(full, segment(platforms=("weibo",), min_followers=1_000)) == [C]


def test_the_last_days_are_counted_from_when_it_is_asked_not_from_when_it_was_saved(full: Store) -> None:
    save(full, segment(query="since:2d"))
    asked = segment_named(full, "大号报障")
    assert found(full, asked) == sorted([A, B, C])
    assert found(full, asked, now=NOW + timedelta(hours=2)) == sorted([B, C])
    assert found(full, asked, now=NOW + timedelta(days=9)) == []


def test_a_day_of_the_question_is_a_day_of_the_zone() -> None:
    days = segment(query="since:2026-11-24")
    asked = {zone: str(asked_of(days, now=NOW, zone=zone)) for zone in (ZONE, "UTC")}
    assert asked == {ZONE: "since:2026-11-23T16:00:00.000Z", "UTC": "since:2026-11-24T00:00:00.000Z"}


def test_who_belongs_to_a_segment_is_found_anew_each_time(full: Store) -> None:
    asked = segment(tags=("老用户",))
    assert found(full, asked) == [A]
    tag(full, C, ["老用户"])
    assert found(full, asked) == sorted([A, C])
