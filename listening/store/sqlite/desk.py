"""Cases in a table of their own; beside each what it is found by, so that an index leads to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from listening.errors import StoreError
from listening.model import Case
from listening.store.instants import milliseconds
from listening.store.placing import CasePlace, case_json, case_place, check_asked, read_case
from listening.store.ports import Flaw

_BATCH = 500
_COLUMNS = ("json", *CasePlace._fields)
_NEW = ", ".join(f"excluded.{name}" for name in _COLUMNS)
_OLD = ", ".join(f"cases.{name}" for name in _COLUMNS)
_PUT = (
    f"INSERT INTO cases(id, {', '.join(_COLUMNS)}) VALUES({', '.join('?' * (1 + len(_COLUMNS)))})"
    f" ON CONFLICT(id) DO UPDATE SET ({', '.join(_COLUMNS)}) = ({_NEW})"
)
_PUT_NEWER = f"{_PUT} WHERE excluded.n > cases.n"
_PUT_ANYWAY = f"{_PUT} WHERE ({_NEW}) IS NOT ({_OLD})"
_LIVE = "urgency IS NOT NULL"


def put(connection: sqlite3.Connection, cases: Sequence[Case], *, anyway: bool) -> int:
    before = connection.total_changes
    rows = ((case.id, case_json(case), *case_place(case)) for case in cases)
    connection.executemany(_PUT_ANYWAY if anyway else _PUT_NEWER, rows)
    return connection.total_changes - before


def get(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Case]:
    found: dict[str, str] = {}
    for batch in _batches(dict.fromkeys(ids)):
        find = f"SELECT id, json FROM cases WHERE id IN ({_marks(batch)})"
        found.update(connection.execute(find, batch))
    return [read_case(found[each]) for each in ids if each in found]


def waiting(connection: sqlite3.Connection, queue: str | None, now: datetime, limit: int) -> list[Case]:
    """Along the index in the order of urgency, until there are enough; only those are read."""
    sql, args = _of_queue(queue)
    find = f"SELECT json FROM cases WHERE {sql} AND free_at <= ? ORDER BY urgency LIMIT ?"
    return _read(connection.execute(find, [*args, milliseconds(now), limit]))


def live(connection: sqlite3.Connection, queue: str | None) -> Iterator[Case]:
    sql, args = _of_queue(queue)
    rows = connection.execute(f"SELECT json FROM cases WHERE {sql} ORDER BY urgency", args)
    return (read_case(json) for (json,) in rows)


def due(connection: sqlite3.Connection, before: datetime, limit: int) -> list[Case]:
    find = "SELECT json FROM cases WHERE due_at < ? ORDER BY due_at, id LIMIT ?"
    return _read(connection.execute(find, (milliseconds(before), limit)))


def by(connection: sqlite3.Connection, field: str, values: Sequence[str]) -> list[Case]:
    column, found = check_asked(field), list[Case]()
    for batch in _batches(dict.fromkeys(values)):
        find = f"SELECT json FROM cases WHERE {column} IN ({_marks(batch)})"
        found.extend(_read(connection.execute(find, batch)))
    return sorted(found, key=lambda case: case.id)


def scan(connection: sqlite3.Connection) -> Iterator[Case]:
    return (read_case(json) for (json,) in connection.execute("SELECT json FROM cases ORDER BY id"))


def check(connection: sqlite3.Connection) -> Iterator[Flaw]:
    """Does every case stand where it says that it does?"""
    for case_id, json, *found in connection.execute(
        f"SELECT id, {', '.join(_COLUMNS)} FROM cases ORDER BY id"
    ):
        try:
            case = read_case(json)
        except StoreError as error:
            yield Flaw(case_id, f"the case itself {error.what}", "case")
            continue
        names, right = ("id", *CasePlace._fields), (case.id, *case_place(case))
        for name, there, wanted in zip(names, (case_id, *found), right, strict=True):
            if there != wanted:
                yield Flaw(case_id, f"{name} is {there}, not {wanted}", "case")


def renew(connection: sqlite3.Connection) -> None:
    """Place all anew; one that cannot be read stays where it is."""
    set_all = ", ".join(f"{name} = ?" for name in CasePlace._fields)
    ids = [case_id for (case_id,) in connection.execute("SELECT id FROM cases")]
    for batch in _batches(ids):
        find = f"SELECT id, json FROM cases WHERE id IN ({_marks(batch)})"
        rows = []
        for case_id, json in connection.execute(find, batch).fetchall():
            try:
                rows.append((*case_place(read_case(json)), case_id))
            except StoreError:
                continue
        connection.executemany(f"UPDATE cases SET {set_all} WHERE id = ?", rows)


def _of_queue(queue: str | None) -> tuple[str, list[str | int]]:
    return (_LIVE, []) if queue is None else (f"queue = ? AND {_LIVE}", [queue])


def _read(rows: sqlite3.Cursor) -> list[Case]:
    return [read_case(json) for (json,) in rows]


def _batches(items: Sequence[str] | dict[str, None]) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
