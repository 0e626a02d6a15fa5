"""SQLite alone: an index that was damaged on purpose is told and mended, one that is sound is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from listening.errors import StoreError
from listening.store.ports import Flaw
from listening.store.sqlite import SqliteStore
from tests.store.records import NOW, ask, event, found, hit
from tests.store.test_sqlite_index import derived


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        store.save([hit("a", "断网", region="广东"), hit("b", "掉线", region="北京"), hit("c", "没网")])
        store.withdraw(["c"])
        store.append(event(1))
        yield store


def damage(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


REGION = "(SELECT id FROM label WHERE field = 'region' AND value = '{}')"
TEXT = "INSERT INTO hit_text(hit_text, rowid, runs, words) VALUES('delete', {}, '{}', '')"
CASES = [
    pytest.param(
        [f"DELETE FROM hit_label WHERE pk = 1 AND label = {REGION.format('广东')}"],
        [Flaw("a", "is not found by region 广东")],
        id="a label is missing",
    ),
    pytest.param(
        [f"INSERT INTO hit_label VALUES({REGION.format('北京')}, 1)"],
        [Flaw("a", "is found by region 北京, which is not its own")],
        id="a label is stale",
    ),
    pytest.param(
        ["UPDATE label SET folded = 'x' WHERE value = '广东'"],
        [
            Flaw("a", "is not found by region 广东"),
            Flaw("a", "is found by region 广东, which is not its own"),
        ],
        id="a label is folded otherwise",
    ),
    pytest.param(
        ["DELETE FROM label WHERE value = '广东'"],
        [
            Flaw("a", "is not found by region 广东"),
            Flaw("a", "is found by a label that is not there, which is not its own"),
        ],
        id="a label is gone",
    ),
    pytest.param(
        ["INSERT INTO hit_label VALUES(1, 99)"],
        [Flaw("", "labels of records that are not there are left over")],
        id="labels without a record",
    ),
    pytest.param(
        [TEXT.format(2, "掉 线")],
        [Flaw("b", "its text is indexed otherwise than it is written")],
        id="a text is missing",
    ),
    pytest.param(
        ["INSERT INTO hit_text(rowid, runs, words) VALUES(2, '旧', '')"],
        [Flaw("b", "its text is indexed otherwise than it is written")],
        id="an old text is left over",
    ),
    pytest.param(
        [
            TEXT.format(2, "掉 线"),
            "INSERT INTO hit_text(rowid, runs, words) VALUES(2, '线 掉', '')",
        ],
        [Flaw("b", "its text is indexed otherwise than it is written")],
        id="the same signs in another order",
    ),
    pytest.param(
        ["INSERT INTO hit_text(rowid, runs, words) VALUES(99, '断 网', '')"],
        [Flaw("", "texts of records that are not there are left over")],
        id="a text without a record",
    ),
    pytest.param(
        ["UPDATE hit SET withdrawn = 1 WHERE id = 'a'"],
        [Flaw("a", "withdrawn is 1, not 0")],
        id="it is said to be withdrawn",
    ),
    pytest.param(
        ["UPDATE hit SET withdrawn = 0 WHERE id = 'c'"],
        [Flaw("c", "withdrawn is 0, not 1")],
        id="it is said not to be withdrawn",
    ),
    pytest.param(
        ["UPDATE hit SET published_at = 5 WHERE id = 'a'"],
        [Flaw("a", "published_at is 5, not 1795491000000")],
        id="it stands in the wrong place",
    ),
    pytest.param(
        ["UPDATE hit SET id = 'z' WHERE id = 'a'"], [Flaw("a", "id is z, not a")], id="it has another id"
    ),
    pytest.param(
        ["DELETE FROM hit WHERE id = 'a'"],
        [Flaw("a", "has no entry in the order of records")],
        id="it cannot be reached",
    ),
    pytest.param(
        ["INSERT INTO hit VALUES(99, 'ghost', 5, 0)"],
        [Flaw("ghost", "has no record behind its entry")],
        id="an entry without a record",
    ),
]


@pytest.mark.parametrize(("statements", "flaws"), CASES)
def test_damage_is_told_and_mended(
    store: SqliteStore, path: Path, statements: list[str], flaws: list[Flaw]
) -> None:
    right = derived(path)
    damage(path, *statements)
    told = list(store.check())
    assert told == flaws
    assert store.mend(told) == 1
    assert list(store.check()) == []
    assert derived(path) == right
    assert store.read("weibo:1") == [event(1)]


def test_what_is_saved_after_mending_is_found(store: SqliteStore, path: Path) -> None:
    damage(path, "DELETE FROM label", "DELETE FROM hit_label")
    store.mend(list(store.check()))
    store.save([hit("d", "断网", region="广东"), hit("a", "改了", region="广东")])
    assert store.facets(ask(""), "region") == [("广东", 2), ("北京", 1)]
    assert found(store, "断网") == ["d"]


def test_an_index_of_texts_that_cannot_be_read_is_made_anew(store: SqliteStore, path: Path) -> None:
    right = derived(path)
    damage(path, "DELETE FROM hit_text_data WHERE id > 10")
    (flaw,) = store.check()
    assert flaw.id == ""
    assert flaw.what.startswith("the index of texts cannot be read (")
    store.mend([flaw])
    assert list(store.check()) == []
    assert derived(path) == right


def test_a_record_that_cannot_be_read_is_told_and_cannot_be_mended(store: SqliteStore, path: Path) -> None:
    damage(path, "UPDATE record SET json = substr(json, 9) WHERE pk = 2")
    (flaw,) = store.check()
    assert flaw.id == "b"
    assert flaw.what.startswith("the record itself cannot be read (is not a JSON value")
    with pytest.raises(StoreError, match="put back a copy of the store"):
        store.mend([flaw])
    assert found(store, "断网") == ["a"]


def test_no_two_orders_of_the_same_signs_are_taken_for_one(store: SqliteStore, path: Path) -> None:
    signs = "星河宽带又双叒断网啦"
    moved = [signs[n:] + signs[:n] for n in range(1, len(signs))]
    store.save([hit(f"id:{n}", text) for n, text in enumerate(moved)])
    with closing(sqlite3.connect(path)) as connection, connection:
        for n, text in enumerate(moved, 4):
            connection.execute(TEXT.format(n, " ".join(text)))
            texts = "INSERT INTO hit_text(rowid, runs, words) VALUES(?, ?, '')"
            connection.execute(texts, (n, " ".join(signs)))
    assert [flaw.id for flaw in store.check()] == [f"id:{n}" for n in range(len(moved))]


def test_a_check_looks_at_one_moment_and_holds_nobody_up(store: SqliteStore, path: Path) -> None:
    store.save([hit(f"id:{n}") for n in range(1100)])
    damage(path, "UPDATE hit SET withdrawn = 1 WHERE id = 'a'")
    checking = store.check()
    assert next(checking).id == "a"
    store.put_records([hit(f"id:{n}", "改了", region="广东") for n in range(1100)])
    assert list(checking) == []


def test_the_status_counts_the_bytes_of_the_log_too(store: SqliteStore, path: Path) -> None:
    told = store.status()
    log = path.with_name("s.sqlite-wal")
    assert log.stat().st_size > 0
    assert told.bytes == path.stat().st_size + log.stat().st_size
    assert (told.kind, told.place, told.schema) == ("sqlite", str(path.resolve()), 1)
    assert dict(told.facts)["sqlite"] == sqlite3.sqlite_version


def test_a_put_that_fails_leaves_no_trace(store: SqliteStore, path: Path) -> None:
    before = derived(path)
    broken = hit("d", published_at=None)
    with pytest.raises(ValueError, match="needs published_at"):
        store.put_records([hit("a", "改了", region="上海"), broken])
    assert derived(path) == before
    store.put_records([hit("e", region="上海", published_at=NOW)])
    assert ("上海", 1) in store.facets(ask(""), "region")
