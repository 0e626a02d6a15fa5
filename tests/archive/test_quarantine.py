"""What could not be read is kept once, with its reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from listening.archive import Quarantine
from listening.archive.quarantine import MAX_RAW
from listening.errors import ArchiveError
from tests.archive.posts import NOON


@pytest.fixture
def quarantine(tmp_path: Path) -> Iterator[Quarantine]:
    with Quarantine(tmp_path / "quarantine.sqlite") as opened:
        yield opened


def add(
    quarantine: Quarantine, line: int, raw: bytes = b"{", reason: str = "no JSON", source: str = "导入"
) -> bool:
    return quarantine.add(source=source, file="posts.jsonl", line=line, reason=reason, raw=raw, at=NOON)


def test_an_entry_comes_back_as_it_was_put_in(quarantine: Quarantine) -> None:
    assert add(quarantine, 3, b"\xff\x00 raw bytes")
    (entry,) = quarantine.entries()
    assert (entry.source, entry.file, entry.line, entry.reason) == ("导入", "posts.jsonl", 3, "no JSON")
    assert (entry.raw, entry.size, entry.cut, entry.at) == (b"\xff\x00 raw bytes", 12, False, NOON)
    assert quarantine.get(entry.n) == entry
    assert quarantine.get(entry.n + 1) is None


def test_reading_a_file_again_doubles_nothing_and_renews_the_reason(quarantine: Quarantine) -> None:
    assert add(quarantine, 3)
    assert not add(quarantine, 3, reason="no JSON at all")
    assert add(quarantine, 4)
    assert add(quarantine, 3, b"[")
    assert add(quarantine, 3, source="别处")
    assert [entry.reason for entry in quarantine.entries()] == ["no JSON at all", *["no JSON"] * 3]


def test_long_lines_are_cut_and_their_length_is_kept(quarantine: Quarantine) -> None:
    raw = b"x" * (MAX_RAW + 7)
    add(quarantine, 1, raw)
    assert add(quarantine, 1, raw + b"y"), "another line, though its beginning is the same"
    first, second = quarantine.entries()
    assert (first.raw, first.size, first.cut) == (raw[:MAX_RAW], MAX_RAW + 7, True)
    assert second.size == MAX_RAW + 8


def test_entries_are_listed_in_order_by_source_and_page(quarantine: Quarantine) -> None:
    for line in range(5):
        add(quarantine, line, source="ab"[line % 2])
    assert [entry.line for entry in quarantine.entries(source="a")] == [0, 2, 4]
    first = quarantine.entries(limit=2)
    assert [entry.line for entry in first] == [0, 1]
    assert [entry.line for entry in quarantine.entries(limit=2, after=first[-1].n)] == [2, 3]
    assert quarantine.counts() == {"a": 3, "b": 2}


def test_what_was_retried_is_removed_and_its_number_never_comes_again(quarantine: Quarantine) -> None:
    add(quarantine, 1)
    (entry,) = quarantine.entries()
    assert quarantine.remove(entry.n)
    assert not quarantine.remove(entry.n)
    add(quarantine, 1)
    assert [again.n for again in quarantine.entries()] == [entry.n + 1]


def test_entries_outlive_the_process(tmp_path: Path) -> None:
    for line in (1, 2):
        with Quarantine(tmp_path / "quarantine.sqlite") as quarantine:
            add(quarantine, line)
            assert len(quarantine.entries()) == line


def test_a_newer_quarantine_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "quarantine.sqlite"
    Quarantine(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(ArchiveError, match=r"\(schema 2, this one knows 1\) - update listening"):
        Quarantine(path)
