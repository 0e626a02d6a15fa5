"""From one layout to the next on real servers: what others write is not lost, and nobody is left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from listening.codec import canonical
from listening.errors import StoreError, StoreTooNew
from listening.model import Hit, Status
from listening.query import FACETS
from listening.store.elasticsearch import ElasticsearchStore, indices, migrate, prepare, read_address
from listening.store.elasticsearch.address import Address
from listening.store.elasticsearch.bulk import Operation, bulk
from listening.store.elasticsearch.connection import Connection
from listening.store.elasticsearch.derive import document, document_id
from listening.store.elasticsearch.schema import Layout, Names, layouts
from tests.store import cluster
from tests.store.conftest import SERVERS, store_url
from tests.store.records import NOW, ask, case, event, found, hit, likes

PREFIX = "migrating"
NOW_IS = layouts()["hits"].version
NEXT = NOW_IS + 1


def following() -> dict[str, Layout]:
    """What a next version might write: one more field of records."""
    now = layouts()
    hits = now["hits"]
    properties: Mapping[str, Any] = {**hits.mapping["properties"], "length": {"type": "integer"}}

    def convert(source: dict[str, Any]) -> dict[str, Any]:
        new = hits.convert(source)
        return {**new, "length": len(new["json"])}

    mapping = {**hits.mapping, "properties": properties}
    return {**now, "hits": replace(hits, version=NEXT, mapping=mapping, convert=convert)}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server on which nothing is kept under the prefix."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    cluster.forget(address, PREFIX)
    yield address
    cluster.forget(address, PREFIX)


def silent(_what: str, _done: int) -> None:
    pass


def place(server: str) -> Address:
    return read_address(store_url(server, PREFIX), Path())


@contextmanager
def opened(server: str, layout: dict[str, Layout] | None = None) -> Iterator[ElasticsearchStore]:
    with closing(ElasticsearchStore(place(server), layout)) as store:
        yield store


def test_everything_is_there_in_the_new_layout_and_the_old_program_is_stopped(server: str) -> None:
    prepare(place(server), shards=2)
    with opened(server) as old:
        old.save([hit(f"a:{n}", f"断网 {n}") for n in range(1203)])
        old.withdraw(["a:7"])
        old.append(event(1))
        old.put_document("d", {"n": 1}, 0)
        assert migrate(place(server), silent, following()) == [f"{PREFIX}-hits-000002"]
        with opened(server, following()) as new:
            assert new.count(ask("")) == 1202
            assert found(new, "status:withdrawn") == ["a:7"]
            assert new.get("a:9") == hit("a:9", "断网 9")
            assert new.read("weibo:1") == [event(1)]
            assert new.get_document("d") is not None
            assert new.save([hit("a:9", "断网 9"), hit("b")]).created == 1
            assert list(new.check()) == []
        with pytest.raises(StoreTooNew, match="the store was migrated, or removed - update listening"):
            old.save([hit("late")])
        with pytest.raises(StoreTooNew):
            old.count(ask(""))
    with pytest.raises(StoreTooNew, match=rf"schema {NEXT}, this one knows {NOW_IS}\) - update"):
        ElasticsearchStore(place(server))
    lengths = {"query": {"exists": {"field": "length"}}}
    assert cluster.ask(server, "POST", f"/{PREFIX}-hits/_count", lengths)["count"] == 1203


def test_a_newer_program_asks_for_the_migration(server: str) -> None:
    prepare(place(server))
    told = f"layout {NOW_IS}, this program writes {NEXT} - run `listening store migrate`"
    with pytest.raises(StoreError, match=told):
        ElasticsearchStore(place(server), following())


def first() -> dict[str, Layout]:
    """What version 1 wrote: no cases, and of a hidden record only that it was withdrawn."""
    now = layouts()
    hits = now["hits"]
    gone = ("hidden", "assignee")
    properties = {name: each for name, each in hits.mapping["properties"].items() if name not in gone}
    folded = {name: each for name, each in properties["folded"]["properties"].items() if name in FACETS}
    properties |= {
        "withdrawn": {"type": "boolean"},
        "folded": {"properties": {name: folded[name] for name in folded if name != "assignee"}},
    }
    mapping = {**hits.mapping, "properties": properties}
    kinds = {kind: now[kind] for kind in ("hits", "events", "documents")}
    return {**kinds, "hits": replace(hits, version=1, mapping=mapping)}


def write_first(server: str, records: Sequence[Hit], copies: int) -> None:
    """Indices as version 1 left them."""
    layout = first()
    with closing(Connection(place(server))) as connection:
        indices.prepare(connection, Names(PREFIX), layout, replicas=copies)
        index = Names(PREFIX).gated(layout["hits"])
        operations = []
        for each in records:
            source = document(each, canonical(each).decode())
            source["withdrawn"] = source.pop("hidden")
            operations.append(Operation("create", document_id(each.id), source))
        assert all(each.is_good for each in bulk(connection, index, operations))


def test_indices_of_version_1_become_those_of_today(server: str) -> None:
    records = [hit("a"), hit("b", status=Status.WITHDRAWN), hit("c", region="广东")]
    write_first(server, records, copies=3)
    with pytest.raises(StoreError, match=f"layout 1, this program writes {NOW_IS} - run"):
        ElasticsearchStore(place(server))
    made = [f"{PREFIX}-hits-000002", f"{PREFIX}-cases-000001"]
    assert migrate(place(server), silent) == made
    assert migrate(place(server), silent) == []
    with opened(server) as store:
        assert found(store, "") == ["c", "a"]
        assert found(store, "status:withdrawn") == ["b"]
        assert store.save([replace(records[0], case="k3xq", thread="weibo:0")]).updated == 1
        assert found(store, "case:k3xq thread:weibo:0") == ["a"]
        assert store.put_cases([case("k3xq")]) == 1
        assert [each.id for each in store.waiting(None, NOW, 1)] == ["k3xq"]
        assert list(store.check()) == []
        told = store.status()
        assert (told.records, told.withdrawn, told.cases, told.schema) == (3, 1, 1, NOW_IS)
    kept = cluster.ask(server, "GET", f"/{PREFIX}-cases-000001/_settings")
    assert kept[f"{PREFIX}-cases-000001"]["settings"]["index"]["number_of_replicas"] == "3"


def test_cases_go_on_from_step_to_step_after_a_migration(server: str) -> None:
    """The number of a writing is the server's; that of a step is the case's."""
    prepare(place(server))
    with opened(server) as store:
        store.put_cases([case(f"{n}", 5) for n in range(40)])
    layout = layouts()
    cases = replace(layout["cases"], version=layout["cases"].version + 1)
    assert migrate(place(server), silent, {**layout, "cases": cases}) == [f"{PREFIX}-cases-000002"]
    with opened(server, {**layout, "cases": cases}) as store:
        assert store.put_cases([case(f"{n}", 5) for n in range(40)]) == 0
        assert store.put_cases([case(f"{n}", 6, contact="甲") for n in range(40)]) == 40
        assert len(store.cases_by("contact", ["甲"])) == 40


def test_where_nothing_is_there_is_nothing_to_migrate(server: str) -> None:
    with pytest.raises(StoreError, match=f"there is no index {PREFIX}-hits - run `listening store init`"):
        migrate(place(server), silent)


def test_other_tables_ask_for_it_too(server: str) -> None:
    prepare(place(server))
    now = layouts()
    other = {**now, "hits": replace(now["hits"], derived="1 unicode 99 opencc 9")}
    with pytest.raises(StoreError, match="was derived with other tables"):
        ElasticsearchStore(place(server), other)
    assert migrate(place(server), silent, other) == [f"{PREFIX}-hits-000002"]
    assert migrate(place(server), silent, other) == [], "a second time there is nothing to do"
    ElasticsearchStore(place(server), other).close()


def test_what_is_written_meanwhile_is_there_or_was_refused(server: str) -> None:
    """Writers of the old program go on until the switch; each acknowledged record is in the new index."""
    prepare(place(server))
    acknowledged: list[str] = []
    stopped: list[StoreError] = []
    begun = Event()

    def write() -> None:
        with opened(server) as old:
            for n in range(100_000):
                try:
                    old.save([hit(f"w:{n}:{m}", f"断网 {n}") for m in range(20)])
                    old.observe([(f"w:{n}:0", NOW, likes(n + 1))])
                    old.delete_records([f"w:{n}:1"])
                except StoreError as refusal:
                    stopped.append(refusal)
                    return
                acknowledged.append(f"w:{n}")
                if n == 20:
                    begun.set()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(60)
    migrate(place(server), silent, following())
    writer.join(60)
    assert not writer.is_alive() and isinstance(stopped[0], StoreTooNew)
    with opened(server, following()) as new:
        for name in acknowledged:
            first = new.get(f"{name}:0")
            assert first is not None and first.post.metrics == likes(int(name[2:]) + 1)
            assert new.get(f"{name}:1") is None, "what was deleted meanwhile does not come back"
            assert new.get(f"{name}:19") is not None


def test_a_migration_that_died_is_run_again(server: str) -> None:
    prepare(place(server))
    with opened(server) as old:
        old.save([hit(f"a:{n}") for n in range(1100)])

        def die(_what: str, done: int) -> None:
            if done >= 500:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            migrate(place(server), die, following())
        old.save([hit("a:1", "改了"), hit("b")])
        old.delete_records(["a:2"])
    assert migrate(place(server), silent, following()) == [f"{PREFIX}-hits-000002"]
    with opened(server, following()) as new:
        assert new.count(ask("")) == 1100
        assert found(new, "改了") == ["a:1"]
        assert new.get("a:2") is None
