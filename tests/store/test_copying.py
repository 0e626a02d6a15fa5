"""A copy holds all that the source holds, survives a kill, and says where the two differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.codec import canonical
from listening.errors import Conflict, Locked, StoreError
from listening.model import Hit, Status
from listening.store import Store, copying, masked, open_store
from listening.store.comparing import Comparison, Difference, compare
from listening.store.contents import records
from listening.store.copying import Copied, copy
from listening.store.memory import MemoryStore
from listening.store.ports import Cursor, Document, Refusal, Saved
from listening.store.sqlite import SqliteStore
from tests.store.conftest import Place
from tests.store.records import NOW, event, hit
from tests.store.test_agreement import record
from tests.store.test_contract_processes import said, workers


def quiet(_what: str, _n: int) -> None:
    """Nobody looks."""


def copied(source: Store, target: Store, **options: bool) -> Copied:
    return copy(source, target, quiet, **options)


def compared(left: Store, right: Store) -> Comparison:
    return compare(left, right, quiet)


def fill(store: Store, number: int = 60) -> None:
    """Records of every kind, some withdrawn, some of one moment; events, also of cases without a record."""
    random = Random(5)
    store.put_records([record(random, n) for n in range(number)])
    store.put_records([hit(f"same:{n}", published_at=NOW) for n in range(7)])
    store.withdraw(["same:2", "same:5"])
    store.put_events([event(n, case=case) for case in ("same:1", "nobody", "断") for n in (1, 2, 3)])
    store.put_documents([Document("run/断", {"n": [1, None]}, 4), Document("rules/last", {}, 1)])


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "source.sqlite")) as source:
        fill(source)
        yield source


def test_everything_arrives(store: Store, source: Store) -> None:
    done = copied(source, store)
    assert done.records == Saved(created=67)
    assert (done.events, done.documents, done.resumed) == (9, 2, False)
    assert done.comparison.differences == 0
    assert done.comparison.left == done.comparison.right
    assert list(records(store)) == list(records(source))
    assert list(store.events()) == list(source.events())
    assert store.get_document("run/断") == Document("run/断", {"n": [1, None]}, 4)
    assert list(store.check()) == []


def test_a_copy_of_a_copy_in_another_kind_of_store_holds_the_same(store: Store, source: Store) -> None:
    copied(source, store)
    last = MemoryStore()
    copied(store, last)
    assert compared(source, last).differences == 0


def test_an_empty_store_is_copied_too(store: Store) -> None:
    done = copied(MemoryStore(), store)
    assert done.comparison.left == done.comparison.right
    assert done.comparison.left.sha256 == hashlib.sha256().hexdigest()


def test_the_sum_is_the_one_over_the_canonical_lines(source: Store) -> None:
    lines = [
        *map(canonical, records(source)),
        *map(canonical, source.events()),
        *(canonical({"key": d.key, "version": d.version, "body": d.body}) for d in source.documents("")),
    ]
    right = hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
    assert compared(source, MemoryStore()).left.sha256 == right


class Picky(MemoryStore):
    """Takes no records of one region."""

    def put_records(self, hits: Sequence[Hit]) -> Saved:
        refused = tuple(Refusal(each.id, "no") for each in hits if each.post.region == "不要")
        taken = super().put_records([each for each in hits if each.post.region != "不要"])
        return replace(taken, refused=refused)


def test_refused_records_are_told_and_missing_in_the_end(source: Store) -> None:
    source.put_records([hit(f"no:{n}", region="不要", published_at=NOW) for n in range(12)])
    done = copied(source, Picky())
    assert done.records.created == 67
    assert [each.id for each in done.records.refused] == [f"no:{n}" for n in (9, 8, 7, 6, 5, 4, 3, 2, 11, 10)]
    assert done.comparison.differences == 12


def test_leases_and_the_copy_itself_stay_where_they_are(store: Store, source: Store) -> None:
    source.put_document("lease/crawl", {"owner": "a"}, 0)
    source.put_document("copy/of-another", {"stage": "done"}, 0)
    assert copied(source, store).comparison.differences == 0
    assert store.get_document("lease/crawl") is None
    assert store.get_document("copy/of-another") is None
    (progress,) = store.documents("copy/")
    assert progress.body["stage"] == "done"


def test_copied_again_only_what_changed_is_written(store: Store, source: Store) -> None:
    copied(source, store)
    source.save([hit("new"), hit("same:1", "改了", published_at=NOW)])
    source.append(event(4, case="断"))
    source.put_document("run/断", {"n": 2}, 4)
    done = copied(source, store)
    assert done.records == Saved(created=1, updated=1, unchanged=66)
    assert (done.events, done.documents) == (1, 1)
    assert done.comparison.differences == 0


def test_what_is_gone_from_the_source_is_told_and_stays(store: Store, source: Store) -> None:
    copied(source, store)
    source.delete_records(["same:1"])
    done = copied(source, store)
    assert done.comparison.first == (Difference("record", "same:1", "stands only"),)
    assert store.get("same:1") is not None
    assert copied(source, store).comparison.differences == 1, "and it may be called again all the same"


def strangers() -> list[object]:
    return [
        pytest.param(lambda store: store.save([hit()]), id="a record"),
        pytest.param(lambda store: store.put_records([hit(status=Status.WITHDRAWN)]), id="a withdrawn one"),
        pytest.param(lambda store: store.append(event(1, case="own")), id="an event"),
        pytest.param(lambda store: store.put_document("run/x", {}, 0), id="a document"),
    ]


@pytest.mark.parametrize("write", strangers())
def test_a_store_that_holds_something_else_is_refused_unless_told(
    store: Store, source: Store, write: object
) -> None:
    assert callable(write)
    write(store)
    with pytest.raises(StoreError, match=r"holds something already - .* --into-existing") as caught:
        copied(source, store)
    assert not isinstance(caught.value, Conflict)
    assert store.status().records <= 1
    done = copied(source, store, into_existing=True)
    assert done.comparison.differences == 1
    assert done.comparison.first[0].what == "stands only"


def test_a_store_with_only_a_lease_is_empty(store: Store, source: Store) -> None:
    store.put_document("lease/crawl", {}, 0)
    assert copied(source, store).comparison.differences == 0


def test_a_copy_that_is_at_work_itself_by_now_is_not_written_over(store: Store, source: Store) -> None:
    copied(source, store)
    store.save([hit("same:1", "新的", published_at=NOW)])
    with pytest.raises(StoreError, match="was changed since it was copied to - "):
        copied(source, store)
    assert copied(source, store, into_existing=True).comparison.differences == 0


def test_another_event_in_the_same_place_stops_the_copy(store: Store, source: Store) -> None:
    store.append(event(1, case="断", person="王"))
    with pytest.raises(Conflict, match="step 1 is there already and is another one"):
        copied(source, store, into_existing=True)


def test_a_store_is_not_copied_into_itself(source: SqliteStore, tmp_path: Path) -> None:
    memory = MemoryStore()
    with pytest.raises(StoreError, match="cannot be copied into itself"):
        copied(memory, memory)
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "source.sqlite")
    with (
        closing(open_store("sqlite:link.sqlite", tmp_path)) as same,
        pytest.raises(StoreError, match="cannot be copied into itself"),
    ):
        copied(source, same)


def test_two_copies_at_once_are_one_too_many(store: Store, source: Store) -> None:
    def meddle(what: str, _n: int) -> None:
        if what == "records":
            (progress,) = store.documents("copy/")
            store.put_document(progress.key, progress.body, progress.version)

    with pytest.raises(Locked, match=r"another copy of sqlite:.* is at work - wait"):
        copy(source, store, meddle)


class Stop(Exception):
    """The power is gone."""


@pytest.mark.parametrize("stage", ["records", "events", "records compared"])
@pytest.mark.parametrize("at", [1, 3])
def test_stopped_anywhere_it_goes_on_there(
    store: Store, source: Store, monkeypatch: pytest.MonkeyPatch, stage: str, at: int
) -> None:
    monkeypatch.setattr(copying, "_BATCH", 3)
    calls = 0

    def stop(what: str, _n: int) -> None:
        nonlocal calls
        calls += what == stage
        if calls == at:
            raise Stop

    with pytest.raises(Stop):
        copy(source, store, stop)
    done = copied(source, store)
    assert done.resumed
    assert done.comparison.differences == 0
    assert done.records.created == (67 - 3 * at if stage == "records" else 0)
    assert done.records.unchanged == 0
    assert done.events == {"records": 9, "events": 9 - 3 * at}.get(stage, 0)


def test_killed_again_and_again_it_ends_with_the_same(place: Place, tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'killed-source.sqlite'}"
    with closing(open_store(url, tmp_path)) as source:
        source.save([hit(f"id:{n}", published_at=NOW - timedelta(seconds=n)) for n in range(600)])
        source.withdraw([f"id:{n}" for n in range(0, 600, 7)])
        source.append(event(1))
        for _ in range(3):
            with workers(place, [["copy", url, "10"]]) as (worker,):
                for _ in range(6):
                    assert said(worker) != "done"
                worker.kill()
        done = copied(source, place.open())
    assert done.resumed
    assert done.records.created <= 600 - 3 * 50
    assert done.comparison.differences == 0


def test_a_batch_is_bounded_in_characters_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_SIGNS", 100)
    sizes = [len(batch) for batch in copying._weighed(hit(str(n), "断" * 50) for n in range(5))]
    assert sizes == [2, 2, 1]


def test_records_go_on_after_any_place(store: Store) -> None:
    """Also between records of the same moment, of which some are withdrawn."""
    fill(store)
    whole = list(records(store))
    assert len(whole) == 67
    for n, each in enumerate(whole):
        assert each.post.published_at is not None
        assert list(records(store, Cursor(each.post.published_at, each.id))) == whole[n + 1 :]


DIFFERENCES = [
    pytest.param(
        lambda s: s.put_records([hit("same:3", "另", published_at=NOW)]), "record same:3 differs", id="record"
    ),
    pytest.param(lambda s: s.withdraw(["same:3"]), "record same:3 differs", id="withdrawn"),
    pytest.param(lambda s: s.delete_records(["same:3"]), "record same:3 is missing", id="missing"),
    pytest.param(lambda s: s.save([hit("more")]), "record more stands only", id="one more"),
    pytest.param(lambda s: s.append(event(4, case="断")), "event 断#4 stands only", id="an event more"),
    pytest.param(
        lambda s: s.put_document("rules/last", {"x": 1}, 1), "document rules/last differs", id="document"
    ),
    pytest.param(
        lambda s: s.put_documents([Document("rules/last", {}, 2)]),
        "document rules/last differs",
        id="only a version",
    ),
    pytest.param(
        lambda s: s.delete_document("rules/last", 1), "document rules/last is missing", id="no document"
    ),
]


@pytest.mark.parametrize(("change", "told"), DIFFERENCES)
def test_a_difference_is_told_by_name(store: Store, source: Store, change: object, told: str) -> None:
    copied(source, store)
    assert callable(change)
    change(store)
    both = compared(source, store)
    assert [" ".join(each) for each in both.first] == [told]
    assert both.differences == 1
    assert both.left.sha256 != both.right.sha256


def test_of_many_differences_the_first_are_told_and_all_are_counted(source: Store) -> None:
    both = compared(source, MemoryStore())
    assert both.differences == 67 + 9 + 2
    assert len(both.first) == 10


IDS = st.lists(st.sampled_from("abc断😡"), unique=True)


@settings(max_examples=60, deadline=None)
@given(left=IDS, right=IDS, moved=st.sets(st.sampled_from("abc断😡")))
def test_two_stores_are_walked_side_by_side(left: list[str], right: list[str], moved: set[str]) -> None:
    one, other = MemoryStore(), MemoryStore()
    one.save([hit(i, published_at=NOW) for i in left])
    shift = timedelta(seconds=1)
    other.save([hit(i, published_at=NOW - shift * (i in moved)) for i in right])
    alone = set(left) ^ set(right)
    both = compared(one, other)
    elsewhere = set(left) & set(right) & moved
    assert both.differences == len(alone) + 2 * len(elsewhere)
    assert {each.name for each in both.first} == alone | elsewhere
    assert (both.left.records, both.right.records) == (len(left), len(right))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:var/a@b.sqlite", "sqlite:var/a@b.sqlite"),
        ("memory:", "memory:"),
        ("elasticsearch:https://es.example:9200/hits", "elasticsearch:https://es.example:9200/hits"),
        ("elasticsearch:https://user:pa/ss@es.example/hits", "elasticsearch:https://***@es.example/hits"),
        ("elasticsearch://u:p@w@es.example", "elasticsearch://***@es.example"),
    ],
)
def test_a_login_is_never_shown(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_a_mistake_in_a_name_does_not_tell_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store("elastic:https://u:secret@es.example", tmp_path)
    assert "secret" not in str(caught.value)
