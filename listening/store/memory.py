"""`memory:`: everything in this process and gone with it. For trials and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from threading import RLock
from typing import Any

from listening.codec import canonical, event_from_json, hit_from_json, read_json, to_json, utc
from listening.model import Case, Hit, Metrics, ReviewEvent, Status
from listening.query import Query, check_facet, facet_values, predicate
from listening.store.buckets import bucketed
from listening.store.checks import check_same, check_step, conflict, published_at, storable
from listening.store.merge import merged, standing_as, watching, withdrawn
from listening.store.placing import case_json, check_asked, folded, read_case
from listening.store.ports import Cursor, Document, Flaw, Page, Saved, Standing, StoreStatus


class MemoryStore:
    """A `Store` of dictionaries. Records pass through the wire format, so they come back as from a disk."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._hits: dict[str, Hit] = {}
        self._events: dict[str, list[bytes]] = {}
        self._cases: dict[str, Case] = {}
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

    def stand(self, standings: Sequence[Standing]) -> int:
        return sum(self._change(each.id, standing_as(each)) for each in standings)

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

    def put_cases(self, cases: Sequence[Case], *, anyway: bool = False) -> int:
        kept = 0
        with self._lock:
            for case in [read_case(case_json(each)) for each in cases]:
                now, n = folded(self._cases.get(case.id), [case], anyway=anyway)
                self._cases[case.id], kept = now, kept + n
        return kept

    def get_cases(self, ids: Sequence[str]) -> list[Case]:
        with self._lock:
            return [self._cases[each] for each in ids if each in self._cases]

    def waiting(self, queue: str | None, now: datetime, limit: int) -> list[Case]:
        free = (case for case in self.live(queue) if case.free_at is not None and case.free_at <= now)
        return list(islice(free, limit))

    def live(self, queue: str | None = None) -> Iterator[Case]:
        live = [case for case in self.scan_cases() if case.is_live and queue in (None, case.queue)]
        yield from sorted(live, key=lambda case: case.urgency)

    def due(self, before: datetime, limit: int) -> list[Case]:
        dated = [(case.due_at, case) for case in self.scan_cases() if case.due_at]
        late = [(at, case.id, case) for at, case in dated if at < utc(before)]
        return [case for _, _, case in sorted(late, key=lambda each: each[:2])[:limit]]

    def cases_by(self, field: str, values: Sequence[str]) -> list[Case]:
        value, wanted = attrgetter(check_asked(field)), set(values)
        return [case for case in self.scan_cases() if value(case) in wanted]

    def scan_cases(self) -> Iterator[Case]:
        with self._lock:
            cases = sorted(self._cases.items())
        yield from (case for _, case in cases)

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
                cases=len(self._cases),
                context=sum(hit.status is Status.CONTEXT for hit in self._hits.values()),
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
