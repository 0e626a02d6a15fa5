"""SQLite's troubles as ours: one line that says what is wrong with the file and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from listening.errors import StoreError

BUSY_SECONDS = 60.0
"""How long a writer waits for the others: a batch takes milliseconds, a new index up to a minute."""

_RIGHTS = "check that its folder exists and that both may be written"
_DAMAGED = "put back a copy of it, or move it away and run `listening replay` (which loses the work on cases)"
_TROUBLES = {
    sqlite3.SQLITE_BUSY: ("another process keeps it locked", "try again when that one is done"),
    sqlite3.SQLITE_LOCKED: ("another process keeps it locked", "try again when that one is done"),
    sqlite3.SQLITE_FULL: ("the disk is full", "make room and run the same command again"),
    sqlite3.SQLITE_IOERR: ("the disk cannot be read or written", "check the disk and its free space"),
    sqlite3.SQLITE_PERM: ("may not be used", _RIGHTS),
    sqlite3.SQLITE_READONLY: ("may not be written", _RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", _RIGHTS),
    sqlite3.SQLITE_CORRUPT: ("is damaged", _DAMAGED),
    sqlite3.SQLITE_NOTADB: ("is not a database, or is damaged", _DAMAGED),
}


@contextmanager
def retold(path: Path) -> Iterator[None]:
    """No exception of SQLite's leaves here; each becomes a `StoreError` about the file."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if isinstance(code, int) else None
        what, cure = _TROUBLES.get(primary or 0, ("cannot be used", "run `listening doctor`"))
        raise StoreError(str(path), f"{what} ({error})", cure) from error
