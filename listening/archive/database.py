"""The archive's SQLite files: opened alike, versioned, their troubles retold in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from listening.archive.locks import folder_lock, make_folder
from listening.errors import ArchiveError

BUSY_SECONDS = 60.0
"""How long a writer waits for another process: a batch takes milliseconds, a rebuild some seconds."""


class Database:
    """One SQLite file shared by processes. Transactions take the write lock at once, so none can deadlock."""

    def __init__(self, path: Path, schema: str, version: int, cure: str) -> None:
        self.path = path
        self._cure = cure
        try:
            make_folder(path.parent)
        except OSError as error:
            raise ArchiveError(str(path.parent), f"cannot be created ({error.strerror})", _RIGHTS) from None
        with self.retold(), folder_lock(path.parent):
            self.connection = self.connect()
            try:
                self._prepare(schema, version)
            except BaseException:
                self.connection.close()
                raise

    def connect(self) -> sqlite3.Connection:
        """Another connection to the same file, for long readers."""
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, schema: str, version: int) -> None:
        found: int = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found > version:
            what = f"was written by a newer program (schema {found}, this one knows {version})"
            raise ArchiveError(str(self.path), what, "update listening")
        self.connection.execute("PRAGMA journal_mode = WAL")
        if found < version:
            self.connection.executescript(f"BEGIN; {schema}; PRAGMA user_version = {version}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing."""
        with self.retold():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.rollback()
                raise

    @contextmanager
    def retold(self) -> Iterator[None]:
        """SQLite's and the file system's errors as `ArchiveError`."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise ArchiveError(str(self.path), f"cannot be used ({error})", _RIGHTS) from error
        except sqlite3.DatabaseError as error:
            raise ArchiveError(str(self.path), f"is damaged ({error})", self._cure) from error

    def close(self) -> None:
        self.connection.close()


_RIGHTS = "check that the folder exists, may be written and has space left"
