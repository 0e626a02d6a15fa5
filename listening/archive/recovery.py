"""After a crash: cut what was written half, index what the index lacks, leave the living alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from listening import codec
from listening.archive.frames import Frame, Gap, walk
from listening.archive.index import Index, Row, Segment
from listening.archive.locks import segment_lock
from listening.archive.quarantine import MAX_RAW, Quarantine
from listening.archive.segment import SUFFIX, index_row
from listening.errors import ArchiveError, InvalidPost


@dataclass(frozen=True, slots=True)
class TornTail:
    """The end of a segment that a kill or a power cut left half-written; it was cut off at `offset`."""

    file: str
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a segment that are no posts any more though whole batches follow, or that have vanished."""

    file: str
    offset: int
    bytes: int


@dataclass(slots=True)
class Recovery:
    """What was found and mended: `indexed` counts posts, `segments` the dead ones that were looked at."""

    cut: list[TornTail] = field(default_factory=list)
    damaged: list[Damage] = field(default_factory=list)
    indexed: int = 0
    segments: int = 0


def recover(folder: Path, index: Index, quarantine: Quarantine, now: datetime) -> Recovery:
    """Bring every segment whose owner is dead into order. Finished ones cost one look at their size."""
    recovery = Recovery()
    known = index.segments()
    for path, size in sorted(_segments(folder)):
        name = path.relative_to(folder).as_posix()
        segment = known.pop(name, None)
        if segment and segment.closed and segment.bytes == size:
            continue
        try:
            with segment_lock(path) as file:
                if file is not None:
                    recovery.segments += 1
                    _Segment(path, name, segment, index, quarantine, now, recovery).mend(file)
        except OSError as error:
            raise ArchiveError(str(path), f"cannot be read ({error.strerror})", "check its rights") from error
    for segment in known.values():
        recovery.damaged.append(Damage(segment.path, 0, segment.bytes))
        index.forget(segment)
    return recovery


def _segments(folder: Path) -> Iterator[tuple[Path, int]]:
    for day in folder.iterdir():
        if not day.is_dir():
            continue
        for source in day.iterdir():
            if source.is_dir():
                with os.scandir(source) as files:
                    yield from ((Path(f.path), f.stat().st_size) for f in files if f.name.endswith(SUFFIX))


@dataclass(slots=True)
class _Segment:
    path: Path
    name: str
    known: Segment | None
    index: Index
    quarantine: Quarantine
    now: datetime
    recovery: Recovery

    def mend(self, file: BinaryIO) -> None:
        size = file.seek(0, os.SEEK_END)
        start = self.known.bytes if self.known else 0
        if size < start:
            self.recovery.damaged.append(Damage(self.name, size, start - size))
            start = 0
        end = start
        for found in walk(file, start):
            if isinstance(found, Gap) and found.end == size:
                self._cut(file, found)
                break
            self._keep(found)
            end = found.end
        if self.known and end < self.known.bytes:
            self.index.forget(self.known, end)
        if end == 0:
            self.path.unlink()
        else:
            self.index.close_segment(self.name)

    def _keep(self, found: Frame | Gap) -> None:
        if isinstance(found, Gap):
            self.recovery.damaged.append(Damage(self.name, found.offset, found.end - found.offset))
            return
        rows = [row for number, line in enumerate(found.lines) if (row := self._row(found, number, line))]
        self.index.add(self.name, found.offset, found.end, found.at, rows)
        self.recovery.indexed += len(rows)

    def _row(self, frame: Frame, number: int, line: bytes) -> Row | None:
        try:
            post = codec.post_from_json(line)
        except InvalidPost as error:
            self._quarantine(number + 1, str(error), line)
            return None
        return index_row(post, number, frame.source, codec.content_digest(post))

    def _cut(self, file: BinaryIO, tail: Gap) -> None:
        """Kept in quarantine first, cut afterwards: a kill in between costs nothing."""
        size = tail.end - tail.offset
        file.seek(tail.offset)
        reason = f"torn tail of {size:,} bytes at byte {tail.offset:,} of the archive"
        self._quarantine(0, reason, file.read(MAX_RAW), size)
        file.truncate(tail.offset)
        os.fsync(file.fileno())
        self.recovery.cut.append(TornTail(self.name, tail.offset, size))

    def _quarantine(self, line: int, reason: str, raw: bytes, size: int | None = None) -> None:
        where = {"source": "archive", "file": str(self.path)}
        self.quarantine.add(**where, line=line, reason=reason, raw=raw, at=self.now, size=size)
