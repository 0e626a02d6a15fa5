"""Coverage: what a run vouches for, which gaps it opens and closes, and that none of it is ever a lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.coverage.stretches import (
    after,
    asked_of,
    died,
    filling,
    merged,
    total,
    unlooked,
    within,
    without,
)
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.listing import Asked, Look
from listening.collect.spider.status import Facts, verdict
from listening.model import Coverage, RunStatus, Stretch

START = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: float) -> datetime:
    return START + minute * MINUTE


def span(begin: float, end: float) -> Stretch:
    return Stretch(at(begin), at(end))


def known(*vouched: Stretch, **other: object) -> Coverage:
    return replace(Coverage(vouched=vouched), **other)  # type: ignore[arg-type]


def seen(begin: float | None, end: float, *, reached: bool = True, **facts: object) -> Look:
    whole = Facts(pages=1, posts=1)
    return Look(
        facts=replace(whole, **facts),  # type: ignore[arg-type]
        reached=reached,
        seen_from=None if begin is None else at(begin),
        seen_until=at(end),
        marks={"newest": at(end).isoformat()},
    )


def after_run(before: Coverage, look: Look, began: float) -> Coverage:
    asked = asked_of(before, now=at(began), days_back=1)
    return after(before, asked, look, verdict(0, look.facts), began=at(began))


BROKEN = {"troubles": (Trouble(RunStatus.FAILED, "the server answered 503"),)}
CAPPED = {"capped": "stopped after 50 pages"}


def test_a_first_run_vouches_for_what_it_looked_back_at() -> None:
    found = after_run(Coverage(), seen(-1440, 0), 0)
    assert (found.vouched, found.gaps) == ((span(-1440, 0),), ())
    assert (found.last_run, found.last_good, found.status) == (at(0), at(0), RunStatus.OK)


def test_the_next_run_reads_down_to_what_is_known_and_continues_it() -> None:
    before = known(span(0, 10))
    assert asked_of(before, now=at(20), days_back=1).wanted == at(10)
    assert after_run(before, seen(10, 20), 20).vouched == (span(0, 20),)


def test_an_error_half_way_opens_a_gap_with_its_reason() -> None:
    found = after_run(known(span(0, 10)), seen(15, 20, reached=False, **BROKEN), 20)
    assert found.vouched == (span(0, 10), span(15, 20))
    (gap,) = found.gaps
    assert (gap.stretch, gap.opened_at, gap.status) == (span(10, 15), at(20), RunStatus.PARTIAL)
    assert gap.reason == "the server answered 503 after 1 posts"
    assert not gap.capped
    assert (found.last_run, found.last_good) == (at(20), None)


def test_a_gap_with_a_cause_is_looked_at_again_by_the_next_run_and_closed() -> None:
    gapped = after_run(known(span(0, 10)), seen(15, 20, reached=False, **BROKEN), 20)
    assert asked_of(gapped, now=at(30), days_back=1).wanted == at(10)
    closed = after_run(gapped, seen(10, 30), 30)
    assert (closed.vouched, closed.gaps) == ((span(0, 30),), ())


def test_a_gap_is_narrowed_by_a_run_that_comes_further_and_keeps_when_it_was_opened() -> None:
    gapped = after_run(known(span(0, 10)), seen(15, 20, reached=False, **BROKEN), 20)
    narrowed = after_run(gapped, seen(12, 30, reached=False, **BROKEN), 30)
    assert narrowed.vouched == (span(0, 10), span(12, 30))
    (gap,) = narrowed.gaps
    assert (gap.stretch, gap.opened_at) == (span(10, 12), at(20))


def test_a_run_that_sees_nothing_leaves_a_gap_up_to_itself_and_the_next_one_makes_it_longer() -> None:
    wall = {"pages": 0, "posts": 0, "troubles": (Trouble(RunStatus.LOGIN, "a login form"),)}
    nothing = Look(facts=replace(Facts(), **wall))  # type: ignore[arg-type]
    once = after_run(known(span(0, 10)), nothing, 20)
    twice = after_run(once, nothing, 30)
    (gap,) = twice.gaps
    assert (gap.stretch, gap.opened_at, gap.status) == (span(10, 30), at(20), RunStatus.LOGIN)


def test_a_page_cap_is_a_gap_that_waits_until_somebody_asks_for_it() -> None:
    capped = after_run(known(span(0, 10)), seen(15, 20, reached=False, **CAPPED), 20)
    assert [gap.capped for gap in capped.gaps] == [True]
    assert asked_of(capped, now=at(30), days_back=1).wanted == at(20), "else each run would meet it again"
    (asked,) = filling(capped)
    assert (asked.wanted, asked.start, asked.marks) == (at(10), at(15), {})
    filled = after(capped, asked, seen(10, 15), Trouble(RunStatus.OK, ""), began=at(40))
    assert (filled.vouched, filled.gaps) == ((span(0, 20),), ())
    assert filled.marks == capped.marks, "the newest of a gap is not the newest there is"


def test_the_newest_gap_is_filled_first() -> None:
    one = after_run(known(span(0, 10)), seen(15, 20, reached=False, **CAPPED), 20)
    two = after_run(one, seen(25, 30, reached=False, **CAPPED), 30)
    assert [asked.start for asked in filling(two)] == [at(25), at(15)]


def test_a_run_of_which_no_account_is_left_vouches_for_nothing() -> None:
    before = known(span(0, 10))
    asked = asked_of(before, now=at(20), days_back=1)
    found = died(before, asked, Trouble(RunStatus.FAILED, "the crawler was killed (SIGKILL)"), began=at(20))
    assert found.vouched == before.vouched
    assert [gap.stretch for gap in found.gaps] == [span(10, 20)]


@pytest.mark.parametrize("order", ["activity", "rank"])
def test_a_listing_by_another_order_has_neither_coverage_nor_gaps(order: str) -> None:
    before = replace(Coverage(), order=order)  # type: ignore[arg-type]
    look = Look(facts=Facts(pages=1, posts=1), reached=True, marks={"newest": "x"})
    found = after_run(before, look, 20)
    assert (found.vouched, found.gaps, found.marks) == ((), (), {"newest": "x"})
    assert after_run(before, replace(look, facts=replace(look.facts, **BROKEN)), 20).marks == {}  # type: ignore[arg-type]


def test_a_listing_by_activity_is_read_down_to_what_the_last_good_run_saw_last() -> None:
    marks = {"newest": at(10).isoformat()}
    assert asked_of(Coverage(order="activity", marks=marks), now=at(20), days_back=1).wanted == at(10)
    assert asked_of(Coverage(order="activity"), now=at(20), days_back=1).wanted == at(20 - 1440)


def test_a_window_that_held_all_it_ever_had_opens_no_gap_before_it() -> None:
    found = after_run(Coverage(), seen(-60, 0), 0)
    assert (found.vouched, found.gaps) == ((span(-60, 0),), ())


def test_the_validators_of_a_first_page_are_not_used_while_something_below_it_is_missing() -> None:
    marks = {"newest": at(10).isoformat(), "etag": '"1"'}
    whole = known(span(0, 10), marks=marks)
    assert asked_of(whole, now=at(20), days_back=1).marks == marks
    gapped = after_run(whole, seen(15, 20, reached=False, **BROKEN), 20)
    assert "etag" not in asked_of(gapped, now=at(30), days_back=1).marks


def test_what_was_seen_before_a_cause_changed_is_told_with_the_newer_cause() -> None:
    first = after_run(known(span(0, 10)), seen(15, 20, reached=False, **BROKEN), 20)
    login = {"troubles": (Trouble(RunStatus.LOGIN, "a login form"),)}
    second = after_run(first, seen(25, 30, reached=False, **login), 30)
    assert [(gap.stretch, gap.status) for gap in second.gaps] == [
        (span(10, 15), RunStatus.LOGIN),
        (span(20, 25), RunStatus.LOGIN),
    ]


def test_a_window_of_time_is_vouched_for_explained_or_not_looked_at() -> None:
    found = after_run(known(span(0, 10)), seen(15, 20, reached=False, **BROKEN), 20)
    window = span(-5, 30)
    assert total(within(found.vouched, window)) == 15 * MINUTE
    assert unlooked(found, window) == [span(-5, 0), span(20, 30)]


stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: span(pair[0], sum(pair))), max_size=8
)


def minutes(found: Sequence[Stretch]) -> set[int]:
    return {n for each in found for n in range(100) if each.begin <= at(n) < each.end}


@given(stretches, stretches)
def test_the_arithmetic_is_that_of_sets_of_minutes(one: list[Stretch], other: list[Stretch]) -> None:
    assert minutes(merged(one)) == minutes(one)
    assert minutes(without(one, other)) == minutes(one) - minutes(other)
    both = merged(one)
    assert list(both) == sorted(both)
    assert all(a.end < b.begin for a, b in pairwise(both))


class Board:
    """A listing of numbered posts, read page by page as runs do; pages may fail."""

    def __init__(self, posts: list[int], size: int) -> None:
        self.posts, self.size = posts, size
        self.seen: set[int] = set()

    def run(self, before: Coverage, now: int, pages: int, broken_after: int | None) -> Coverage:
        asked = asked_of(before, now=at(now), days_back=1)
        there = sorted((post for post in self.posts if post <= now), reverse=True)
        return self._read(before, asked, there, now, pages, broken_after)

    def _read(
        self, before: Coverage, asked: Asked, there: list[int], now: int, pages: int, broken: int | None
    ) -> Coverage:
        number, bottom, reached = 0, None, False
        facts = Facts()
        while not reached:
            if number == broken:
                facts = replace(facts, **BROKEN)  # type: ignore[arg-type]
                break
            if number == pages:
                facts = replace(facts, **CAPPED)  # type: ignore[arg-type]
                break
            page = there[number * self.size : (number + 1) * self.size]
            self.seen |= set(page)
            number += 1
            bottom = at(page[-1]) if page else bottom
            reached = len(page) < self.size or at(page[0]) <= asked.read_to
        facts = replace(facts, pages=number, posts=1)
        newest = {"newest": at(max(there)).isoformat()} if there and number else {}
        look = Look(
            facts=facts,
            reached=reached,
            seen_from=asked.wanted if reached else bottom,
            seen_until=at(now) if number else None,
            marks=newest,
        )
        return after(before, asked, look, verdict(0, facts), began=at(now))


runs = st.lists(
    st.tuples(st.integers(1, 30), st.integers(1, 4), st.none() | st.integers(0, 3)), min_size=1, max_size=8
)


@given(st.lists(st.integers(0, 200), max_size=60, unique=True), st.integers(1, 5), runs)
def test_no_post_in_a_vouched_stretch_was_ever_missed(
    posts: list[int], size: int, history: list[tuple[int, int, int | None]]
) -> None:
    board, coverage, now = Board(posts, size), Coverage(), 0
    for wait, pages, broken in history:
        now += wait
        coverage = board.run(coverage, now, pages, broken)
        vouched = {post for post in posts if any(s.begin < at(post) < s.end for s in coverage.vouched)}
        assert vouched <= board.seen
        assert not without([gap.stretch for gap in coverage.gaps], [gap.stretch for gap in coverage.gaps])
        assert not within(coverage.vouched, span(now, 10**6))
        gaps = [gap.stretch for gap in coverage.gaps]
        assert without(gaps, coverage.vouched) == gaps, "a gap is never vouched for"
        first = coverage.vouched[0].begin if coverage.vouched else at(now)
        assert unlooked(coverage, Stretch(min(first, at(now) - MINUTE), at(now))) == [] or broken == 0
