"""What is missing, broken, newer, locked or not read to its end: one line, the right code, no traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from listening.app import open_app
from tests.cli.place import BROKEN_RULES, Place, post
from tests.collect.site import NOTHING, Asked, Reply, Site, item, rss

READING = ["search", "count", "export", "queue list"]
COLLECTING = ["import posts.jsonl", "crawl", "quarantine retry"]
KEEPING = [
    *("store status", "store init", "store migrate", "store verify"),
    *("store copy config sqlite:copy.sqlite", "store retention --keep 400d"),
]
USING_CONFIG = [
    *(*READING, *COLLECTING, *KEEPING, "replay", "explain 断网", "explain --id 1"),
    *("quarantine list", "quarantine show 1", "config", "doctor"),
]
USING_STORE = [*READING, *COLLECTING, *KEEPING, "replay"]
USING_ARCHIVE = [*COLLECTING, "replay", "explain --id 1", "quarantine list", "quarantine show 1"]


@pytest.fixture
def here(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The commands are given in the folder itself, where there is a file to import."""
    monkeypatch.chdir(place.folder)
    place.write(post(1))
    return place.lay_out(sources=place.feed("http://127.0.0.1:9/"))


def missing(config: Path) -> None:
    config.unlink()


def folder(config: Path) -> None:
    config.unlink()
    config.mkdir()


def gbk(config: Path) -> None:
    config.write_bytes("store: sqlite:库\n".encode("gb18030"))


def broken(config: Path) -> None:
    config.write_text("store: [\n", "utf-8")


@pytest.mark.parametrize("spoil", [missing, folder, gbk, broken])
@pytest.mark.parametrize("command", USING_CONFIG)
def test_an_unusable_config_is_one_line_and_ends_with_1(
    here: Place, command: str, spoil: Callable[[Path], None]
) -> None:
    spoil(here.config)
    answer = here.run(*command.split())
    told = answer.out if command == "doctor" else answer.err
    assert answer.code == 1
    (line,) = told.splitlines()
    assert "config.yaml" in line
    assert " - " in line


def text_file(path: Path) -> None:
    path.write_text("these are my notes, not a database; " * 40, "utf-8")


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (x)")


def is_folder(path: Path) -> None:
    path.mkdir()


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")


def newer_store(path: Path) -> None:
    with open_app(path.parent / "config.yaml") as app:
        app.store.get("x")
    newer(path)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(text_file, "is not a database, or is damaged", id="a text file"),
        pytest.param(other_program, "is a database of another program - name another file", id="not ours"),
        pytest.param(is_folder, "cannot be opened", id="a folder"),
        pytest.param(newer_store, "was written by a newer program", id="newer"),
    ],
)
@pytest.mark.parametrize("command", USING_STORE)
def test_an_unusable_store_is_one_line_and_ends_with_4(
    here: Place, command: str, spoil: Callable[[Path], None], told: str
) -> None:
    spoil(here.store)
    answer = here.run(*command.split())
    assert (answer.code, answer.out) == (4, "")
    (line,) = answer.err.splitlines()
    assert line.startswith(f"{here.store}: ")
    assert told in line
    assert " - " in line


def archive_is_a_file(archive: Path) -> None:
    archive.write_text("", "utf-8")


def archive_is_newer(archive: Path) -> None:
    archive.mkdir()
    newer(archive / "index.sqlite")


def index_is_no_database(archive: Path) -> None:
    archive.mkdir()
    text_file(archive / "index.sqlite")


def quarantine_is_newer(archive: Path) -> None:
    archive.mkdir()
    newer(archive / "quarantine.sqlite")


@pytest.mark.parametrize(
    "spoil", [archive_is_a_file, archive_is_newer, index_is_no_database, quarantine_is_newer]
)
@pytest.mark.parametrize("command", USING_ARCHIVE)
def test_an_unusable_archive_is_one_line_and_ends_with_4(
    here: Place, command: str, spoil: Callable[[Path], None]
) -> None:
    spoil(here.archive)
    answer = here.run(*command.split())
    assert (answer.code, answer.out) == (4, "")
    (line,) = answer.err.splitlines()
    assert line.startswith(str(here.archive))
    assert " - " in line


