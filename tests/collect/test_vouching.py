"""Coverage as it is told, in a window of time, of queries and of brands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.coverage.stretches import merged, total
from listening.collect.coverage.vouching import by_brand, never_crawled, vouched
from listening.model import Coverage, Gap, Known, RunStatus, Stretch
from tests.desk import NOON

WINDOW = Stretch(NOON - timedelta(hours=10), NOON)


def ago(begin: float, end: float) -> Stretch:
    return Stretch(NOON - timedelta(hours=begin), NOON - timedelta(hours=end))


def query(text: str, *stretches: Stretch, **other: Any) -> Coverage:
    return replace(Coverage(query=text, vouched=stretches), **other)


def test_a_share_is_of_the_window_alone() -> None:
    (told,) = vouched("板", Known(queries=(query("", ago(40, 8), ago(6, 1)),)), WINDOW)
    assert told.share == pytest.approx(0.7)
    assert told.vouched == (ago(10, 8), ago(6, 1))
    assert told.unlooked == (ago(8, 6), ago(1, 0))


def test_a_gap_that_begins_before_the_window_is_told_as_far_as_it_lies_in_it() -> None:
    gap = Gap(stretch=ago(20, 9), opened_at=NOON, status=RunStatus.FAILED, reason="503")
    (told,) = vouched("板", Known(queries=(query("", ago(9, 0), gaps=(gap,)),)), WINDOW)
    assert [(each.stretch, each.reason) for each in told.gaps] == [(ago(10, 9), "503")]
    assert told.unlooked == ()


def test_a_source_that_was_never_crawled_has_seen_nothing() -> None:
    told = never_crawled("板", WINDOW)
    assert (told.share, told.unlooked, told.last_run) == (0.0, (WINDOW,), None)


@pytest.mark.parametrize("order", ["activity", "rank"])
def test_what_cannot_vouch_has_no_share_rather_than_none_of_it(order: str) -> None:
    (told,) = vouched("板", Known(queries=(query("", order=order),)), WINDOW)
    assert (told.share, told.unlooked) == (None, ())


def test_the_least_seen_query_is_told_first() -> None:
    known = Known(queries=(query("a", ago(5, 0)), query("b", ago(9, 0)), query("c", order="rank")))
    assert [each.query for each in vouched("板", known, WINDOW)] == ["c", "a", "b"]


def test_a_brand_is_seen_by_its_own_queries_and_by_listings_that_carry_everything() -> None:
    told = [
        *vouched("搜索", Known(queries=(query("星河", ago(10, 4), brands=("星河",)),)), WINDOW),
        *vouched("搜索", Known(queries=(query("长河", ago(10, 0), brands=("长河",)),)), WINDOW),
        *vouched("论坛", Known(queries=(query("", ago(6, 0)),)), WINDOW),
        *vouched("热榜", Known(queries=(query("", order="rank"),)), WINDOW),
    ]
    ours, theirs = by_brand(told, ["星河", "长河"], WINDOW)
    assert (ours.sources, ours.unable) == (("搜索", "论坛"), ("热榜",))
    assert [ours.all_share, ours.any_share] == pytest.approx([0.2, 1.0])
    assert [theirs.all_share, theirs.any_share] == pytest.approx([0.6, 1.0])


def test_a_brand_that_nothing_can_vouch_for_is_not_seen_at_all() -> None:
    told = list(vouched("热榜", Known(queries=(query("", order="rank"),)), WINDOW))
    (brand,) = by_brand(told, ["星河"], WINDOW)
    assert (brand.all_share, brand.any_share) == (0.0, 0.0)


hours = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 5)), max_size=6)


@given(hours, hours)
def test_a_window_is_parted_without_rest(seen: list[tuple[int, int]], missed: list[tuple[int, int]]) -> None:
    stretches = merged(ago(begin, begin - length) for begin, length in seen)
    gaps = [
        Gap(stretch=ago(begin, begin - length), opened_at=NOON, status=RunStatus.FAILED, reason="x")
        for begin, length in missed
    ]
    (told,) = vouched("板", Known(queries=(query("", *stretches, gaps=tuple(gaps)),)), WINDOW)
    parts = merged([*told.vouched, *(gap.stretch for gap in told.gaps), *told.unlooked])
    assert parts == (WINDOW,)
    assert total(told.vouched) / (WINDOW.end - WINDOW.begin) == told.share
