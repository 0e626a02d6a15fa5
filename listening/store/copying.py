"""One store into another: batch by batch, going on where a killed copy stopped, compared at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from listening.codec import time_text
from listening.errors import Conflict, Locked, StoreError
from listening.model import Hit
from listening.store.comparing import SHOWN, Comparison, compare, digest
from listening.store.contents import COPIES, documents, events, place, records
from listening.store.ports import Cursor, Progress, Saved, Store, StoreStatus
from listening.store.urls import masked

_BATCH = 1000
_SIGNS = 4_000_000
"""Characters of text after which a batch is full: a post may hold a million."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Copied:
    """What one copy did, and how both stores compare after it. `resumed`: an earlier one had begun.

    Of the records that the target refused only the first are kept; all of them are missing in the comparison.
    """

    records: Saved
    events: int
    documents: int
    resumed: bool
    comparison: Comparison


def copy(source: Store, target: Store, progress: Progress, *, into_existing: bool = False) -> Copied:
    """Write all that the source holds into the target, then compare them.

    Killed and called again, it goes on after the last batch; called after its end, it begins anew and brings
    what has changed. Nothing of the target is removed. A target that holds anything else than what an
    earlier copy of this source left is refused with a `StoreError`, unless `into_existing`.
    """
    way = _Way(source, target)
    way.check(progress, into_existing=into_existing)
    resumed = way.begin()
    saved = _copy_records(source, target, way, progress)
    new_events = _copy_events(source, target, way, progress)
    new_documents = sum(map(target.put_documents, _batches(documents(source))))
    comparison = compare(source, target, progress)
    way.reach(_DONE, None, sha256=comparison.right.sha256)
    return Copied(saved, new_events, new_documents, resumed, comparison)


_RECORDS, _EVENTS, _DONE = "records", "events", "done"


class _Way:
    """How far a copy is: a document in the target, which only one copy at a time can write."""

    def __init__(self, source: Store, target: Store) -> None:
        there, here = source.status(), target.status()
        if source is target or (there.kind != "memory" and _name(there) == _name(here)):
            raise StoreError(_name(here), "cannot be copied into itself", "name another store")
        self._target = target
        self._here = here
        self._source = _name(there)
        self._key = COPIES + hashlib.sha256(self._source.encode()).hexdigest()[:32]
        found = target.get_document(self._key)
        self._version = found.version if found else 0
        self._body: dict[str, Any] = dict(found.body) if found else {}

    def check(self, progress: Progress, *, into_existing: bool) -> None:
        """May the target be written? Not where others have written: it may be at work in the meantime."""
        if into_existing:
            return
        cure = "name an empty store, or say --into-existing to write over what both have"
        if not self._body and not self._is_empty():
            raise StoreError(_name(self._here), "holds something already", cure)
        if self.stage == _DONE and digest(self._target, progress).sha256 != self._body["sha256"]:
            raise StoreError(_name(self._here), "was changed since it was copied to", cure)

    def begin(self) -> bool:
        """From the start, unless another copy has come further. Did one?"""
        if self.stage in (_RECORDS, _EVENTS):
            return True
        self.reach(_RECORDS, None)
        return False

    def after(self, stage: str) -> list[Any] | None:
        after: list[Any] | None = self._body["after"] if self.stage == stage else None
        return after

    def reach(self, stage: str, after: list[Any] | None, **more: str) -> None:
        body = {"source": self._source, "stage": stage, "after": after, **more}
        try:
            self._version = self._target.put_document(self._key, body, self._version).version
        except Conflict:
            what = f"another copy of {self._source} is at work"
            raise Locked(_name(self._here), what, "wait until it is done") from None
        self._body = body

    @property
    def stage(self) -> str | None:
        return self._body.get("stage")

    def _is_empty(self) -> bool:
        held = self._here.records or self._here.events or next(documents(self._target), None)
        return not held


def _copy_records(source: Store, target: Store, way: _Way, progress: Progress) -> Saved:
    if way.stage == _EVENTS:
        return Saved()
    done = Saved()
    after = way.after(_RECORDS)
    cursor = Cursor(datetime.fromisoformat(after[0]), after[1]) if after else None
    for batch in _weighed(records(source, cursor)):
        done = _sum(done, target.put_records(batch))
        published, last = place(batch[-1])
        way.reach(_RECORDS, [time_text(published), last])
        progress("records", done.created + done.updated + done.unchanged)
    return done


def _copy_events(source: Store, target: Store, way: _Way, progress: Progress) -> int:
    new = seen = 0
    after = way.after(_EVENTS)
    way.reach(_EVENTS, after)
    for batch in _batches(events(source, (after[0], after[1]) if after else None)):
        new += target.put_events(batch)
        seen += len(batch)
        way.reach(_EVENTS, [batch[-1].case, batch[-1].n])
        progress("events", seen)
    return new


def _weighed(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    """Batches of records that are bounded in memory too."""
    batch: list[Hit] = []
    signs = 0
    for hit in hits:
        batch.append(hit)
        signs += len(hit.post.text)
        if len(batch) == _BATCH or signs >= _SIGNS:
            yield batch
            batch, signs = [], 0
    if batch:
        yield batch


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _sum(one: Saved, other: Saved) -> Saved:
    return Saved(
        one.created + other.created,
        one.updated + other.updated,
        one.unchanged + other.unchanged,
        (*one.refused, *other.refused)[:SHOWN],
    )


def _name(status: StoreStatus) -> str:
    return f"{status.kind}:{masked(status.place)}"
