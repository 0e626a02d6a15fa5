"""Records into the index. Without transactions: what is there is replaced only while it is what was read.

A new record is created; where that says "already there", the record is read, merged and written over that
very writing, and again if somebody else was quicker. So engagement, statuses and edited texts, written by
several programs at once, never undo each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from listening.codec import hit_from_json, plain_json
from listening.errors import StoreError
from listening.model import Hit, Metrics
from listening.store.checks import check_storable, storable
from listening.store.elasticsearch.bulk import Operation, Version, bulk
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.derive import document, document_id
from listening.store.merge import merged, watching, withdrawn
from listening.store.ports import Refusal, Saved

_BATCH = 500
_CONFLICT = 409
T = TypeVar("T")
Merge = Callable[[Hit, Hit], Hit]
"""From the record that is there and the one that comes: the one to keep."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it is kept, and which writing of it that is."""

    hit: Hit
    json: str
    version: Version


def save(connection: Connection, index: str, hits: Sequence[Hit]) -> Saved:
    """Most records are new, so creating comes first and asking later."""
    return _save(connection, index, hits, merged, ask_first=False)


def put(connection: Connection, index: str, hits: Sequence[Hit]) -> Saved:
    """Records as they come, whatever is there."""
    return _save(connection, index, hits, lambda _, new: new, ask_first=True)


def withdraw(connection: Connection, index: str, ids: Sequence[str]) -> int:
    return _change(connection, index, [(hit_id, withdrawn) for hit_id in ids])


def observe(connection: Connection, index: str, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
    return _change(connection, index, [(hit_id, watching(at, metrics)) for hit_id, at, metrics in seen])


def delete(connection: Connection, index: str, ids: Sequence[str]) -> int:
    """The number of those that were there."""
    operations = [Operation("delete", document_id(hit_id)) for hit_id in dict.fromkeys(ids)]
    return sum(done.is_good for done in bulk(connection, index, operations))


def rewrite(connection: Connection, index: str, ids: Iterable[str]) -> int:
    """Derive anew what stands beside the records; the number of those that are still there."""
    done = 0
    for batch in _batches(ids):
        waiting = dict.fromkeys(batch)
        while kept := _load(connection, index, waiting):
            operations = [_over(each.hit, each.json, each) for each in kept.values()]
            results = bulk(connection, index, operations)
            waiting = dict.fromkeys(
                i for i, each in zip(kept, results, strict=True) if each.status == _CONFLICT
            )
            done += len(kept) - len(waiting)
    return done


def _save(connection: Connection, index: str, hits: Sequence[Hit], merge: Merge, *, ask_first: bool) -> Saved:
    for hit in hits:
        check_storable(hit)  # all of a list or nothing: nothing is written before the last one is looked at
    done: Counter[str] = Counter()
    refused: list[Refusal] = []
    for batch in _batches(hits):
        waiting: dict[str, list[Hit]] = {}
        for hit in batch:
            waiting.setdefault(hit.id, []).append(hit)
        known = _load(connection, index, waiting) if ask_first else {}
        while waiting:
            waiting = _write(connection, index, waiting, known, merge, done, refused)
            known = _load(connection, index, waiting)
    return Saved(done["created"], done["updated"], done["unchanged"], tuple(refused))


def _write(
    connection: Connection,
    index: str,
    waiting: Mapping[str, list[Hit]],
    known: Mapping[str, Kept],
    merge: Merge,
    done: Counter[str],
    refused: list[Refusal],
) -> dict[str, list[Hit]]:
    """One attempt for each record. Those that somebody else wrote meanwhile are to be tried again."""
    planned: list[tuple[str, Counter[str], Operation]] = []
    for hit_id, versions in waiting.items():
        old = known.get(hit_id)
        final, json, counts = _folded(old, versions, merge)
        if old and old.json == json:
            done += counts
        else:
            planned.append((hit_id, counts, _over(final, json, old)))
    results = bulk(connection, index, [operation for _, _, operation in planned])
    again: dict[str, list[Hit]] = {}
    for (hit_id, counts, _), result in zip(planned, results, strict=True):
        if result.is_good:
            done += counts
        elif result.status == _CONFLICT:
            again[hit_id] = waiting[hit_id]
        else:
            refused.append(Refusal(hit_id, result.reason))
    return again


def _folded(old: Kept | None, versions: Sequence[Hit], merge: Merge) -> tuple[Hit, str, Counter[str]]:
    """What the versions of one record come to, one by one, as it is kept, and what each of them did."""
    counts: Counter[str] = Counter()
    now, json = (old.hit, old.json) if old else (None, "")
    for version in versions:
        new = merge(now, version) if now else version
        written = storable(new).decode()
        counts["created" if now is None else "unchanged" if written == json else "updated"] += 1
        now, json = new, written
    assert now is not None
    return now, json, counts


def _change(connection: Connection, index: str, changes: Sequence[tuple[str, Callable[[Hit], Hit]]]) -> int:
    """Apply changes to the records that are there, in order; the number that changed something."""
    total = 0
    for batch in _batches(changes):
        waiting: dict[str, list[Callable[[Hit], Hit]]] = {}
        for hit_id, change in batch:
            waiting.setdefault(hit_id, []).append(change)
        while kept := _load(connection, index, waiting):
            waiting, done = _change_once(connection, index, waiting, kept)
            total += done
    return total


def _change_once(
    connection: Connection,
    index: str,
    waiting: Mapping[str, list[Callable[[Hit], Hit]]],
    kept: Mapping[str, Kept],
) -> tuple[dict[str, list[Callable[[Hit], Hit]]], int]:
    planned: list[tuple[str, int, Operation]] = []
    for hit_id, old in kept.items():
        new, json, changed = _applied(old, waiting[hit_id])
        if changed:
            planned.append((hit_id, changed, _over(new, json, old)))
    results = bulk(connection, index, [operation for _, _, operation in planned])
    again: dict[str, list[Callable[[Hit], Hit]]] = {}
    total = 0
    for (hit_id, changed, _), result in zip(planned, results, strict=True):
        if result.status == _CONFLICT:
            again[hit_id] = waiting[hit_id]
        elif result.is_good:
            total += changed
        else:
            raise StoreError(hit_id, f"cannot be changed: {result.reason}", "run `listening store verify`")
    return again, total


def _applied(old: Kept, changes: Sequence[Callable[[Hit], Hit]]) -> tuple[Hit, str, int]:
    hit, json, changed = old.hit, old.json, 0
    for change in changes:
        hit = change(hit)
        written = storable(hit).decode()
        changed += written != json
        json = written
    return hit, json, changed


def _over(hit: Hit, json: str, old: Kept | None) -> Operation:
    verb = "create" if old is None else "index"
    source = plain_json(document(hit, json))
    return Operation(verb, document_id(hit.id), source, old.version if old else None)


def _load(connection: Connection, index: str, ids: Iterable[str]) -> dict[str, Kept]:
    """The records that are there, as they are in this moment."""
    wanted = [document_id(hit_id) for hit_id in ids]
    if not wanted:
        return {}
    found: dict[str, Kept] = {}
    for each in connection.documents(index, wanted, _source_includes="json"):
        if each["found"]:
            json = each["_source"]["json"]
            version = Version(each["_seq_no"], each["_primary_term"])
            hit = hit_from_json(json)
            found[hit.id] = Kept(hit, json, version)
    return found


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
