"""The indices: one for records, one for events, one for documents, and why they are so.

Records live in ONE index, whatever their age: ids stay unique, reads by id exact and in real time, and a
moved `published_at` moves nothing. A record is one canonical JSON string; everything else is derived from it,
can be made anew and is not analysed by the server. What is only searched stays out of `_source`.

An index is named `<prefix>-hits-000001`. Two aliases stand before it: `<prefix>-hits` for people and their
tools, and one that only programs of the same layout and the same folding tables know. A migration moves both
at once: a program that was left behind is stopped by the server, and writes nothing it does not understand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from listening.codec import hit_from_json
from listening.query import FACETS
from listening.store.derive import fingerprint
from listening.store.elasticsearch.derive import document

KINDS = ("hits", "events", "documents")
_KEYWORD: Mapping[str, Any] = {"type": "keyword"}
_SEARCHED: Mapping[str, Any] = {"type": "keyword", "doc_values": False}
_KEPT: Mapping[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_UNSOURCED = ["runs", "words", "folded"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of index in one version: its mapping without `_meta`, and what its contents hang on.

    `convert` makes a document of this layout from one of an earlier one.
    """

    kind: str
    version: int
    mapping: Mapping[str, Any]
    derived: str = ""
    convert: Callable[[dict[str, Any]], dict[str, Any]] = dict

    @property
    def gate(self) -> str:
        """The same for programs that may write into the same index."""
        return hashlib.sha1(f"{self.version} {self.derived}".encode()).hexdigest()[:8]

    def mappings(self) -> dict[str, Any]:
        meta = {"program": "listening", "schema": self.version, "derived": self.derived}
        return {"dynamic": "strict", "_meta": meta, **self.mapping}


def _hits() -> dict[str, Any]:
    properties = {
        "id": _KEYWORD,
        "published_at": {"type": "date", "format": "strict_date_optional_time||epoch_millis"},
        "withdrawn": {"type": "boolean"},
        "json": _KEPT,
        "derived": _KEPT,
        "runs": {"type": "text", "analyzer": "whitespace", "index_phrases": True, "norms": False},
        "words": _SEARCHED,
        "folded": {"properties": dict.fromkeys(FACETS, _SEARCHED)},
        **dict.fromkeys(FACETS, _KEYWORD),
    }
    return {"_source": {"excludes": _UNSOURCED}, "properties": properties}


def _events() -> dict[str, Any]:
    properties = {
        "case": _KEYWORD,
        "n": {"type": "integer"},
        "kind": _KEYWORD,
        "at": {"type": "date"},
        "person": _KEYWORD,
        "json": _KEPT,
        "writer": _KEPT,
    }
    return {"properties": properties}


def _documents() -> dict[str, Any]:
    return {"properties": {"key": _KEYWORD, "version": {"type": "long"}, "json": _KEPT, "writer": _KEPT}}


def layouts() -> dict[str, Layout]:
    """What this program writes, by kind."""
    return {
        "hits": Layout("hits", 1, _hits(), fingerprint(), _from_json),
        "events": Layout("events", 1, _events()),
        "documents": Layout("documents", 1, _documents()),
    }


def _from_json(source: dict[str, Any]) -> dict[str, Any]:
    return document(hit_from_json(source["json"]), source["json"])


@dataclass(frozen=True, slots=True)
class Names:
    """How the indices of one store are called."""

    prefix: str

    def public(self, kind: str) -> str:
        """For people: always the index in use."""
        return f"{self.prefix}-{kind}"

    def gated(self, layout: Layout) -> str:
        """For programs of this layout."""
        return f"{self.prefix}-{layout.kind}.{layout.gate}"

    def index(self, kind: str, number: int) -> str:
        return f"{self.prefix}-{kind}-{number:06}"

    def number(self, index: str) -> int:
        return int(index.rpartition("-")[2])

    def pattern(self, kind: str) -> str:
        return f"{self.prefix}-{kind}-*"
