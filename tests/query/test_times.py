"""Times in a query: whole days of a zone, moments, and so long ago. Now is 2026-11-24 12:30 in Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listening.codec import time_text
from listening.errors import QueryMistake
from listening.query import Bound, Query, parse
from tests.query.conftest import NOW, Ask


def moment_of(query: Query) -> str:
    (clause,) = query.clauses
    assert isinstance(clause, Bound)
    return time_text(clause.at)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("since:2026-11-01", "2026-10-31T16:00:00.000Z", id="the first moment of a day"),
        pytest.param("until:2026-11-01", "2026-11-01T15:59:59.999Z", id="the last moment of a day"),
        pytest.param("until:2026-12-31", "2026-12-31T15:59:59.999Z", id="the last moment of a year"),
        pytest.param("since:2024-02-29", "2024-02-28T16:00:00.000Z", id="a leap day"),
        pytest.param("since:２０２６－１１－０１", "2026-10-31T16:00:00.000Z", id="in full width"),
        pytest.param("since:2026-11-01T08:30", "2026-11-01T00:30:00.000Z", id="a minute of the zone"),
        pytest.param("until:2026-11-01T08:30:15", "2026-11-01T00:30:15.000Z", id="a second"),
        pytest.param("since:2026-11-01T08:30:15.1239", "2026-11-01T00:30:15.123Z", id="cut to milliseconds"),
        pytest.param("since:2026-11-01T08:30Z", "2026-11-01T08:30:00.000Z", id="UTC"),
        pytest.param("since:2026-11-01t08:30z", "2026-11-01T08:30:00.000Z", id="UTC in small letters"),
        pytest.param("since:2026-11-01T08:30-05:00", "2026-11-01T13:30:00.000Z", id="an offset"),
        pytest.param("since:2026-11-01T08:30+0800", "2026-11-01T00:30:00.000Z", id="an offset without colon"),
        pytest.param('since:"2026-11-01 08:30"', "2026-11-01T00:30:00.000Z", id="with a blank, in quotes"),
        pytest.param("since：30m", "2026-11-24T04:00:00.000Z", id="minutes ago"),
        pytest.param("since:12h", "2026-11-23T16:30:00.000Z", id="hours ago"),
        pytest.param("since:7d", "2026-11-17T04:30:00.000Z", id="days ago"),
        pytest.param("until:2w", "2026-11-10T04:30:00.000Z", id="weeks ago"),
        pytest.param("since:1900-01-01", "1899-12-31T15:54:17.000Z", id="before there were time zones"),
        pytest.param("until:2300-01-01", "2300-01-01T15:59:59.999Z", id="in the far future"),
    ],
)
def test_moments(ask: Ask, text: str, moment: str) -> None:
    assert moment_of(ask(text)) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("since:2026-03-08", "2026-03-08T05:00:00.000Z", id="the short day begins"),
        pytest.param("until:2026-03-08", "2026-03-09T03:59:59.999Z", id="and ends an hour early"),
        pytest.param("until:2026-11-01", "2026-11-02T04:59:59.999Z", id="the long day ends"),
    ],
)
def test_days_follow_the_clock_of_the_zone(text: str, moment: str) -> None:
    assert moment_of(parse(text, now=NOW, zone="America/New_York")) == moment


def test_now_may_stand_in_any_zone() -> None:
    local = NOW.astimezone(UTC)
    assert parse("since:1h", now=local) == parse("since:1h", now=NOW)


@pytest.mark.parametrize(
    "written",
    ["gestern", "7", "7y", "-7d", "2026-13-01", "2026-02-30", "2026-1-1", "20261101", "T08:30", "1.5d"],
)
def test_what_is_no_time_is_told_the_forms_there_are(ask: Ask, written: str) -> None:
    with pytest.raises(QueryMistake) as caught:
        ask(f"since:{written}")
    assert str(caught.value) == (
        f"since:{written}: is not a time - "
        "write 2026-11-01, 2026-11-01T08:30, 2026-11-01T08:30+08:00, or 30m, 12h, 7d, 2w ago"
    )


@pytest.mark.parametrize(
    "text", ["since:99999999d", "since:9999999999999999999w", "until:9999-12-31", "since:0001-01-01"]
)
def test_what_lies_outside_the_calendar_is_refused(ask: Ask, text: str) -> None:
    with pytest.raises(QueryMistake, match=r": is outside the calendar - take a nearer time$"):
        ask(text)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(
        QueryMistake, match=r"^Asia/Beijing: is not a time zone - write one like Asia/Shanghai"
    ):
        parse("", now=NOW, zone="Asia/Beijing")


@pytest.mark.parametrize("zone", ["", "/etc/passwd", "../UTC"])
def test_what_cannot_even_be_a_zone_is_refused_alike(zone: str) -> None:
    with pytest.raises(QueryMistake, match="is not a time zone"):
        parse("", now=NOW, zone=zone)


def test_a_now_without_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        parse("断网", now=datetime(2026, 11, 24))  # noqa: DTZ001 - the mistake itself
