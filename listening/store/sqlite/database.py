"""The open file: whose it is, its transactions, its log kept small."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from time import monotonic, sleep

from listening.errors import StoreError, StoreTooNew
from listening.store.sqlite.errors import BUSY_SECONDS, retold
from listening.store.sqlite.schema import APPLICATION_ID, STATEMENTS, VERSION

CHECKPOINT_EVERY = 10_000
"""Records between two checkpoints: measured, it holds the write-ahead log at a few MB under constant load."""

_BUSY_PAUSE = 0.01


class Database:
    """One file shared by processes; threads of one process take turns on one connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._written = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                str(path.parent), f"cannot be made ({error.strerror})", "check the path"
            ) from None
        with retold(path):
            self._connection = self.connect()
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def connect(self) -> sqlite3.Connection:
        """Another connection to the same file, for long readers."""
        return sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Everything asked inside is answered from one moment of the file."""
        with self._lock, retold(self.path), _transaction(self._connection, "BEGIN"):
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. The lock is taken at once, so that no two writers can wait for each other."""
        with self._lock, retold(self.path), _transaction(self._connection, "BEGIN IMMEDIATE"):
            yield self._connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own: what others write meanwhile is not in it, and nobody waits for it."""
        with retold(self.path), closing(self.connect()) as connection:
            connection.execute("BEGIN")
            yield connection

    def wrote(self, records: int) -> None:
        """Tell how much was committed; now and then the log is brought home."""
        with self._lock:
            self._written += records
            if self._written >= CHECKPOINT_EVERY:
                self._written = 0
                self._checkpoint()

    def close(self) -> None:
        with self._lock, retold(self.path):
            self._connection.close()

    def _checkpoint(self) -> None:
        """Empty the log, unless a reader still needs it: nobody waits for that; the next time will do."""
        with retold(self.path):
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA cache_size = -65536")
        with _transaction(self._connection, "BEGIN"):
            is_new = self._is_new()
        self._turn_to_wal()
        if is_new:
            with _transaction(self._connection, "BEGIN IMMEDIATE"):
                if self._is_new():
                    self._create()

    def _turn_to_wal(self) -> None:
        """SQLite waits for nobody here: of several that open a new file together, all but one would fail."""
        patience = monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL").fetchall()
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > patience:
                    raise
            sleep(_BUSY_PAUSE)

    def _is_new(self) -> bool:
        """Is the file still empty? Raises `StoreError` where it is somebody else's or too new."""
        owner, version, tables = (
            self._connection.execute(question).fetchone()[0]
            for question in (
                "PRAGMA application_id",
                "PRAGMA user_version",
                "SELECT count(*) FROM sqlite_master",
            )
        )
        if (owner, version, tables) == (0, 0, 0):
            return True
        if owner != APPLICATION_ID:
            cure = "name another file under `store:` in config.yaml"
            raise StoreError(str(self.path), "is a database of another program", cure)
        if version > VERSION:
            what = f"was written by a newer program (schema {version}, this one knows {VERSION})"
            raise StoreTooNew(str(self.path), what, "update listening")
        return False

    def _create(self) -> None:
        for statement in STATEMENTS:
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
