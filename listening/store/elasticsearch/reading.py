"""What searches answer: exact totals, exact counts, pages by (published_at, id)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from listening.codec import hit_from_json, time_text
from listening.model import Hit
from listening.query import Query, facet_values
from listening.store.checks import published_at
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.derive import LONGEST, document_id, key
from listening.store.elasticsearch.where import Filter, where
from listening.store.instants import milliseconds, moment
from listening.store.ports import Cursor, Page

ORDER = [{"published_at": "desc"}, {"id": "desc"}]
_PAGE = 1_000
_QUARTER = 15 * 60 * 1000
_EVEN_ZONES = datetime(1972, 2, 1, tzinfo=UTC)
"""Since then every zone is whole quarters of an hour off UTC (Liberia was the last one that was not)."""


def get(connection: Connection, index: str, hit_id: str) -> Hit | None:
    """By id, in real time: what was saved a moment ago is there."""
    path = f"/{index}/_doc/{document_id(hit_id)}"
    answer = connection.ask("GET", path, known=(404,), _source_includes="json")
    if answer.status == 404:
        if "error" in answer.body:
            raise connection.trouble(answer)
        return None
    return hit_from_json(answer.body["_source"]["json"])


def count(connection: Connection, index: str, query: Query) -> int:
    return connection.count(index, where(query))


def search(connection: Connection, index: str, query: Query, limit: int, after: Cursor | None) -> Page:
    """One more than asked for tells whether there is a next page. Large pages are fetched in pieces."""
    total: int | None = None
    hits: list[Hit] = []
    while True:
        wanted = min(limit + 1 - len(hits), _PAGE) if limit else 0
        found, asked = _page(connection, index, where(query), wanted, after, total=total is None)
        total = asked if total is None else total
        hits.extend(found)
        if len(hits) > limit or len(found) < wanted or not wanted:
            break
        after = _cursor(hits[-1])
    shown = hits[:limit]
    return Page(tuple(shown), total, _cursor(shown[-1]) if shown and len(hits) > limit else None)


def scan(connection: Connection, index: str, query: Query) -> Iterator[Hit]:
    """Page after page behind a cursor. A record that moves to an earlier time meanwhile is not given twice.

    So all ids are remembered, as 8 bytes of their digest: about 70 MB for a million records.
    """
    after: Cursor | None = None
    given: set[int] = set()
    while True:
        page, _ = _page(connection, index, where(query), _PAGE, after, total=False)
        for hit in page:
            name = int(document_id(hit.id)[:16], 16)
            if name not in given:
                given.add(name)
                yield hit
        if len(page) < _PAGE:
            return
        after = _cursor(page[-1])


def facets(connection: Connection, index: str, query: Query, field: str) -> list[tuple[str, int]]:
    """Every value with its exact number, page after page; a plain `terms` aggregation would estimate."""
    buckets = _composite(connection, index, where(query), {"terms": {"field": field}})
    counts = [(_whole(connection, index, query, field, value), n) for value, n in buckets]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def moments(connection: Connection, index: str, query: Query) -> list[tuple[datetime, int]]:
    """Records per quarter of an hour, fine enough for every zone; older ones to the millisecond."""
    early: Filter = {"range": {"published_at": {"lt": time_text(_EVEN_ZONES)}}}
    by_moment = {"terms": {"field": "published_at"}}
    counts = list(_composite(connection, index, where(query, early), by_moment))
    counts.extend(_quarters(connection, index, query))
    return [(moment(slot), n) for slot, n in counts]


def _quarters(connection: Connection, index: str, query: Query) -> Iterator[tuple[int, int]]:
    """Each page asks for what is later than the last: with `after`, OpenSearch 2.19 fails at the end."""
    source = {"date_histogram": {"field": "published_at", "fixed_interval": f"{_QUARTER}ms"}}
    start = milliseconds(_EVEN_ZONES)
    while True:
        late: Filter = {"range": {"published_at": {"gte": start, "format": "epoch_millis"}}}
        page = _buckets(connection, index, where(query, late), source)[0]
        yield from page
        if len(page) < _PAGE:
            return
        start = page[-1][0] + _QUARTER


def pages(
    connection: Connection, index: str, body: Mapping[str, Any], size: int = _PAGE, preference: str = "_local"
) -> Iterator[list[dict[str, Any]]]:
    """All documents of an index in the order of `body["sort"]`, which must have no ties."""
    after: Mapping[str, Any] = {}
    while True:
        asked = {**body, "size": size, "track_total_hits": False, **after}
        found = connection.search(index, asked, preference=preference)["hits"]["hits"]
        if found:
            yield found
        if len(found) < size:
            return
        after = {"search_after": found[-1]["sort"]}


def _page(
    connection: Connection, index: str, query: Filter, size: int, after: Cursor | None, *, total: bool
) -> tuple[list[Hit], int]:
    body = {"query": query, "size": size, "sort": ORDER, "_source": ["json"], "track_total_hits": total}
    if after is not None and size:
        body["search_after"] = [milliseconds(after.published_at), after.id]
    found = connection.search(index, body)["hits"]
    hits = [hit_from_json(each["_source"]["json"]) for each in found["hits"]]
    return hits, found["total"]["value"] if total else 0


def _composite(
    connection: Connection, index: str, query: Filter, source: Mapping[str, Any]
) -> Iterator[tuple[Any, int]]:
    after: Any = None
    while True:
        page, after = _buckets(connection, index, query, source, after)
        yield from page
        if len(page) < _PAGE:
            return


def _buckets(
    connection: Connection, index: str, query: Filter, source: Mapping[str, Any], after: Any = None
) -> tuple[list[tuple[Any, int]], Any]:
    """A page of values with their numbers, in order, and where it ends."""
    asked: dict[str, Any] = {"size": _PAGE, "sources": [{"value": source}]}
    if after is not None:
        asked["after"] = after
    body = {"query": query, "size": 0, "track_total_hits": False, "aggs": {"all": {"composite": asked}}}
    found = connection.search(index, body)["aggregations"]["all"]
    return [(each["key"]["value"], each["doc_count"]) for each in found["buckets"]], found.get("after_key")


def _whole(connection: Connection, index: str, query: Query, field: str, value: str) -> str:
    """A value as it was written; an overlong one is looked up in a record that has it."""
    if len(value) <= LONGEST - 50:
        return value
    page, _ = _page(connection, index, where(query, {"term": {field: value}}), 1, None, total=False)
    return next((each for hit in page for each in facet_values(hit, field) if key(each) == value), value)


def _cursor(hit: Hit) -> Cursor:
    return Cursor(published_at(hit), hit.id)
