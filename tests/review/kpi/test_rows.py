"""Percentiles by rank, rates rounded half up, and rows that say all that belongs to a number."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.review.kpi import (
    Seen,
    as_row,
    behind,
    figures,
    named,
    nearest_rank,
    parts_text,
    tens,
    value_text,
)
from listening.review.kpi.rows import rounded
from tests.review.kpi.logs import COMPETITOR, Log, asked, at, events, tell


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [
        pytest.param([], 50, None, id="nothing"),
        pytest.param([7], 90, 7, id="one"),
        pytest.param([2, 1], 50, 1, id="the lower of two"),
        pytest.param([3, 1, 2], 50, 2, id="the middle of three"),
        pytest.param(list(range(1, 11)), 90, 9, id="the ninth of ten"),
        pytest.param(list(range(1, 12)), 90, 10, id="the tenth of eleven"),
    ],
)
def test_a_percentile_is_a_value_that_there_is(values: list[int], percent: int, wanted: int | None) -> None:
    assert nearest_rank(values, percent) == wanted


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300), st.sampled_from([50, 90]))
def test_at_least_so_many_percent_are_not_above_it_and_fewer_are_below(
    values: list[int], percent: int
) -> None:
    found = nearest_rank(values, percent)
    assert found in values
    assert sum(each <= found for each in values) >= ceil(Fraction(percent, 100) * len(values))
    assert sum(each < found for each in values) < ceil(Fraction(percent, 100) * len(values))


@pytest.mark.parametrize(
    ("share", "wanted"),
    [
        (Fraction(2, 3), 0.6667),
        (Fraction(1, 3), 0.3333),
        (Fraction(1, 20_000), 0.0001),
        (Fraction(29_999, 30_000), 1.0),
        (Fraction(0), 0.0),
        (Fraction(1), 1.0),
    ],
)
def test_rates_are_rounded_half_up_to_four_digits(share: Fraction, wanted: float) -> None:
    assert rounded(share) == wanted


@given(st.fractions(0, 1))
def test_a_rounded_rate_is_at_most_half_a_digit_off_and_prints_four(share: Fraction) -> None:
    assert abs(Fraction(tens(share), 10_000) - share) <= Fraction(1, 20_000)
    assert f"{rounded(share):.4f}" == f"{tens(share) // 10_000}.{tens(share) % 10_000:04}"


LOG = events(
    Log("甲").claim(1).respond(2).reply(5).close(9).add("score", 20, "小王", score=4.5, scale=5),
    Log("乙").claim(1).respond(2).reply(5).close(9, "irrelevant"),
    Log("丙").claim(1).respond(2).reply(5).close(9, "unresolved"),
)


def test_a_row_says_all_that_belongs_to_a_number() -> None:
    question = asked(by=["week", "queue"])
    row, total = [as_row(each, question) for each in figures(LOG, question, named(["resolution"]))[:2]]
    assert row == {
        "figure": "resolution",
        "zh": "解决率",
        "period": "2026-11-02",
        "queue": "技术支持",
        "total": False,
        "value": 0.5,
        "unit": "rate",
        "numerator": 1,
        "denominator": 2,
        "counts": "closings",
        "left_out": {"irrelevant": 1},
        "coverage_all": None,
        "coverage_any": None,
        "definition": row["definition"],
        "definition_zh": row["definition_zh"],
    }
    assert row["definition"].startswith("Closings as resolved that were not revoked")
    assert row["definition_zh"].startswith("以“已解决”结案")
    assert (total["period"], total["queue"], total["total"]) == (None, None, True)


def test_what_was_not_asked_for_has_no_column() -> None:
    row = as_row(figures(LOG, asked(), named(["offered"]))[0], asked())
    assert "period" not in row
    assert "queue" not in row


def test_half_points_stay_half_points() -> None:
    row = as_row(figures(LOG, asked(), named(["quality"]))[1], asked())
    assert (row["numerator"], row["denominator"], row["value"]) == (4.5, 5, 0.9)


def test_a_figure_carries_the_coverage_it_was_given() -> None:
    seen = Seen(begin=at(0), end=at(9), sources=("论坛",), unable=(), all_share=0.5, any_share=0.75, gaps=1)
    (told,) = figures(LOG, asked(), named(["accepted"]), coverage=seen)
    assert told.coverage is seen
    row = as_row(told, asked())
    assert (row["coverage_all"], row["coverage_any"]) == (0.5, 0.75)


def test_the_cases_behind_a_figure() -> None:
    told = figures(LOG, asked(), named(["resolution"]))[0]
    assert behind(told) == {"cases": ["丙", "甲"], "above": ["甲"]}
    (none,) = [
        each for each in figures(LOG, asked(), named(["conversion"])) if each.definition.name == "conversion"
    ]
    assert behind(none) == {"cases": [], "above": []}


def test_what_is_not_known_is_none() -> None:
    row = as_row(figures([], asked(), named(["handling"]))[0], asked())
    assert (row["value"], row["numerator"], row["denominator"]) == (None, None, 0)
    none = as_row(figures(events(Log(**COMPETITOR)), asked(), named(["conversion"]))[0], asked())
    assert (none["value"], none["denominator"], none["left_out"]) == (None, 0, {"no_reply": 1})


@pytest.mark.parametrize(
    ("name", "value", "of"),
    [
        ("offered", "3", ""),
        ("resolution", "50.00 %", "1/2"),
        ("response_desk_median", "–", "n=0"),
        ("detection_median", "0:10:00", "n=3"),
        ("quality", "90.00 %", "4.5/5"),
        ("conversion", "–", "0/0"),
        ("backlog_1d", "0", "0/0"),
    ],
)
def test_figures_as_people_read_them(name: str, value: str, of: str) -> None:
    figure = tell(LOG)[name]
    assert (value_text(figure), parts_text(figure)) == (value, of)


def test_a_long_duration_is_told_in_hours_and_cut() -> None:
    figure = tell(events(Log("甲").respond(2, natural_ms=360_061_999)))["response_desk_median"]
    assert value_text(figure) == "100:01:01"
