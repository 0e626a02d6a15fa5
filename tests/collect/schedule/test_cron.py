"""Crontab times, as cron reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.collect.schedule.cron import read_cron
from listening.collect.schedule.misread import Misread

SHANGHAI, BERLIN, APIA = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
BEGIN, END = datetime(2026, 1, 1), datetime(2027, 1, 1)  # noqa: DTZ001 - Hypothesis wants it so
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks are put forward by half an hour
YEARS = timedelta(days=8 * 366)


def following(text: str, start: str, zone: ZoneInfo = SHANGHAI, count: int = 3) -> list[str]:
    """The next times in the zone's own writing."""
    moment, times = datetime.fromisoformat(start).replace(tzinfo=zone), []
    for _ in range(count):
        found = read_cron(text).next_after(moment, zone, moment + YEARS)
        if found is None:
            break
        assert found > moment
        moment = found
        times.append(moment.astimezone(zone).strftime("%Y-%m-%d %H:%M"))
    return times


@pytest.mark.parametrize(
    ("text", "start", "times"),
    [
        pytest.param(
            "*/15 8-22 * * *",
            "2026-11-24 22:31",
            ["2026-11-24 22:45", "2026-11-25 08:00", "2026-11-25 08:15"],
            id="quarters of an hour in the day",
        ),
        pytest.param(
            "* * * * *",
            "2026-12-31 23:58:30",
            ["2026-12-31 23:59", "2027-01-01 00:00", "2027-01-01 00:01"],
            id="every minute",
        ),
        pytest.param(
            "0 9 * * 1-5",
            "2026-11-27 09:00",
            ["2026-11-30 09:00", "2026-12-01 09:00", "2026-12-02 09:00"],
            id="weekdays, Monday is 1",
        ),
        pytest.param(
            "0 9 * * 0",
            "2026-11-24 00:00",
            ["2026-11-29 09:00", "2026-12-06 09:00", "2026-12-13 09:00"],
            id="Sunday is 0",
        ),
        pytest.param(
            "0 9 * * 7",
            "2026-11-24 00:00",
            ["2026-11-29 09:00", "2026-12-06 09:00", "2026-12-13 09:00"],
            id="and 7",
        ),
        pytest.param(
            "0 9 * jan,Feb mon",
            "2026-11-24 00:00",
            ["2027-01-04 09:00", "2027-01-11 09:00", "2027-01-18 09:00"],
            id="names",
        ),
        pytest.param(
            "30 6 1 * mon",
            "2026-11-24 00:00",
            ["2026-11-30 06:30", "2026-12-01 06:30", "2026-12-07 06:30"],
            id="a day and a weekday: either",
        ),
        pytest.param(
            "30 6 */10 * mon",
            "2026-11-24 00:00",
            ["2026-12-21 06:30", "2027-01-11 06:30", "2027-02-01 06:30"],
            id="a star with a step and a weekday: both, as cron has it",
        ),
        pytest.param(
            "5,35 0-4/2 * * *",
            "2026-11-24 00:06",
            ["2026-11-24 00:35", "2026-11-24 02:05", "2026-11-24 02:35"],
            id="a list and a step in a range",
        ),
        pytest.param(
            "0 0 29 2 *",
            "2026-11-24 00:00",
            ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"],
            id="the 29th of February",
        ),
        pytest.param("0 0 30 2 *", "2026-11-24 00:00", [], id="a day that never comes"),
    ],
)
def test_the_next_times(text: str, start: str, times: list[str]) -> None:
    assert following(text, start) == times


@pytest.mark.parametrize(
    ("text", "start", "zone", "times"),
    [
        pytest.param(
            "30 2 * * *",
            "2026-03-28 12:00",
            BERLIN,
            ["2026-03-29 03:00", "2026-03-30 02:30", "2026-03-31 02:30"],
            id="what is left out comes behind the gap",
        ),
        pytest.param(
            "*/20 2-3 * * *",
            "2026-03-29 01:59",
            BERLIN,
            ["2026-03-29 03:00", "2026-03-29 03:20", "2026-03-29 03:40"],
            id="once, however many are left out",
        ),
        pytest.param(
            "30 2 * * *",
            "2026-10-24 12:00",
            BERLIN,
            ["2026-10-25 02:30", "2026-10-25 02:30", "2026-10-26 02:30"],
            id="what the clock shows twice comes twice",
        ),
        pytest.param(
            "0 12 * * *",
            "2011-12-29 11:00",
            APIA,
            ["2011-12-29 12:00", "2011-12-31 00:00", "2011-12-31 12:00"],
            id="a whole day is left out",
        ),
        pytest.param(
            "0,15,45 2 * * *",
            "2026-10-04 01:50",
            LORD_HOWE,
            ["2026-10-04 02:30", "2026-10-04 02:45", "2026-10-05 02:00"],
            id="half an hour is left out",
        ),
    ],
)
def test_clocks_that_are_put_forward_and_back(
    text: str, start: str, zone: ZoneInfo, times: list[str]
) -> None:
    assert following(text, start, zone) == times


