"""SQLite alone: a file that an earlier version of the program wrote is brought up to date by being opened."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from listening.codec import canonical, to_json
from listening.errors import StoreError
from listening.model import Status
from listening.store.derive import fingerprint, forms, labels
from listening.store.sqlite import SqliteStore
from listening.store.sqlite.schema import APPLICATION_ID, MIGRATIONS, VERSION, text_table
from listening.store.sqlite.writing import columns
from tests.store.records import NOW, ask, case, event, found, hit
from tests.store.test_sqlite_index import derived

FIRST = (
    """CREATE TABLE hit(
        pk INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        published_at INTEGER NOT NULL,  -- milliseconds since 1970, before it negative
        withdrawn INTEGER NOT NULL
    )""",
    "CREATE INDEX hit_order ON hit(published_at, id, withdrawn)",
    "CREATE TABLE record(pk INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    """CREATE TABLE label(
        id INTEGER PRIMARY KEY,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        folded TEXT NOT NULL,
        counted INTEGER NOT NULL,       -- 0: found by it, not counted under it (an author's id)
        UNIQUE(field, value, counted)
    )""",
    "CREATE INDEX label_folded ON label(field, folded)",
    """CREATE TABLE hit_label(
        label INTEGER NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY(label, pk)
    ) WITHOUT ROWID""",
    text_table("hit_text"),
    """CREATE TABLE event(
        case_id TEXT NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(case_id, n)
    ) WITHOUT ROWID""",
    """CREATE TABLE document(
        key TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
"""The tables of version 1, as they were; what stood in them of a record is what stands in them today."""

RECORDS = [
    hit("a", "星河宽带又双叒断网啦", region="广东"),
    hit("b", "光猫红灯 5G", status=Status.WITHDRAWN),
    hit("c", "随便说说", level=1, status=Status.KEPT, scenarios=()),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file as version 1 left it."""
    path = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(path)) as old, old:
        for statement in FIRST:
            old.execute(statement)
        for pk, each in enumerate(RECORDS, 1):
            old.execute("INSERT INTO hit VALUES(?, ?, ?, ?)", (pk, *columns(each)))
            old.execute("INSERT INTO record VALUES(?, ?)", (pk, canonical(each).decode()))
            texts = "INSERT INTO hit_text(rowid, runs, words) VALUES(?, ?, ?)"
            old.execute(texts, (pk, *forms(each.post)))
            for label in labels(each):
                insert = "INSERT OR IGNORE INTO label(field, value, folded, counted) VALUES(?, ?, ?, ?)"
                old.execute(insert, label)
                find = "SELECT id, ? FROM label WHERE field = ? AND value = ? AND counted = ?"
                old.execute(f"INSERT INTO hit_label {find}", (pk, label.field, label.value, label.counted))
        old.execute("INSERT INTO event VALUES('weibo:1', 1, ?)", (to_json(event(1)).decode(),))
        old.execute("INSERT INTO document VALUES('d', 3, '{}')")
        old.execute("INSERT INTO fact VALUES('derived', ?)", (fingerprint(),))
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return found


def tables(path: Path) -> list[tuple[str, str]]:
    """What there is, whatever it is written like."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        bare = [(name, sql.partition("--")[0] if "CREATE TABLE hit(" in sql else sql) for name, sql in rows]
        columns_of = "SELECT group_concat(name) FROM pragma_table_info(?)"
        return [(name, connection.execute(columns_of, (name,)).fetchone()[0] or sql) for name, sql in bare]


def test_there_is_a_way_from_every_version() -> None:
    assert set(MIGRATIONS) == set(range(2, VERSION + 1))


def test_what_an_earlier_version_wrote_is_all_there(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        assert (version(path), store.status().schema) == (VERSION, VERSION)
        assert found(store, "") == ["c", "a"]
        assert found(store, "status:withdrawn") == ["b"]
        assert found(store, "断网 region:广东") == ["a"]
        assert [store.get(each.id) for each in RECORDS] == RECORDS
        assert store.read("weibo:1") == [event(1)]
        assert [(each.key, each.version) for each in store.documents("")] == [("d", 3)]
        assert list(store.check()) == []
        told = store.status()
        assert (told.records, told.withdrawn, told.context, told.cases) == (3, 1, 0, 0)


def test_it_can_do_what_a_new_one_can(path: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite"
    more = [hit("a", "好了", case="k3xq", thread="weibo:0"), hit("d", status=Status.CONTEXT, level=0)]
    with closing(SqliteStore(path)) as old, closing(SqliteStore(new)) as fresh:
        fresh.save(RECORDS)
        for store in (old, fresh):
            store.save(more)
            store.put_cases([case("k3xq")])
        assert found(old, "case:k3xq") == ["a"]
        assert [each.id for each in old.waiting(None, NOW, 1)] == ["k3xq"]
    assert derived(path) == derived(new)
    assert tables(path) == tables(new)


def test_a_second_time_nothing_is_done(path: Path) -> None:
    SqliteStore(path).close()
    before = path.read_bytes()
    with closing(SqliteStore(path)) as store:
        assert store.count(ask("")) == 2
    assert path.read_bytes() == before


def test_several_may_open_it_together(path: Path) -> None:
    def opened(_n: int) -> int:
        with closing(SqliteStore(path)) as store:
            return store.count(ask(""))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(opened, range(6))) == [2] * 6
    assert version(path) == VERSION


def test_an_update_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE cases(x)")
    before = tables(path)
    with pytest.raises(StoreError, match="table cases already exists"):
        SqliteStore(path)
    assert (version(path), tables(path)) == (1, before)
