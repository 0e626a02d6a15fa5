"""SQLite alone: whose file it is, and what is said when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from listening.errors import StoreError, StoreTooNew
from listening.store import open_store
from listening.store.sqlite import SqliteStore
from listening.store.sqlite.database import CHECKPOINT_EVERY, Database
from listening.store.sqlite.errors import BUSY_SECONDS, retold
from listening.store.sqlite.schema import VERSION
from tests.store.records import ask, event, found, hit

STORE = "var/listening.sqlite"
ROOT = Path(__file__).resolve().parents[2]


def opened(base: Path) -> SqliteStore:
    store = open_store(f"sqlite:{STORE}", base)
    assert isinstance(store, SqliteStore)
    return store


def refusal(base: Path) -> str:
    with pytest.raises(StoreError) as caught:
        opened(base)
    assert type(caught.value) is StoreError
    return str(caught.value)


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_store_makes_its_folder_and_says_whose_it_is(tmp_path: Path) -> None:
    with closing(opened(tmp_path)):
        pass
    path = tmp_path / STORE
    assert pragma(path, "journal_mode") == "wal"
    assert pragma(path, "user_version") == VERSION
    assert pragma(path, "application_id") == int.from_bytes(b"LSTN", "big")


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        store.save([hit()])
    path = tmp_path / STORE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        opened(tmp_path)
    known = f"(schema {VERSION + 1}, this one knows {VERSION})"
    assert str(caught.value) == f"{path}: was written by a newer program {known} - update listening"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t(x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, statement: str) -> None:
    path = tmp_path / STORE
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    before = path.read_bytes()
    assert refusal(tmp_path) == (
        f"{path}: is a database of another program - name another file under `store:` in config.yaml"
    )
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / STORE
    path.parent.mkdir()
    path.write_text("brands:\n" * 1000)
    line = refusal(tmp_path)
    assert line.startswith(
        f"{path}: is not a database, or is damaged (file is not a database) - put back a copy"
    )
    assert "\n" not in line


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_damaged_file_is_said_to_be_damaged_by_whatever_meets_the_damage(
    tmp_path: Path, keep: float
) -> None:
    with closing(opened(tmp_path)) as store:
        store.save([hit(f"id:{n}", "断网" * 50) for n in range(300)])
    path = tmp_path / STORE
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)] + b"\xff" * (len(whole) - int(len(whole) * keep)))
    with pytest.raises(StoreError, match=r"is damaged|cannot be used"), closing(opened(tmp_path)) as store:
        store.count(ask("断网"))
        list(store.scan())
        store.save([hit(f"id:{n}", "改了" * 50) for n in range(300)])


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / STORE).mkdir(parents=True)
    assert refusal(tmp_path) == (
        f"{tmp_path / STORE}: cannot be opened (unable to open database file)"
        " - check that its folder exists and that both may be written"
    )


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert refusal(tmp_path) == f"{tmp_path / 'var'}: cannot be made (File exists) - check the path"


def as_nobody(work: Path) -> str:
    """What opening says to somebody who owns nothing here (root may write everywhere)."""
    if os.getuid() != 0:
        return refusal(work)
    command = [sys.executable, "-m", "tests.store.nobody", f"sqlite:{STORE}", str(work)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    """A folder that everybody can reach: pytest's own are private."""
    temporary = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if temporary in folder.parents:
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


def test_a_folder_that_may_not_be_written(open_to_all: Path) -> None:
    folder = open_to_all / "var"
    folder.mkdir()
    folder.chmod(0o555)
    assert as_nobody(open_to_all) == (
        f"{folder / 'listening.sqlite'}: cannot be opened (unable to open database file)"
        " - check that its folder exists and that both may be written"
    )


def test_a_folder_that_may_not_be_made(open_to_all: Path) -> None:
    open_to_all.chmod(0o555)
    assert (
        as_nobody(open_to_all)
        == f"{open_to_all / 'var'}: cannot be made (Permission denied) - check the path"
    )


