"""Servers alone: a document whose fields are not its record's or its case's is told and mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from listening.model import Status
from listening.store import Store, open_store
from listening.store.elasticsearch.derive import document_id
from listening.store.ports import Flaw
from tests.store import cluster
from tests.store.conftest import SERVERS, Corners
from tests.store.records import NOW, case, found, hit


@pytest.fixture(params=SERVERS)
def corner(request: pytest.FixtureRequest, corners: Corners) -> Iterator[tuple[str, str]]:
    """The server's address, and the URL of an empty store on it."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    with corners.lent(address) as url:
        yield address, url


@pytest.fixture
def store(corner: tuple[str, str]) -> Iterator[Store]:
    with closing(open_store(corner[1], Path())) as store:
        store.save([hit("a", case="k3xq", region="广东"), hit("b")])
        store.put_cases([case(contact="甲"), case("case:2", status=Status.CLOSED)])
        yield store


def damage(corner: tuple[str, str], kind: str, name: str, **fields: object) -> None:
    """Write a document anew with other fields beside the same string."""
    address, prefix = corner[0], corner[1].rpartition("/")[2].partition("?")[0]
    path = f"/{prefix}-{kind}/_doc/{document_id(name)}"
    source = cluster.ask(address, "GET", path)["_source"]
    cluster.ask(address, "PUT", path, source | fields)


def test_a_case_that_stands_elsewhere_is_told_and_mended(store: Store, corner: tuple[str, str]) -> None:
    assert list(store.check()) == []
    damage(corner, "cases", "case:1", queue="客服", contact="乙", derived="")
    flaws = list(store.check())
    assert flaws == [Flaw("case:1", "its fields are not those of the case", "case")]
    assert store.waiting("技术支持", NOW, 9) == []
    assert store.mend(flaws) == 1
    assert list(store.check()) == []
    assert [each.id for each in store.waiting("技术支持", NOW, 9)] == ["case:1"]
    assert store.cases_by("contact", ["乙"]) == []
    assert store.put_cases([case(n=2)]) == 1


def test_records_and_cases_are_mended_together(store: Store, corner: tuple[str, str]) -> None:
    damage(corner, "hits", "a", derived="")
    damage(corner, "cases", "case:2", urgency="0", derived="")
    flaws = list(store.check())
    assert [(flaw.kind, flaw.id) for flaw in flaws] == [("record", "a"), ("case", "case:2")]
    assert [each.id for each in store.live()] == ["case:2", "case:1"]
    assert store.mend(flaws) == 2
    assert list(store.check()) == []
    assert [each.id for each in store.live()] == ["case:1"]
    assert found(store, "case:k3xq region:广东") == ["a"]
    assert store.mend([Flaw("nobody", "x"), Flaw("nobody", "x", "case")]) == 0
