"""What may happen between the halves of a step: written by one, kept while others write and keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from listening.model import SYSTEM, Case, EventKind, ReviewEvent
from listening.review.fold import fold
from listening.store import Store
from tests.review.kit import LI, WANG, Bench

FIRST, FURTHER = "forum:1", "forum:1-1"
Doing = Callable[[], object]


class Interrupted:
    """A store at which something else happens just before a case is kept for the `at`th time."""

    def __init__(self, store: object, at: int, happens: Doing) -> None:
        self._store, self._at, self._happens = cast(Store, store), at, happens
        self.puts = 0

    def put_cases(self, cases: Sequence[Case], *, anyway: bool = False) -> int:
        self.puts += 1
        if self.puts == self._at:
            self._happens()
        return self._store.put_cases(cases, anyway=anyway)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def interrupted(bench: Bench, at: int, step: Doing, happens: Doing) -> None:
    """Something happens in the middle of a step, or after it where it keeps the case less often than that."""
    log = bench.desk.log
    whole, between = log.store, Interrupted(log.store, at, happens)
    log.store = cast(Store, between)
    step()
    log.store = whole
    if between.puts < at:
        happens()


def found(bench: Bench, case: Case) -> Doing:
    """A further post is written as step 2. What comes back keeps it, as whoever wrote it does next."""
    at = bench.clock()
    event = ReviewEvent(case=case.id, n=2, kind=EventKind.POST, at=at, person=SYSTEM, data={"post": "p2"})
    assert bench.store.append(event)
    after = fold(bench.events(case))
    assert after is not None
    return lambda: bench.desk.log.keep(after, case, [FURTHER])


def noted(bench: Bench, case: Case, person: str) -> Doing:
    return lambda: bench.desk.steps.note(case.id, person, "打电话没人接")


def check_kept(bench: Bench, case: Case) -> None:
    """As the events have it, and with both posts."""
    kept, told = bench.kept(case), fold(bench.events(case))
    assert told is not None
    assert (kept.n, set(kept.posts)) == (told.n, {FIRST, FURTHER})
    assert replace(kept, thread=None, posts=()) == told


def test_a_post_that_is_kept_while_somebody_writes_stays_with_its_case(bench: Bench) -> None:
    case = bench.open()
    keep = found(bench, case)
    interrupted(bench, 1, step=noted(bench, case, LI), happens=keep)
    assert bench.kinds(case) == ["open", "post", "note"]
    check_kept(bench, case)


def test_a_post_that_is_kept_late_does_not_set_the_case_back(bench: Bench) -> None:
    case = bench.open()
    keep = found(bench, case)
    noted(bench, case, LI)()
    interrupted(bench, 2, step=keep, happens=noted(bench, case, WANG))
    assert bench.kinds(case) == ["open", "post", "note", "note"]
    check_kept(bench, case)