def test_an_unknown_kind_of_store_names_the_ones_there_are(here: Place) -> None:
    answer = here.lay_out(store="mysql:x").run("search")
    assert answer.code == 4
    assert answer.err.startswith("mysql:x: there is no such store - there are memory:, sqlite:")


@pytest.mark.parametrize("command", COLLECTING)
def test_an_unusable_store_wins_over_bad_rules(here: Place, command: str) -> None:
    here.lay_out(BROKEN_RULES)
    text_file(here.store)
    assert here.run(*command.split()).code == 4


def test_a_store_that_fails_half_way_wins_over_a_source_that_failed(here: Place) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/bad":
            return NOTHING
        with closing(sqlite3.connect(here.store)) as connection:
            connection.execute("DROP TABLE record")
        return Reply(rss(item("1")))

    with Site(answer) as site:
        sources = here.feed(f"{site.url}/bad", "先") | here.feed(f"{site.url}/good", "后")
        told = here.lay_out(sources=sources).run("crawl")
    assert told.code == 4
    assert told.out.startswith("先: 0 posts: none [failed: ")
    assert told.err.startswith(f"{here.store}: ")
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "held", "told"),
    [
        pytest.param("import posts.jsonl", "posts.jsonl", "on 'posts.jsonl'", id="the same file"),
        pytest.param("import --source 导出 posts.jsonl", "导出", "on '导出'", id="the same source"),
        pytest.param("replay", "replay", "on 'replay'", id="another replay"),
        pytest.param("crawl", "晚报", "on '晚报'", id="another crawl"),
    ],
)
def test_a_lock_that_is_held_ends_it_with_75(here: Place, command: str, held: str, told: str) -> None:
    with open_app(here.config) as app, app.lock(held):
        answer = here.run(*command.split())
    assert (answer.code, answer.out) == (75, "")
    assert f"another command is at work {told} - wait until it is done\n" in answer.err


def test_a_lock_that_is_not_its_own_is_no_obstacle(here: Place) -> None:
    with open_app(here.config) as app, app.lock("replay"):
        assert here.run("import", "posts.jsonl").code == 0


def listening(*args: str, stdout: int, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from listening.cli import main; main()", *args],
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=cwd,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def closed_pipe() -> Callable[[], int]:
    def made() -> int:
        reading, writing = os.pipe()
        os.close(reading)
        return writing

    return made


@pytest.mark.parametrize(
    "command",
    ["search", "search --json", "export", "export --csv", "count", "queue list", "config", "doctor"],
)
def test_a_closed_pipe_is_no_failure(here: Place, command: str, closed_pipe: Callable[[], int]) -> None:
    here.run("import", "posts.jsonl")
    done = listening(*command.split(), stdout=closed_pipe(), cwd=here.folder)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_an_import_that_nobody_reads_of_imports_every_file_all_the_same(
    here: Place, options: list[str], closed_pipe: Callable[[], int]
) -> None:
    here.write(post(2), b"{\n", name="more.jsonl")
    here.write(post(3), name="last.jsonl")
    files = ["posts.jsonl", "more.jsonl", "last.jsonl"]
    done = listening("import", *options, *files, stdout=closed_pipe(), cwd=here.folder)
    assert (done.returncode, done.stderr) == (3, "")
    assert here.run("count").out == "3\n"


def test_doctor_looks_at_every_part_though_one_is_unusable(here: Place) -> None:
    text_file(here.store)
    here.lay_out(BROKEN_RULES, sources={"晚报": {"spider": "feed_entries"}})
    found = {(each["part"], each["level"]) for each in here.run("doctor", "--json").records}
    assert {("config", "ok"), ("rules", "error"), ("store", "error"), ("archive", "ok")} <= found
    assert ("sources", "error") in found


def test_an_import_of_a_lost_archive_folder_begins_a_new_one(here: Place) -> None:
    here.run("import", "posts.jsonl")
    shutil.rmtree(here.archive)
    assert here.run("import", "posts.jsonl").out == "posts.jsonl: 1 posts: 1 hit [ok]\n"
    assert here.run("count").out == "1\n"