def test_a_store_that_may_only_be_read(open_to_all: Path) -> None:
    with closing(opened(open_to_all)) as store:
        store.save([hit()])
    (open_to_all / STORE).chmod(0o444)
    (open_to_all / "var").chmod(0o555)
    line = as_nobody(open_to_all)
    assert line.startswith(f"{open_to_all / STORE}: ")
    assert line.endswith(" - check that its folder exists and that both may be written")


def limit_pages(store: SqliteStore, more: int) -> None:
    """SQLite's own way to run out of room."""
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + more}")


def test_a_full_disk_is_said_to_be_full_and_loses_nothing(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        store.save([hit("kept")])
        limit_pages(store, 2)
        with pytest.raises(
            StoreError, match=r"the disk is full .* - make room and run the same command again$"
        ):
            store.save([hit(f"id:{n}", "断网" * 200) for n in range(200)])
        assert found(store, "") == ["kept"]
        limit_pages(store, 1_000_000)
        store.save([hit(f"id:{n}") for n in range(200)])
        assert store.count(ask("断网")) == 201


CLASSES = [each for each in vars(sqlite3).values() if isinstance(each, type) and issubclass(each, Exception)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_of_sqlite_becomes_ours(kind: type[Exception]) -> None:
    with pytest.raises(StoreError, match=r"^here: .*\(why\) - ") as caught, retold(Path("here")):
        raise kind("why")
    assert isinstance(caught.value.__cause__, kind)


@pytest.mark.parametrize("code", range(1, 27))
def test_every_result_code_has_one_line_with_a_cure(code: int) -> None:
    """From SQLITE_ERROR to SQLITE_NOTADB; an extended code says the same as its primary one."""
    lines = []
    for extended in (code, code | (3 << 8)):
        error = sqlite3.OperationalError("why")
        error.sqlite_errorcode = extended
        with pytest.raises(StoreError) as caught, retold(Path("here")):
            raise error
        assert caught.value.cure
        lines.append(str(caught.value))
    assert lines[0] == lines[1]
    assert "\n" not in lines[0]


def test_the_log_that_grew_behind_a_reader_is_cut_when_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    log = tmp_path / "d.sqlite-wal"

    def write(database: Database) -> None:
        with database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO fact VALUES('big', ?)", ("x" * 3_000_000,))
        database.wrote(CHECKPOINT_EVERY // 4)

    with closing(Database(path)) as database, closing(database.connect()) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM fact").fetchall()
        for _ in range(8):
            write(database)
        assert log.stat().st_size > 20_000_000
        reader.execute("COMMIT")
        for _ in range(4):
            write(database)
        assert log.stat().st_size == 0


def test_a_reader_in_the_middle_of_a_scan_does_not_hold_up_a_writer(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        store.save([hit(f"id:{n}") for n in range(3)])
        scan = store.scan()
        next(scan)
        with closing(opened(tmp_path)) as other:
            started = monotonic()
            other.save([hit("new")])
            other._database.wrote(CHECKPOINT_EVERY)
            assert monotonic() - started < BUSY_SECONDS / 2, "it waited for the reader until it gave up"
        assert len(list(scan)) == 2


def test_who_opens_a_new_file_waits_for_another_who_is_making_it(tmp_path: Path) -> None:
    (tmp_path / STORE).parent.mkdir()
    with ThreadPoolExecutor() as pool, closing(sqlite3.connect(tmp_path / STORE)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = pool.submit(opened, tmp_path)
        assert not wait([opening], timeout=0.3).done, "SQLite gives up at once here, unless it is asked again"
        other.rollback()
        with closing(opening.result()) as store:
            store.save([hit("id:1")])
            assert found(store, "") == ["id:1"]


def test_events_survive_what_happens_to_the_index(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        store.append(event(1))
    with closing(sqlite3.connect(tmp_path / STORE)) as connection, connection:
        connection.execute("UPDATE fact SET value = 'an older derivation'")
    with closing(opened(tmp_path)) as store:
        assert store.read("weibo:1") == [event(1)]
