"""Which segments were looked through for posts of people who are erased, and for which people.

In a table of the index of its own, made when the first one is erased. What is not in it is looked through
again; a segment that is in it never changes any more.
"""

from __future__ import annotations

from collections.abc import Iterable

from listening.archive.index import Index, Segment

_TABLE = """
CREATE TABLE IF NOT EXISTS cleared (
    path TEXT PRIMARY KEY,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_WAITING = """
SELECT s.id, s.path, s.bytes, s.closed FROM segments s
LEFT JOIN cleared c ON c.path = s.path AND c.state = ?
WHERE c.path IS NULL ORDER BY s.path
"""
_IS_CLEARED = "SELECT 1 FROM cleared WHERE path = ? AND state = ?"
_FORGET_GONE = "DELETE FROM cleared WHERE path NOT IN (SELECT path FROM segments UNION SELECT ?)"
QUARANTINE = "quarantine"
"""Stands for what is no segment, but is looked through as well."""


class Clearance:
    """`state` names the people (`Erased.state`)."""

    def __init__(self, index: Index) -> None:
        self._database = index.database
        with self._database.transaction() as connection:
            connection.execute(_TABLE)

    def waiting(self, state: str) -> list[Segment]:
        """Those that nobody has looked through for all of these people, in the order of their days."""
        with self._database.retold():
            rows = self._database.connection.execute(_WAITING, (state,)).fetchall()
        return [Segment(n, path, size, bool(closed)) for n, path, size, closed in rows]

    def has(self, path: str, state: str) -> bool:
        """Was this one, for all of these people?"""
        with self._database.retold():
            found = self._database.connection.execute(_IS_CLEARED, (path, state)).fetchone()
        return found is not None

    def keep(self, paths: Iterable[str], state: str) -> None:
        """These were."""
        with self._database.transaction() as connection:
            rows = ((path, state) for path in paths)
            connection.executemany("INSERT OR REPLACE INTO cleared VALUES (?, ?)", rows)
            connection.execute(_FORGET_GONE, (QUARANTINE,))
