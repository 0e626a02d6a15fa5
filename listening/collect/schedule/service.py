"""The service: sources that are due, workers that crawl them, and what goes wrong without stopping it.

    timer ──fire──▶ Turns (in line) ──▶ workers ──▶ Work.crawl
                                          │
                                          └── Work.recover: at first, after failures, while the store is away

Everything that happens is told once. A source that fails stays on the schedule. While the store is away
nothing is started; it is tried again after a pause that grows.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from threading import Condition, Event, Thread
from typing import Protocol

from listening.collect.schedule.due import forget_due, read_due, take_turn
from listening.collect.schedule.hosts import hosts_of
from listening.collect.schedule.news import Kind, News, Tell
from listening.collect.schedule.timing import next_due
from listening.collect.schedule.turns import Turn, Turns
from listening.collect.schedule.windows import IsWorkday, is_inside
from listening.collect.sources import Source
from listening.errors import ArchiveError, Conflict, CrawlError, LeaseLost, ListeningError, Locked, StoreError
from listening.store.ports import Documents

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds until a store that is away is tried again; the last one for ever."""
LATE = timedelta(seconds=60)
"""A turn that comes so late is told even if no other one was missed."""
_MOST_COUNTED = 10_000
_LOOK = 0.1
_CUT_WITHIN = 5.0
_log = logging.getLogger("listening.collect")


class Work(Protocol):
    """What is done with a turn, in the thread of a worker. It tells its own results."""

    def crawl(self, source: Source) -> None:
        """Crawl a source once. Raises why it could not."""

    def recover(self) -> None:
        """Finish what dead or failed runs left. Raises `StoreError` or `ArchiveError` while one is away."""

    def cut(self) -> None:
        """Let whatever is being crawled come to its end at once."""


