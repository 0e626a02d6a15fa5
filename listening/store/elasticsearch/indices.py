"""Indices and their aliases: made by `store init`, looked at by every command that opens the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from listening.errors import StoreError, StoreTooNew
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.schema import Layout, Names
from listening.store.ports import StoreStatus

_PRIORITY = 300
MIGRATE = "run `listening store migrate`"


@dataclass(frozen=True, slots=True)
class Found:
    """The index that is in use for a kind, and what it says of itself."""

    index: str
    schema: int
    derived: str


def found(connection: Connection, names: Names, kind: str) -> Found | None:
    """What stands behind the public alias; None where nothing does."""
    answer = connection.ask("GET", f"/{names.public(kind)}/_mapping", known=(404,))
    if answer.status == 404:
        return None
    if len(answer.body) != 1:
        what = f"the alias {names.public(kind)} stands before {len(answer.body)} indices"
        raise StoreError(str(connection.address), what, "leave the one with the highest number")
    index, told = next(iter(answer.body.items()))
    meta = told["mappings"].get("_meta", {})
    if meta.get("program") != "listening":
        what = f"the index {index} is another program's"
        raise StoreError(str(connection.address), what, "take another prefix: https://host:9200/PREFIX")
    return Found(index, int(meta["schema"]), str(meta["derived"]))


def check(connection: Connection, names: Names, layouts: Mapping[str, Layout]) -> None:
    """Is everything there, in the layout of this program? Raises `StoreError`."""
    for kind, layout in layouts.items():
        there = found(connection, names, kind)
        if there is None:
            what = f"there is no index {names.public(kind)}"
            cure = "run `listening store init`, or check the prefix in `store:`"
            raise StoreError(str(connection.address), what, cure)
        if there.schema > layout.version:
            knows = f"schema {there.schema}, this one knows {layout.version}"
            what = f"{there.index} was written by a newer program ({knows})"
            raise StoreTooNew(str(connection.address), what, "update listening")
        if there.schema < layout.version:
            what = f"{there.index} has the layout {there.schema}, this program writes {layout.version}"
            raise StoreError(str(connection.address), what, MIGRATE)
        if there.derived != layout.derived:
            what = f"{there.index} was derived with other tables ({there.derived}; here {layout.derived})"
            cure = f"install the same versions on all machines, or {MIGRATE}"
            raise StoreError(str(connection.address), what, cure)


def prepare(
    connection: Connection,
    names: Names,
    layouts: Mapping[str, Layout],
    *,
    shards: int | None = None,
    replicas: int | None = None,
) -> list[str]:
    """Make the indices that are missing; their names. The shards are those of the records, and stay so."""
    made = []
    for kind, layout in layouts.items():
        if found(connection, names, kind) is None:
            count = (shards or 1) if kind == "hits" else 1
            put_template(connection, names, layout, settings(count, replicas))
            made.append(create(connection, names, layout, number=1, aliases=True))
    check(connection, names, layouts)
    return made


def settings(shards: int, replicas: int | None) -> dict[str, Any]:
    """One replica as soon as there is a second machine, where the operator does not say."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {"number_of_shards": shards, **copies}


def put_template(connection: Connection, names: Names, layout: Layout, index: Mapping[str, Any]) -> None:
    body = {
        "index_patterns": [names.pattern(layout.kind)],
        "priority": _PRIORITY,
        "template": {"settings": {"index": index}, "mappings": layout.mappings()},
    }
    connection.ask("PUT", f"/_index_template/{names.public(layout.kind)}", body)


def create(connection: Connection, names: Names, layout: Layout, *, number: int, aliases: bool) -> str:
    """A new index after its template, with its aliases if it is in use at once. Another may be quicker."""
    index = names.index(layout.kind, number)
    both: dict[str, Any] = {names.public(layout.kind): {}, names.gated(layout): {}} if aliases else {}
    answer = connection.ask("PUT", f"/{index}", {"aliases": both}, known=(400,))
    if answer.status == 400 and "resource_already_exists" not in str(answer.body):
        raise connection.trouble(answer)
    return index


def status(connection: Connection, names: Names, layouts: Mapping[str, Layout]) -> StoreStatus:
    """Sizes are those of all copies; the facts are what somebody who runs clusters asks first."""
    gates = {kind: names.gated(layout) for kind, layout in layouts.items()}
    connection.refresh(f"{','.join(gates.values())}")
    numbers = {kind: connection.count(gate, {"match_all": {}}) for kind, gate in gates.items()}
    stats = connection.ask("GET", f"/{','.join(gates.values())}/_stats/store").body["_all"]["total"]
    health = connection.ask("GET", f"/_cluster/health/{gates['hits']}").body
    there = found(connection, names, "hits")
    assert there is not None
    kept = connection.ask("GET", f"/{there.index}/_settings").body[there.index]["settings"]["index"]
    return StoreStatus(
        kind=connection.server,
        place=str(connection.address),
        schema=there.schema,
        records=numbers["hits"],
        withdrawn=connection.count(gates["hits"], {"term": {"withdrawn": True}}),
        events=numbers["events"],
        documents=numbers["documents"],
        bytes=stats["store"]["size_in_bytes"],
        facts=(
            ("health", str(health["status"])),
            ("nodes", str(health["number_of_nodes"])),
            ("index", there.index),
            ("shards", str(kept["number_of_shards"])),
            ("replicas", str(kept["number_of_replicas"])),
        ),
    )
