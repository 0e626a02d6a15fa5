"""Batches of posts as bytes: what one segment file is made of, and how it is checked.

A batch is two Zstandard frames: a skippable one with our own header (checksum, length, source, time), then
the compressed lines. So a segment is an ordinary .zst file: `zstdcat` prints the posts as JSON lines.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import zstandard

# One of the sixteen magic numbers that every Zstandard reader skips. It holds a control character, which
# JSON always escapes: the four bytes never stand inside an uncompressed block of posts.
_MAGIC = 0x184D2A5E
_HEAD = struct.Struct("<III")  # magic, number of bytes in the rest of the skippable frame, CRC-32
_CRC_BYTES = 4
_MAX_HEADER = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One whole batch: where it stands, and the posts in it, one JSON object a line."""

    offset: int
    end: int
    source: str
    at: int
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes that are no whole batch. At the end of a segment: the torn tail of a batch."""

    offset: int
    end: int


def encode(lines: Sequence[bytes], *, source: str, at: int) -> bytes:
    """The batch as it is written: `at` is its time in milliseconds, larger for later versions of a post."""
    compressor = zstandard.ZstdCompressor(write_checksum=True, write_content_size=True)
    body = compressor.compress(b"".join(line + b"\n" for line in lines))
    header = json.dumps(
        {"format": 1, "source": source, "at": at, "posts": len(lines), "bytes": len(body)}
    ).encode()
    return _HEAD.pack(_MAGIC, len(header) + _CRC_BYTES, zlib.crc32(header + body)) + header + body


def read_frame(file: BinaryIO, offset: int) -> Frame | None:
    """The batch that begins at `offset`; None where no whole one does."""
    file.seek(offset)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    magic, size, crc = _HEAD.unpack(head)
    if magic != _MAGIC or not _CRC_BYTES < size <= _MAX_HEADER:
        return None
    raw_header = file.read(size - _CRC_BYTES)
    header = _header(raw_header)
    if header is None:
        return None
    body = file.read(header["bytes"])
    if len(body) < header["bytes"] or zlib.crc32(raw_header + body) != crc:
        return None
    lines = tuple(zstandard.ZstdDecompressor().decompress(body).split(b"\n")[:-1])
    return Frame(offset=offset, end=file.tell(), source=header["source"], at=header["at"], lines=lines)


def walk(file: BinaryIO, start: int) -> Iterator[Frame | Gap]:
    """Everything from `start` on, without a hole: whole batches, and gaps where there are none."""
    size = file.seek(0, 2)
    offset = start
    while offset < size:
        found: Frame | Gap = read_frame(file, offset) or Gap(offset, _next_frame(file, offset, size))
        yield found
        offset = found.end


def _next_frame(file: BinaryIO, offset: int, size: int) -> int:
    """Where the next whole batch begins: damage in the middle must not cost what stands behind it."""
    file.seek(offset)
    rest = file.read()
    magic = struct.pack("<I", _MAGIC)
    at = rest.find(magic, 1)
    while at >= 0:
        if read_frame(file, offset + at):
            return offset + at
        at = rest.find(magic, at + 1)
    return size


def _header(raw: bytes) -> dict[str, Any] | None:
    try:
        header = json.loads(raw)
    except ValueError:
        return None
    kinds = {"source": str, "at": int, "posts": int, "bytes": int}
    if not isinstance(header, dict) or not all(isinstance(header.get(k), t) for k, t in kinds.items()):
        return None
    return header if header["bytes"] > 0 else None
