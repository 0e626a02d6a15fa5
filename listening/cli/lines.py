"""Reading lines for `listening match`: files, .gz and stdin, in chunks."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from listening.errors import InputMistake, Mistake, Place

CHUNK = 1_000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to 1,000 lines of one file, the number of the first, and what went wrong in reading on."""

    file: str
    first: int
    lines: tuple[bytes, ...]
    troubles: tuple[str, ...] = ()


def read_chunks(files: Sequence[Path]) -> Iterator[Chunk]:
    """The lines of all files in order; of stdin where none is named. Missing files are all told at once."""
    if mistakes := [m for f in files if (m := _unusable(f))]:
        raise InputMistake(mistakes)
    if not files:
        yield from _chunks(sys.stdin.buffer, "stdin")
    for file in files:
        with file.open("rb") as raw:
            stream = gzip.GzipFile(fileobj=raw) if file.suffix == ".gz" else raw
            yield from _chunks(stream, str(file))


def _unusable(file: Path) -> Mistake | None:
    try:
        with file.open("rb"):
            return None
    except OSError as error:
        return Mistake(
            Place(str(file)), f"cannot be read ({error.strerror})", "check the path and its permissions"
        )


def _chunks(stream: Iterable[bytes], name: str) -> Iterator[Chunk]:
    first, rest = 1, iter(stream)
    while True:
        lines: list[bytes] = []
        try:
            lines.extend(islice(rest, CHUNK))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Chunk(
                name, first, tuple(lines), (f"{name}: cannot be read on ({error}) - fetch the file again",)
            )
            return
        if not lines:
            return
        if first == 1:
            lines[0] = lines[0].removeprefix(_BOM)
        yield Chunk(name, first, tuple(lines))
        first += len(lines)
