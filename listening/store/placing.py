"""Where a case is found: what the stores keep beside it, a function of the case alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from listening.codec import canonical, case_from_json
from listening.errors import InvalidPost, StoreError
from listening.model import Case
from listening.store.instants import milliseconds

ASKED_BY = ("contact", "thread", "assignee")
"""What cases are looked up by; the names are those of their attributes."""


class CasePlace(NamedTuple):
    """`urgency`, `free_at` and `due_at` only while it is live; moments in milliseconds since 1970."""

    n: int
    status: str
    queue: str | None
    urgency: str | None
    free_at: int | None
    due_at: int | None
    contact: str | None
    thread: str | None
    assignee: str | None


def case_place(case: Case) -> CasePlace:
    return CasePlace(
        n=case.n,
        status=case.status.value,
        queue=case.queue,
        urgency=case.urgency if case.is_live else None,
        free_at=_moment(case.free_at),
        due_at=_moment(case.due_at),
        contact=case.contact,
        thread=case.thread,
        assignee=case.assignee,
    )


def case_json(case: Case) -> str:
    """The case as it is kept."""
    return canonical(case).decode()


def read_case(json: str) -> Case:
    """One that is kept. Raises `StoreError`."""
    try:
        return case_from_json(json)
    except InvalidPost as error:
        cure = "derive the cases anew from their events"
        raise StoreError("a case", f"cannot be read ({error})", cure) from error


def check_asked(field: str) -> str:
    """The field, if cases are looked up by it."""
    if field not in ASKED_BY:
        raise ValueError(f"cases are not looked up by {field}")
    return field


def folded(there: Case | None, cases: Sequence[Case], *, anyway: bool) -> tuple[Case, int]:
    """What the versions of one case (at least one) come to, one by one, and how many of them were kept."""
    kept = 0
    for case in cases:
        if there is None or (case != there if anyway else case.n > there.n):
            there, kept = case, kept + 1
    assert there is not None
    return there, kept


def _moment(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)
