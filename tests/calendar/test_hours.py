"""Working time: added to a moment, and counted between two, day by day; a slow count by the minute agrees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.calendar import ROUND_THE_CLOCK, Hours, Workdays, read_hours
from listening.calendar.misread import Misread
from listening.calendar.windows import is_inside

SHANGHAI = ZoneInfo("Asia/Shanghai")
DESK = "workdays 08:30-17:30; holidays 10:00-16:00"
UNKNOWN_YEAR = 2090
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def hours(text: str, zone: ZoneInfo = SHANGHAI, workdays: Workdays | None = None) -> Hours:
    return read_hours(text, zone, workdays or Workdays())


def counted(given: Hours, begin: datetime, end: datetime) -> timedelta:
    """Minute by minute, asking at each one whether a window is open."""
    minutes = range(int((end - begin) / MINUTE))
    is_workday = given.workdays.is_workday
    return MINUTE * sum(is_inside(given.windows, begin + n * MINUTE, given.zone, is_workday) for n in minutes)


@pytest.mark.parametrize(
    ("text", "start", "worked", "end"),
    [
        pytest.param(DESK, "2025-09-22 09:00", 30 * MINUTE, "2025-09-22 09:30", id="within a day"),
        pytest.param(DESK, "2025-09-22 17:20", 30 * MINUTE, "2025-09-23 08:50", id="over a night"),
        pytest.param(DESK, "2025-09-22 03:00", 30 * MINUTE, "2025-09-22 09:00", id="from before they open"),
        pytest.param(DESK, "2025-09-22 20:00", 30 * MINUTE, "2025-09-23 09:00", id="from after they close"),
        pytest.param(
            DESK, "2025-09-22 17:00", 30 * MINUTE, "2025-09-22 17:30", id="to the minute they close"
        ),
        pytest.param(
            DESK, "2025-09-22 03:00", 0 * MINUTE, "2025-09-22 03:00", id="nothing: the start itself"
        ),
        pytest.param(DESK, "2025-09-22 03:00", -HOUR, "2025-09-22 03:00", id="less than nothing"),
        pytest.param(
            "workdays 08:30-17:30",
            "2025-09-26 17:00",
            HOUR,
            "2025-09-28 09:00",
            id="to a Sunday that is worked",
        ),
        pytest.param(
            "workdays 08:30-17:30",
            "2025-09-30 17:00",
            HOUR,
            "2025-10-09 09:00",
            id="over the National Day week",
        ),
        pytest.param(
            "workdays 08:30-17:30",
            "2025-10-10 17:00",
            HOUR,
            "2025-10-11 09:00",
            id="to a Saturday worked for it",
        ),
        pytest.param(DESK, "2025-09-30 17:00", HOUR, "2025-10-01 10:30", id="into the hours of holidays"),
        pytest.param(
            "workdays 08:30-17:30",
            "2025-12-31 17:00",
            HOUR,
            "2026-01-04 09:00",
            id="over New Year to a Sunday",
        ),
        pytest.param("22:00-06:00", "2025-09-22 23:00", 10 * HOUR, "2025-09-24 01:00", id="nights"),
        pytest.param(
            ROUND_THE_CLOCK, "2025-09-30 17:00", 48 * HOUR, "2025-10-02 17:00", id="round the clock"
        ),
        pytest.param(
            "08:00-12:00; 10:00-14:00", "2025-09-22 08:00", 6 * HOUR, "2025-09-22 14:00", id="overlapping"
        ),
        pytest.param(
            "08:00-12:00; 13:00-17:00", "2025-09-22 11:00", 2 * HOUR, "2025-09-22 14:00", id="a break"
        ),
    ],
)
def test_so_much_working_time_later_it_is(text: str, start: str, worked: timedelta, end: str) -> None:
    given = hours(text)
    assert given.add(at(start), worked) == at(end)
    assert given.between(at(start), at(end)) == max(worked, timedelta())


@pytest.mark.parametrize(
    ("text", "begin", "end", "worked"),
    [
        pytest.param(
            "Mo-Su 00:00-24:00", "2026-03-29 00:00", "2026-03-30 00:00", 23 * HOUR, id="a short day"
        ),
        pytest.param("00:00-24:00", "2026-10-25 00:00", "2026-10-26 00:00", 25 * HOUR, id="a long day"),
        pytest.param("01:30-02:30", "2026-03-29 00:00", "2026-03-29 12:00", 30 * MINUTE, id="into the gap"),
        pytest.param("02:10-02:50", "2026-03-29 00:00", "2026-03-29 12:00", 0 * MINUTE, id="inside the gap"),
        pytest.param(
            "02:00-03:00", "2026-10-25 00:00", "2026-10-25 12:00", 2 * HOUR, id="an hour that comes twice"
        ),
        pytest.param(
            "Sa 22:00-06:00", "2026-10-24 12:00", "2026-10-25 12:00", 9 * HOUR, id="the night it comes twice"
        ),
        pytest.param(
            "Sa 22:00-06:00", "2026-03-28 12:00", "2026-03-29 12:00", 7 * HOUR, id="the night it is left out"
        ),
        pytest.param("08:00-09:00", "2026-03-29 08:30", "2026-03-29 08:10", 0 * HOUR, id="backwards"),
    ],
)
def test_where_clocks_are_changed_it_is_worked_by_the_clock(
    text: str, begin: str, end: str, worked: timedelta
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert hours(text, berlin).between(at(begin, berlin), at(end, berlin)) == worked


def test_the_answer_does_not_hang_on_the_zone_of_the_question() -> None:
    given, begin, end = hours(DESK), at("2025-09-22 09:00"), at("2025-09-24 11:00")
    there = [moment.astimezone(ZoneInfo("America/New_York")) for moment in (begin, end)]
    assert given.between(*there) == given.between(begin, end) == 20 * HOUR
    found = given.add(there[0], 20 * HOUR)
    assert (found, found.utcoffset()) == (end, timedelta())


def test_days_that_the_operator_entered_are_kept() -> None:
    own = Workdays(holidays=frozenset({date(2025, 9, 23)}), workdays=frozenset({date(2025, 9, 27)}))
    given = hours("workdays 08:30-17:30", workdays=own)
    assert given.add(at("2025-09-22 17:00"), HOUR) == at("2025-09-24 09:00")
    assert given.add(at("2025-09-26 17:00"), HOUR) == at("2025-09-27 09:00")


def test_a_target_of_months_is_found_without_counting_minutes() -> None:
    given, begin = hours(DESK), at("2025-01-01 00:00")
    worked = given.between(begin, begin + 3650 * DAY)
    assert given.add(begin, worked) <= begin + 3650 * DAY
    assert given.between(begin, given.add(begin, worked)) == worked


@pytest.mark.parametrize(
    ("text", "begin", "end", "years"),
    [
        pytest.param(
            "workdays 08:00-17:00", "2089-12-30 08:00", "2090-01-03 08:00", (2089, 2090), id="two of them"
        ),
        pytest.param("workdays 08:00-17:00", "2025-12-30 08:00", "2026-01-03 08:00", (), id="known ones"),
        pytest.param(
            "Mo-Fr 08:00-17:00", "2090-01-01 08:00", "2090-02-01 08:00", (), id="weekdays hang on nothing"
        ),
        pytest.param(ROUND_THE_CLOCK, "2090-01-01 08:00", "2090-02-01 08:00", (), id="round the clock"),
        pytest.param(
            "workdays 08:00-24:00", "2089-12-31 08:00", "2090-01-01 00:00", (2089,), id="until midnight"
        ),
        pytest.param(
            "workdays 22:00-06:00",
            "2090-01-01 01:00",
            "2090-01-01 03:00",
            (2089, 2090),
            id="the night before",
        ),
        pytest.param("workdays 08:00-17:00", "2090-01-02 08:00", "2090-01-01 08:00", (), id="backwards"),
    ],
)
def test_years_that_nobody_knows_are_told_where_they_count(
    text: str, begin: str, end: str, years: tuple[int, ...]
) -> None:
    assert hours(text).assumed(at(begin), at(end)) == years


def test_over_new_year_into_a_year_that_nobody_knows_weekends_are_free() -> None:
    workdays = Workdays(unknown=frozenset({2026}))
    given = hours("workdays 08:30-17:30", workdays=workdays)
    start = at("2025-12-31 17:00")
    assert given.add(start, HOUR) == at("2026-01-01 09:00")
    assert given.assumed(start, at("2026-01-01 09:00")) == (2026,)
    known = hours("workdays 08:30-17:30")
    assert known.add(start, HOUR) == at("2026-01-04 09:00")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("24x7", "24x7", id="round the clock"),
        pytest.param(" 7X24 ", "24x7", id="the other way round"),
        pytest.param("7×24", "24x7", id="with a sign"),
        pytest.param("Workdays 8:30-17:30", "workdays 08:30-17:30", id="one window"),
        pytest.param(f"{DESK}", DESK, id="two windows"),
        pytest.param(
            "Mo-Fr 9:00-18:00;Sa,Su 10:00-16:00", "Mo-Fr 09:00-18:00; Sa,Su 10:00-16:00", id="weekdays"
        ),
    ],
)
def test_hours_are_read_from_their_text(written: str, text: str) -> None:
    assert hours(written).text == text
    assert hours(text) == hours(written)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        pytest.param("", "'' is no time window", id="nothing"),
        pytest.param("workdays 08:30-17:30;", "'' is no time window", id="nothing behind a semicolon"),
        pytest.param("workdays", "'workdays' is no time window", id="days alone"),
        pytest.param(
            "workdays 08:30-17:30；Sa 9:00-12:00", "holds full-width signs", id="a full-width semicolon"
        ),
    ],
)
def test_what_is_no_hours_is_told(written: str, what: str) -> None:
    with pytest.raises(Misread, match=what):
        hours(written)


zones = st.sampled_from(
    [
        SHANGHAI,
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("Asia/Kolkata"),
        ZoneInfo("Australia/Lord_Howe"),  # half an hour
        ZoneInfo("America/Havana"),  # at midnight
        ZoneInfo("America/St_Johns"),
    ]
)
minutes_of_day = st.integers(0, 24 * 60 - 1)
days = st.sampled_from(["", "Mo-Fr", "Sa,Su", "We", "workdays", "holidays", "Sa-Mo"])
calendars = st.sampled_from(
    [Workdays(), Workdays(country=None), Workdays(unknown=frozenset({2026})), Workdays(country="DE")]
)
# a holiday week with swapped days, the turn of a year, and each change of clocks of the zones above
starts = st.sampled_from(
    [
        datetime(2025, 9, 26, tzinfo=UTC),
        datetime(2025, 10, 8, tzinfo=UTC),
        datetime(2025, 12, 30, tzinfo=UTC),
        datetime(2026, 3, 7, tzinfo=UTC),
        datetime(2026, 3, 28, tzinfo=UTC),
        datetime(2026, 4, 4, tzinfo=UTC),
        datetime(2026, 10, 3, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
    ]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    windows = []
    for _ in range(draw(st.integers(0, 3))):
        start, end = draw(minutes_of_day), draw(minutes_of_day)
        end += end == start
        kind = draw(days)
        windows.append(f"{kind} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}".strip())
    return "; ".join(windows) or ROUND_THE_CLOCK


@st.composite
def anywhere(draw: st.DrawFn) -> tuple[Hours, datetime]:
    given = read_hours(draw(texts()), draw(zones), draw(calendars))
    return given, draw(starts) + draw(st.integers(0, 2 * 24 * 60)) * MINUTE


@settings(deadline=None, max_examples=200)
@given(anywhere(), st.integers(0, 4 * 24 * 60))
def test_it_is_what_a_count_by_the_minute_finds(given: tuple[Hours, datetime], length: int) -> None:
    open_, begin = given
    end = begin + length * MINUTE
    assert open_.between(begin, end) == counted(open_, begin, end)


@settings(deadline=None)
@given(anywhere(), st.integers(1, 40 * 60 * 60 * 1000))
def test_what_was_added_lies_between(given: tuple[Hours, datetime], milliseconds: int) -> None:
    open_, begin = given
    worked = timedelta(milliseconds=milliseconds)
    end = open_.add(begin, worked)
    assert open_.between(begin, end) == worked
    assert open_.between(begin, end - timedelta.resolution) < worked


@settings(deadline=None)
@given(anywhere(), st.integers(0, 20 * 60), st.integers(0, 20 * 60))
def test_adding_twice_is_adding_the_sum(given: tuple[Hours, datetime], first: int, second: int) -> None:
    open_, begin = given
    twice = open_.add(open_.add(begin, first * MINUTE), second * MINUTE)
    assert twice == open_.add(begin, (first + second) * MINUTE)


@settings(deadline=None)
@given(anywhere(), st.integers(0, 9 * 24 * 60), st.integers(0, 9 * 24 * 60))
def test_two_parts_are_the_whole(given: tuple[Hours, datetime], first: int, second: int) -> None:
    open_, begin = given
    middle = begin + first * MINUTE
    end = middle + second * MINUTE
    assert open_.between(begin, end) == open_.between(begin, middle) + open_.between(middle, end)


@given(anywhere())
def test_the_text_reads_back_to_the_same_hours(given: tuple[Hours, datetime]) -> None:
    open_, _ = given
    again = read_hours(open_.text, open_.zone, open_.workdays)
    assert again == open_
    assert [(w.start, w.end, w.days, w.working) for w in again.windows] == [
        (w.start, w.end, w.days, w.working) for w in open_.windows
    ]
