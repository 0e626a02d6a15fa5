"""Where the cases stand. Without transactions: a case is replaced only while it is the one that was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from listening.codec import plain_json
from listening.errors import StoreError
from listening.model import Case
from listening.store.elasticsearch.bulk import Operation, Version, bulk
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.derive import document_id, key
from listening.store.elasticsearch.reading import pages
from listening.store.elasticsearch.where import Filter
from listening.store.instants import milliseconds
from listening.store.placing import ASKED_BY, case_json, case_place, check_asked, folded, read_case
from listening.store.ports import Flaw

_BATCH = 500
_CONFLICT = 409
_LIVE: Filter = {"exists": {"field": "urgency"}}
_BY_ID = [{"id": "asc"}]
_BY_URGENCY = [{"urgency": "asc"}]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A case as it is kept, and which writing of it that is."""

    case: Case
    version: Version


@dataclass(frozen=True, slots=True)
class Desk:
    """The index of the cases, and the cluster it is in. What was put is found by the next question."""

    connection: Connection
    index: str

    def put(self, cases: Sequence[Case], *, anyway: bool = False) -> int:
        """Each that somebody else wrote meanwhile is read and tried again."""
        kept = 0
        for start in range(0, len(cases), _BATCH):
            waiting: dict[str, list[Case]] = {}
            for case in cases[start : start + _BATCH]:
                waiting.setdefault(case.id, []).append(read_case(case_json(case)))
            while waiting:
                waiting, done = self._put_once(waiting, anyway=anyway)
                kept += done
        return kept

    def get(self, ids: Sequence[str]) -> list[Case]:
        """By id, in real time."""
        found = self._load(ids)
        return [found[each].case for each in ids if each in found]

    def waiting(self, queue: str | None, now: datetime, limit: int) -> list[Case]:
        free = {"range": {"free_at": {"lte": milliseconds(now), "format": "epoch_millis"}}}
        return list(islice(self._found([*_of_queue(queue), free], _BY_URGENCY, limit), limit))

    def live(self, queue: str | None) -> Iterator[Case]:
        """One whose urgency changes meanwhile is not given twice; it may be passed over."""
        given: set[str] = set()
        for case in self._found(_of_queue(queue), _BY_URGENCY):
            if case.id not in given:
                given.add(case.id)
                yield case

    def due(self, before: datetime, limit: int) -> list[Case]:
        late: Filter = {"range": {"due_at": {"lt": milliseconds(before), "format": "epoch_millis"}}}
        return list(islice(self._found([late], [{"due_at": "asc"}, *_BY_ID], limit), limit))

    def by(self, field: str, values: Sequence[str]) -> list[Case]:
        wanted = [key(value) for value in dict.fromkeys(values)]
        found: list[Case] = []
        for start in range(0, len(wanted), _BATCH):
            asked: Filter = {"terms": {check_asked(field): wanted[start : start + _BATCH]}}
            found.extend(self._found([asked], _BY_ID))
        return sorted(found, key=lambda case: case.id)

    def scan(self) -> Iterator[Case]:
        return self._found([{"match_all": {}}], _BY_ID)

    def check(self) -> Iterator[Flaw]:
        """The server keeps a document whole, so one digest tells whether it was derived from its case."""
        self.connection.refresh(self.index)
        body = {"query": {"match_all": {}}, "sort": _BY_ID, "_source": ["json", "derived"]}
        for page in pages(self.connection, self.index, body, _BATCH):
            for each in page:
                case = read_case(each["_source"]["json"])
                if document(case)["derived"] != each["_source"]["derived"]:
                    yield Flaw(case.id, "its fields are not those of the case", "case")

    def rewrite(self, ids: Iterable[str]) -> int:
        """Derive anew what stands beside the cases; the number of those that are still there."""
        done, rest = 0, iter(dict.fromkeys(ids))
        while waiting := list(islice(rest, _BATCH)):
            while kept := self._load(waiting):
                results = bulk(
                    self.connection, self.index, [_over(each.case, each) for each in kept.values()]
                )
                waiting = [i for i, each in zip(kept, results, strict=True) if each.status == _CONFLICT]
                done += len(kept) - len(waiting)
        return done

    def _put_once(
        self, waiting: Mapping[str, list[Case]], *, anyway: bool
    ) -> tuple[dict[str, list[Case]], int]:
        known = self._load(waiting)
        planned: list[tuple[str, int, Operation]] = []
        for case_id, versions in waiting.items():
            old = known.get(case_id)
            case, count = folded(old.case if old else None, versions, anyway=anyway)
            if count:
                planned.append((case_id, count, _over(case, old)))
        results = bulk(self.connection, self.index, [operation for _, _, operation in planned])
        again: dict[str, list[Case]] = {}
        kept = 0
        for (case_id, count, _), result in zip(planned, results, strict=True):
            if result.status == _CONFLICT:
                again[case_id] = waiting[case_id]
            elif result.is_good:
                kept += count
            else:
                raise StoreError(
                    f"case {case_id}", f"cannot be kept: {result.reason}", "see the server's log"
                )
        return again, kept

    def _load(self, ids: Iterable[str]) -> dict[str, _Kept]:
        """The cases that are there, as they are in this moment."""
        found: dict[str, _Kept] = {}
        rest = iter(dict.fromkeys(ids))
        while batch := [document_id(each) for each in islice(rest, _BATCH)]:
            for each in self.connection.documents(self.index, batch, _source_includes="json"):
                if each["found"]:
                    case = read_case(each["_source"]["json"])
                    found[case.id] = _Kept(case, Version(each["_seq_no"], each["_primary_term"]))
        return found

    def _found(
        self, filters: Sequence[Filter], sort: list[dict[str, str]], limit: int = _BATCH
    ) -> Iterator[Case]:
        """All of them, page by page; a `limit` only makes the pages smaller."""
        if not limit:
            return
        self.connection.refresh(self.index)
        body = {"query": {"bool": {"filter": list(filters)}}, "sort": sort, "_source": ["json"]}
        for each in chain.from_iterable(pages(self.connection, self.index, body, min(limit, _BATCH))):
            yield read_case(each["_source"]["json"])


def document(case: Case) -> dict[str, Any]:
    """All fields of the index, and a digest of those that are derived."""
    derived = {name: value for name, value in case_place(case)._asdict().items() if value is not None}
    derived |= {name: key(derived[name]) for name in ("queue", *ASKED_BY) if name in derived}
    digest = hashlib.sha1(plain_json(derived)).hexdigest()
    return {"id": case.id, "json": case_json(case), "derived": digest, **derived}


def _of_queue(queue: str | None) -> list[Filter]:
    return [_LIVE] if queue is None else [_LIVE, {"term": {"queue": key(queue)}}]


def _over(case: Case, old: _Kept | None) -> Operation:
    verb = "create" if old is None else "index"
    return Operation(verb, document_id(case.id), document(case), old.version if old else None)
