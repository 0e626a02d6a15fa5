"""The queue: who works on what next. A claim is an event like any other: two people never hold one case.

Which comes next is one rule (`Case.urgency`): escalation, priority, the nearest deadline, direct before
indirect, the older first. Held cases come back by themselves when the claim runs out, sleeping ones when
their time is up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from listening.codec import time_text
from listening.errors import DeskMistake, TransitionRefused
from listening.model import Case, EventKind
from listening.review.log import CaseLog
from listening.suggest import cure

_AT_ONCE = 20
"""So many candidates are looked at together: others claim from the same end of the queue."""
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of one step on many cases. `refused`: the case, and why it could not take it."""

    done: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Load:
    """How full a queue is: by status, and what of it is late."""

    queue: str
    waiting: int = 0
    held: int = 0
    sleeping: int = 0
    late: int = 0
    nearest: datetime | None = None
    people: Counter[str] = field(default_factory=Counter)


class Queue:
    """Every method that changes something takes the person, and raises as `CaseLog.record` does."""

    def __init__(self, log: CaseLog, queues: Iterable[str]) -> None:
        self._log = log
        self._queues = tuple(queues)

    def next(self, person: str, queue: str | None = None) -> Case | None:
        """Claim the most urgent case that is free; None where none is."""
        passed: set[str] = set()
        for _ in range(_ROUNDS):
            waiting = self._log.store.waiting(queue, self._log.now(), _AT_ONCE + len(passed))
            candidates = [case for case in waiting if case.id not in passed]
            if not candidates:
                return None
            for case in candidates:
                passed.add(case.id)
                try:
                    return self.claim(case.id, person)
                except TransitionRefused:  # somebody was quicker, or what is kept of it is behind
                    self._log.keep(self._log.case(case.id))
        return None

    def claim(self, case_id: str, person: str) -> Case:
        """Take this one; it is theirs until the claim runs out, and longer while they work on it."""
        return self._log.record(case_id, EventKind.CLAIM, person)

    def release(self, case_id: str, person: str) -> Case:
        """Give it back to its queue."""
        return self._log.record(case_id, EventKind.RELEASE, person)

    def assign(self, case_id: str, person: str, to: str) -> Case:
        """Give it to somebody for good: such a claim does not run out."""
        return self._log.record(case_id, EventKind.ASSIGN, person, {"to": to})

    def snooze(self, case_id: str, person: str, until: datetime, reason: str | None = None) -> Case:
        """Back into the queue, but not before then, or before the customer writes again."""
        if until <= self._log.now():
            raise DeskMistake(case_id, "cannot sleep until a time that is past", "give a later one")
        data = {"until": time_text(until)} | ({"reason": reason} if reason else {})
        return self._log.record(case_id, EventKind.SNOOZE, person, data)

    def transfer(self, case_id: str, person: str, queue: str, reason: str | None = None) -> Case:
        """Into another queue, whose targets hold from now on."""
        if self._queues and queue not in self._queues:
            raise DeskMistake(case_id, f"there is no queue '{queue}'", cure(queue, self._queues))
        data = {"queue": queue} | ({"reason": reason} if reason else {})
        return self._log.record(case_id, EventKind.TRANSFER, person, data)

    def return_(self, case_id: str, person: str, reason: str | None = None) -> Case:
        """Back into the queue it was transferred from."""
        data = {"reason": reason} if reason else {}
        return self._log.record(case_id, EventKind.RETURN, person, data)

    def held_by(self, person: str) -> list[Case]:
        """What a person has in hands, most urgent first; claims that have run out are not among it."""
        now = self._log.now()
        mine = self._log.store.cases_by("assignee", [person])
        held = (case for case in mine if case.is_live and (case.held_until is None or case.held_until > now))
        return sorted(held, key=lambda case: case.urgency)

    def loads(self) -> list[Load]:
        """How full each queue is, by name."""
        now = self._log.now()
        loads: dict[str, Load] = {}
        for case in self._log.store.live():
            name = case.queue or ""
            _count(loads.setdefault(name, Load(name)), case, now)
        return [loads[name] for name in sorted(loads)]

    def bulk(self, case_ids: Sequence[str], step: Callable[[str], object]) -> Bulk:
        """One step on many cases, each once; those that cannot take it are told and left as they are."""
        done: list[str] = []
        refused: list[tuple[str, str]] = []
        for case_id in dict.fromkeys(case_ids):
            try:
                step(case_id)
                done.append(case_id)
            except DeskMistake as mistake:
                refused.append((case_id, str(mistake)))
        return Bulk(tuple(done), tuple(refused))


def _count(load: Load, case: Case, now: datetime) -> None:
    free = case.free_at
    if free is not None and free <= now:
        load.waiting += 1
    elif case.assignee is not None:
        load.held += 1
        load.people[case.assignee] += 1
    else:
        load.sleeping += 1
    if case.deadline is not None:
        load.late += case.deadline < now
        load.nearest = min(filter(None, (load.nearest, case.deadline)))
