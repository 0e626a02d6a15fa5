"""Events and documents: small things that must not be written over. Read by id, so always as they are now.

Every writing carries a word of its own (`writer`). When the answer to a request is lost, it is sent again and
may be told "already there": the word says whether that was us.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from listening.codec import canonical, event_from_json, read_json, time_text, to_json
from listening.errors import Conflict, StoreError
from listening.model import ReviewEvent
from listening.store.checks import check_same, check_step, conflict
from listening.store.elasticsearch.bulk import Operation, Version, bulk
from listening.store.elasticsearch.clients import Answer
from listening.store.elasticsearch.connection import SERVER_WAIT, Connection
from listening.store.elasticsearch.derive import document_id
from listening.store.elasticsearch.reading import pages
from listening.store.ports import Document

_STEPS_AT_ONCE = 32
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Log:
    """The two indices, and the cluster they are in."""

    connection: Connection
    events: str
    documents: str

    def append(self, event: ReviewEvent) -> bool:
        """The step before must be there, so that there are no holes; steps are never removed."""
        before, there = self._steps(event.case, [event.n - 1, event.n])
        if event.n < 1 or (event.n > 1 and before is None):
            return check_step(event, len(self.read(event.case)))
        if there is not None:
            return False
        source = _event_source(event)
        answer = self._put(self.events, _event_id(event.case, event.n), source, op_type="create")
        if answer.status != 409:
            return True
        (there,) = self._steps(event.case, [event.n])
        return there is not None and there["writer"] == source["writer"]

    def read(self, case: str) -> list[ReviewEvent]:
        """By id, step after step, until there is no further one."""
        events: list[ReviewEvent] = []
        for first in count(1, _STEPS_AT_ONCE):
            steps = self._steps(case, range(first, first + _STEPS_AT_ONCE))
            events.extend(event_from_json(step["json"]) for step in steps if step is not None)
            if len(events) < first + _STEPS_AT_ONCE - 1:
                return events
        raise AssertionError("count has no end")

    def all_events(self) -> Iterator[ReviewEvent]:
        self.connection.refresh(self.events)
        body = {"sort": [{"case": "asc"}, {"n": "asc"}], "_source": ["json"]}
        for page in pages(self.connection, self.events, body, _PAGE):
            yield from (event_from_json(each["_source"]["json"]) for each in page)

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        """Each is created; one that is there must be the same."""
        new = 0
        for start in range(0, len(events), _PAGE):
            batch = events[start : start + _PAGE]
            self._check_holes(batch)
            operations = [
                Operation("create", _event_id(each.case, each.n), _event_source(each)) for each in batch
            ]
            done = bulk(self.connection, self.events, operations)
            new += sum(each.is_good for each in done)
            self._check_same([event for event, each in zip(batch, done, strict=True) if not each.is_good])
        return new

    def get_document(self, key: str) -> Document | None:
        found = self._document(key)
        return found[0] if found else None

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        raw = canonical(body)
        document = Document(key, read_json(raw, key), version + 1)
        over = self._expect(key, version) if version else None
        source = _document_source(document, raw.decode())
        how = _replacing(over) if over else {"op_type": "create"}
        answer = self._put(self.documents, document_id(key), source, **how)
        if answer.status == 409:
            self._check_ours(key, version, source["writer"])
        return document

    def delete_document(self, key: str, version: int) -> None:
        if not version:
            if found := self._document(key):
                raise conflict(key, found[0].version, version)
            return
        over = self._expect(key, version)
        path = f"/{self.documents}/_doc/{document_id(key)}"
        answer = self.connection.ask("DELETE", path, known=(404, 409), **_replacing(over))
        if answer.status == 409 and (found := self._document(key)):
            raise conflict(key, found[0].version, version)

    def all_documents(self, prefix: str) -> Iterator[Document]:
        self.connection.refresh(self.documents)
        query = {"prefix": {"key": prefix}} if prefix else {"match_all": {}}
        body = {"query": query, "sort": [{"key": "asc"}]}
        for page in pages(self.connection, self.documents, body, _PAGE):
            yield from (_document(each["_source"]) for each in page)

    def put_documents(self, documents: Sequence[Document]) -> int:
        """As they are, with their versions, whatever is there."""
        changed = [document for document in documents if self.get_document(document.key) != document]
        operations = [
            Operation("index", document_id(each.key), _document_source(each, canonical(each.body).decode()))
            for each in changed
        ]
        for each, done in zip(changed, bulk(self.connection, self.documents, operations), strict=True):
            if not done.is_good:
                raise Conflict(each.key, f"cannot be written: {done.reason}", "try again")
        return len(changed)

    def _check_holes(self, events: Sequence[ReviewEvent]) -> None:
        """The step before each must be there, or come before it. Raises `Conflict`."""
        coming: set[tuple[str, int]] = set()
        doubtful: list[ReviewEvent] = []
        for event in events:
            if event.n < 1 or (event.n > 1 and (event.case, event.n - 1) not in coming):
                doubtful.append(event)
            coming.add((event.case, event.n))
        before = self._found([_event_id(each.case, each.n - 1) for each in doubtful])
        for event, there in zip(doubtful, before, strict=True):
            if there is None:
                check_step(event, len(self.read(event.case)))

    def _check_same(self, events: Sequence[ReviewEvent]) -> None:
        ids = [_event_id(each.case, each.n) for each in events]
        for event, there in zip(events, self._found(ids), strict=True):
            if there is None:
                raise StoreError(event.case, f"step {event.n} was refused", "see the server's log")
            check_same(event, event_from_json(there["json"]))

    def _steps(self, case: str, steps: Sequence[int]) -> list[dict[str, Any] | None]:
        return self._found([_event_id(case, n) for n in steps])

    def _found(self, ids: Sequence[str]) -> list[dict[str, Any] | None]:
        """Events by id, in real time."""
        if not ids:
            return []
        found = self.connection.documents(self.events, ids)
        return [each["_source"] if each["found"] else None for each in found]

    def _document(self, key: str) -> tuple[Document, Version, str] | None:
        path = f"/{self.documents}/_doc/{document_id(key)}"
        answer = self.connection.ask("GET", path, known=(404,))
        if answer.status == 404:
            if "error" in answer.body:
                raise self.connection.trouble(answer)
            return None
        source, version = (
            answer.body["_source"],
            Version(answer.body["_seq_no"], answer.body["_primary_term"]),
        )
        return _document(source), version, source["writer"]

    def _expect(self, key: str, version: int) -> Version:
        """The writing that has this version. Raises `Conflict`."""
        found = self._document(key)
        if found is None or found[0].version != version:
            raise conflict(key, found[0].version if found else 0, version)
        return found[1]

    def _check_ours(self, key: str, version: int, writer: str) -> None:
        found = self._document(key)
        if found is None or found[2] != writer:
            raise conflict(key, found[0].version if found else 0, version)

    def _put(self, index: str, document: str, source: Mapping[str, Any], **how: str) -> Answer:
        path = f"/{index}/_doc/{document}"
        how |= {"require_alias": "true", "timeout": SERVER_WAIT}
        return self.connection.ask("PUT", path, source, known=(409,), **how)


def _replacing(version: Version) -> dict[str, str]:
    return {"if_seq_no": str(version.number), "if_primary_term": str(version.term)}


def _event_id(case: str, n: int) -> str:
    return document_id(f"{case}#{n}")


def _event_source(event: ReviewEvent) -> dict[str, Any]:
    return {
        "case": event.case,
        "n": event.n,
        "kind": event.kind,
        "at": time_text(event.at),
        "person": event.person,
        "json": to_json(event).decode(),
        "writer": secrets.token_hex(8),
    }


def _document(source: Mapping[str, Any]) -> Document:
    return Document(source["key"], read_json(source["json"]), source["version"])


def _document_source(document: Document, json: str) -> dict[str, Any]:
    return {
        "key": document.key,
        "version": document.version,
        "json": json,
        "writer": secrets.token_hex(8),
    }
