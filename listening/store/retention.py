"""Old records go, but never those that a case still needs. Events, cases and documents stay."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from listening.model import LIVE, Status
from listening.query import Bound, Field, Query
from listening.store.ports import Progress, Store

_BATCH = 500
_MILLISECOND = timedelta(milliseconds=1)
_LIVE = tuple(status for status in Status if status in LIVE)
_HIDDEN = tuple(status for status in Status if status.is_hidden)


@dataclass(frozen=True, slots=True)
class Retention:
    """Records that went, or would go, and those that are as old and stay, as a case needs them that is open.

    Open in the sense of `LIVE`: not done with.
    """

    dropped: int
    open: int


def count_older(store: Store, before: datetime) -> Retention:
    """What `drop_older` would do."""
    needed = _needed(store, before)
    done = sum(map(store.count, _done(before)))
    return Retention(done - len(needed), store.count(_live(before)) + len(needed))


def drop_older(store: Store, before: datetime, progress: Progress) -> Retention:
    """Remove the records that were published before this moment. May be killed and called again."""
    needed = _needed(store, before)
    dropped = 0
    for ids in _batches(store, before, needed):
        dropped += store.delete_records(ids)
        progress("records dropped", dropped)
    return Retention(dropped, store.count(_live(before)) + len(needed))


def _needed(store: Store, before: datetime) -> Set[str]:
    """Old records that are done with themselves but are of a live case, or stand in its thread."""
    live = [(case.id, case.thread) for case in store.live()]
    names = {"case": [each for each, _ in live], "thread": list({each for _, each in live if each})}
    return {
        hit.id
        for field, values in names.items()
        for start in range(0, len(values), _BATCH)
        for query in _done(before, Field(name=field, values=tuple(values[start : start + _BATCH])))
        for hit in store.scan(query)
    }


def _batches(store: Store, before: datetime, needed: Set[str]) -> Iterator[list[str]]:
    """Page by page, each after the last: a page does not rely on what was deleted before it."""
    for query in _done(before):
        after = None
        while (page := store.search(query, limit=_BATCH, after=after)).hits:
            yield [hit.id for hit in page.hits if hit.id not in needed]
            if (after := page.next) is None:
                break


def _done(before: datetime, *more: Field) -> tuple[Query, Query]:
    """The hidden ones are only found by their names."""
    return (
        Query(clauses=(_until(before), Field(name="status", values=_LIVE, negated=True), *more)),
        Query(clauses=(_until(before), Field(name="status", values=_HIDDEN), *more)),
    )


def _live(before: datetime) -> Query:
    return Query(clauses=(_until(before), Field(name="status", values=_LIVE)))


def _until(before: datetime) -> Bound:
    """`until` includes its moment, `before` does not."""
    return Bound(name="until", at=before - _MILLISECOND)
