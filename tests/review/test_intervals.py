"""How far a share may be off."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.review.intervals import Estimate, in_population, share_of, wilson

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        pytest.param(8, 10, 0.4902, 0.9433, id="8 of 10"),
        pytest.param(0, 10, 0.0, 0.2775, id="none of 10"),
        pytest.param(10, 10, 0.7225, 1.0, id="all of 10"),
        pytest.param(50, 100, 0.4038, 0.5962, id="50 of 100"),
        pytest.param(1, 1, 0.2065, 1.0, id="one"),
        pytest.param(4, 200, 0.0078, 0.0503, id="4 of 200"),
    ],
)
def test_wilson_intervals(part: int, whole: int, low: float, high: float) -> None:
    share = share_of(part, whole)
    assert share is not None
    assert (share.value, share.low, share.high) == pytest.approx((part / whole, low, high), abs=5e-5)


def test_of_nothing_there_is_no_share() -> None:
    assert share_of(0, 0) is None
    assert in_population(0, 0, 100) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_bound_lies_as_far_from_the_share_as_chance_would_throw_it(counts: tuple[int, int]) -> None:
    """What Wilson's interval is defined by: each bound, taken for the truth, is Z deviations away."""
    part, whole = counts
    share = part / whole
    for bound in wilson(share, whole):
        deviation = (bound * (1 - bound) / whole) ** 0.5
        assert abs(share - bound) == pytest.approx(Z * deviation, abs=1e-6)


samples = st.integers(1, 400).flatmap(
    lambda population: st.integers(1, population).flatmap(
        lambda sample: st.tuples(st.integers(0, sample), st.just(sample), st.just(population))
    )
)


@given(samples)
def test_what_is_missed_lies_between_what_was_seen_and_what_was_not(counts: tuple[int, int, int]) -> None:
    found, sample, population = counts
    told = in_population(found, sample, population)
    assert told is not None
    assert found <= told.low <= told.value + 1e-9
    assert told.value - 1e-9 <= told.high <= population - (sample - found)


def test_a_sample_that_is_everything_leaves_nothing_open() -> None:
    assert in_population(3, 40, 40) == Estimate(3, 3, 3)


def test_of_a_large_population_it_is_the_share_of_it() -> None:
    told = in_population(4, 200, 10_000_000)
    low, high = wilson(0.02, 200)
    assert told is not None
    assert told.value == 200_000
    assert (told.low, told.high) == pytest.approx((low * 1e7, high * 1e7), rel=1e-4)


def test_the_larger_the_part_that_was_looked_at_the_narrower() -> None:
    widths = []
    for sample in (50, 100, 200, 399):
        told = in_population(sample // 10, sample, 400)
        assert told is not None
        widths.append(told.high - told.low)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("missed", "population", "sample"),
    [
        pytest.param(2, 1_000, 200, id="two in a thousand"),
        pytest.param(50, 1_000, 200, id="fifty in a thousand"),
        pytest.param(400, 1_000, 100, id="many"),
        pytest.param(30, 60, 40, id="most of it was looked at"),
    ],
)
def test_in_nineteen_of_twenty_samples_the_truth_lies_in_the_interval(
    missed: int, population: int, sample: int
) -> None:
    """Worked out over every sample there could be, by the hypergeometric distribution."""
    covered = 0.0
    for found in range(min(missed, sample) + 1):
        if sample - found > population - missed:
            continue
        told = in_population(found, sample, population)
        assert told is not None
        chance = comb(missed, found) * comb(population - missed, sample - found) / comb(population, sample)
        covered += chance if told.low <= missed <= told.high else 0
    assert covered > 0.93
