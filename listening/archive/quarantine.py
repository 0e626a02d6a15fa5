"""What could not be read, kept with the reason until somebody looks at it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from listening.archive.database import Database

VERSION = 1
MAX_RAW = 1_000_000
"""Bytes of one entry that are kept; `size` says how many there were."""

SCHEMA = """
CREATE TABLE entries (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw BLOB NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (source, file, line, digest)
) STRICT
"""
_COLUMNS = "n, source, file, line, reason, raw, size, at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that could not be read. `line` is 0 where lines do not count; `size` is that of the whole."""

    n: int
    source: str
    file: str
    line: int
    reason: str
    raw: bytes
    size: int
    at: datetime

    @property
    def cut(self) -> bool:
        """Only the beginning was kept."""
        return self.size > len(self.raw)


class Quarantine:
    """The entries, in a SQLite file of their own: `listening quarantine list|show|retry`."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA, VERSION, "move it away: a new, empty one is begun")

    def add(
        self,
        *,
        source: str,
        file: str,
        line: int,
        reason: str,
        raw: bytes,
        at: datetime,
        size: int | None = None,
    ) -> bool:
        """Keep it; False if the same thing from the same place is there already, whose reason is renewed.

        `size` is for a caller that has cut `raw` itself.
        """
        digest = hashlib.sha1(raw).digest()
        entry = (source, file, line, reason, raw[:MAX_RAW], size or len(raw), digest, _milliseconds(at))
        with self._database.transaction() as connection:
            added = connection.execute(
                "INSERT OR IGNORE INTO entries (source, file, line, reason, raw, size, digest, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                entry,
            ).rowcount
            if not added:
                connection.execute(
                    "UPDATE entries SET reason = ? WHERE source = ? AND file = ? AND line = ? AND digest = ?",
                    (reason, source, file, line, digest),
                )
        return bool(added)

    def entries(self, *, source: str | None = None, limit: int = -1, after: int = 0) -> list[Entry]:
        """Entries in the order they came, from behind number `after`."""
        query = (
            f"SELECT {_COLUMNS} FROM entries WHERE n > ? AND source = coalesce(?, source) ORDER BY n LIMIT ?"
        )
        return list(self._read(query, after, source, limit))

    def get(self, n: int) -> Entry | None:
        """The entry with this number."""
        return next(self._read(f"SELECT {_COLUMNS} FROM entries WHERE n = ?", n), None)

    def remove(self, n: int) -> bool:
        """It was retried with success, or is not worth keeping; False if there is no such entry."""
        with self._database.transaction() as connection:
            return bool(connection.execute("DELETE FROM entries WHERE n = ?", (n,)).rowcount)

    def counts(self) -> dict[str, int]:
        """Number of entries by source."""
        query = "SELECT source, count(*) FROM entries GROUP BY source ORDER BY source"
        with self._database.retold():
            return dict(self._database.connection.execute(query).fetchall())

    def _read(self, query: str, *values: Any) -> Iterator[Entry]:
        with self._database.retold():
            rows = self._database.connection.execute(query, values).fetchall()
        names = _COLUMNS.split(", ")
        for row in rows:
            entry = dict(zip(names, row, strict=True))
            yield Entry(**entry | {"at": datetime.fromtimestamp(entry["at"] / 1000, UTC)})

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
