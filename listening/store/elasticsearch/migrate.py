"""From one layout to the next without stopping anybody: a new index is filled while the old one is in use.

    copy        everything, then what was written meanwhile, until little is left
    block       the old index takes no more writes: who writes waits, for seconds
    copy        the rest
    switch      both aliases at once; who waited goes on in the new index

A copied document carries the number of the writing it was read from (`_seq_no`) as its version, so an older
one never replaces a newer one: a migration that was killed is run again, and two at once do no harm. The old
index stays, closed for writing, until the operator removes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from listening.errors import StoreError, StoreTooNew
from listening.store.elasticsearch import indices
from listening.store.elasticsearch.bulk import Operation, bulk
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.indices import Found
from listening.store.elasticsearch.schema import Layout, Names
from listening.store.ports import Progress

_LITTLE = 1_000
_ROUNDS = 20
_PAGE = 500
_CONFLICT = 409


def migrate(
    connection: Connection, names: Names, layouts: Mapping[str, Layout], progress: Progress
) -> list[str]:
    """Bring every index into the layout of this program; the names of the new ones. Raises `StoreError`."""
    made = []
    for kind, layout in layouts.items():
        there = indices.found(connection, names, kind)
        if there is None:
            what = f"there is no index {names.public(kind)}"
            raise StoreError(str(connection.address), what, "run `listening store init`")
        if there.schema > layout.version:
            what = f"{there.index} was written by a newer program"
            raise StoreTooNew(str(connection.address), what, "update listening")
        if (there.schema, there.derived) != (layout.version, layout.derived):
            made.append(_Migration(connection, names, layout, there, progress).run())
    return made


@dataclass(slots=True)
class _Migration:
    """One index into the next one."""

    connection: Connection
    names: Names
    layout: Layout
    old: Found
    progress: Progress

    def run(self) -> str:
        new = self._prepare()
        self._copy_while_in_use(new)
        self._block(True)
        try:
            self._finish(new)
        except BaseException:
            self._block(False)
            raise
        return new

    def _prepare(self) -> str:
        path = f"/{self.old.index}/_settings"
        kept = self.connection.ask("GET", path).body[self.old.index]["settings"]["index"]
        same = {
            name: kept[name]
            for name in ("number_of_shards", "number_of_replicas", "auto_expand_replicas")
            if name in kept
        }
        indices.put_template(self.connection, self.names, self.layout, same)
        number = self.names.number(self.old.index) + 1
        return indices.create(self.connection, self.names, self.layout, number=number, aliases=False)

    def _copy_while_in_use(self, new: str) -> None:
        seen: dict[str, int] = {}
        for _ in range(_ROUNDS):
            if self._copy(new, seen) < _LITTLE:
                return

    def _finish(self, new: str) -> None:
        self._copy(new, {})
        if self._count(self.old.index) != self._count(new):
            self._remove_left_over(new)
        both = (self._count(self.old.index), self._count(new))
        if both[0] != both[1]:
            what = f"{self.old.index} holds {both[0]:,} documents and {new} {both[1]:,}"
            raise StoreError(str(self.connection.address), what, indices.MIGRATE)
        self._switch(new)

    def _copy(self, new: str, seen: dict[str, int]) -> int:
        """What was written after the numbers in `seen`, which are moved on; how many documents that were."""
        total, done = self._count(self.old.index), 0
        for shard in self._shards():
            for page in self._written(self.old.index, shard, seen.get(shard, -1)):
                self._write(new, page)
                seen[shard] = page[-1]["_seq_no"]
                done += len(page)
                self.progress(f"{new} (of {total:,})", done)
        return done

    def _written(self, index: str, shard: str, after: int) -> Iterator[list[dict[str, Any]]]:
        """Documents of one shard in the order in which they were written."""
        self.connection.refresh(index)
        while True:
            body = {
                "query": {"range": {"_seq_no": {"gt": after}}},
                "sort": [{"_seq_no": "asc"}],
                "size": _PAGE,
                "seq_no_primary_term": True,
                "track_total_hits": False,
            }
            page = self.connection.search(index, body, preference=f"_shards:{shard}")["hits"]["hits"]
            if page:
                yield page
            if len(page) < _PAGE:
                return
            after = page[-1]["_seq_no"]

    def _write(self, new: str, page: list[dict[str, Any]]) -> None:
        convert = self.layout.convert
        operations = [
            Operation("index", each["_id"], convert(each["_source"]), external=each["_seq_no"] + 1)
            for each in page
        ]
        for each, done in zip(page, bulk(self.connection, new, operations, alias=False), strict=True):
            if not done.is_good and done.status != _CONFLICT:
                what = f"the document {each['_id']} is refused by {new}: {done.reason}"
                raise StoreError(str(self.connection.address), what, "run `listening store verify`")

    def _remove_left_over(self, new: str) -> None:
        """What was deleted from the old index after it had been copied."""
        for shard in self._shards():
            for page in self._written(new, shard, -1):
                ids = [each["_id"] for each in page]
                there = self.connection.documents(self.old.index, ids, _source="false")
                gone = [each["_id"] for each in there if not each["found"]]
                bulk(self.connection, new, [Operation("delete", each) for each in gone], alias=False)

    def _switch(self, new: str) -> None:
        known = self.connection.ask("GET", f"/{self.old.index}/_alias").body[self.old.index]["aliases"]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": self.old.index, "alias": alias}} for alias in known
        ]
        public, gated = self.names.public(self.layout.kind), self.names.gated(self.layout)
        actions += [{"add": {"index": new, "alias": alias}} for alias in (public, gated)]
        self.connection.ask("POST", "/_aliases", {"actions": actions})

    def _block(self, blocked: bool) -> None:
        body = {"index.blocks.write": True if blocked else None}
        self.connection.ask("PUT", f"/{self.old.index}/_settings", body)

    def _shards(self) -> list[str]:
        """Numbers of the shards; the old and the new index have as many."""
        answer = self.connection.ask("GET", f"/{self.old.index}/_settings")
        count = int(answer.body[self.old.index]["settings"]["index"]["number_of_shards"])
        return [str(n) for n in range(count)]

    def _count(self, index: str) -> int:
        self.connection.refresh(index)
        return self.connection.count(index, {"match_all": {}})
