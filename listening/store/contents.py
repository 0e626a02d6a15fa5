"""All that a store holds, in an order in which two stores can be held against each other."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import dropwhile

from listening.model import Hit, ReviewEvent, Status
from listening.query import Bound, Field, Query
from listening.store.checks import published_at
from listening.store.ports import Cursor, Document, Store

COPIES = "copy/"
"""Documents that tell how far a copy into this store has come."""

_OWN = (COPIES, "lease/")
_WITHDRAWN = Field(name="status", values=(Status.WITHDRAWN,))


def records(store: Store, after: Cursor | None = None) -> Iterator[Hit]:
    """Every record, the withdrawn ones too, in the one order of results; those after a place in it."""
    older = (Bound(name="until", at=after.published_at),) if after else ()
    parts = (store.scan(Query(clauses=(*older, *more))) for more in ((), (_WITHDRAWN,)))
    merged = heapq.merge(*parts, key=place, reverse=True)
    if after is None:
        return merged
    last = (after.published_at, after.id)
    return dropwhile(lambda hit: place(hit) >= last, merged)


def events(store: Store, after: tuple[str, int] | None = None) -> Iterator[ReviewEvent]:
    """Every event, by case and step; those after a step."""
    return dropwhile(lambda event: after is not None and (event.case, event.n) <= after, store.events())


def documents(store: Store) -> Iterator[Document]:
    """Every document but those that are about this one store: its copies and leases."""
    return (each for each in store.documents("") if not each.key.startswith(_OWN))


def place(hit: Hit) -> tuple[datetime, str]:
    """What orders records."""
    return published_at(hit), hit.id
