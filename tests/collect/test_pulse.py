"""A quiet source, or a blind one? And how long one that says no is left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listening.collect.coverage.pauses import left_in_peace_until, pause
from listening.collect.coverage.pulse import DAYS, beat, spoken, unusual
from listening.model import Pulse, RunStatus

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def lived(days: int, *, every: timedelta = 4 * HOUR) -> tuple[Pulse, datetime]:
    """A source that has something new in this rhythm, and the last time it had."""
    pulse, now = Pulse(), START
    while now < START + timedelta(days=days):
        pulse = beat(pulse, 3, now)
        now += every
    assert pulse.last_new is not None
    return pulse, pulse.last_new


def test_a_silence_longer_than_any_before_is_told_with_both_lengths() -> None:
    pulse, last = lived(7)
    assert unusual(pulse, last + 8 * HOUR) is None
    assert unusual(pulse, last + 9 * HOUR) == ("nothing new for 9 h; the longest silence of 28 days was 4 h")


def test_a_run_without_anything_new_leaves_the_pulse_alone() -> None:
    pulse, last = lived(7)
    assert beat(pulse, 0, last + HOUR) == pulse


@pytest.mark.parametrize("days", [0, 1])
def test_nothing_is_strange_before_enough_is_known(days: int) -> None:
    pulse = lived(days)[0] if days else Pulse()
    assert unusual(pulse, START + timedelta(days=300)) is None


def test_a_source_that_is_busy_all_the_time_is_not_doubted_within_the_hour() -> None:
    pulse, last = lived(4, every=timedelta(minutes=5))
    assert unusual(pulse, last + timedelta(minutes=59)) is None
    assert unusual(pulse, last + timedelta(minutes=61)) is not None


def test_a_long_silence_once_lived_through_is_usual_until_it_is_forgotten() -> None:
    pulse, last = lived(7)
    pulse = beat(pulse, 1, last + timedelta(days=2))
    later = last + timedelta(days=2)
    assert unusual(pulse, later + timedelta(days=3)) is None
    for day in range(1, DAYS + 2):
        pulse = beat(pulse, 1, later + timedelta(days=day))
    assert max(pulse.silences.values()) == timedelta(days=1).total_seconds()
    assert len(pulse.silences) <= DAYS


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(minutes=90), "90 min"),
        (timedelta(hours=26), "26 h"),
        (timedelta(days=9), "9 d"),
    ],
)
def test_lengths_of_time_are_told_in_one_unit(length: timedelta, told: str) -> None:
    assert spoken(length) == told


@pytest.mark.parametrize("status", [None, RunStatus.OK, RunStatus.EMPTY, RunStatus.PARTIAL])
def test_who_is_well_received_comes_again_when_it_is_due(status: RunStatus | None) -> None:
    assert left_in_peace_until(status, 0, START) is None


@pytest.mark.parametrize(
    ("status", "refusals", "minutes"),
    [
        pytest.param(RunStatus.FAILED, 1, 1, id="a server that is down is soon tried again"),
        pytest.param(RunStatus.FAILED, 99, 60, id="and never less than hourly"),
        pytest.param(RunStatus.RATE_LIMITED, 1, 10, id="too many requests"),
        pytest.param(RunStatus.RATE_LIMITED, 3, 40, id="for the third time"),
        pytest.param(RunStatus.BLOCKED, 2, 60, id="turned away twice"),
        pytest.param(RunStatus.LOGIN, 1000, 720, id="twice a day at least"),
    ],
)
def test_who_is_turned_away_waits_longer_each_time(status: RunStatus, refusals: int, minutes: float) -> None:
    assert pause(status, refusals) == timedelta(minutes=minutes)
