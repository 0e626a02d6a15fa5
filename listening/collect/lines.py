"""Files and streams as numbered lines of bytes: plain or gzip, of any length, also when their end is missing.

What imports files and what matches them read with the same eyes.
"""

from __future__ import annotations

import os
import select
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from listening.errors import InputMistake, Mistake, Place

MAX_LINE = 32_000_000
"""Bytes. A text of a million characters is at most 12 MB of JSON; what is longer is no post."""

KEPT = 1_000_000
"""So many bytes are kept of a longer line."""

TOO_DEEP = "is not a JSON value that can be read (nested too deeply) - leave it out"

_CHUNK = 16_384  # unpacks to at most 17 MB, so that a .gz bomb is met in small pieces
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that gives no post: where it stands, why, and what it is, for the quarantine."""

    file: str
    line: int
    reason: str
    raw: bytes


class Line(NamedTuple):
    """A physical line with its newline. `trouble`: why it is not whole; `last`: the file is cut off in it."""

    number: int
    raw: bytes
    trouble: str | None = None
    last: bool = False


class Block(NamedTuple):
    """Lines that follow each other, each whole and not yet parted: the number of the first, and how many."""

    first: int
    data: bytes
    lines: int


IDLE = Line(0, b"")
"""Between two lines of a live stream: nothing more is ready to be read just now."""


class _CutOff(Exception):
    """The compressed stream ends before its end."""


def refuse(path: Path, what: str, cure: str) -> InputMistake:
    """The error for a file nothing can be read from."""
    return InputMistake([Mistake(Place(str(path)), what, cure)])


def check_readable(path: Path) -> None:
    """Raise `InputMistake` for what is no file of lines at all, before anything is done."""
    if not path.exists():
        raise refuse(path, "there is no such file", "check the name")
    if not path.is_file():
        raise refuse(path, "is not a file", "name a file; a folder's files: folder/*")
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            try:
                start = next(_chunks(file), b"")
            except _CutOff:
                start = b""
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror})", "check its rights") from None
    if path.suffix == ".gz" and not packed:
        raise refuse(path, "is not a gzip file", "unpack it, or drop the .gz from its name")
    if start.startswith(_UTF_16):
        raise refuse(path, "is UTF-16", f"convert it: iconv -f utf-16 -t utf-8 {path.name}")


def lines(path: Path) -> Iterator[Line]:
    """The lines of a file from 1. Where a .gz ends early, the last line says so (and may be empty)."""
    with _opened(path) as file:
        yield from lines_of(file)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror})", "check the disk and the rights") from None


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """The same of a stream that is open already."""
    for block in blocks_of(file):
        if isinstance(block, Line):
            yield block
        else:
            yield from map(Line, count(block.first), parted(block.data))


def parted(data: bytes) -> list[bytes]:
    """The lines of some bytes, each with its newline."""
    return BytesIO(data).readlines()


def blocks(path: Path) -> Iterator[Block | Line]:
    """The lines of a file, those that came whole in blocks."""
    with _opened(path) as file:
        yield from blocks_of(file)


def blocks_of(file: BinaryIO, *, live: bool = False) -> Iterator[Block | Line]:
    """The same of a stream: a pipe, standard input.

    Of a `live` one each line comes as soon as it is there, and `IDLE` each time before it waits for more.
    """
    number, line = 1, _Growing()
    try:
        for chunk in _without_mark(_chunks(file, live=live)):
            if not chunk and not line.size:
                yield IDLE
            begin = 0
            if line.size and chunk:
                begin = chunk.find(b"\n") + 1 or len(chunk)
                line.add(chunk[:begin])
                if line.ended:
                    yield line.finished(number)
                    number, line = number + 1, _Growing()
            end = chunk.rfind(b"\n", begin) + 1 or begin
            if begin < end:  # a chunk is shorter than MAX_LINE
                yield (block := Block(number, chunk[begin:end], chunk.count(b"\n", begin, end)))
                number += block.lines
            if end < len(chunk):
                line.add(chunk[end:])
    except _CutOff as error:
        yield Line(number, b"".join(line.parts), str(error), last=True)
        return
    if line.size:
        yield line.finished(number)


@dataclass(slots=True)
class _Growing:
    """A line that comes in pieces; of one that grows too long only the beginning is kept."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    ended: bool = False

    def add(self, part: bytes) -> None:
        if self.size <= MAX_LINE:
            self.parts.append(part)
        self.size += len(part)
        self.ended = part.endswith(b"\n")

    def finished(self, number: int) -> Line:
        raw = b"".join(self.parts)
        if self.size > MAX_LINE:
            return Line(number, raw[:KEPT], f"is longer than {MAX_LINE:,} bytes - split it, or leave it out")
        return Line(number, raw)


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes without a byte order mark in front."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(_BOM):
            yield start.removeprefix(_BOM)
            yield from chunks
            return
    yield start


def _chunks(file: BinaryIO, *, live: bool = False) -> Iterator[bytes]:
    """The bytes of a stream, unpacked where they begin like gzip; of a live one b"" where it has to wait."""
    source = _as_they_come(file.fileno()) if live else iter(partial(file.read, _CHUNK), b"")
    start = next((data for data in source if data), b"")
    packed = chain([start], source)
    return _unpacked(filter(None, packed)) if start.startswith(_GZIP) else packed


def _as_they_come(descriptor: int) -> Iterator[bytes]:
    while True:
        if not select.select([descriptor], [], [], 0)[0]:
            yield b""
        data = os.read(descriptor, _CHUNK)
        if not data:
            return
        yield data


def _unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    """All members of a gzip stream, to the last byte that can be had."""
    unpacker, begun = zlib.decompressobj(31), False
    while data := next(packed, b""):
        while data:
            begun = True
            try:
                yield unpacker.decompress(data)
            except zlib.error as error:
                raise _CutOff(f"the file is damaged from here on ({error}) - get it once more") from None
            data = unpacker.unused_data.lstrip(b"\0")
            if unpacker.eof:
                unpacker, begun = zlib.decompressobj(31), False
    if begun:
        raise _CutOff("the file is cut off here (its gzip stream has no end) - get it once more")
