"""Days, weeks and months of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.review.kpi.periods import Period, window

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(1970, 1, 2), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def names(first: str, last: str, period: Period) -> list[str]:
    return [
        str(span.name)
        for span in window(date.fromisoformat(first), date.fromisoformat(last), SHANGHAI, period).spans
    ]


@pytest.mark.parametrize(
    ("period", "first", "last", "wanted"),
    [
        pytest.param(Period.DAY, "2026-02-28", "2026-03-01", ["2026-02-28", "2026-03-01"], id="days"),
        pytest.param(Period.DAY, "2026-11-02", "2026-11-02", ["2026-11-02"], id="one day"),
        pytest.param(Period.WEEK, "2026-11-02", "2026-11-08", ["2026-11-02"], id="one whole week"),
        pytest.param(
            Period.WEEK,
            "2026-11-01",
            "2026-11-09",
            ["2026-10-26", "2026-11-02", "2026-11-09"],
            id="weeks in part",
        ),
        pytest.param(Period.WEEK, "2026-12-31", "2027-01-03", ["2026-12-28"], id="a week of two years"),
        pytest.param(
            Period.MONTH, "2026-12-31", "2027-02-01", ["2026-12-01", "2027-01-01", "2027-02-01"], id="months"
        ),
    ],
)
def test_periods_are_named_by_their_first_day(
    period: Period, first: str, last: str, wanted: list[str]
) -> None:
    assert names(first, last, period) == wanted


def test_a_period_counts_only_as_far_as_it_lies_in_the_window() -> None:
    (week,) = window(date(2026, 11, 4), date(2026, 11, 5), SHANGHAI, Period.WEEK).spans
    assert (week.begin, week.end) == (
        datetime(2026, 11, 3, 16, tzinfo=UTC),
        datetime(2026, 11, 5, 16, tzinfo=UTC),
    )


def test_a_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    (day,) = window(date(2026, 10, 25), date(2026, 10, 25), BERLIN, Period.DAY).spans
    assert day.end - day.begin == timedelta(hours=25)


def test_the_last_day_is_included_to_its_last_millisecond() -> None:
    whole = window(date(2026, 11, 1), date(2026, 11, 30), SHANGHAI)
    last = datetime(2026, 11, 30, 16, tzinfo=UTC) - timedelta(milliseconds=1)
    assert (whole.place(last), whole.place(last + timedelta(milliseconds=1))) == (0, None)


def test_a_window_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="2026-11-01 is before 2026-11-02"):
        window(date(2026, 11, 2), date(2026, 11, 1), SHANGHAI)


@given(DAYS, st.integers(0, 100), st.sampled_from(Period), st.sampled_from([SHANGHAI, BERLIN]))
def test_spans_part_the_window_without_rest(first: date, days: int, period: Period, zone: ZoneInfo) -> None:
    last = first + timedelta(days=days)
    found = window(first, last, zone, period)
    whole = window(first, last, zone)
    assert (found.begin, found.end) == (whole.begin, whole.end)
    assert all(one.end == other.begin for one, other in zip(found.spans, found.spans[1:], strict=False))
    assert all(span.begin < span.end for span in found.spans)


@given(MOMENTS, st.sampled_from(Period))
def test_a_moment_is_in_the_period_of_its_local_day(at: datetime, period: Period) -> None:
    found = window(date(2026, 1, 1), date(2027, 12, 31), BERLIN, period)
    place = found.place(at)
    day = at.astimezone(BERLIN).date()
    if place is None:
        assert day > date(2027, 12, 31) or day < date(2026, 1, 1)
    else:
        assert found.spans[place].name == period.first_day(day)


@given(MOMENTS, MOMENTS | st.none(), st.sampled_from(Period))
def test_ends_within_a_stretch_are_those_of_the_spans_it_covers_the_last_moment_of(
    begin: datetime, end: datetime | None, period: Period
) -> None:
    spans = window(date(2026, 3, 1), date(2027, 6, 30), SHANGHAI, period)
    wanted = [n for n, s in enumerate(spans.spans) if begin < s.end and (end is None or end >= s.end)]
    assert list(spans.ends_within(begin, end)) == wanted
