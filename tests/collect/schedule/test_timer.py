"""APScheduler as it is used here: it calls in time, with the time meant, once for what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Queue

import pytest

from listening.collect.schedule.timer import Timer, _Then
from tests.collect.schedule.waiting import DEADLINE

SECOND = timedelta(seconds=1)
Calls = Queue[tuple[str, datetime]]


@pytest.fixture
def calls() -> Calls:
    return Queue()


@pytest.fixture
def timer(calls: Calls) -> Iterator[Timer]:
    made = Timer(lambda name, due: calls.put((name, due)))
    made.start()
    yield made
    made.stop()


def test_it_calls_again_and_again_with_the_time_that_was_meant(timer: Timer, calls: Calls) -> None:
    first = datetime.now(UTC) + timedelta(milliseconds=50)
    timer.set("晚报", first, lambda after: after + timedelta(milliseconds=20))
    assert calls.get(timeout=DEADLINE) == ("晚报", first)
    times = [calls.get(timeout=DEADLINE)[1] for _ in range(3)]
    assert times == sorted(set(times))
    assert times[0] > first


def test_what_was_missed_many_times_is_called_once_and_told_from_when_it_is(
    timer: Timer, calls: Calls
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=8)
    timer.set("晚报", long_ago, lambda after: after + timedelta(hours=1))
    assert calls.get(timeout=DEADLINE) == ("晚报", long_ago)
    timer.set("早报", datetime.now(UTC), lambda after: after + timedelta(hours=1))
    assert calls.get(timeout=DEADLINE)[0] == "早报", "and nothing in between"


@pytest.mark.parametrize(
    ("previous", "after"),
    [
        pytest.param(None, 0, id="the first time"),
        pytest.param(-60, 0, id="late"),
        pytest.param(5, 5, id="a clock that was put back"),
    ],
)
def test_the_next_time_lies_behind_now_and_behind_the_last_one(previous: int | None, after: int) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    before = None if previous is None else now + previous * SECOND
    assert _Then(lambda moment: moment).get_next_fire_time(before, now) == now + after * SECOND


def test_what_is_removed_or_set_anew_is_called_no_more_as_it_was(timer: Timer, calls: Calls) -> None:
    later = datetime.now(UTC) + timedelta(milliseconds=200)
    timer.set("a", later, lambda after: after + timedelta(hours=1))
    timer.set("b", later, lambda after: after + timedelta(hours=1))
    timer.set("b", later + SECOND / 10, lambda after: after + timedelta(hours=1))
    timer.remove("a")
    timer.remove("nobody")
    assert calls.get(timeout=DEADLINE) == ("b", later + SECOND / 10)
    assert calls.empty()


def test_a_source_without_a_next_time_is_called_no_more(timer: Timer, calls: Calls) -> None:
    timer.set("a", datetime.now(UTC), lambda _after: None)
    timer.set("b", datetime.now(UTC) + SECOND / 10, lambda after: after + timedelta(hours=1))
    assert [calls.get(timeout=DEADLINE)[0] for _ in range(2)] == ["a", "b"]
