"""`memory:`: everything in this process and gone with it. For trials and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import RLock
from typing import Any

from listening.codec import canonical, event_from_json, hit_from_json, read_json, to_json
from listening.model import Hit, Metrics, ReviewEvent, Status
from listening.query import Query, check_facet, facet_values, predicate
from listening.store.buckets import bucketed
from listening.store.checks import check_same, check_step, conflict, published_at, storable
from listening.store.merge import merged, watching, withdrawn
from listening.store.ports import Cursor, Document, Flaw, Page, Saved, StoreStatus


class MemoryStore:
    """A `Store` of dictionaries. Records pass through the wire format, so they come back as from a disk."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._hits: dict[str, Hit] = {}
        self._events: dict[str, list[bytes]] = {}
        self._documents: dict[str, tuple[bytes, int]] = {}

    def save(self, hits: Sequence[Hit]) -> Saved:
        return self._save(hits, merged)

    def put_records(self, hits: Sequence[Hit]) -> Saved:
        return self._save(hits, lambda _old, new: new)

    def _save(self, hits: Sequence[Hit], become: Callable[[Hit, Hit], Hit]) -> Saved:
        done: Counter[str] = Counter()
        kept = [hit_from_json(storable(hit)) for hit in hits]
        with self._lock:
            for hit in kept:
                old = self._hits.get(hit.id)
                self._hits[hit.id] = new = become(old, hit) if old else hit
                done["created" if old is None else "unchanged" if new == old else "updated"] += 1
        return Saved(done["created"], done["updated"], done["unchanged"])

    def withdraw(self, ids: Sequence[str]) -> int:
        return sum(self._change(hit_id, withdrawn) for hit_id in ids)

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        return sum(self._change(hit_id, watching(at, metrics)) for hit_id, at, metrics in seen)

    def get(self, hit_id: str) -> Hit | None:
        return self._hits.get(hit_id)

    def search(self, query: Query, *, limit: int = 50, after: Cursor | None = None) -> Page:
        found = self._found(query)
        rest = [hit for hit in found if after is None or _order(hit) < (after.published_at, after.id)]
        page = rest[:limit]
        more = len(rest) > len(page) > 0
        return Page(tuple(page), len(found), Cursor(*_order(page[-1])) if more else None)

    def count(self, query: Query) -> int:
        return len(self._found(query))

    def facets(self, query: Query, field: str) -> list[tuple[str, int]]:
        check_facet(field)
        counts = Counter(value for hit in self._found(query) for value in facet_values(hit, field))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def histogram(self, query: Query, interval: str, zone: str) -> list[tuple[datetime, int]]:
        return bucketed(((published_at(hit), 1) for hit in self._found(query)), interval, zone)

    def scan(self, query: Query | None = None) -> Iterator[Hit]:
        yield from self._found(query or Query())

    def delete_records(self, ids: Sequence[str]) -> int:
        with self._lock:
            return sum(self._hits.pop(hit_id, None) is not None for hit_id in ids)

    def append(self, event: ReviewEvent) -> bool:
        with self._lock:
            steps = self._events.setdefault(event.case, [])
            if not check_step(event, len(steps)):
                return False
            steps.append(to_json(event))
            return True

    def read(self, case: str) -> list[ReviewEvent]:
        return [event_from_json(raw) for raw in self._events.get(case, ())]

    def events(self) -> Iterator[ReviewEvent]:
        with self._lock:
            cases = sorted((case, list(steps)) for case, steps in self._events.items())
        yield from (event_from_json(raw) for _, steps in cases for raw in steps)

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        return sum(self._put_event(event) for event in events)

    def _put_event(self, event: ReviewEvent) -> bool:
        with self._lock:
            if self.append(event):
                return True
            check_same(event, event_from_json(self._events[event.case][event.n - 1]))
            return False

    def get_document(self, key: str) -> Document | None:
        found = self._documents.get(key)
        return Document(key, read_json(found[0]), found[1]) if found else None

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        raw = canonical(body)
        document = Document(key, read_json(raw, key), version + 1)
        with self._lock:
            self._check_version(key, version)
            self._documents[key] = raw, version + 1
        return document

    def delete_document(self, key: str, version: int) -> None:
        with self._lock:
            self._check_version(key, version)
            self._documents.pop(key, None)

    def documents(self, prefix: str) -> Iterator[Document]:
        with self._lock:
            kept = sorted((k, raw, version) for k, (raw, version) in self._documents.items())
        yield from (Document(k, read_json(raw), version) for k, raw, version in kept if k.startswith(prefix))

    def put_documents(self, documents: Sequence[Document]) -> int:
        kept = {each.key: (canonical(each.body), each.version) for each in documents}
        with self._lock:
            changed = sum(self._documents.get(key) != document for key, document in kept.items())
            self._documents.update(kept)
        return changed

    def check(self) -> Iterator[Flaw]:
        """Nothing is derived: searches read the records themselves."""
        yield from ()

    def mend(self, flaws: Sequence[Flaw]) -> int:  # noqa: ARG002 - the port's signature
        return 0

    def status(self) -> StoreStatus:
        with self._lock:
            return StoreStatus(
                kind="memory",
                place="this process",
                schema=1,
                records=len(self._hits),
                withdrawn=sum(hit.status is Status.WITHDRAWN for hit in self._hits.values()),
                events=sum(map(len, self._events.values())),
                documents=len(self._documents),
            )

    def close(self) -> None:
        """Nothing is held."""

    def _change(self, hit_id: str, change: Callable[[Hit], Hit]) -> bool:
        with self._lock:
            old = self._hits.get(hit_id)
            if old is None or (new := change(old)) == old:
                return False
            self._hits[hit_id] = new
            return True

    def _found(self, query: Query) -> list[Hit]:
        with self._lock:
            hits = list(self._hits.values())
        return sorted(filter(predicate(query), hits), key=_order, reverse=True)

    def _check_version(self, key: str, version: int) -> None:
        found = self._documents.get(key, (b"", 0))[1]
        if found != version:
            raise conflict(key, found, version)


def _order(hit: Hit) -> tuple[datetime, str]:
    return published_at(hit), hit.id
