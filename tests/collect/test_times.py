"""Times of other people, read without guessing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.times import FUTURE, read_time

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

GOOD = [
    "2026-11-23T08:00:00Z",
    "2026-11-23T16:00:00+08:00",
    "2026-11-23T16:00:00+0800",
    "2026-11-23 16:00:00 +0800",
    "2026-11-23T08:00:00.000Z",
    "20261123T080000Z",
    "Mon, 23 Nov 2026 16:00:00 +0800",
    "Mon, 23 Nov 2026 08:00:00 GMT",
    "23 Nov 2026 08:00:00 UT",
    "Mon, 23 Nov 2026 03:00:00 EST",
    "Mon, 23 Nov 2026 08:00:00 -0000",
    " 2026-11-23T08:00:00Z\n",
]
BROKEN = {
    "no time at all": "",
    "words": "前天傍晚",
    "no zone, ISO": "2026-11-23T16:00:00",
    "no zone, RFC 822": "Mon, 23 Nov 2026 16:00:00",
    "a zone with two meanings": "Mon, 23 Nov 2026 16:00:00 CST",
    "a day without a time": "2026-11-23",
    "a month too many": "2026-13-23T16:00:00Z",
    "a day too many": "Mon, 32 Nov 2026 16:00:00 +0800",
    "ten years ahead": "2036-11-23T08:00:00Z",
    "the beginning of the epoch": "1970-01-01T00:00:00Z",
    "the year 1": "0001-01-01T00:00:00+14:00",
    "a number": "1763884800",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_time_with_a_zone_is_read(text: str) -> None:
    assert read_time(text, now=NOW) == EIGHT


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_time_is_absent_and_not_guessed(text: str) -> None:
    assert read_time(text, now=NOW) is None


def test_absent_is_absent() -> None:
    assert read_time(None, now=NOW) is None


@pytest.mark.parametrize("text", ["2026-11-23T16:00:00", "Mon, 23 Nov 2026 16:00:00 CST"])
def test_the_operators_zone_is_for_times_without_one(text: str) -> None:
    assert read_time(text, now=NOW, zone=ZoneInfo("Asia/Shanghai")) == EIGHT


def test_a_clock_may_run_ahead_by_a_day_and_no_more() -> None:
    ahead = NOW + FUTURE
    assert read_time(ahead.isoformat(), now=NOW) == ahead
    assert read_time((ahead + timedelta(seconds=1)).isoformat(), now=NOW) is None


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    moment = read_time(text, now=NOW, zone=UTC)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(631_238_400, int(NOW.timestamp())), st.integers(-14 * 60, 14 * 60))
def test_every_iso_time_comes_back(seconds: int, minutes: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert read_time(moment.isoformat(), now=NOW) == moment
