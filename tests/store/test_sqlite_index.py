"""SQLite alone: the derived tables hold exactly what today's records say, whatever happened before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from listening.store.sqlite import SqliteStore
from tests.store.records import NOW, ask, found, hit, likes
from tests.store.test_agreement import record

Rows = list[tuple[object, ...]]


def derived(path: Path) -> dict[str, Rows]:
    """All that is indexed, without the keys that depend on history."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', 'hit_text', 'instance')")
        questions = {
            "texts": "SELECT hit.id, term, col, offset FROM temp.places JOIN hit ON hit.pk = places.doc",
            "labels": "SELECT hit.id, field, value, folded, counted FROM hit_label"
            " JOIN hit USING(pk) JOIN label ON label.id = hit_label.label",
            "hits": "SELECT id, published_at, withdrawn, json FROM hit JOIN record USING(pk)",
        }
        found = {
            name: sorted(connection.execute(question).fetchall()) for name, question in questions.items()
        }
        connection.execute("INSERT INTO hit_text(hit_text) VALUES('integrity-check')")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return found


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store in which 200 records were saved, edited, seen, withdrawn and moved."""
    random = Random(7)
    with closing(SqliteStore(tmp_path / "lived.sqlite")) as store:
        ids = [record(random, number).id for number in range(200)]
        for _ in range(8):
            some = random.sample(ids, 80)
            store.save([replace(r, post=replace(r.post, id=i)) for i in some for r in [record(random, 0)]])
            store.withdraw(random.sample(ids, 10))
            store.observe([(i, NOW, likes(random.randint(0, 3))) for i in random.sample(ids, 40)])
        yield store


def test_a_store_with_a_past_is_indexed_like_a_new_one(lived: SqliteStore, tmp_path: Path) -> None:
    records = [*lived.scan(), *lived.scan(ask("status:withdrawn"))]
    assert len({each.id for each in records}) > 190
    with closing(SqliteStore(tmp_path / "new.sqlite")) as new:
        new.save(records)
    assert derived(tmp_path / "lived.sqlite") == derived(tmp_path / "new.sqlite")


def test_an_older_derivation_is_made_anew_on_opening(lived: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "lived.sqlite"
    right = derived(path)
    lived.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO hit_text(hit_text) VALUES('delete-all')")
        connection.execute("UPDATE label SET folded = 'wrong'")
        connection.execute("DELETE FROM hit_label WHERE pk % 2")
        connection.execute("UPDATE fact SET value = 'an older derivation'")
    with closing(SqliteStore(path)) as store:
        assert derived(path) == right
        store.save([hit("new")])
        assert found(store, "断网 id:new") == ["new"]


def test_an_index_of_today_is_not_made_anew(lived: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "lived.sqlite"
    lived.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO hit_text(hit_text) VALUES('delete-all')")
    with closing(SqliteStore(path)) as store:
        assert found(store, "断网") == []


def test_a_save_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with closing(SqliteStore(path)) as store:
        store.save([hit("a", region="广东")])
        before = derived(path)
        broken = hit("c")
        broken = replace(broken, post=replace(broken.post, platform=None))
        with pytest.raises(ValueError, match="needs a platform"):
            store.save(
                [hit("a", "改了", region="北京"), *(hit(f"b{n}", region="上海") for n in range(600)), broken]
            )
        assert derived(path) == before
        store.save([hit("b", region="上海")])
        assert store.facets(ask(""), "region") == [("上海", 1), ("广东", 1)]


def test_facets_with_many_values_do_not_go_through_all_records_for_each(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine, not in seconds: the naive plan takes some 200 times as many."""
    with closing(SqliteStore(tmp_path / "s.sqlite")) as store:
        store.save(
            [hit(f"id:{n}", region=f"地{n}", published_at=NOW - timedelta(seconds=n)) for n in range(2000)]
        )
        ticks = 0

        def tick() -> int:
            nonlocal ticks
            ticks += 1
            return 0

        with store._database.reading() as connection:
            connection.set_progress_handler(tick, 1000)
        assert len(store.facets(ask("断网"), "region")) == 2000
        with store._database.reading() as connection:
            connection.set_progress_handler(None, 0)
        assert 0 < ticks < 400
