"""Which days people work: as the State Council has announced it, and what the operator says over it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.workdays import Workdays, is_country

CN = Workdays()
OWN = Workdays(holidays=frozenset({date(2026, 12, 24)}), workdays=frozenset({date(2026, 12, 27)}))
UNKNOWN_YEAR = 2090


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-10-09", True, id="a Friday"),
        pytest.param("2026-10-11", False, id="a Sunday"),
        pytest.param("2026-10-10", True, id="a Saturday worked for the National Day week"),
        pytest.param("2026-09-20", True, id="a Sunday worked for it"),
        pytest.param("2026-10-07", False, id="a Wednesday off for it"),
        pytest.param("2026-02-14", True, id="a Saturday worked for the Spring Festival"),
        pytest.param("2026-02-23", False, id="a Monday off for it"),
        pytest.param("2026-01-04", True, id="a Sunday worked for the New Year"),
        pytest.param("2025-01-26", True, id="a Sunday worked in another year"),
        pytest.param("2024-02-18", True, id="a Sunday worked two years before"),
        pytest.param("2023-06-25", True, id="a Sunday worked for the Dragon Boat Festival"),
        pytest.param("2024-02-12", False, id="a Monday of the Spring Festival"),
    ],
)
def test_swapped_days_are_known(day: str, works: bool) -> None:
    assert CN.is_workday(date.fromisoformat(day)) is works
    assert not CN.assumed(int(day[:4]))


@pytest.mark.parametrize("year", range(2001, 2027))
def test_years_that_were_announced_are_not_assumed(year: int) -> None:
    assert not CN.assumed(year)
    assert not CN.is_workday(date(year, 10, 1))


@pytest.mark.parametrize("year", [1999, UNKNOWN_YEAR, 9999])
def test_a_year_that_is_not_known_is_weekends_and_the_own_entries(year: int) -> None:
    assert CN.assumed(year)
    national_day = date(year, 10, 1)
    assert CN.is_workday(national_day) is (national_day.weekday() < 5)
    own = Workdays(holidays=frozenset({national_day}))
    assert own.assumed(year)
    assert not own.is_workday(national_day)


def test_the_own_entries_win() -> None:
    assert (CN.is_workday(date(2026, 12, 24)), OWN.is_workday(date(2026, 12, 24))) == (True, False)
    assert (CN.is_workday(date(2026, 12, 27)), OWN.is_workday(date(2026, 12, 27))) == (False, True)


def test_without_a_country_weekends_are_free_and_nothing_is_assumed() -> None:
    nowhere = Workdays(country=None)
    assert nowhere.is_workday(date(2026, 10, 1))
    assert not nowhere.is_workday(date(2026, 10, 10))
    assert not nowhere.assumed(UNKNOWN_YEAR)


def test_another_country_has_its_own_days() -> None:
    germany = Workdays(country="DE")
    assert not germany.is_workday(date(2026, 10, 3))
    assert not germany.is_workday(date(2026, 12, 25))
    assert germany.is_workday(date(2026, 10, 1))
    assert not germany.assumed(2031)


@pytest.mark.parametrize(("code", "known"), [("CN", True), ("DE", True), ("XX", False), ("", False)])
def test_countries_are_known_by_their_codes(code: str, known: bool) -> None:
    assert is_country(code) is known


@given(st.dates(date(1990, 1, 1), date(2110, 1, 1)))
def test_no_ten_days_pass_without_a_workday_and_without_a_free_day(start: date) -> None:
    days = {CN.is_workday(start + timedelta(days=n)) for n in range(10)}
    assert days == {True, False}


def test_the_library_is_loaded_only_by_who_asks() -> None:
    code = "import sys, listening.config; assert 'holidays' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
