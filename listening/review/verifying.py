"""Is each case kept as its events have it, and do its records repeat it? What is kept can be made anew.

Events are the truth. A process that ends between writing a step and keeping what it comes to leaves the rest
to whoever comes next; but to a case that is done with nobody may ever come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from listening.model import Case, Hit, Status
from listening.query import Field, Query
from listening.review.fold import fold
from listening.review.log import CaseLog, standing_of
from listening.store.ports import Flaw, Store

_EVERY = tuple(str(status) for status in Status)


def check_cases(store: Store) -> Iterator[Flaw]:
    """The cases that are not kept as their events have them, or whose records say something else."""
    for _, events in groupby(store.events(), key=attrgetter("case")):
        told = fold(events)
        assert told is not None
        kept = next(iter(store.get_cases([told.id])), None)
        if kept is None:
            yield Flaw(told.id, "the case is not kept")
        elif _bare(kept) != _bare(told):
            yield Flaw(told.id, f"the case is kept as of step {kept.n}, its events have {told.n}")
        elif wrong := [record.id for record in _records(store, told) if not _repeats(record, kept)]:
            yield Flaw(told.id, f"{len(wrong)} of its records say something else, such as {wrong[0]}")


def mend_cases(store: Store, log: CaseLog, flaws: list[Flaw]) -> int:
    """Keep these cases as their events have them, with the records that name them; the number mended."""
    for flaw in flaws:
        told = log.case(flaw.id)
        named = [] if told.erased or told.merged_into else _records(store, told)
        posts = tuple(dict.fromkeys((*told.posts, *(record.id for record in named))))
        thread = next((record.thread for record in named if record.thread), told.thread)
        case = replace(told, posts=posts, thread=thread)
        store.put_cases([case], anyway=True)
        store.stand([standing_of(case, post) for post in posts])
    return len(flaws)


def _bare(case: Case) -> Case:
    """Without what events never say."""
    return replace(case, thread=None, posts=())


def _records(store: Store, case: Case) -> list[Hit]:
    """All that name the case, also the hidden ones."""
    named = Field(name="case", values=(case.id,))
    return list(store.scan(Query(clauses=(named, Field(name="status", values=_EVERY)))))


def _repeats(record: Hit, case: Case) -> bool:
    if record.status is None or record.status.is_hidden or record.id not in case.posts:
        return True
    return (record.status, record.assignee) == (case.status, case.assignee)
