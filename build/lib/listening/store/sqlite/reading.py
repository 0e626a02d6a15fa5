"""What searches answer. Counting and ordering use the narrow tables; records are read last, by their key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from listening.codec import hit_from_json
from listening.model import Hit
from listening.query import Query
from listening.store.checks import published_at
from listening.store.instants import milliseconds, moment
from listening.store.ports import Cursor, Page
from listening.store.sqlite.where import where

_ORDER = "ORDER BY hit.published_at DESC, hit.id DESC"
_QUARTER = 15 * 60 * 1000
_EVEN_ZONES = milliseconds(datetime(1972, 2, 1, tzinfo=UTC))
"""Since then every zone is whole quarters of an hour off UTC (Liberia was the last one that was not)."""
_CHUNK = 500


def get(connection: sqlite3.Connection, hit_id: str) -> Hit | None:
    row = connection.execute("SELECT json FROM hit JOIN record USING(pk) WHERE id = ?", (hit_id,)).fetchone()
    return hit_from_json(row[0]) if row else None


def count(connection: sqlite3.Connection, query: Query) -> int:
    sql, args = where(query)
    found: int = connection.execute(f"SELECT count(*) FROM hit WHERE {sql}", args).fetchone()[0]
    return found


def search(connection: sqlite3.Connection, query: Query, limit: int, after: Cursor | None) -> Page:
    sql, args = where(query)
    if after is not None:
        sql += " AND (hit.published_at, hit.id) < (?, ?)"
        args = [*args, milliseconds(after.published_at), after.id]
    rows = connection.execute(f"SELECT hit.pk FROM hit WHERE {sql} {_ORDER} LIMIT ?", [*args, limit + 1])
    keys = [pk for (pk,) in rows]
    hits = _records(connection, keys[:limit])
    last = Cursor(published_at(hits[-1]), hits[-1].id) if hits and len(keys) > limit else None
    return Page(tuple(hits), count(connection, query), last)


def facets(connection: sqlite3.Connection, query: Query, field: str) -> list[tuple[str, int]]:
    """CROSS JOIN and `+` keep the loops as written: each label of the field, its records sought in the found.

    Left alone, SQLite looks for each found record under each label, which takes minutes for many authors.
    """
    sql, args = where(query)
    return connection.execute(
        "SELECT label.value, count(*) AS n FROM label CROSS JOIN hit_label ON hit_label.label = label.id"
        f" WHERE label.field = ? AND label.counted AND +hit_label.pk IN (SELECT hit.pk FROM hit WHERE {sql})"
        " GROUP BY label.id ORDER BY n DESC, label.value",
        [field, *args],
    ).fetchall()


def moments(connection: sqlite3.Connection, query: Query) -> list[tuple[datetime, int]]:
    """Records per quarter of an hour, fine enough for every zone; older ones to the millisecond."""
    sql, args = where(query)
    rows = connection.execute(
        f"SELECT iif(published_at < {_EVEN_ZONES}, published_at, published_at / {_QUARTER} * {_QUARTER})"
        f" AS slot, count(*) FROM hit WHERE {sql} GROUP BY slot",
        args,
    )
    return [(moment(slot), n) for slot, n in rows]


def scan(connection: sqlite3.Connection, query: Query) -> Iterator[Hit]:
    """One statement gives the order; records follow in chunks, so that no sort ever carries them along."""
    sql, args = where(query)
    keys = connection.execute(f"SELECT hit.pk FROM hit WHERE {sql} {_ORDER}", args)
    while chunk := [pk for (pk,) in keys.fetchmany(_CHUNK)]:
        yield from _records(connection, chunk)


def _records(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Hit]:
    marks = ",".join("?" * len(keys))
    found = dict(connection.execute(f"SELECT pk, json FROM record WHERE pk IN ({marks})", keys))
    return [hit_from_json(found[pk]) for pk in keys]
