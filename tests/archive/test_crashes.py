"""Processes that are killed: after the same command again every post is there exactly once."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from listening import codec
from listening.archive import Archive, State, frames
from listening.archive.frames import walk
from listening.archive.index import Index, Row
from listening.errors import ArchiveError, InvalidPost
from listening.model import Outcome
from tests.archive.posts import a_post, ids
from tests.archive.worker import STEPS, Store, outcome_of

ROOT = Path(__file__).resolve().parents[2]
COUNT = 23
HITS = {f"demo:{n}" for n in range(1, COUNT, 2)}


UNREADABLE = "'id': Expected `str`, got `int` - see the exchange format in docs/records.md"


def worker(folder: Path, *options: str, source: str = "论坛", count: int = COUNT) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.archive.worker", str(folder), source, str(count), *options]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(folder: Path, *options: str) -> int:
    with worker(folder, *options) as process:
        process.communicate()
        return process.returncode


def stopped(folder: Path, step: str, batch: int) -> subprocess.Popen[str]:
    """A worker that has come to this step and waits there."""
    process = worker(folder, "--stop-at", step, str(batch))
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def everything_is_there_once(folder: Path) -> None:
    posts = [a_post(n) for n in range(COUNT)]
    assert Store(folder / "store").ids() == HITS
    with Archive.open(folder / "archive") as archive:
        assert archive.counts().pending == 0
        assert archive.counts().outcomes == {Outcome.HIT: len(HITS), Outcome.UNMATCHED: COUNT - len(HITS)}
        assert sorted(ids(archive.scan())) == sorted(post.id for post in posts)
        assert {seen.state for seen in archive.seen(posts)} == {State.REPEAT}
        assert archive.recover().segments == 0, "nothing is left to be mended"


def test_a_run_that_is_not_killed(tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    everything_is_there_once(tmp_path)


@pytest.mark.parametrize("batch", [0, 2, 4])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_of_any_batch(tmp_path: Path, step: str, batch: int) -> None:
    kill(stopped(tmp_path, step, batch))
    assert run(tmp_path) == 0
    everything_is_there_once(tmp_path)


@pytest.mark.parametrize("batch", [0, 3])
@pytest.mark.parametrize("length", [0, 1, 11, 60, 150, 250])
def test_killed_by_the_kernel_in_the_middle_of_writing_a_batch(
    tmp_path: Path, batch: int, length: int
) -> None:
    assert run(tmp_path, "--limit", str(length), "--in-batch", str(batch)) == -signal.SIGXFSZ
    with Archive.open(tmp_path / "archive") as archive:
        assert [tail.bytes for tail in archive.recover().cut] == ([length] if length else [])
    assert run(tmp_path) == 0
    everything_is_there_once(tmp_path)


@pytest.mark.parametrize("batch", [0, 1, 3])
def test_killed_by_the_kernel_between_the_batch_and_its_index(tmp_path: Path, batch: int) -> None:
    """The segment stays below the limit, SQLite's log is longer than it already."""
    assert run(tmp_path, "--limit", "5000", "--in-batch", str(batch)) == -signal.SIGXFSZ
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.recover().indexed == 5
        assert len(ids(archive.pending())) == 5
    assert run(tmp_path) == 0
    everything_is_there_once(tmp_path)


def test_killed_by_the_kernel_at_many_lengths_of_sqlites_files(tmp_path: Path) -> None:
    limits = [0, 1, 600, 4_200, 8_000, 33_000, 60_000, 90_000]
    endings = [run(tmp_path, "--limit", str(limit)) for limit in limits]
    assert endings.count(-signal.SIGXFSZ) >= 5
    assert run(tmp_path) == 0
    everything_is_there_once(tmp_path)


