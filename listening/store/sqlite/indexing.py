"""The derived tables kept in step with the records: old tokens and labels out, new ones in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from listening.codec import hit_from_json
from listening.model import Hit
from listening.store.derive import Forms, Label, fingerprint, forms, labels

_BATCH = 500
_MAX_REMEMBERED = 200_000


class Change(NamedTuple):
    """A record that is new (no `old`), replaces another under the same key, or goes (no `new`)."""

    pk: int
    old: Hit | None
    new: Hit | None


class Index:
    """Writes labels and texts. It remembers the ids of labels: `forget` them when a transaction failed."""

    def __init__(self) -> None:
        self._ids: dict[Label, int] = {}

    def forget(self) -> None:
        self._ids.clear()

    def update(self, connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
        """What stays the same is not touched."""
        _update_texts(connection, changes)
        self._update_labels(connection, changes)

    def rebuild(self, connection: sqlite3.Connection) -> None:
        """Derive everything anew from the records themselves."""
        self.forget()
        connection.execute("INSERT INTO hit_text(hit_text) VALUES('delete-all')")
        connection.execute("DELETE FROM hit_label")
        connection.execute("DELETE FROM label")
        rows = connection.execute("SELECT pk, json FROM record ORDER BY pk")
        while batch := rows.fetchmany(_BATCH):
            self.update(connection, [Change(pk, None, hit_from_json(json)) for pk, json in batch])
        connection.execute("INSERT OR REPLACE INTO fact VALUES('derived', ?)", (fingerprint(),))

    def _update_labels(self, connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
        gone: list[tuple[Label, int]] = []
        come: list[tuple[Label, int]] = []
        for pk, old, new in changes:
            before, after = (set(labels(hit)) if hit else set() for hit in (old, new))
            gone.extend((label, pk) for label in before - after)
            come.extend((label, pk) for label in after - before)
        self._learn(connection, (label for label, _ in (*gone, *come)))
        gone_rows, come_rows = (sorted((self._ids[label], pk) for label, pk in each) for each in (gone, come))
        connection.executemany("DELETE FROM hit_label WHERE label = ? AND pk = ?", gone_rows)
        connection.executemany("INSERT INTO hit_label VALUES(?, ?)", come_rows)

    def _learn(self, connection: sqlite3.Connection, wanted: Iterable[Label]) -> None:
        """Know the id of every wanted label; other processes may have made some of them."""
        if len(self._ids) > _MAX_REMEMBERED:
            self.forget()
        new = sorted({label for label in wanted if label not in self._ids})
        insert = "INSERT OR IGNORE INTO label(field, value, folded, counted) VALUES(?, ?, ?, ?)"
        connection.executemany(insert, new)
        find = "SELECT id FROM label WHERE field = ? AND value = ? AND counted = ?"
        for label in new:
            row = connection.execute(find, (label.field, label.value, label.counted)).fetchone()
            self._ids[label] = row[0]


def _update_texts(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    gone: list[tuple[int, Forms]] = []
    come: list[tuple[int, Forms]] = []
    for pk, old, new in changes:
        before, after = (forms(hit.post) if hit else None for hit in (old, new))
        if before == after:
            continue
        if before is not None:
            gone.append((pk, before))
        if after is not None:
            come.append((pk, after))
    delete = "INSERT INTO hit_text(hit_text, rowid, runs, words) VALUES('delete', ?, ?, ?)"
    connection.executemany(delete, [(pk, *old) for pk, old in gone])
    insert = "INSERT INTO hit_text(rowid, runs, words) VALUES(?, ?, ?)"
    connection.executemany(insert, [(pk, *new) for pk, new in come])
