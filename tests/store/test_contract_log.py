"""The contract: events nobody overwrites, documents nobody overwrites unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest

from listening.errors import Conflict
from listening.store import Store
from listening.store.ports import Document
from tests.store.conftest import Place
from tests.store.records import NOW, event, hit


def test_events_are_read_in_order_and_as_they_were_written(store: Store) -> None:
    steps = [event(n, data={"词": ["断网"], "n": n, "none": None}) for n in range(1, 13)]
    assert [store.append(each) for each in steps] == [True] * 12
    assert store.append(event(1, case="other")) is True
    assert store.read("weibo:1") == steps
    assert store.read("other") == [event(1, case="other")]
    assert store.read("nobody") == []


def test_a_step_that_is_taken_stays_as_it_is(store: Store) -> None:
    assert store.append(event(1, person="李"))
    assert store.append(event(1, person="王")) is False
    assert [each.person for each in store.read("weibo:1")] == ["李"]


@pytest.mark.parametrize("n", [0, -1, 3])
def test_steps_leave_no_hole(store: Store, n: int) -> None:
    store.append(event(1))
    with pytest.raises(Conflict) as caught:
        store.append(event(n))
    expected = f"weibo:1: step {n} would leave a hole, the next one is 2 - read the case again"
    assert str(caught.value) == expected
    assert len(store.read("weibo:1")) == 1


def test_events_are_independent_of_records(store: Store) -> None:
    store.append(event(1))
    store.save([hit()])
    store.withdraw([hit().id])
    assert store.read("weibo:1") == [event(1)]


def test_documents_are_read_as_they_were_written(store: Store) -> None:
    body = {"b": [1, 2.5, None, "断网"], "a": {"x": True}}
    assert store.put_document("rules/last", body, 0) == Document("rules/last", body, 1)
    assert store.get_document("rules/last") == Document("rules/last", body, 1)
    assert store.get_document("rules") is None


def test_what_a_document_holds_comes_back_as_json(store: Store) -> None:
    there = timezone(timedelta(hours=8))
    put = store.put_document("d", {"at": datetime(2026, 11, 1, 8, tzinfo=there), "t": (1, 2)}, 0)
    assert put.body == {"at": "2026-11-01T00:00:00.000Z", "t": [1, 2]}
    assert store.get_document("d") == put


def test_a_document_is_written_only_over_the_version_that_was_read(store: Store) -> None:
    store.put_document("d", {"n": 1}, 0)
    assert store.put_document("d", {"n": 2}, 1).version == 2
    for stale in (0, 1, 3):
        with pytest.raises(Conflict):
            store.put_document("d", {"n": 9}, stale)
        with pytest.raises(Conflict):
            store.delete_document("d", stale)
    assert store.get_document("d") == Document("d", {"n": 2}, 2)


@pytest.mark.parametrize(
    ("exists", "version", "line"),
    [
        (True, 0, "d: has version 1, and was to be new - read it again"),
        (True, 2, "d: has version 1, not 2 - read it again"),
        (False, 2, "d: does not exist, not 2 - read it again"),
    ],
)
def test_conflicts_say_what_is_there(store: Store, exists: bool, version: int, line: str) -> None:
    if exists:
        store.put_document("d", {}, 0)
    with pytest.raises(Conflict) as caught:
        store.put_document("d", {}, version)
    assert str(caught.value) == line


def test_a_deleted_document_is_gone_and_may_be_made_again(store: Store) -> None:
    store.put_document("d", {"n": 1}, 0)
    store.delete_document("d", 1)
    assert store.get_document("d") is None
    assert store.put_document("d", {"n": 2}, 0).version == 1


def test_documents_are_listed_by_prefix_in_order_of_their_keys(store: Store) -> None:
    for key in ("run/b", "run/a", "run/断", "run/%", "run", "runs/a", "Run/a", "run/😡", "sun/a"):
        store.put_document(key, {"key": key}, 0)
    assert [each.key for each in store.documents("run/")] == ["run/%", "run/a", "run/b", "run/断", "run/😡"]
    assert [each.key for each in store.documents("run/%")] == ["run/%"]
    assert len(list(store.documents(""))) == 9
    assert list(store.documents("x")) == []


def test_documents_may_be_written_while_they_are_listed(store: Store) -> None:
    for n in range(5):
        store.put_document(f"d{n}", {}, 0)
    for each in store.documents("d"):
        store.put_document(each.key, {"seen": True}, each.version)
    assert all(each.body == {"seen": True} for each in store.documents("d"))


def race(do: Callable[[int], bool], racers: int = 4) -> int:
    """How many of the threads that start together win."""
    barrier = Barrier(racers)

    def run(racer: int) -> bool:
        barrier.wait(30)
        return do(racer)

    with ThreadPoolExecutor(racers) as pool:
        return sum(pool.map(run, range(racers)))


def test_of_threads_that_append_the_same_step_one_wins(store: Store) -> None:
    for n in range(1, 20):
        assert race(lambda racer, n=n: store.append(event(n, person=str(racer)))) == 1  # type: ignore[misc]  # n=n binds the loop's value
    assert [each.n for each in store.read("weibo:1")] == list(range(1, 20))


def test_of_threads_that_write_the_same_version_one_wins(store: Store) -> None:
    def put(version: int, racer: int) -> bool:
        try:
            store.put_document("d", {"racer": racer}, version)
        except Conflict:
            return False
        return True

    for version in range(20):
        assert race(lambda racer, version=version: put(version, racer)) == 1  # type: ignore[misc]  # as above


def test_threads_may_save_and_search_together(store: Store) -> None:
    def work(racer: int) -> bool:
        for n in range(20):
            store.save([hit(f"{racer}:{n}", f"断网 {n}", published_at=NOW)])
            assert store.get(f"{racer}:{n}") is not None
        return True

    assert race(work) == 4
    assert len(list(store.scan())) == 80


def test_two_handles_take_turns(place: Place) -> None:
    one, two = place.open(), place.open()
    one.put_document("d", {"by": 1}, 0)
    with pytest.raises(Conflict):
        two.put_document("d", {"by": 2}, 0)
    two.put_document("d", {"by": 2}, 1)
    assert one.get_document("d") == Document("d", {"by": 2}, 2)
    assert one.append(event(1)) is True
    assert two.append(event(1)) is False
    assert two.append(event(2)) is True
    assert [each.n for each in one.read("weibo:1")] == [1, 2]
