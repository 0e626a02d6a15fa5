"""Windows of the day: when they are open, and when the next one opens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.collect.schedule.misread import Misread
from listening.collect.schedule.windows import Window, is_inside, next_opening, read_window
from listening.workdays import Workdays

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BEGIN, END = datetime(2026, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 - Hypothesis wants it so
CN = Workdays().is_workday


def windows(*texts: str) -> list[Window]:
    return [read_window(text) for text in texts]


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        pytest.param(
            "Mo-Fr 08:00-22:00",
            ["2026-11-24 08:00", "2026-11-27 21:59"],
            ["2026-11-24 07:59", "2026-11-24 22:00", "2026-11-28 12:00"],
            id="weekdays",
        ),
        pytest.param("08:00-22:00", ["2026-11-28 12:00"], ["2026-11-28 22:00"], id="every day"),
        pytest.param("00:00-24:00", ["2026-11-28 00:00", "2026-11-28 23:59"], [], id="all day"),
        pytest.param(
            "Sa,Su 10:00-24:00", ["2026-11-28 23:59"], ["2026-11-30 00:00", "2026-11-30 12:00"], id="two days"
        ),
        pytest.param(
            "Fri-Mon 10:00-11:00", ["2026-11-30 10:30"], ["2026-12-01 10:30"], id="over a week's end"
        ),
        pytest.param(
            "Fr 22:00-06:00",
            ["2026-11-27 22:00", "2026-11-28 05:59"],
            ["2026-11-27 05:59", "2026-11-28 06:00", "2026-11-28 22:00"],
            id="over midnight: of the day on which it begins",
        ),
        pytest.param(
            "workdays 09:00-18:00",
            ["2026-10-10 09:00", "2026-09-20 12:00"],
            ["2026-10-07 12:00", "2026-10-11 12:00"],
            id="days that people work, swapped ones too",
        ),
        pytest.param(
            "holidays 10:00-16:00",
            ["2026-10-07 12:00", "2026-10-11 12:00"],
            ["2026-10-10 12:00", "2026-09-20 12:00"],
            id="all other days",
        ),
    ],
)
def test_a_window_is_open(window: str, inside: list[str], outside: list[str]) -> None:
    given = windows(window)
    assert [each for each in inside if not is_inside(given, at(each), SHANGHAI, CN)] == []
    assert [each for each in outside if is_inside(given, at(each), SHANGHAI, CN)] == []


def test_without_a_window_it_is_always_open() -> None:
    assert is_inside([], at("2026-11-24 03:00"), SHANGHAI, CN)


@pytest.mark.parametrize(
    ("given", "start", "opening"),
    [
        pytest.param(["08:00-22:00"], "2026-11-24 22:00", "2026-11-25 08:00", id="tomorrow"),
        pytest.param(["08:00-22:00"], "2026-11-24 07:00", "2026-11-24 08:00", id="today"),
        pytest.param(["Mo 08:00-09:00"], "2026-11-24 07:00", "2026-11-30 08:00", id="next week"),
        pytest.param(
            ["Mo 08:00-09:00", "Sa 20:00-21:00"],
            "2026-11-24 07:00",
            "2026-11-28 20:00",
            id="the first of two",
        ),
        pytest.param(
            ["workdays 09:00-18:00"], "2026-09-30 18:00", "2026-10-08 09:00", id="after a long holiday"
        ),
        pytest.param(["22:00-06:00"], "2026-11-24 06:00", "2026-11-24 22:00", id="over midnight"),
    ],
)
def test_when_it_opens(given: list[str], start: str, opening: str) -> None:
    assert next_opening(windows(*given), at(start), SHANGHAI, CN) == at(opening)


def test_a_window_that_begins_in_a_gap_opens_behind_it() -> None:
    assert next_opening(windows("02:30-05:00"), at("2026-03-29 00:00", BERLIN), BERLIN, CN) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )


def test_a_calendar_without_such_days_never_opens_it() -> None:
    def nobody_works(_: date) -> bool:
        return False

    assert (
        next_opening(windows("workdays 09:00-18:00"), at("2026-11-24 00:00"), SHANGHAI, nobody_works) is None
    )


minutes = st.integers(0, 24 * 60 - 1)
kinds = st.sampled_from(["", "Mo-Fr", "Sa,Su", "We", "workdays", "holidays", "Sa-Mo"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    start, end = draw(minutes), draw(minutes)
    if start == end:
        end += 1
    return f"{draw(kinds)} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}".strip()


@settings(deadline=None)
@given(
    st.lists(texts(), min_size=1, max_size=3),
    st.datetimes(BEGIN, END),
)
def test_it_opens_at_the_first_minute_that_is_inside(given: list[str], start: datetime) -> None:
    found, moment = windows(*given), at(start.isoformat())
    if is_inside(found, moment, SHANGHAI, CN):
        return
    opening = next_opening(found, moment, SHANGHAI, CN)
    assert opening is not None
    assert is_inside(found, opening, SHANGHAI, CN)
    minute = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while not is_inside(found, minute, SHANGHAI, CN):
        minute += timedelta(minutes=1)
    assert opening == minute


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("8-22", "'8-22' is no time window", id="hours alone"),
        pytest.param("Mo-Fr", "'Mo-Fr' is no time window", id="days alone"),
        pytest.param("", "'' is no time window", id="nothing"),
        pytest.param(
            "Mo-Fr 08:00-25:00", "'25:00' in 'Mo-Fr 08:00-25:00' is no time of the day", id="25 o'clock"
        ),
        pytest.param("08:61-09:00", "'08:61' in '08:61-09:00' is no time of the day", id="minute 61"),
        pytest.param("Xy 08:00-09:00", "'Xy' in 'Xy 08:00-09:00' is no day", id="no day"),
        pytest.param("Mo- 08:00-09:00", "'' in 'Mo- 08:00-09:00' is no day", id="half a span"),
        pytest.param("08:00-08:00", "'08:00-08:00' is empty", id="empty"),
        pytest.param("24:00-08:00", "'24:00-08:00' is empty", id="from midnight written as an end"),
        pytest.param(
            "Mo–Fr 08：00～22：00", "'Mo–Fr 08：00～22：00' holds full-width signs", id="full width"
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, what: str) -> None:
    with pytest.raises(Misread) as caught:
        read_window(text)
    assert caught.value.what.startswith(what)
    assert caught.value.cure


def test_the_cure_for_full_width_signs_is_what_was_meant() -> None:
    with pytest.raises(Misread) as caught:
        read_window("Mo–Fr 08：00～22：00")
    assert caught.value.cure == "write: Mo-Fr 08:00-22:00"


@settings(deadline=None)
@given(texts())
def test_what_is_shown_reads_the_same(text: str) -> None:
    window = read_window(text)
    again = read_window(window.text)
    assert (again, again.start, again.end, again.days, again.working) == (
        window,
        window.start,
        window.end,
        window.days,
        window.working,
    )
