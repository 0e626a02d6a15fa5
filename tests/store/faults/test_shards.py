"""A shard that is away, as it is after a machine was lost: nobody is given half an answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from listening.errors import StoreError
from listening.store import Store, prepare_store
from listening.store.ports import Saved
from tests.store import cluster
from tests.store.conftest import SERVERS
from tests.store.faults.conftest import Opened
from tests.store.faults.told import Told
from tests.store.records import ask, hit

SHARDS, RECORDS = 3, 60
_LIMIT = "index.routing.allocation.total_shards_per_node"
_OF_ONE_INDEX_ONLY = ("uuid", "version", "creation_date", "provided_name", "history_uuid")


class Sharded:
    """A store with one shard more than its only machine may hold, until it may."""

    def __init__(self, address: str) -> None:
        self.address, self.prefix = address, f"shards-{secrets.token_hex(4)}"
        self._index = f"/{self.prefix}-hits-000001"
        prepare_store(self.url(20), Path(), shards=SHARDS)
        self._make_again()

    def url(self, patience: float) -> str:
        return f"elasticsearch+{self.address}/{self.prefix}?patience={patience}"

    def bring_back(self) -> None:
        cluster.ask(self.address, "PUT", f"{self._index}/_settings", {_LIMIT: -1})

    def forget(self) -> None:
        cluster.forget(self.address, self.prefix)

    def _make_again(self) -> None:
        """A server holds back a shard only from an index that is new."""
        (made,) = cluster.ask(self.address, "GET", self._index).values()
        settings = {k: v for k, v in made["settings"]["index"].items() if k not in _OF_ONE_INDEX_ONLY}
        again = {**made, "settings": {"index": settings, _LIMIT: SHARDS - 1}}
        cluster.ask(self.address, "DELETE", self._index)
        cluster.ask(self.address, "PUT", f"{self._index}?wait_for_active_shards=0", again)
        waited = f"/_cluster/health{self._index}?wait_for_no_initializing_shards=true&timeout=30s"
        health = cluster.ask(self.address, "GET", waited)
        assert (health["active_primary_shards"], health["unassigned_shards"]) == (SHARDS - 1, 1)


@pytest.fixture(params=SERVERS)
def sharded(request: pytest.FixtureRequest) -> Iterator[Sharded]:
    """On each kind of server."""
    place = Sharded(request.getfixturevalue(f"{request.param}_url"))
    yield place
    place.forget()


IDS = [f"a:{n}" for n in range(RECORDS)]
QUESTIONS: dict[str, Callable[[Store], object]] = {
    "count": lambda store: store.count(ask("")),
    "search": lambda store: store.search(ask("断网")),
    "facets": lambda store: store.facets(ask(""), "brand"),
    "histogram": lambda store: store.histogram(ask(""), "day", "Asia/Shanghai"),
    "scan": lambda store: list(store.scan()),
    "check": lambda store: list(store.check()),
    "status": lambda store: store.status(),
    "withdraw": lambda store: store.withdraw(IDS),
    "save": lambda store: store.save([hit(each) for each in IDS]),
}


def test_half_an_answer_is_none(sharded: Sharded, opened: Opened) -> None:
    store = opened(sharded.url(0))
    answered = []
    for what, question in QUESTIONS.items():
        try:
            answered.append((what, question(store)))
        except StoreError as error:
            assert "migrate" not in str(error), what
    assert not answered


def test_the_shard_is_waited_for(sharded: Sharded, opened: Opened) -> None:
    """What belongs into it is neither lost nor written twice."""
    store = opened(sharded.url(60))
    saved: list[Saved] = []
    with Told("listening.store", logging.WARNING) as told:
        writer = Thread(target=lambda: saved.append(store.save([hit(each) for each in IDS])), daemon=True)
        writer.start()
        told.wait(30)
        sharded.bring_back()
        writer.join(60)
    assert [(each.created, each.refused) for each in saved] == [(RECORDS, ())]
    assert store.count(ask("")) == RECORDS
    assert store.withdraw(IDS) == RECORDS
