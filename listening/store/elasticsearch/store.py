"""The ports over a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from listening.codec import hit_from_json
from listening.model import Hit, Metrics, ReviewEvent
from listening.query import Query, check_facet
from listening.store.buckets import bucketed
from listening.store.elasticsearch import indices, reading, writing
from listening.store.elasticsearch import migrate as migration
from listening.store.elasticsearch.address import Address
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.derive import digest
from listening.store.elasticsearch.log import Log
from listening.store.elasticsearch.schema import Layout, Names, layouts
from listening.store.ports import Cursor, Document, Flaw, Page, Progress, Saved, StoreStatus

_PAGE = 500


class ElasticsearchStore:
    """A `Store` in Elasticsearch or OpenSearch. Any number of machines may use it.

    What was saved is found by the next search, also by another program's: before it asks, a search has the
    server show what is written. While nobody searches, nothing of that costs anything.
    """

    def __init__(self, address: Address, layout: Mapping[str, Layout] | None = None) -> None:
        layout = layout or layouts()
        names = Names(address.prefix)
        self._connection = Connection(address)
        self._layout = layout
        try:
            indices.check(self._connection, names, layout)
        except BaseException:
            self._connection.close()
            raise
        self._hits, events, documents = (names.gated(layout[kind]) for kind in layout)
        self._log = Log(self._connection, events, documents)

    def save(self, hits: Sequence[Hit]) -> Saved:
        return writing.save(self._connection, self._hits, hits)

    def withdraw(self, ids: Sequence[str]) -> int:
        return writing.withdraw(self._connection, self._hits, ids)

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        return writing.observe(self._connection, self._hits, seen)

    def get(self, hit_id: str) -> Hit | None:
        return reading.get(self._connection, self._hits, hit_id)

    def search(self, query: Query, *, limit: int = 50, after: Cursor | None = None) -> Page:
        return reading.search(self._connection, self._shown(), query, limit, after)

    def count(self, query: Query) -> int:
        return reading.count(self._connection, self._shown(), query)

    def facets(self, query: Query, field: str) -> list[tuple[str, int]]:
        check_facet(field)
        return reading.facets(self._connection, self._shown(), query, field)

    def histogram(self, query: Query, interval: str, zone: str) -> list[tuple[datetime, int]]:
        return bucketed(reading.moments(self._connection, self._shown(), query), interval, zone)

    def scan(self, query: Query | None = None) -> Iterator[Hit]:
        """Every record that is there when it begins and whose `published_at` stays, exactly once."""
        yield from reading.scan(self._connection, self._shown(), query or Query())

    def append(self, event: ReviewEvent) -> bool:
        return self._log.append(event)

    def read(self, case: str) -> list[ReviewEvent]:
        return self._log.read(case)

    def get_document(self, key: str) -> Document | None:
        return self._log.get_document(key)

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        return self._log.put_document(key, body, version)

    def delete_document(self, key: str, version: int) -> None:
        self._log.delete_document(key, version)

    def documents(self, prefix: str) -> Iterator[Document]:
        return self._log.all_documents(prefix)

    def put_records(self, hits: Sequence[Hit]) -> Saved:
        return writing.put(self._connection, self._hits, hits)

    def delete_records(self, ids: Sequence[str]) -> int:
        return writing.delete(self._connection, self._hits, ids)

    def events(self) -> Iterator[ReviewEvent]:
        return self._log.all_events()

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        return self._log.put_events(events)

    def put_documents(self, documents: Sequence[Document]) -> int:
        return self._log.put_documents(documents)

    def check(self) -> Iterator[Flaw]:
        """The server keeps a document whole, so one digest tells whether it was derived from its record."""
        body = {"query": {"match_all": {}}, "sort": reading.ORDER, "_source": ["json", "derived"]}
        for page in reading.pages(self._connection, self._shown(), body, _PAGE):
            for each in page:
                hit = hit_from_json(each["_source"]["json"])
                if digest(hit) != each["_source"]["derived"]:
                    yield Flaw(hit.id, "its fields are not those of the record")

    def mend(self, flaws: Sequence[Flaw]) -> int:
        return writing.rewrite(self._connection, self._hits, [flaw.id for flaw in flaws])

    def status(self) -> StoreStatus:
        return indices.status(self._connection, Names(self._connection.address.prefix), self._layout)

    def close(self) -> None:
        self._connection.close()

    def _shown(self) -> str:
        """The index of the records, after everything written is visible to searches."""
        self._connection.refresh(self._hits)
        return self._hits


def prepare(address: Address, *, shards: int | None = None, replicas: int | None = None) -> list[str]:
    """Make the indices that are missing; their names. Raises `StoreError`."""
    with closing(Connection(address)) as connection:
        return indices.prepare(connection, Names(address.prefix), layouts(), shards=shards, replicas=replicas)


def migrate(address: Address, progress: Progress, layout: Mapping[str, Layout] | None = None) -> list[str]:
    """Bring every index into this program's layout, while others use it; the new names."""
    with closing(Connection(address)) as connection:
        return migration.migrate(connection, Names(address.prefix), layout or layouts(), progress)
