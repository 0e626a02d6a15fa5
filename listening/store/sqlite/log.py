"""Events and documents: small things that must not be written over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from listening.codec import canonical, event_from_json, read_json, to_json
from listening.model import ReviewEvent
from listening.store.checks import check_same, check_step, conflict
from listening.store.ports import Document


def append(connection: sqlite3.Connection, event: ReviewEvent) -> bool:
    taken = connection.execute("SELECT coalesce(max(n), 0) FROM event WHERE case_id = ?", (event.case,))
    if not check_step(event, taken.fetchone()[0]):
        return False
    row = (event.case, event.n, to_json(event).decode())
    connection.execute("INSERT INTO event VALUES(?, ?, ?)", row)
    return True


def read(connection: sqlite3.Connection, case: str) -> list[ReviewEvent]:
    rows = connection.execute("SELECT json FROM event WHERE case_id = ? ORDER BY n", (case,))
    return [event_from_json(json) for (json,) in rows]


def events(connection: sqlite3.Connection) -> Iterator[ReviewEvent]:
    rows = connection.execute("SELECT json FROM event ORDER BY case_id, n")
    return (event_from_json(json) for (json,) in rows)


def put_events(connection: sqlite3.Connection, events: Sequence[ReviewEvent]) -> int:
    return sum(_put_event(connection, event) for event in events)


def _put_event(connection: sqlite3.Connection, event: ReviewEvent) -> bool:
    if append(connection, event):
        return True
    find = "SELECT json FROM event WHERE case_id = ? AND n = ?"
    check_same(event, event_from_json(connection.execute(find, (event.case, event.n)).fetchone()[0]))
    return False


def get_document(connection: sqlite3.Connection, key: str) -> Document | None:
    row = connection.execute("SELECT json, version FROM document WHERE key = ?", (key,)).fetchone()
    return Document(key, read_json(row[0]), row[1]) if row else None


def put_document(connection: sqlite3.Connection, key: str, body: Mapping[str, Any], version: int) -> Document:
    json = canonical(body)
    document = Document(key, read_json(json, key), version + 1)
    _check_version(connection, key, version)
    connection.execute("INSERT OR REPLACE INTO document VALUES(?, ?, ?)", (key, version + 1, json.decode()))
    return document


def put_documents(connection: sqlite3.Connection, documents: Sequence[Document]) -> int:
    """Counted are those that changed something, each key once."""
    rows = {each.key: (each.key, each.version, canonical(each.body).decode()) for each in documents}
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO document VALUES(?, ?, ?) ON CONFLICT(key)"
        " DO UPDATE SET version = excluded.version, json = excluded.json"
        " WHERE version <> excluded.version OR json <> excluded.json",
        rows.values(),
    )
    return connection.total_changes - before


def delete_document(connection: sqlite3.Connection, key: str, version: int) -> None:
    _check_version(connection, key, version)
    connection.execute("DELETE FROM document WHERE key = ?", (key,))


def documents(connection: sqlite3.Connection, prefix: str) -> Iterator[Document]:
    rows = connection.execute(
        "SELECT key, json, version FROM document WHERE key >= ? AND substr(key, 1, ?) = ? ORDER BY key",
        (prefix, len(prefix), prefix),
    )
    return (Document(key, read_json(json), version) for key, json, version in rows)


def _check_version(connection: sqlite3.Connection, key: str, version: int) -> None:
    row = connection.execute("SELECT version FROM document WHERE key = ?", (key,)).fetchone()
    found = row[0] if row else 0
    if found != version:
        raise conflict(key, found, version)
