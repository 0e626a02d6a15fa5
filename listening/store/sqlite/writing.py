"""Records into tables: each once a batch however often it came, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from listening.codec import hit_from_json
from listening.model import Hit, Metrics, Status
from listening.store.checks import published_at, storable
from listening.store.instants import milliseconds
from listening.store.merge import merged, watching, withdrawn
from listening.store.ports import Saved
from listening.store.sqlite.indexing import Change, Index

_BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """A record, the string it is kept as, and its key where it has one."""

    hit: Hit
    json: str
    pk: int | None = None


def save(connection: sqlite3.Connection, index: Index, hits: Sequence[Hit]) -> Saved:
    return _save(connection, index, hits, merged)


def put(connection: sqlite3.Connection, index: Index, hits: Sequence[Hit]) -> Saved:
    return _save(connection, index, hits, lambda _old, new: new)


def delete(connection: sqlite3.Connection, index: Index, ids: Sequence[str]) -> int:
    done = 0
    for batch in _batches(ids):
        gone = [(kept.pk, kept.hit) for kept in _load(connection, batch).values() if kept.pk is not None]
        index.update(connection, [Change(pk, hit, None) for pk, hit in gone])
        for table in ("hit", "record"):
            connection.executemany(f"DELETE FROM {table} WHERE pk = ?", [(pk,) for pk, _ in gone])
        done += len(gone)
    return done


def _save(
    connection: sqlite3.Connection, index: Index, hits: Sequence[Hit], become: Callable[[Hit, Hit], Hit]
) -> Saved:
    done: Counter[str] = Counter()
    for batch in _batches(hits):
        before = _load(connection, (hit.id for hit in batch))
        after = dict(before)
        for hit in batch:
            old = after.get(hit.id)
            after[hit.id] = new = _kept(become(old.hit, hit) if old else hit)
            done["created" if old is None else "unchanged" if new.json == old.json else "updated"] += 1
        _write(connection, index, before, after)
    return Saved(done["created"], done["updated"], done["unchanged"])


def withdraw(connection: sqlite3.Connection, index: Index, ids: Sequence[str]) -> int:
    return _change(connection, index, [(hit_id, withdrawn) for hit_id in ids])


def observe(
    connection: sqlite3.Connection, index: Index, seen: Sequence[tuple[str, datetime, Metrics]]
) -> int:
    return _change(connection, index, [(hit_id, watching(at, metrics)) for hit_id, at, metrics in seen])


def _change(
    connection: sqlite3.Connection, index: Index, changes: Sequence[tuple[str, Callable[[Hit], Hit]]]
) -> int:
    done = 0
    for batch in _batches(changes):
        before = _load(connection, (hit_id for hit_id, _ in batch))
        after = dict(before)
        for hit_id, change in batch:
            if hit_id in after and (new := _kept(change(after[hit_id].hit))).json != after[hit_id].json:
                after[hit_id] = new
                done += 1
        _write(connection, index, before, after)
    return done


def _write(
    connection: sqlite3.Connection, index: Index, before: Mapping[str, Kept], after: Mapping[str, Kept]
) -> None:
    free: int = 1 + connection.execute("SELECT coalesce(max(pk), 0) FROM hit").fetchone()[0]
    rows: list[tuple[int, Kept]] = []
    changes: list[Change] = []
    for hit_id, new in after.items():
        old = before.get(hit_id)
        if old is not None and old.json == new.json:
            continue
        pk = old.pk if old is not None and old.pk is not None else free + len(changes)
        rows.append((pk, new))
        changes.append(Change(pk, old.hit if old else None, new.hit))
    _write_records(connection, rows)
    index.update(connection, changes)


def columns(hit: Hit) -> tuple[str, int, int]:
    """What `hit` repeats of a record: id, published_at, withdrawn."""
    return hit.id, milliseconds(published_at(hit)), int(hit.status is Status.WITHDRAWN)


def _write_records(connection: sqlite3.Connection, rows: Sequence[tuple[int, Kept]]) -> None:
    connection.executemany(
        "INSERT INTO hit VALUES(?, ?, ?, ?) ON CONFLICT(pk)"
        " DO UPDATE SET published_at = excluded.published_at, withdrawn = excluded.withdrawn",
        [(pk, *columns(kept.hit)) for pk, kept in rows],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO record VALUES(?, ?)", [(pk, kept.json) for pk, kept in rows]
    )


def _load(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Kept]:
    unique = list(dict.fromkeys(ids))
    marks = ",".join("?" * len(unique))
    find = f"SELECT id, pk, json FROM hit JOIN record USING(pk) WHERE id IN ({marks})"
    return {
        hit_id: Kept(hit_from_json(json), json, pk) for hit_id, pk, json in connection.execute(find, unique)
    }


def _kept(hit: Hit) -> Kept:
    return Kept(hit, storable(hit).decode())


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
