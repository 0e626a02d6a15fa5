"""The ports over one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from listening.model import Hit, Metrics, ReviewEvent
from listening.query import Query, check_facet
from listening.store.buckets import bucketed
from listening.store.derive import fingerprint
from listening.store.ports import Cursor, Document, Flaw, Page, Saved, StoreStatus
from listening.store.sqlite import keeping, log, reading, writing
from listening.store.sqlite.database import Database
from listening.store.sqlite.indexing import Index


class SqliteStore:
    """A `Store` in one file. Any number of processes may use it; writers take turns, readers never wait."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._index = Index()
        try:
            self._renew_index()
        except BaseException:
            self._database.close()
            raise

    def save(self, hits: Sequence[Hit]) -> Saved:
        with self._changing(len(hits)) as connection:
            return writing.save(connection, self._index, hits)

    def withdraw(self, ids: Sequence[str]) -> int:
        with self._changing(len(ids)) as connection:
            return writing.withdraw(connection, self._index, ids)

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        with self._changing(len(seen)) as connection:
            return writing.observe(connection, self._index, seen)

    def put_records(self, hits: Sequence[Hit]) -> Saved:
        with self._changing(len(hits)) as connection:
            return writing.put(connection, self._index, hits)

    def delete_records(self, ids: Sequence[str]) -> int:
        with self._changing(len(ids)) as connection:
            return writing.delete(connection, self._index, ids)

    def get(self, hit_id: str) -> Hit | None:
        with self._database.reading() as connection:
            return reading.get(connection, hit_id)

    def search(self, query: Query, *, limit: int = 50, after: Cursor | None = None) -> Page:
        with self._database.reading() as connection:
            return reading.search(connection, query, limit, after)

    def count(self, query: Query) -> int:
        with self._database.reading() as connection:
            return reading.count(connection, query)

    def facets(self, query: Query, field: str) -> list[tuple[str, int]]:
        check_facet(field)
        with self._database.reading() as connection:
            return reading.facets(connection, query, field)

    def histogram(self, query: Query, interval: str, zone: str) -> list[tuple[datetime, int]]:
        with self._database.reading() as connection:
            counts = reading.moments(connection, query)
        return bucketed(counts, interval, zone)

    def scan(self, query: Query | None = None) -> Iterator[Hit]:
        with self._database.snapshot() as connection:
            yield from reading.scan(connection, query or Query())

    def append(self, event: ReviewEvent) -> bool:
        with self._database.writing() as connection:
            return log.append(connection, event)

    def read(self, case: str) -> list[ReviewEvent]:
        with self._database.reading() as connection:
            return log.read(connection, case)

    def events(self) -> Iterator[ReviewEvent]:
        with self._database.snapshot() as connection:
            yield from log.events(connection)

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        with self._database.writing() as connection:
            return log.put_events(connection, events)

    def get_document(self, key: str) -> Document | None:
        with self._database.reading() as connection:
            return log.get_document(connection, key)

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        with self._database.writing() as connection:
            return log.put_document(connection, key, body, version)

    def delete_document(self, key: str, version: int) -> None:
        with self._database.writing() as connection:
            log.delete_document(connection, key, version)

    def documents(self, prefix: str) -> Iterator[Document]:
        with self._database.reading() as connection:
            return iter(list(log.documents(connection, prefix)))

    def put_documents(self, documents: Sequence[Document]) -> int:
        with self._database.writing() as connection:
            return log.put_documents(connection, documents)

    def check(self) -> Iterator[Flaw]:
        with self._database.snapshot() as connection:
            yield from keeping.check(connection)

    def mend(self, flaws: Sequence[Flaw]) -> int:
        """All is derived anew, not these records alone: old tokens cannot be told from the text they left."""
        if not flaws:
            return 0
        with self._changing(0) as connection:
            keeping.rebuild(connection, self._index)
        return len({flaw.id for flaw in flaws})

    def status(self) -> StoreStatus:
        with self._database.reading() as connection:
            return keeping.status(connection, self._database.path)

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _changing(self, records: int) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.writing() as connection:
                yield connection
        except BaseException:
            self._index.forget()
            raise
        self._database.wrote(records)

    def _renew_index(self) -> None:
        """After an update of Unicode's or OpenCC's tables the old tokens are wrong: all are made anew."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM fact WHERE key = 'derived'").fetchone()
        if row is None or row[0] != fingerprint():
            with self._changing(0) as connection:
                self._index.rebuild(connection)
