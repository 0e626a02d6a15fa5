"""A log walked step by step, without the program's own fold: what must never be in it, told line by line.

Every function gives the faults it finds, so that none at all is the empty list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter

from listening.errors import TransitionRefused
from listening.model import SYSTEM, Case, EventKind, Hit, ReviewEvent, Status
from listening.query import Field, Query
from listening.review.fold import apply, begun, fold
from listening.review.transitions import check
from listening.store import Store
from listening.store.memory import MemoryStore
from tests.review.load.office import Step, step

_GIVES_UP = frozenset({"release", "snooze", "transfer", "return", "close", "abandon"})
_NEEDS_HOLDING = frozenset(
    {"release", "assign", "snooze", "transfer", "return", "respond", "classify", "reply", "ticket", "close"}
)
_EVERY = Query(clauses=(Field(name="status", values=tuple(map(str, Status))),))
Log = Sequence[ReviewEvent]


def by_case(events: Log) -> Iterator[tuple[str, list[ReviewEvent]]]:
    return ((case, list(steps)) for case, steps in groupby(events, key=attrgetter("case")))


def not_as_written(events: Log, appended: Iterable[Step], put: Iterable[Step]) -> list[str]:
    """Each step that somebody wrote is there once, and nothing that nobody wrote."""
    there = Counter(map(step, events))
    wrote = Counter(appended)
    together = set(put)
    faults = [f"{each} is there {n} times" for each, n in there.items() if n > 1]
    faults += [f"{each} was written {n} times" for each, n in wrote.items() if n > 1]
    faults += [f"{each} is lost" for each in {*wrote, *together} - set(there)]
    return faults + [f"{each} was written by nobody" for each in set(there) - set(wrote) - together]


def out_of_order(events: Log) -> list[str]:
    """Steps count from 1 without holes, and time never goes back from one to the next."""
    faults = []
    for case, steps in by_case(events):
        if [each.n for each in steps] != list(range(1, len(steps) + 1)):
            faults.append(f"{case} has steps {[each.n for each in steps]}")
        faults += [f"{case} goes back at {b.n}" for a, b in pairwise(steps) if b.at < a.at]
    return faults


@dataclass(slots=True)
class _Hands:
    """Who has a case, and until when; without `until` for good."""

    holder: str | None = None
    until: datetime | None = None

    def take(self, event: ReviewEvent, person: str) -> None:
        text = event.data.get("until") if event.kind != "assign" else None
        self.holder, self.until = person, datetime.fromisoformat(text) if text else None

    def is_free(self, person: str, at: datetime) -> bool:
        return self.holder in (None, person) or (self.until is not None and self.until <= at)


def in_two_hands(events: Log) -> list[str]:
    """Nobody takes a case out of somebody's hands, or does what its holder alone may do."""
    faults = []
    for case, steps in by_case(events):
        hands = _Hands()
        for each in steps:
            told = f"{case}#{each.n}: {each.person} does {each.kind}, it is with {hands.holder}"
            if each.kind == "claim":
                if not hands.is_free(each.person, each.at):
                    faults.append(f"{told} until {hands.until}")
                hands.take(each, each.person)
                continue
            if each.kind in _NEEDS_HOLDING and each.person not in (hands.holder, SYSTEM):
                faults.append(told)
            if each.kind == "assign":
                hands.take(each, each.data["to"])
            elif each.kind in _GIVES_UP or (each.kind, each.data.get("confirmed")) == ("follow_up", False):
                hands = _Hands()
            elif each.person == hands.holder and hands.until and "until" in each.data:
                hands.take(each, each.person)
    return faults


def taken_over(events: Log) -> int:
    """Claims of what somebody else had, and had let run out."""
    number = 0
    for _, steps in by_case(events):
        holder: str | None = None
        for each in steps:
            if each.kind == "claim":
                number += holder not in (None, each.person)
                holder = each.person
            elif each.kind in _GIVES_UP or each.kind == "assign":
                holder = None
    return number


def keys_used_twice(events: Log) -> list[str]:
    keys = Counter((each.case, each.key) for each in events if each.key is not None)
    return [f"{key} stands {n} times" for key, n in keys.items() if n > 1]


def replayed(events: Log) -> tuple[MemoryStore, list[str]]:
    """All steps once more by one alone, in the order of time: a fresh store, and what was not allowed."""
    store, faults = MemoryStore(), list[str]()
    cases: dict[str, Case] = {}
    for each in sorted(events, key=lambda event: (event.at, event.case, event.n)):
        before = cases.get(each.case)
        if before is not None:
            try:
                check(before, EventKind(each.kind), each.person, each.at, each.data)
            except TransitionRefused as refused:
                faults.append(str(refused))
        store.put_events([each])
        cases[each.case] = apply(before, each) if before else begun(each)
    store.put_cases(list(cases.values()))
    return store, faults


def not_as_folded(store: Store, events: Log) -> list[str]:
    """Each case is kept as its events have it, with all that the records say is its own, and no other."""
    kept = {case.id: case for case in store.scan_cases()}
    told = {case: fold(steps) for case, steps in by_case(events)}
    faults = [f"{case} is kept without events" for case in kept.keys() - told.keys()]
    for case, folded in told.items():
        assert folded is not None
        if case not in kept:
            faults.append(f"{case} is not kept")
        elif replace(kept[case], thread=None, posts=()) != folded:
            faults.append(f"{case} is kept as of step {kept[case].n}, not {folded.n}")
    return faults


def not_as_the_records_say(store: Store) -> list[str]:
    """Records name the case that holds them and repeat how it stands."""
    cases = {case.id: case for case in store.scan_cases()}
    records = {record.id: record for record in store.scan(_EVERY)}
    faults = [
        f"{case.id} holds {post}, which names {records[post].case if post in records else 'nothing'}"
        for case in cases.values()
        for post in case.posts
        if post not in records or records[post].case != case.id
    ]
    for record in records.values():
        case = cases.get(record.case or "")
        if case is None:
            faults.append(f"{record.id} has no case")
            continue
        if record.id not in case.posts:
            faults.append(f"{case.id} has lost {record.id}")
        if (record.step or 0) > case.n or _contradicts(record, case):
            faults.append(f"{record.id} says {_said(record)}, its case is {case.status} of {case.assignee}")
    return faults


def _contradicts(record: Hit, case: Case) -> bool:
    """Hidden ones have a status of their own: they are context of the case, or withdrawn."""
    hidden = record.status is not None and record.status.is_hidden
    status, assignee, due = _said(record)
    return (assignee, due) != (case.assignee, case.respond_by) or not (hidden or status is case.status)


def _said(record: Hit) -> tuple[object, object, object]:
    return record.status, record.assignee, record.respond_by
