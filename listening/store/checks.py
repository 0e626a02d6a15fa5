"""What every store refuses, in the same words."""

from __future__ import annotations

from datetime import datetime

from listening.codec import canonical
from listening.errors import Conflict
from listening.model import Hit, ReviewEvent


def storable(hit: Hit) -> bytes:
    """The record as it is kept. Raises `ValueError` as `check_storable` does."""
    check_storable(hit)
    return canonical(hit)


def check_storable(hit: Hit) -> None:
    """A record without platform or time is a bug of the caller, not bad input: `ValueError`."""
    if hit.post.platform is None:
        raise ValueError(f"{hit.id}: a stored record needs a platform")
    published_at(hit)


def published_at(hit: Hit) -> datetime:
    """The time that orders the record."""
    if hit.post.published_at is None:
        raise ValueError(f"{hit.id}: a stored record needs published_at")
    return hit.post.published_at


def check_step(event: ReviewEvent, taken: int) -> bool:
    """Is it the next step of its case? False: somebody has that step. A hole raises `Conflict`."""
    if event.n < 1 or event.n > taken + 1:
        what = f"step {event.n} would leave a hole, the next one is {taken + 1}"
        raise Conflict(event.case, what, "read the case again")
    return event.n == taken + 1


def check_same(event: ReviewEvent, there: ReviewEvent) -> None:
    """An event that is written as it is may meet only itself. Another one raises `Conflict`."""
    if canonical(event) != canonical(there):
        what = f"step {event.n} is there already and is another one ({there.kind} of {there.person})"
        raise Conflict(event.case, what, "events are never written over, so put the two stores right by hand")


def conflict(key: str, found: int, expected: int) -> Conflict:
    """Somebody else changed the document, or was first to write it."""
    there = f"has version {found}" if found else "does not exist"
    wanted = f"not {expected}" if expected else "and was to be new"
    return Conflict(key, f"{there}, {wanted}", "read it again")
