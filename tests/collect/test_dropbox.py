"""A watched folder: files are taken when they are whole, and moved to where it shows what became of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.collect.dropbox import SETTLED, Dropped, check_folder, import_folder
from listening.collect.runs import Runner, runs
from listening.collect.sources import Source
from listening.errors import CrawlError, StoreError
from listening.model import Outcome, Run, RunStatus
from tests.desk import OUTAGE, Desk, matcher, open_desk

SETTLED_BY_NOW = SETTLED + timedelta(seconds=2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield open_desk(tmp_path, stack)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def source(inbox: Path, **settings: Any) -> Source:
    return Source(name="小红书", spider="", folder=inbox, settings=settings)


def line(number: int, **more: Any) -> str:
    at = "2026-11-24T10:00:00Z"
    return json.dumps(
        {"id": f"forum:{number}", "platform": "forum", "text": OUTAGE, "published_at": at} | more
    )


def put(file: Path, *lines: str) -> Path:
    file.write_text("".join(f"{each}\n" for each in lines), "utf-8")
    return file


def ignore(run: Run) -> None:
    """Nobody looks on."""


def imported(desk: Desk, inbox: Path, later: timedelta = SETTLED_BY_NOW, **settings: Any) -> list[Dropped]:
    runner = Runner(desk.archive, desk.store, desk.pipeline(matcher()), desk.clock)
    return list(import_folder(source(inbox, **settings), runner, ignore, now=datetime.now(UTC) + later))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_a_file_is_imported_under_the_sources_name_and_moved(desk: Desk, inbox: Path) -> None:
    put(inbox / "posts.jsonl", line(1), line(2))
    (dropped,) = imported(desk, inbox)
    assert dropped.run is not None
    assert (dropped.run.source, dropped.run.verb, dropped.run.status) == ("小红书", "import", RunStatus.OK)
    assert dropped.run.outcomes[Outcome.HIT] == 2
    assert dropped.file == inbox / "done" / "posts.jsonl"
    assert (names(inbox), names(inbox / "done")) == (["done"], ["posts.jsonl"])
    assert desk.record(1).post.source == "小红书"
    assert imported(desk, inbox) == []


def test_files_are_taken_in_the_order_in_which_they_were_written(desk: Desk, inbox: Path) -> None:
    for number, name in enumerate("cab"):
        file = put(inbox / f"{name}.jsonl", line(number))
        os.utime(file, (1_000_000 + number, 1_000_000 + number))
    assert [each.file.name for each in imported(desk, inbox)] == ["c.jsonl", "a.jsonl", "b.jsonl"]


@pytest.mark.parametrize(
    ("name", "later"),
    [
        pytest.param("posts.jsonl", timedelta(seconds=5), id="written a moment ago"),
        pytest.param(".posts.jsonl", SETTLED_BY_NOW, id="hidden"),
        pytest.param("posts.jsonl.part", SETTLED_BY_NOW, id="half a download"),
        pytest.param("posts.jsonl.PART", SETTLED_BY_NOW, id="half a download in capitals"),
    ],
)
def test_what_may_not_be_whole_is_left_alone(desk: Desk, inbox: Path, name: str, later: timedelta) -> None:
    put(inbox / name, line(1))
    assert imported(desk, inbox, later) == []
    assert names(inbox) == [name]


def test_a_file_that_brings_an_old_time_along_is_not_taken_while_it_is_copied(
    desk: Desk, inbox: Path
) -> None:
    file = put(inbox / "posts.jsonl", line(1))
    os.utime(file, (1_000_000, 1_000_000))
    assert imported(desk, inbox, timedelta(seconds=5)) == []
    assert len(imported(desk, inbox)) == 1


def test_folders_in_it_are_left_alone(desk: Desk, inbox: Path) -> None:
    (inbox / "older").mkdir()
    put(inbox / "older" / "posts.jsonl", line(1))
    assert imported(desk, inbox) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("posts.jsonl", "posts-2.jsonl"), ("posts", "posts-2"), ("a.b.jsonl", "a-2.b.jsonl")],
)
def test_a_name_that_is_taken_is_numbered(desk: Desk, inbox: Path, first: str, second: str) -> None:
    for number in range(3):
        put(inbox / first, line(number))
        imported(desk, inbox)
    third = second.replace("-2", "-3")
    assert names(inbox / "done") == sorted([first, second, third])


def test_bad_lines_go_to_quarantine_and_the_file_is_done(desk: Desk, inbox: Path) -> None:
    put(inbox / "posts.jsonl", line(1), "{")
    (dropped,) = imported(desk, inbox)
    assert dropped.run is not None
    assert dropped.run.outcomes == {Outcome.HIT: 1, Outcome.INVALID: 1}
    assert dropped.file.parent.name == "done"
    assert desk.archive.quarantine.counts() == {"小红书": 1}


def test_an_empty_file_is_done_and_empty(desk: Desk, inbox: Path) -> None:
    put(inbox / "posts.jsonl")
    (dropped,) = imported(desk, inbox)
    assert dropped.run is not None
    assert dropped.run.status is RunStatus.EMPTY
    assert dropped.file.parent.name == "done"


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason_and_the_others_are_taken(
    desk: Desk, inbox: Path
) -> None:
    put(inbox / "a.jsonl.gz", "not packed")
    put(inbox / "b.jsonl", line(1))
    failed, done = imported(desk, inbox)
    assert failed.run is None
    assert failed.file == inbox / "failed" / "a.jsonl.gz"
    assert failed.reason is not None
    assert failed.reason.startswith(f"{inbox / 'a.jsonl.gz'}: is not a gzip file - ")
    assert (inbox / "failed" / "a.jsonl.gz.txt").read_text("utf-8") == failed.reason + "\n"
    assert done.file.parent.name == "done"


def test_a_file_stays_where_it_is_when_the_store_is_away(
    desk: Desk, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(_: object) -> None:
        raise StoreError("store", "is away", "wait")

    put(inbox / "posts.jsonl", line(1))
    with monkeypatch.context() as away:
        away.setattr(desk.store, "save", save)
        with pytest.raises(StoreError):
            imported(desk, inbox)
    assert names(inbox) == ["posts.jsonl"]
    (dropped,) = imported(desk, inbox)
    assert dropped.run is not None
    assert dropped.run.outcomes == {Outcome.HIT: 1}
    assert {run.status for run in runs(desk.store)} == {RunStatus.FAILED, RunStatus.OK}


def test_a_folder_that_is_not_there_is_told(desk: Desk, inbox: Path) -> None:
    inbox.rmdir()
    with pytest.raises(CrawlError) as caught:
        imported(desk, inbox)
    assert str(caught.value) == (
        f"小红书: {inbox} cannot be read (No such file or directory) - make the folder, or check its rights"
    )


def test_a_file_that_cannot_be_moved_is_told(desk: Desk, inbox: Path) -> None:
    put(inbox / "posts.jsonl", line(1))
    put(inbox / "done", "a file, and no folder")
    os.utime(inbox / "done", (2e9, 2e9))
    with pytest.raises(CrawlError) as caught:
        imported(desk, inbox)
    assert "posts.jsonl cannot be moved to" in str(caught.value)
    assert desk.found() == ["forum:1"]


def test_the_settings_are_those_of_an_import(desk: Desk, inbox: Path) -> None:
    column_map = inbox.parent / "map.yaml"
    column_map.write_text("platform: forum\ncolumns: {id: 编号, text: 内容, published_at: 时间}\n", "utf-8")
    put(inbox / "posts.csv", "编号,内容,时间", f"7,{OUTAGE},2026-11-24 18:00:00")
    (dropped,) = imported(desk, inbox, map=str(column_map), zone="Asia/Shanghai")
    assert dropped.run is not None
    assert dropped.run.outcomes == {Outcome.HIT: 1}
    assert desk.record(7).post.published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("settings", "key", "problem"),
    [
        pytest.param({}, None, None, id="nothing said: JSON lines"),
        pytest.param({"as": "jsonl"}, None, None, id="a format"),
        pytest.param({"as": "jsonn"}, "as", "unknown format 'jsonn'", id="no format"),
        pytest.param({"as": "mapped"}, "as", "", id="a map is missing"),
        pytest.param({"map": "nowhere.yaml"}, "map", "", id="a map that is not there"),
    ],
)
def test_wrong_settings_are_told(
    inbox: Path, settings: dict[str, str], key: str | None, problem: str | None
) -> None:
    problems = check_folder(source(inbox, **settings))
    assert {each.key for each in problems} == ({key} if key else set())
    for each in problems:
        assert each.problem.startswith(problem or "")
        assert each.cure