def test_a_batch_is_on_the_disk_before_it_is_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kill shows the difference, but a power cut would: the index would name bytes that are not there."""
    synced: list[tuple[int, int]] = []
    sync, add = os.fsync, Index.add

    def syncing(descriptor: int) -> None:
        sync(descriptor)
        synced.append((os.fstat(descriptor).st_ino, os.fstat(descriptor).st_size))

    def adding(self: Index, path: str, offset: int, end: int, at: int, rows: Sequence[Row]) -> set[str]:
        segment = tmp_path / path
        assert (segment.stat().st_ino, end) in synced
        assert segment.parent.stat().st_ino in [number for number, _ in synced], "its name would be lost"
        return add(self, path, offset, end, at, rows)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Index, "add", adding)
    three_batches(tmp_path)


def three_batches(folder: Path) -> tuple[Path, list[int]]:
    """An archive of a dead process, and where its batches end."""
    with Archive.open(folder, host="h") as archive, archive.writer("论坛", "run") as writer:
        for n in range(3):
            writer.append([a_post(2 * n), a_post(2 * n + 1)])
    (segment,) = folder.rglob("*.zst")
    with segment.open("rb") as file:
        return segment, [found.end for found in walk(file, 0)]


def test_a_tail_torn_at_any_byte_is_cut_and_reported_and_nothing_else_is_lost(tmp_path: Path) -> None:
    segment, (_, second, third) = three_batches(tmp_path)
    data = segment.read_bytes()
    with Archive.open(tmp_path) as archive:
        for length in range(second + 1, third):
            segment.write_bytes(data[:length])
            recovery = archive.rebuild_index()
            assert [(tail.offset, tail.bytes) for tail in recovery.cut] == [(second, length - second)]
            assert ids(archive.scan()) == ["demo:0", "demo:1", "demo:2", "demo:3"]
            assert segment.read_bytes() == data[:second]
            assert archive.recover().cut == []


def test_a_tail_torn_off_behind_the_index_takes_only_its_own_posts_along(tmp_path: Path) -> None:
    segment, (_, second, third) = three_batches(tmp_path)
    os.truncate(segment, third - 1)
    with Archive.open(tmp_path) as archive:
        recovery = archive.recover()
        assert [(found.offset, found.bytes) for found in recovery.damaged] == [(third - 1, 1)]
        assert [tail.offset for tail in recovery.cut] == [second]
        assert ids(archive.scan()) == ["demo:0", "demo:1", "demo:2", "demo:3"]
        assert archive.get("demo:5") is None


def test_a_torn_tail_goes_to_quarantine(tmp_path: Path) -> None:
    segment, (_, second, _) = three_batches(tmp_path)
    (tmp_path / "index.sqlite").unlink()
    tail = segment.read_bytes()[second:-7]
    os.truncate(segment, second + len(tail))
    with Archive.open(tmp_path) as archive:
        archive.recover()
        (entry,) = archive.quarantine.entries()
    assert (entry.source, entry.file, entry.raw) == ("archive", str(segment), tail)
    assert entry.reason == f"torn tail of {len(tail)} bytes at byte {second} of the archive"


@pytest.mark.parametrize("garbage", [b"\0" * 4096, b"\n", b"\x5e\x2a\x4d\x18", bytes(range(256)) * 30])
def test_garbage_behind_the_last_batch_is_cut(tmp_path: Path, garbage: bytes) -> None:
    segment, ends = three_batches(tmp_path)
    with segment.open("ab") as file:
        file.write(garbage)
    with Archive.open(tmp_path) as archive:
        assert [tail.bytes for tail in archive.recover().cut] == [len(garbage)]
        assert len(ids(archive.pending())) == 6
    assert segment.stat().st_size == ends[-1]


def test_damage_in_the_middle_is_reported_and_not_cut(tmp_path: Path) -> None:
    segment, (first, second, _) = three_batches(tmp_path)
    data = bytearray(segment.read_bytes())
    data[first + 30] ^= 1
    segment.write_bytes(data)
    with Archive.open(tmp_path) as archive:
        recovery = archive.rebuild_index()
        assert [(found.offset, found.bytes) for found in recovery.damaged] == [(first, second - first)]
        assert recovery.cut == []
        assert ids(archive.scan()) == ["demo:0", "demo:1", "demo:4", "demo:5"]
    assert segment.read_bytes() == data


def test_a_segment_that_never_got_a_whole_batch_disappears(tmp_path: Path) -> None:
    segment, (first, *_) = three_batches(tmp_path)
    os.truncate(segment, first - 1)
    with Archive.open(tmp_path) as archive:
        archive.recover()
        assert archive.counts().posts == 0, "what is gone must be collected again"
        assert [seen.state for seen in archive.seen([a_post(0)])] == [State.NEW]
    assert not segment.exists()


def test_a_segment_that_was_deleted_is_reported_and_its_posts_count_as_new(tmp_path: Path) -> None:
    segment, ends = three_batches(tmp_path)
    segment.unlink()
    with Archive.open(tmp_path) as archive:
        assert [found.bytes for found in archive.recover().damaged] == [ends[-1]]
        assert archive.counts().posts == 0


def table(folder: Path) -> list[tuple[object, ...]]:
    with Archive.open(folder) as archive:
        query = """SELECT p.id, digest, path, offset, number, archived_at, published_at, source, metrics
                   FROM posts p JOIN segments s ON s.id = p.segment ORDER BY p.id"""
        return archive._index.database.connection.execute(query).fetchall()


def test_an_index_that_was_deleted_is_rebuilt_equal(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        for source in ("论坛", "微博", "a"):
            with archive.writer(source, "run") as writer:
                writer.append([a_post(n, text=f"{source} {n}") for n in range(10)])
                writer.append([a_post(n, text=f"{source} {n}!") for n in range(5, 12)])
    before = table(tmp_path)
    assert len(before) == 12
    (tmp_path / "index.sqlite").unlink()
    with Archive.open(tmp_path) as archive:
        assert archive.recover().indexed == 51
        assert all(seen.may_be_stored for seen in archive.seen([a_post(n) for n in range(12)]))
    assert table(tmp_path) == before
    with Archive.open(tmp_path) as archive:
        assert archive.recover().segments == 0
        archive.rebuild_index()
    assert table(tmp_path) == before


def test_the_segment_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    living = stopped(tmp_path, "archived", 1)
    try:
        (segment,) = tmp_path.rglob("*.zst")
        with segment.open("ab") as file:
            file.write(b"a batch that is just being written")
        data = segment.read_bytes()
        with Archive.open(tmp_path / "archive") as archive:
            recovery = archive.recover()
            assert (recovery.cut, recovery.segments) == ([], 0)
            assert ids(archive.pending()) == [], "its owner will finish them"
            assert archive.counts().pending == 5
            assert segment.read_bytes() == data
            kill(living)
            recovery = archive.recover()
            assert [tail.bytes for tail in recovery.cut] == [34]
            assert ids(archive.pending()) == [f"demo:{n}" for n in range(5, 10)]
    finally:
        living.kill()
        living.communicate()


def test_two_processes_that_archive_the_same_posts_at_the_same_time(tmp_path: Path) -> None:
    processes = [worker(tmp_path, source=source, count=200) for source in ("论坛", "微博", "论坛")]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.counts().pending == 0
        found = [post for batch in archive.scan() for post in batch]
        assert sorted(post.id for post in found) == sorted(f"demo:{n}" for n in range(200))
        assert Store(tmp_path / "store").ids() == {p.id for p in found if outcome_of(p) is Outcome.HIT}
        before = sorted(ids(archive.scan()))
        archive.rebuild_index()
        assert sorted(ids(archive.scan())) == before


def test_recovery_does_not_open_segments_that_are_in_order(tmp_path: Path) -> None:
    three_batches(tmp_path)
    (segment,) = tmp_path.rglob("*.zst")
    data = bytearray(segment.read_bytes())
    data[50] ^= 1  # would be found by reading it
    segment.write_bytes(data)
    with Archive.open(tmp_path) as archive:
        recovery = archive.recover()
    assert (recovery.segments, recovery.damaged) == (0, [])


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_batch_the_disk_had_no_room_for_is_taken_back(tmp_path: Path) -> None:
    with Archive.open(tmp_path, host="h") as archive, archive.writer("论坛", "run") as writer:
        writer.append([a_post(0)])
        (segment,) = tmp_path.rglob("*.zst")
        size = segment.stat().st_size
        with (
            no_file_longer_than(size + 20),
            pytest.raises(ArchiveError, match=r"h-run.zst: cannot be written \(File too large\) - check"),
        ):
            writer.append([a_post(1)])
        assert segment.stat().st_size == size
        writer.append([a_post(2)])
        assert ids(archive.scan()) == ["demo:0", "demo:2"]


def test_a_batch_that_could_not_be_indexed_is_not_passed_over(tmp_path: Path) -> None:
    with Archive.open(tmp_path, host="h") as archive:
        with archive.writer("论坛", "run") as writer:
            writer.append([a_post(0)])
            with (
                no_file_longer_than(5_000),  # SQLite's log is longer already
                pytest.raises(ArchiveError, match=r"index.sqlite: cannot be used \(disk I/O error\)"),
            ):
                writer.append([a_post(1)])
            with pytest.raises(
                ArchiveError, match="holds a batch that could not be indexed - run the command"
            ):
                writer.append([a_post(2)])
        assert archive.recover().indexed == 1
        assert ids(archive.pending()) == ["demo:0", "demo:1"]


def test_a_line_no_reader_takes_does_not_stop_recovery(tmp_path: Path) -> None:
    home = tmp_path / "2026-03-01" / "a"
    home.mkdir(parents=True)
    lines = [codec.canonical(a_post(0)), b'{"id": 7}', codec.canonical(a_post(1))]
    (home / "h-run.zst").write_bytes(frames.encode(lines, source="a", at=1))
    with Archive.open(tmp_path) as archive:
        assert archive.recover().indexed == 2
        assert ids(archive.pending()) == ["demo:0", "demo:1"]
        (entry,) = archive.quarantine.entries()
    assert (entry.line, entry.raw, entry.reason) == (2, b'{"id": 7}', UNREADABLE)


def test_what_no_reader_takes_does_not_get_in(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive, archive.writer("论坛", "run") as writer:
        with pytest.raises(InvalidPost, match="demo:1: has a text of 1,000,001 characters"):
            writer.append([a_post(0), a_post(1, text="长" * 1_000_001)])
        assert writer.path is None
        assert archive.counts().posts == 0
