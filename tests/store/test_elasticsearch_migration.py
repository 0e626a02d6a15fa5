"""From layout 1 to 2 on real servers: what others write meanwhile is not lost, and nobody is left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from listening.errors import StoreError, StoreTooNew
from listening.store.elasticsearch import ElasticsearchStore, migrate, prepare, read_address
from listening.store.elasticsearch.address import Address
from listening.store.elasticsearch.schema import Layout, layouts
from tests.store import cluster
from tests.store.conftest import SERVERS, store_url
from tests.store.records import NOW, ask, event, found, hit, likes

PREFIX = "migrating"


def second() -> dict[str, Layout]:
    """What a next version might write: one more field of records."""
    now = layouts()
    hits = now["hits"]
    properties: Mapping[str, Any] = {**hits.mapping["properties"], "length": {"type": "integer"}}

    def convert(source: dict[str, Any]) -> dict[str, Any]:
        new = hits.convert(source)
        return {**new, "length": len(new["json"])}

    mapping = {**hits.mapping, "properties": properties}
    return {**now, "hits": replace(hits, version=2, mapping=mapping, convert=convert)}


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
        assert migrate(place(server), silent, second()) == [f"{PREFIX}-hits-000002"]
        with opened(server, second()) as new:
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
    with pytest.raises(StoreTooNew, match=r"newer program \(schema 2, this one knows 1\) - update listening"):
        ElasticsearchStore(place(server))
    lengths = {"query": {"exists": {"field": "length"}}}
    assert cluster.ask(server, "POST", f"/{PREFIX}-hits/_count", lengths)["count"] == 1203


def test_a_newer_program_asks_for_the_migration(server: str) -> None:
    prepare(place(server))
    with pytest.raises(StoreError, match="layout 1, this program writes 2 - run `listening store migrate`"):
        ElasticsearchStore(place(server), second())


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
    migrate(place(server), silent, second())
    writer.join(60)
    assert not writer.is_alive() and isinstance(stopped[0], StoreTooNew)
    with opened(server, second()) as new:
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
            migrate(place(server), die, second())
        old.save([hit("a:1", "改了"), hit("b")])
        old.delete_records(["a:2"])
    assert migrate(place(server), silent, second()) == [f"{PREFIX}-hits-000002"]
    with opened(server, second()) as new:
        assert new.count(ask("")) == 1100
        assert found(new, "改了") == ["a:1"]
        assert new.get("a:2") is None