class Clock(Protocol):
    """Calls the service when a source is due (see `timer`)."""

    def set(self, name: str, first: datetime, then: Callable[[datetime], datetime | None]) -> None: ...
    def remove(self, name: str) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is crawled when: the scheduled sources by name, and how they read the clock."""

    sources: Mapping[str, Source]
    zone: tzinfo
    is_workday: IsWorkday
    at_once: int

    def next_due(self, name: str, after: datetime) -> datetime | None:
        timing = self.sources[name].timing
        return next_due(timing, after, name=name, zone=self.zone, is_workday=self.is_workday)

    def is_open(self, name: str, moment: datetime) -> bool:
        """May the source be crawled now?"""
        return is_inside(self.sources[name].timing.during, moment, self.zone, self.is_workday)


class Service:
    """Runs until it is stopped. `make_timer` is given what to call when a source is due."""

    def __init__(
        self,
        work: Work,
        documents: Documents,
        make_timer: Callable[[Callable[[str, datetime], None]], Clock],
        *,
        now: Callable[[], datetime],
        tell: Tell,
        hosts: Callable[[Source], frozenset[str]] = hosts_of,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._work, self._documents = work, documents
        self._now, self._tell_all, self._hosts, self._pauses = now, tell, hosts, pauses
        self._timer = make_timer(self.fire)
        self._plan: Plan | None = None
        self._turns = Turns()
        self._changed = Condition()
        self._workers: list[Thread] = []
        self._is_stopping = False
        self._has_leftovers = True
        self._is_recovering = False
        self._away_until: float | None = None
        self._losses = 0  # of store or archive, in a row
        self._told: dict[str, str] = {}  # the last failure of a source
        self._told_taken: set[str] = set()

    # What is asked of it.

    def start(self, plan: Plan) -> None:
        """Begin. What was due while nothing ran is due at once. Raises `StoreError`."""
        due = read_due(self._documents)
        overdue = self._adopt(plan, due)
        said = f"{len(plan.sources)} sources on the schedule, {overdue} of them due at once"
        self.tell(Kind.STARTED, said, count=overdue)
        self._timer.start()

    def adopt(self, plan: Plan) -> None:
        """Go on with another plan; what is being crawled is crawled to its end. Raises `StoreError`."""
        self._adopt(plan, read_due(self._documents))

    def stop(self, grace: float, hurry: Event) -> bool:
        """Start nothing more; after `grace` seconds, or as soon as `hurry` is set, cut off what still runs.

        True if nothing had to be cut off.
        """
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
            working = self._turns.working
        self._timer.stop()
        if working:
            said = f"{len(working)} crawls have {grace:g} s to end: {', '.join(working)}"
            self.tell(Kind.STOPPING, said, count=len(working))
        ended = self._join(time.monotonic() + grace, hurry)
        deadline = time.monotonic() + _CUT_WITHIN
        while not self._join(time.monotonic() + _LOOK, Event()) and time.monotonic() < deadline:
            self._work.cut()  # again and again: one of them may be just about to begin
        self.tell(Kind.STOPPED, "stopped" if ended else "stopped, what still ran was cut off")
        return ended

    def fire(self, name: str, due: datetime) -> None:
        """A source is due, or was."""
        with self._changed:
            plan, now = self._plan, self._now()
            if self._is_stopping or plan is None or name not in plan.sources:
                return
            open_now = self._tell_lateness(plan, name, due, now)
            if not open_now:
                return
            source = plan.sources[name]
            left_out = self._turns.come(source, self._hosts(source), due)
            if left_out == 1 and self._away_until is None:
                self.tell(
                    Kind.LEFT_OUT, "its last turn is not done yet, this one is left out", source=name, count=1
                )
            self._changed.notify_all()

    def match_leftovers(self) -> None:
        """There is something to finish: rules are good again, say."""
        with self._changed:
            self._has_leftovers = True
            self._changed.notify_all()

    def tell(self, kind: Kind, says: str, *, source: str | None = None, count: int | None = None) -> None:
        self._tell_all(News(at=self._now(), kind=kind, says=says, source=source, count=count))

    # The plan.

    def _adopt(self, plan: Plan, due: Mapping[str, datetime]) -> int:
        """How many sources are due at once: they are new, or their time has passed."""
        with self._changed:
            before = self._plan.sources if self._plan else {}
            self._plan = plan
            same = {name for name, source in plan.sources.items() if before.get(name) == source}
            self._turns.keep(same)
            overdue = self._come_overdue(plan, plan.sources.keys() - same, due)
            while len(self._workers) < plan.at_once:
                self._hire()
            self._changed.notify_all()
        # Not under the lock: the timer holds its own when it calls `fire`.
        for name in before.keys() - plan.sources.keys():
            self._timer.remove(name)
            with suppress(StoreError):  # then it says a time in the past, until somebody plans it again
                forget_due(self._documents, name)
        for name in plan.sources:
            self._set(plan, name)
        return overdue

    def _come_overdue(self, plan: Plan, names: Iterable[str], due: Mapping[str, datetime]) -> int:
        now, overdue = self._now(), 0
        for name in names:
            if due.get(name, now) <= now and plan.is_open(name, now):
                source = plan.sources[name]
                self._turns.come(source, self._hosts(source), due.get(name, now))
                overdue += 1
        return overdue

    def _set(self, plan: Plan, name: str) -> None:
        first = plan.next_due(name, self._now())
        if first is not None:
            self._timer.set(name, first, partial(plan.next_due, name))

    def _tell_lateness(self, plan: Plan, name: str, due: datetime, now: datetime) -> bool:
        """False where it is too late: its windows have closed."""
        missed, following = 0, plan.next_due(name, due)
        while following is not None and following <= now and missed < _MOST_COUNTED:
            missed, following = missed + 1, plan.next_due(name, following)
        is_open = plan.is_open(name, now)
        if missed or now - due >= LATE or not is_open:
            late = f"was due {(now - due).total_seconds():.0f} s ago"
            further = f", and {missed} times since" if missed else ""
            then = "it is crawled once now" if is_open else "its time of the day is over"
            self.tell(Kind.MISSED, f"{late}{further}: {then}", source=name, count=missed + 1)
        return is_open

    # The workers.

    def _hire(self) -> None:
        number = len(self._workers)
        worker = Thread(target=self._loop, args=(number,), name=f"worker {number}", daemon=True)
        self._workers.append(worker)
        worker.start()

    def _loop(self, number: int) -> None:
        while (task := self._next(number)) is not None:
            task()

    def _next(self, number: int) -> Callable[[], None] | None:
        """The next thing to do; waits for it. None: go home."""
        with self._changed:
            while not self._is_stopping and self._plan is not None:
                pause = (self._away_until or 0.0) - time.monotonic()
                if self._is_recovering or pause > 0 or number >= self._plan.at_once:
                    self._changed.wait(pause if pause > 0 else None)
                elif self._has_leftovers:
                    self._is_recovering = True
                    return self._recover
                elif (turn := self._turns.take()) is not None:
                    return partial(self._crawl, turn)
                else:
                    self._changed.wait()
        return None

    def _recover(self) -> None:
        lost = None
        try:
            self._work.recover()
        except (StoreError, ArchiveError) as error:
            lost = error
        except Exception as error:
            self._tell_bug("what was left over cannot be finished", error, None)
        with self._changed:
            self._is_recovering = False
            self._has_leftovers = lost is not None
            if lost is not None:
                self._lose(lost)
            elif self._away_until is not None:
                self._away_until = None
                self.tell(Kind.BACK, "store and archive can be used again")
            self._changed.notify_all()

    def _crawl(self, turn: Turn) -> None:
        lost = self._tried(turn)
        with self._changed:
            if lost is not None and not self._is_stopping:
                self._turns.put_back(turn)
                self._lose(lost)
            else:
                left_out = self._turns.end(turn)
                if left_out > 1:
                    said = f"{left_out} turns were left out meanwhile"
                    self.tell(Kind.LEFT_OUT, said, source=turn.source.name, count=left_out)
            self._changed.notify_all()

    def _tried(self, turn: Turn) -> StoreError | ArchiveError | None:
        """Crawl a source, and tell what kept us from it. What is given back keeps us from all of them."""
        name = turn.source.name
        try:
            if not (turn.taken or self._take(turn)):
                self._tell_taken(name)
                return None
            self._work.crawl(turn.source)
        except Conflict as error:
            self._fail(name, str(error), leftovers=True)
        except (StoreError, ArchiveError) as error:
            return error
        except Locked as error:
            self._fail(name, str(error), kind=Kind.HELD, leftovers=isinstance(error, LeaseLost))
        except ListeningError as error:
            self._fail(name, str(error), leftovers=not isinstance(error, CrawlError))
        except Exception as error:
            self.match_leftovers()
            self._tell_bug(f"{name}: the crawl failed", error, name)
        else:
            self._losses = 0
            self._told.pop(name, None)
        return None

    def _take(self, turn: Turn) -> bool:
        """False if another machine has taken this turn."""
        name, now = turn.source.name, self._now()
        assert self._plan is not None
        if name not in self._plan.sources:
            return True  # it is on the schedule no more, and this is its last turn
        following = self._plan.next_due(name, now)
        return following is None or take_turn(self._documents, name, now, following)

    def _tell_taken(self, name: str) -> None:
        if name not in self._told_taken:
            self._told_taken.add(name)
            said = "another machine has taken this turn; its turns are told no more"
            self.tell(Kind.HELD, said, source=name)

    def _fail(self, name: str, says: str, *, leftovers: bool, kind: Kind = Kind.FAILED) -> None:
        """Tell why a source could not be crawled, unless it is what was told last time."""
        if self._told.get(name) != says:
            self._told[name] = says
            self.tell(kind, says.removeprefix(f"{name}: "), source=name)
        if leftovers:
            self.match_leftovers()

    def _lose(self, error: StoreError | ArchiveError) -> None:
        """Store or archive cannot be used: told once, and nothing is started for a while."""
        if self._away_until is None:
            self.tell(Kind.AWAY, f"{error}; nothing is crawled until it is back")
        self._away_until = time.monotonic() + self._pauses[min(self._losses, len(self._pauses) - 1)]
        self._losses += 1
        self._has_leftovers = True

    def _tell_bug(self, what: str, error: Exception, source: str | None) -> None:
        _log.error("%s", what, exc_info=error)
        self.tell(Kind.FAILED, f"{type(error).__name__}: {error}", source=source)

    def _join(self, deadline: float, hurry: Event) -> bool:
        """Wait for the workers; True if all have gone home."""
        while living := [each for each in self._workers if each.is_alive()]:
            if time.monotonic() >= deadline or hurry.is_set():
                return False
            living[0].join(_LOOK)
        return True
