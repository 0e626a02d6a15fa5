"""The service on a clock, a timer and crawls of the test's own: who is crawled when, and what is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from listening.collect.schedule.due import read_due
from listening.collect.schedule.news import Kind, News
from listening.collect.schedule.service import Plan, Service
from listening.collect.schedule.timing import Timing
from listening.collect.schedule.windows import read_window
from listening.collect.sources import Source
from listening.errors import ArchiveError, Conflict, CrawlError, LeaseLost, Locked, StoreError
from listening.store.memory import MemoryStore
from listening.workdays import Workdays
from tests.collect.schedule.waiting import DEADLINE, until

START = datetime(2026, 11, 24, 4, 0, 0, 1000, tzinfo=UTC)  # noon in Shanghai
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
AWAY = StoreError("store", "is away", "wait")
NEVER = threading.Event()


@dataclass
class Crawls:
    """Crawls that last until the test lets them end, with the error it wants."""

    news: list[News] = field(default_factory=list)
    began: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    recovered: int = 0
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    recover_errors: list[Exception] = field(default_factory=list)
    held: dict[str, threading.Event] = field(default_factory=dict)
    is_cut: threading.Event = field(default_factory=threading.Event)

    def crawl(self, source: Source) -> None:
        name = source.name
        self.began.append(name)
        if name in self.held:
            assert self.held[name].wait(DEADLINE)
        if self.is_cut.is_set():
            raise CrawlError(name, "was cut off")
        if self.errors.get(name):
            raise self.errors[name].pop(0)
        self.ended.append(name)

    def recover(self) -> None:
        if self.recover_errors:
            raise self.recover_errors.pop(0)
        self.recovered += 1

    def cut(self) -> None:
        self.is_cut.set()
        for event in self.held.values():
            event.set()

    def hold(self, *names: str) -> None:
        self.held |= {name: threading.Event() for name in names}

    def let_go(self, name: str) -> None:
        self.held.pop(name).set()


@dataclass
class Alarm:
    """A timer that only notes what it is told."""

    fire: Callable[[str, datetime], None]
    first: dict[str, datetime] = field(default_factory=dict)
    is_running: bool = False

    def set(self, name: str, first: datetime, then: Callable[[datetime], datetime | None]) -> None:
        following = then(first)
        assert following is not None and following > first
        self.first[name] = first

    def remove(self, name: str) -> None:
        self.first.pop(name, None)

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False


class House:
    """A service and all that is around it."""

    def __init__(self) -> None:
        self.now = START
        self.store = MemoryStore()
        self.crawls = Crawls()
        self.hosts: dict[str, str] = {}
        self.timers: list[Alarm] = []
        self.service = Service(
            self.crawls,
            self.store,
            self._timer,
            now=lambda: self.now,
            tell=self.crawls.news.append,
            hosts=lambda source: frozenset(self.hosts.get(source.name, source.name)),
            pauses=(0.01, 0.02),
        )

    def _timer(self, fire: Callable[[str, datetime], None]) -> Alarm:
        self.timers.append(Alarm(fire))
        return self.timers[-1]

    @property
    def timer(self) -> Alarm:
        return self.timers[0]

    def start(self, *names: str, at_once: int = 2, **timings: Timing) -> None:
        """Sources without a timing of their own are due every 15 minutes. None of them is overdue."""
        plan = self.plan(*names, at_once=at_once, **timings)
        for name in plan.sources:
            later = plan.next_due(name, self.now)
            assert later is not None
            self.store.put_document(f"due/{name}", {"at": later.isoformat()}, 0)
        self.service.start(plan)
        until(lambda: self.crawls.recovered)

    def plan(self, *names: str, at_once: int = 2, **timings: Timing) -> Plan:
        timed: Mapping[str, Timing] = dict.fromkeys(names, Timing()) | timings
        return Plan(
            sources={n: Source(name=n, spider="feed_entries", timing=t) for n, t in timed.items()},
            zone=UTC,
            is_workday=Workdays().is_workday,
            at_once=at_once,
        )

    def fire(self, *names: str) -> None:
        """A quarter of an hour later each is due."""
        self.now += QUARTER
        for name in names:
            self.service.fire(name, self.now)

    def began(self, *names: str) -> None:
        """These crawls begin, in this order, and no others."""
        until(lambda: len(self.crawls.began) >= len(names))
        assert self.crawls.began == list(names)

    def ended(self, *names: str) -> None:
        until(lambda: len(self.crawls.ended) >= len(names))
        assert self.crawls.ended == list(names)

    def is_idle(self) -> bool:
        return not (self.service._turns._waiting or self.service._turns.working)

    def told(self, *kinds: Kind) -> list[tuple[str | None, str]]:
        """Source and words of the news of these kinds."""
        return [(each.source, each.says) for each in list(self.crawls.news) if each.kind in kinds]

    def stop(self, grace: float = DEADLINE) -> bool:
        return self.service.stop(grace, NEVER)


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.crawls.cut()
    made.service.stop(0, NEVER)


# Whose turn it is.


def test_a_source_that_is_due_is_crawled_and_its_next_time_kept(house: House) -> None:
    house.start("a")
    house.fire("a")
    house.ended("a")
    due = read_due(house.store)["a"]
    assert house.now < due <= house.now + timedelta(minutes=15)


def test_of_many_that_are_due_so_many_are_crawled_at_once(house: House) -> None:
    house.crawls.hold("a", "b")
    house.start("a", "b", "c")
    house.fire("a", "b", "c")
    until(lambda: len(house.crawls.began) == 2)
    house.crawls.let_go("b")
    house.ended("b", "c")
    house.crawls.let_go("a")
    house.ended("b", "c", "a")


def test_one_that_waits_for_a_host_lets_others_pass(house: House) -> None:
    house.hosts = {"a": "x", "b": "x", "c": "y"}
    house.crawls.hold("a")
    house.start("a", "b", "c")
    house.fire("a")
    house.began("a")
    house.fire("b", "c")
    house.began("a", "c")
    house.crawls.let_go("a")
    house.began("a", "c", "b")


def test_first_due_is_first_served(house: House) -> None:
    house.crawls.hold("a")
    house.start("a", "b", "c", "d", at_once=1)
    house.fire("a")
    house.began("a")
    for name in "cbd":
        house.fire(name)
    house.crawls.let_go("a")
    house.ended("a", "c", "b", "d")


def test_a_turn_that_comes_too_early_is_left_out_told_and_counted(house: House) -> None:
    house.crawls.hold("a")
    house.start("a")
    house.fire("a")
    house.began("a")
    house.fire("a", "a", "a")
    assert house.told(Kind.LEFT_OUT) == [("a", "its last turn is not done yet, this one is left out")]
    house.crawls.let_go("a")
    until(lambda: len(house.told(Kind.LEFT_OUT)) == 2)
    assert house.told(Kind.LEFT_OUT)[1] == ("a", "3 turns were left out meanwhile")
    assert house.crawls.began == ["a"]
    house.fire("a")
    house.ended("a", "a")


def test_the_same_holds_while_it_waits_in_line(house: House) -> None:
    house.crawls.hold("a")
    house.start("a", "b", at_once=1)
    house.fire("a")
    house.began("a")
    house.fire("b", "b")
    assert [source for source, _ in house.told(Kind.LEFT_OUT)] == ["b"]
    house.crawls.let_go("a")
    house.ended("a", "b")


# What was missed.


def test_turns_that_were_missed_are_told_and_made_up_for_by_one(house: House) -> None:
    house.start("a")
    due = house.timer.first["a"]
    house.now = due + timedelta(hours=8)
    house.service.fire("a", due)
    house.ended("a")
    assert house.told(Kind.MISSED) == [
        ("a", "was due 28800 s ago, and 32 times since: it is crawled once now")
    ]
    assert [news.count for news in house.crawls.news if news.kind is Kind.MISSED] == [33]


def test_a_turn_that_is_a_little_late_is_not_worth_telling(house: House) -> None:
    house.start("a")
    due = house.timer.first["a"]
    house.now = due + timedelta(seconds=59)
    house.service.fire("a", due)
    house.ended("a")
    assert house.told(Kind.MISSED) == []


def test_a_turn_whose_window_has_closed_meanwhile_is_not_made_up_for(house: House) -> None:
    house.start(a=Timing(during=(read_window("00:00-12:00"),)))
    due = house.timer.first["a"]
    house.now = START.replace(hour=13)
    house.service.fire("a", due)
    ((source, said),) = house.told(Kind.MISSED)
    assert source == "a"
    assert said.endswith("its time of the day is over")
    house.stop()
    assert house.crawls.began == []


# How it begins.


def test_what_was_due_while_nothing_ran_is_crawled_at_once_the_longest_due_first(house: House) -> None:
    for name, minutes in (("a", -5), ("b", -60), ("c", 5)):
        at = START + minutes * MINUTE
        house.store.put_document(f"due/{name}", {"at": at.isoformat()}, 0)
    house.service.start(house.plan("a", "b", "c", "new", at_once=1))
    house.ended("b", "a", "new")
    assert house.told(Kind.STARTED) == [(None, "4 sources on the schedule, 3 of them due at once")]
    assert set(house.timer.first) == {"a", "b", "c", "new"}
    assert house.timer.is_running


def test_what_is_overdue_outside_its_window_waits_for_it(house: House) -> None:
    window = Timing(during=(read_window("06:00-07:00"),))
    house.service.start(house.plan(a=window))
    assert house.told(Kind.STARTED) == [(None, "1 sources on the schedule, 0 of them due at once")]
    assert house.timer.first["a"].hour == 6


def test_leftovers_are_finished_before_anything_is_crawled(house: House) -> None:
    house.crawls.recover_errors = [AWAY, AWAY]
    house.service.start(house.plan("new"))
    house.ended("new")
    assert house.crawls.recovered == 1
    assert [kind for kind in (Kind.AWAY, Kind.BACK) if house.told(kind)] == [Kind.AWAY, Kind.BACK]


# Another machine.


def test_a_turn_that_another_machine_has_taken_is_left_to_it_and_told_once(house: House) -> None:
    house.start("a", "b")
    for _ in range(2):
        other = house.plan("a").next_due("a", house.now + QUARTER)
        kept = house.store.get_document("due/a")
        assert other is not None and kept is not None
        house.store.put_document("due/a", {"at": other.isoformat()}, kept.version)
        house.fire("a")
        until(house.is_idle)
    house.fire("b")
    house.began("b")
    said = "another machine has taken this turn; its turns are told no more"
    assert house.told(Kind.HELD) == [("a", said)]
    house.fire("a")
    house.began("b", "a")


# What goes wrong.


@pytest.mark.parametrize(
    ("error", "kind", "said", "recovers"),
    [
        pytest.param(
            CrawlError("a", "is wrong", "mend it"), Kind.FAILED, "is wrong - mend it", False, id="setup"
        ),
        pytest.param(Locked("a", "is at work", "wait"), Kind.HELD, "is at work - wait", False, id="locked"),
        pytest.param(
            LeaseLost("a", "was taken", "leave it"), Kind.HELD, "was taken - leave it", True, id="lost"
        ),
        pytest.param(
            Conflict("run/a", "was changed", "again"),
            Kind.FAILED,
            "run/a: was changed - again",
            True,
            id="conflict",
        ),
        pytest.param(RuntimeError("boom"), Kind.FAILED, "RuntimeError: boom", True, id="a bug"),
    ],
)
def test_a_source_that_fails_is_told_with_the_cause_and_stays_on_the_schedule(
    house: House, error: Exception, kind: Kind, said: str, recovers: bool
) -> None:
    house.crawls.errors["a"] = [error]
    house.start("a")
    house.fire("a")
    until(lambda: house.told(kind))
    assert house.told(kind) == [("a", said)]
    house.fire("a")
    house.ended("a")
    assert house.crawls.recovered == 1 + recovers


def test_the_same_cause_is_told_once_until_it_went_well(house: House) -> None:
    wrong, busy = CrawlError("a", "is wrong"), Locked("a", "is at work")
    house.crawls.errors["a"] = [wrong, wrong, busy, busy, wrong]
    house.start("a")
    for _ in range(6):
        house.fire("a")
        until(house.is_idle)
    house.crawls.errors["a"] = [wrong]
    house.fire("a")
    until(lambda: len(house.told(Kind.FAILED, Kind.HELD)) == 4)
    said = [words for _, words in house.told(Kind.FAILED, Kind.HELD)]
    assert said == ["is wrong", "is at work", "is wrong", "is wrong"]


@pytest.mark.parametrize(
    "error", [AWAY, ArchiveError("archive", "is full", "make room")], ids=["store", "archive"]
)
def test_a_store_that_is_away_is_told_once_and_nothing_is_lost(house: House, error: Exception) -> None:
    house.crawls.errors = {"a": [error], "b": [error]}
    house.crawls.hold("b")
    house.start("a", "b", "c")
    house.fire("b")
    house.began("b")
    house.crawls.recover_errors = [AWAY] * 3
    house.fire("a", "c")
    until(lambda: house.told(Kind.AWAY))
    house.crawls.let_go("b")
    until(lambda: {"a", "b", "c"} <= set(house.crawls.ended))
    assert sorted(house.crawls.ended) == ["a", "b", "c"]
    assert len(house.told(Kind.AWAY)) == len(house.told(Kind.BACK)) <= 2
    assert house.told(Kind.AWAY)[0] == (None, f"{error}; nothing is crawled until it is back")
    assert house.told(Kind.FAILED, Kind.HELD, Kind.LEFT_OUT) == []


def test_while_the_store_is_away_nothing_is_crawled(house: House) -> None:
    gone = threading.Event()

    def still_away() -> None:
        if not gone.is_set():
            raise AWAY
        house.crawls.recovered += 1

    house.start("a", "b")
    house.crawls.recover = still_away  # type: ignore[method-assign]
    house.crawls.errors["a"] = [AWAY]
    house.fire("a")
    until(lambda: house.told(Kind.AWAY))
    house.fire("b", "b", "b")
    assert house.crawls.began == ["a"]
    assert house.told(Kind.LEFT_OUT) == [], "everybody is late, which is no news"
    gone.set()
    house.ended("a", "b")


def test_pauses_grow_until_a_crawl_went_well(house: House) -> None:
    house.crawls.errors["a"] = [AWAY] * 4
    house.start("a")
    house.fire("a")
    house.ended("a")
    assert len(house.told(Kind.BACK)) == 4
    assert house.service._losses == 0


# Another plan.


def test_a_new_plan_is_taken_over_while_crawls_go_on(house: House) -> None:
    house.crawls.hold("a")
    house.start("a", "b", "c", at_once=1)
    house.fire("a", "b", "c")
    house.began("a")
    house.service.adopt(house.plan("a", "c", "new", at_once=1))
    assert set(house.timer.first) == {"a", "c", "new"}
    assert "b" not in read_due(house.store)
    house.fire("b")
    house.crawls.let_go("a")
    until(lambda: len(house.crawls.ended) == 3)
    assert house.crawls.ended == ["a", "c", "new"]


def test_a_plan_may_ask_for_more_at_once_or_for_less(house: House) -> None:
    house.crawls.hold("a", "b", "c")
    house.start("a", "b", "c", "d", at_once=1)
    house.fire("a", "b", "c")
    house.began("a")
    house.service.adopt(house.plan("a", "b", "c", "d", at_once=3))
    until(lambda: len(house.crawls.began) == 3)
    house.service.adopt(house.plan("a", "b", "c", "d", at_once=1))
    for name in "abc":
        house.crawls.let_go(name)
    until(lambda: len(house.crawls.ended) == 3)
    house.fire("d")
    until(lambda: "d" in house.crawls.ended)


def test_a_source_that_is_another_one_now_is_crawled_as_such(house: House) -> None:
    seen: list[Source] = []
    house.start("a", at_once=1)
    plan = house.plan("a", at_once=1)
    changed = replace(plan.sources["a"], settings={"url": "https://new.example"})
    house.crawls.crawl = seen.append  # type: ignore[method-assign, assignment]
    house.service.adopt(replace(plan, sources={"a": changed}))
    house.fire("a")
    until(lambda: seen)
    assert seen == [changed]


# How it ends.


def test_it_stops_at_once_when_nothing_runs(house: House) -> None:
    house.start("a")
    assert house.stop()
    assert house.told(Kind.STOPPING, Kind.STOPPED) == [(None, "stopped")]
    assert not house.timer.is_running


def test_a_crawl_that_runs_may_end_and_what_waits_is_not_begun(house: House) -> None:
    house.crawls.hold("a")
    house.start("a", "b", at_once=1)
    house.fire("a", "b")
    house.began("a")
    stopper = threading.Thread(target=house.stop)
    stopper.start()
    until(lambda: house.told(Kind.STOPPING))
    house.fire("b")
    house.crawls.let_go("a")
    stopper.join(DEADLINE)
    assert house.crawls.ended == house.crawls.began == ["a"]
    assert house.told(Kind.STOPPING, Kind.STOPPED) == [
        (None, f"1 crawls have {DEADLINE:g} s to end: a"),
        (None, "stopped"),
    ]
    assert not house.crawls.is_cut.is_set()


@pytest.mark.parametrize("by", ["its time is over", "a second signal"])
def test_what_does_not_end_is_cut_off(house: House, by: str) -> None:
    house.crawls.hold("a")
    house.start("a")
    house.fire("a")
    house.began("a")
    hurry = threading.Event()
    if by == "a second signal":
        hurry.set()
    assert not house.service.stop(DEADLINE if hurry.is_set() else 0.01, hurry)
    assert house.crawls.is_cut.is_set()
    assert house.crawls.ended == []
    assert house.told(Kind.STOPPED) == [(None, "stopped, what still ran was cut off")]
