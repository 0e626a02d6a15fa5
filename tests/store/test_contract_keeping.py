"""The contract: a store can be moved, checked and thinned out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listening.errors import Conflict
from listening.model import Observation, Status
from listening.store import Store
from listening.store.ports import Document, Saved
from tests.store.records import NOW, ask, event, found, hit, likes

KEPT = hit("a", respond_by=NOW, status=Status.KEPT, metrics_history=(Observation(at=NOW, metrics=likes(1)),))


def test_records_are_put_as_they_are_and_keep_nothing_of_what_was_there(store: Store) -> None:
    store.save([KEPT, hit("b")])
    new = hit("a", "掉线了", found_at=NOW, status=None, region="广东")
    assert store.put_records([new, hit("b"), hit("c")]) == Saved(created=1, updated=1, unchanged=1)
    assert store.get("a") == new
    assert found(store, "断网") == ["c", "b"]
    assert found(store, "掉线") == ["a"]
    assert store.facets(ask(""), "region") == [("广东", 1)]


def test_a_withdrawn_record_is_put_as_a_withdrawn_one(store: Store) -> None:
    store.put_records([hit("a", status=Status.WITHDRAWN)])
    assert found(store, "") == []
    assert found(store, "status:withdrawn") == ["a"]


def test_of_records_put_twice_at_once_the_last_one_stays(store: Store) -> None:
    assert store.put_records([hit("a"), hit("a", "改了")]).created == 1
    assert found(store, "改了") == ["a"]
    assert store.count(ask("")) == 1


def test_putting_nothing_does_nothing(store: Store) -> None:
    assert (store.put_records([]), store.put_events([]), store.put_documents([])) == (Saved(), 0, 0)
    assert (store.delete_records([]), store.mend([])) == (0, 0)


def test_deleted_records_are_gone_from_every_answer(store: Store) -> None:
    store.save([hit("a", region="广东"), hit("b", region="广东"), hit("c", status=Status.WITHDRAWN)])
    assert store.delete_records(["a", "c", "nobody"]) == 2
    assert store.get("a") is None
    assert found(store, "断网") == ["b"]
    assert found(store, "status:withdrawn") == []
    assert store.facets(ask(""), "region") == [("广东", 1)]
    assert [each.id for each in store.scan()] == ["b"]
    assert store.delete_records(["a"]) == 0


def test_an_id_named_twice_is_deleted_once(store: Store) -> None:
    store.save([hit("a")])
    assert store.delete_records(["a", "a"]) == 1


def test_a_deleted_record_may_come_again_as_a_new_one(store: Store) -> None:
    store.save([KEPT])
    store.delete_records(["a"])
    assert store.save([hit("a", "又断网")]) == Saved(created=1)
    assert store.get("a") == hit("a", "又断网")
    assert found(store, "又断网") == ["a"]


def test_more_records_than_one_batch_are_deleted(store: Store) -> None:
    store.save([hit(f"id:{n}", published_at=NOW - timedelta(seconds=n)) for n in range(1203)])
    assert store.delete_records([f"id:{n}" for n in range(1202)]) == 1202
    assert found(store, "断网") == ["id:1202"]


def test_events_and_documents_outlive_their_record(store: Store) -> None:
    store.save([hit()])
    store.append(event(1))
    store.put_document("d", {}, 0)
    store.delete_records([hit().id])
    assert store.read(hit().id) == [event(1)]
    assert store.get_document("d") is not None


def test_events_come_by_case_and_step(store: Store) -> None:
    cases = ["weibo:1", "断", "a", "A", "weibo:10", "😡", "weibo:1#"]
    for n in range(1, 12):
        for case in cases:
            store.append(event(n, case=case))
    assert [(each.case, each.n) for each in store.events()] == [
        (case, n) for case in sorted(cases) for n in range(1, 12)
    ]
    assert next(store.events()) == event(1, case="A")


def test_a_store_without_events_has_none(store: Store) -> None:
    assert list(store.events()) == []


def test_events_are_put_as_they_are_and_only_once(store: Store) -> None:
    steps = [event(n, data={"词": ["断网"], "b": None, "a": n}) for n in (1, 2, 3)]
    store.append(steps[0])
    assert store.put_events([*steps, event(1, case="other")]) == 3
    assert store.put_events(steps) == 0
    assert list(store.events()) == [event(1, case="other"), *steps]
    same = replace(steps[2], data={"a": 3, "b": None, "词": ["断网"]})
    assert store.put_events([same]) == 0, "the order of keys says nothing"


def test_another_event_in_the_same_place_is_a_conflict(store: Store) -> None:
    store.append(event(1))
    with pytest.raises(Conflict, match=r"^weibo:1: step 1 .* another one .* - "):
        store.put_events([event(1, person="王")])
    assert store.read("weibo:1") == [event(1)]


@pytest.mark.parametrize("n", [0, 3])
def test_events_put_leave_no_hole(store: Store, n: int) -> None:
    store.append(event(1))
    with pytest.raises(Conflict, match=f"step {n} would leave a hole"):
        store.put_events([event(n)])
    assert store.read("weibo:1") == [event(1)]


def test_documents_are_put_with_their_versions(store: Store) -> None:
    store.put_document("a", {"n": 1}, 0)
    documents = [Document("a", {"n": 2}, 7), Document("b", {"词": [1, None]}, 1), Document("c", {}, 3)]
    assert store.put_documents(documents) == 3
    assert list(store.documents("")) == documents
    assert store.put_documents(documents) == 0
    assert store.put_documents([Document("a", {"n": 2}, 2), Document("b", {"词": []}, 1), documents[2]]) == 2
    assert store.put_document("a", {"n": 3}, 2).version == 3


def test_a_sound_store_has_no_flaws_whatever_happened_to_it(store: Store) -> None:
    store.save([hit(f"id:{n}", f"断网 C++ 5G \x07{n}", tags=("宽带", "")) for n in range(600)])
    store.save([hit("id:1", "改了", region="广东"), hit("id:2", "", tags=())])
    store.withdraw(["id:3", "id:4"])
    store.put_records([hit("id:4", "以前", level=1), hit("id:9", "x" * 70_000)])
    store.observe([("id:5", NOW, likes(3))])
    store.delete_records([f"id:{n}" for n in range(500, 600)])
    assert list(store.check()) == []


def test_the_status_counts_everything(store: Store) -> None:
    empty = store.status()
    assert (empty.records, empty.withdrawn, empty.events, empty.documents) == (0, 0, 0, 0)
    store.save([hit("a"), hit("b"), hit("c")])
    store.withdraw(["a"])
    store.append(event(1))
    store.append(event(2))
    store.put_document("d", {}, 0)
    told = store.status()
    assert (told.records, told.withdrawn, told.events, told.documents) == (3, 1, 2, 1)
    assert told.kind and told.place and told.schema >= 1
    assert told.bytes is None or told.bytes > 0
