"""Sixteen people at one desk, each a process with a clock of its own, until 20,000 events are written.

`make test` asks the servers for 1,000 events only; LISTENING_CASE_EVENTS asks for more
(`make soak`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from listening.errors import Conflict
from listening.model import ReviewEvent
from listening.review.kpi import as_row, ask, figures
from listening.store import Store
from tests.desk import NOON
from tests.review.load import walk
from tests.review.load.office import Step, customer_post, office
from tests.store.conftest import Place
from tests.store.records import event

ROOT = Path(__file__).resolve().parents[3]
ASKED = os.environ.get("LISTENING_CASE_EVENTS")
ON_FILE, ON_SERVER = 20_000, 1_000
PEOPLE = 16
AHEAD = (0, 0, 0, 0, 0, 0, 0, -3, 2, -7, 5, -12, 9, -45, 45, 60)
"""Minutes by which each one's clock is ahead. A claim lasts 30: the last two take what others hold."""


@dataclass(slots=True)
class Day:
    """What all of them remember."""

    appended: list[Step] = field(default_factory=list)
    put: list[Step] = field(default_factory=list)
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)

    def add(self, told: dict[str, Any]) -> None:
        self.appended += [Step(*each) for each in told["appended"]]
        self.put += [Step(*each) for each in told["put"]]
        self.tried.update((case, key) for case, key in told["tried"])
        self.did.update(told["did"])


def work(place: Place, wanted: int) -> Day:
    """A tenth of the events are new cases, found before the people come."""
    cases, day = wanted // 10, Day()
    with office(place.url, place.base, "front", time.time()) as (bench, diary):
        for first in range(0, cases, 500):
            bench.take(*map(customer_post, range(first, min(first + 500, cases))))
        day.put += diary.put
    steps = -(-(wanted - cases) // PEOPLE)
    command = [sys.executable, "-m", "tests.review.load.workers", place.url, str(place.base)]
    running = [
        subprocess.Popen(
            [*command, str(number), str(ahead), str(steps), str(cases)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number, ahead in enumerate(AHEAD)
    ]
    try:
        for each in running:
            assert each.stdout is not None and each.stdout.readline() == "ready\n"
        for each in running:
            assert each.stdin is not None
            each.stdin.write(f"{time.time()}\n")
            each.stdin.flush()
        for each in running:
            told = each.communicate()[0]
            assert each.returncode == 0
            day.add(json.loads(told))
    finally:
        for each in running:
            each.kill()
            each.communicate()
    return day


def test_sixteen_people_at_one_desk_lose_nothing_and_do_nothing_twice(place: Place) -> None:
    wanted = int(ASKED or (ON_FILE if place.url.startswith("sqlite") else ON_SERVER))
    day = work(place, wanted)
    store = place.open()
    events = list(store.events())
    assert len(events) >= wanted
    assert walk.not_as_written(events, day.appended, day.put) == []
    assert walk.out_of_order(events) == []
    assert walk.in_two_hands(events) == []
    assert walk.keys_used_twice(events) == []
    check_the_keys_that_all_tried(day, events)
    assert walk.not_as_folded(store, events) == []
    assert walk.not_as_the_records_say(store) == []
    assert day.did["beaten"] > day.did["won"] > 0, "all of them want the same case"
    assert walk.taken_over(events) > 0, "a clock that is ahead takes what others hold"
    check_totals(day, store, events)


def check_the_keys_that_all_tried(day: Day, events: Sequence[ReviewEvent]) -> None:
    """Each was written by whoever came first; most of them by several who wanted to."""
    written = {(each.case, each.key) for each in events if each.key is not None}
    assert set(day.tried) <= written
    assert sum(tries > PEOPLE // 2 for tries in day.tried.values()) >= 3


def check_totals(day: Day, store: Store, events: Sequence[ReviewEvent]) -> None:
    """Replayed by one alone it is the same day: no step that was not allowed, and the same figures."""
    again, forbidden = walk.replayed(events)
    assert forbidden == []
    kinds = Counter(each.kind for each in events)
    assert kinds == Counter(each.kind for each in {*day.appended, *day.put})
    assert kinds == Counter(each.kind for each in again.events())
    assert kinds["claim"] >= day.did["claimed"]
    assert states(store) == states(again)
    assert rows(store) == rows(again)


def states(store: Store) -> Counter[tuple[str, str | None]]:
    return Counter((case.status, case.queue) for case in store.scan_cases())


def rows(store: Store) -> list[dict[str, Any]]:
    """Every figure of the days around, as it would be printed."""
    day, later = NOON.date(), NOON + timedelta(days=30)
    asked = ask(
        day - timedelta(days=3), day + timedelta(days=3), zone="Asia/Shanghai", as_of=later, by=["day"]
    )
    return [as_row(figure, asked) for figure in figures(store.events(), asked)]


def a_log(cases: int = 30, steps: int = 7) -> list[list[ReviewEvent]]:
    return [[event(n, case=f"case:{name}") for n in range(1, steps + 1)] for name in range(cases)]


def test_two_machines_logs_may_come_mixed_as_long_as_each_case_is_in_order(store: Store) -> None:
    random, rest, mixed = Random(5), a_log(), list[ReviewEvent]()
    while rest:
        case = random.choice(rest)
        mixed.append(case.pop(0))
        rest = [each for each in rest if each]
    assert store.put_events(mixed[:100]) == 100
    assert store.put_events(mixed) == len(mixed) - 100, "what is there already is the same event"
    assert list(store.events()) == sorted(mixed, key=lambda each: (each.case, each.n))


@pytest.mark.parametrize(
    ("order", "hole"),
    [([2, 1, 3], 2), ([1, 3, 2], 3), ([3, 2, 1], 3), ([1, 2, 4], 4)],
    ids=["the second first", "the third before the second", "backwards", "one is missing"],
)
def test_steps_that_come_out_of_order_are_refused_and_the_log_has_no_hole(
    store: Store, order: list[int], hole: int
) -> None:
    with pytest.raises(Conflict, match=f"step {hole} would leave a hole, the next one is"):
        store.put_events([event(n) for n in order])
    kept = store.read("weibo:1")
    assert kept == [event(n) for n in range(1, len(kept) + 1)]
    assert store.put_events([event(n) for n in (1, 2, 3, 4)]) == 4 - len(kept)


def test_another_event_at_a_step_that_is_taken_is_refused_whoever_was_earlier(store: Store) -> None:
    store.put_events([event(1), event(2)])
    earlier = event(2, person="王", at=event(1).at)
    with pytest.raises(Conflict, match=r"step 2 is there already and is another one \(note of 李\)"):
        store.put_events([earlier])
    assert store.read("weibo:1") == [event(1), event(2)]