def test_every_minute_is_every_minute_also_when_clocks_are_put_back() -> None:
    moment = datetime(2026, 10, 24, 23, 59, tzinfo=UTC)
    cron, found = read_cron("* * * * *"), []
    for _ in range(180):
        next_one = cron.next_after(moment, BERLIN, moment + YEARS)
        assert next_one is not None
        moment = next_one
        found.append(moment)
    assert {late - early for early, late in pairwise(found)} == {timedelta(minutes=1)}


fields = st.tuples(
    st.sampled_from(["*", "*/7", "0", "59", "10-20", "5,50"]),
    st.sampled_from(["*", "*/5", "0", "23", "2", "8-22/3"]),
    st.sampled_from(["*", "1", "31", "*/9"]),
    st.sampled_from(["*", "2", "jun-aug", "10"]),
    st.sampled_from(["*", "0", "sat", "1-5", "*/2"]),
)


@settings(deadline=None)
@given(
    fields,
    st.datetimes(BEGIN, END),
    st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE]),
)
def test_it_is_the_first_minute_that_fits(words: tuple[str, ...], start: datetime, zone: ZoneInfo) -> None:
    """Against the plain reading: look at every minute until one fits; only gaps are not so plain."""
    moment = start.replace(tzinfo=zone).astimezone(UTC)
    cron = read_cron(" ".join(words))
    found = cron.next_after(moment, zone, moment + YEARS)
    minute = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(3_000):
        local = minute.astimezone(zone)
        put_forward = local.utcoffset() != (minute - timedelta(minutes=1)).astimezone(zone).utcoffset()
        if put_forward:
            return  # told by the examples above
        by_day, by_weekday = local.day in cron.days, local.isoweekday() % 7 in cron.weekdays
        fits_day = by_day or by_weekday if cron.either else by_day and by_weekday
        if (
            local.minute in cron.minutes
            and local.hour in cron.hours
            and local.month in cron.months
            and fits_day
        ):
            assert found == minute
            return
        minute += timedelta(minutes=1)
    assert found is None or found >= minute


@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        pytest.param(
            "*/15 8-22 * *", "'*/15 8-22 * *' has 4 fields, not five", "write five fields", id="four"
        ),
        pytest.param("@daily", "'@daily' has 1 fields, not five", "write five fields", id="a nickname"),
        pytest.param("60 * * * *", "'60' is no minute", "write 0 to 59, or *", id="minute 60"),
        pytest.param("0 24 * * *", "'24' is no hour", "write 0 to 23, or *", id="hour 24"),
        pytest.param("0 0 0 * *", "'0' is no day", "write 1 to 31, or *", id="day 0"),
        pytest.param("0 0 * foo *", "'foo' is no month", "write 1 to 12, or *", id="no month"),
        pytest.param("0 0 * * 8", "'8' is no weekday", "write 0 to 7, or *", id="weekday 8"),
        pytest.param("0 0 * * mo", "'mo' is no weekday", "write 0 to 7, or *", id="a short weekday"),
        pytest.param("0 22-6 * * *", "'22-6' of the hour runs backwards", "write: 22-23,0-6", id="backwards"),
        pytest.param("*/0 * * * *", "'*/0' is no step of the minute", "write one like */15", id="step 0"),
        pytest.param("5/15 * * * *", "'5/15' is no step of the minute", "or 8-22/2", id="a step of one"),
        pytest.param("1,,2 * * * *", "'' is no minute", "write 0 to 59, or *", id="an empty part"),
        pytest.param(
            "² * * * *", "'² * * * *' holds full-width signs", "write: 2 * * * *", id="a raised digit"
        ),
        pytest.param(
            "＊／15 8－22 * * *",
            "'＊／15 8－22 * * *' holds full-width",
            "write: */15 8-22 * * *",
            id="full width",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_cure(text: str, what: str, cure: str) -> None:
    with pytest.raises(Misread) as caught:
        read_cron(text)
    assert caught.value.what.startswith(what)
    assert cure in caught.value.cure


@settings(deadline=None)
@given(st.text("0123456789*/,-@ abcmonjan＊", max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    try:
        cron = read_cron(text)
    except Misread:
        return
    assert read_cron(cron.text) == cron
