"""Old records go, but never one that still waits for somebody. Events and documents stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from listening.model import Status
from listening.query import Bound, Field, Query
from listening.store.ports import Progress, Store

_BATCH = 500
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """Records that went, or would go, and those that are as old and open, which stay."""

    dropped: int
    open: int


def count_older(store: Store, before: datetime) -> Retention:
    """What `drop_older` would do."""
    return Retention(sum(map(store.count, _closed(before))), store.count(_open(before)))


def drop_older(store: Store, before: datetime, progress: Progress) -> Retention:
    """Remove the records that were published before this moment. May be killed and called again."""
    dropped = 0
    for ids in _batches(store, before):
        dropped += store.delete_records(ids)
        progress("records dropped", dropped)
    return Retention(dropped, store.count(_open(before)))


def _batches(store: Store, before: datetime) -> Iterator[list[str]]:
    """Page by page, each after the last: a page does not rely on what was deleted before it."""
    for query in _closed(before):
        after = None
        while (page := store.search(query, limit=_BATCH, after=after)).hits:
            yield [hit.id for hit in page.hits]
            if (after := page.next) is None:
                break


def _closed(before: datetime) -> tuple[Query, Query]:
    """The withdrawn ones are only found by their name."""
    return (
        Query(clauses=(_until(before), Field(name="status", values=(Status.OPEN,), negated=True))),
        Query(clauses=(_until(before), Field(name="status", values=(Status.WITHDRAWN,)))),
    )


def _open(before: datetime) -> Query:
    return Query(clauses=(_until(before), Field(name="status", values=(Status.OPEN,))))


def _until(before: datetime) -> Bound:
    """`until` includes its moment, `before` does not."""
    return Bound(name="until", at=before - _MILLISECOND)
