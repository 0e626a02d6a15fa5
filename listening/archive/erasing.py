"""Posts of people who are erased are taken out of the segments; all else stays byte for byte where it is.

A batch that held such a post is written anew into exactly its own bytes: the post's line becomes an empty
one, and blanks keep the place. So no other post moves, and whoever is reading the segment goes on. The order:

    copy         the segment without them, under another name, fsynced
    index        their posts are forgotten; nobody is given a place of them any more
    rename       the copy takes the segment's name
    clearance    this segment is done with

A kill in between leaves a whole segment, the old one or the new one, that is not cleared: it is done again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from listening import codec
from listening.archive import frames
from listening.archive.clearance import QUARANTINE, Clearance
from listening.archive.erased import Erased, holds_raw
from listening.archive.frames import Frame, Gap, walk
from listening.archive.index import Index, Segment
from listening.archive.locks import segment_lock, sync_folder
from listening.archive.quarantine import Quarantine
from listening.archive.segment import index_row
from listening.errors import ArchiveError, InvalidPost

Progress = Callable[[str, int], None]
NEW = ".new"
_AT_ONCE = 100
"""Segments after which it is remembered that they are done: a kill costs looking through these again."""


@dataclass(slots=True)
class Cleared:
    """What was done: posts taken out, in so many segments, entries of the quarantine removed.

    `named`: posts of others that named somebody. `unreadable`: damaged bytes that nobody can look through.
    `left`: segments somebody is writing to. They are done by the next `recover` after they are closed.
    """

    posts: int = 0
    named: int = 0
    segments: int = 0
    unreadable: int = 0
    quarantine: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Changes:
    """What of a segment changed. `moved`: batches that found no room in their place, and stand at its end."""

    ids: set[str] = field(default_factory=set)
    digests: list[tuple[str, int, int, str]] = field(default_factory=list)
    moved: list[Frame] = field(default_factory=list)


def clear(folder: Path, index: Index, quarantine: Quarantine, erased: Erased, progress: Progress) -> Cleared:
    """Look through all that was not looked through for everybody who is erased by now."""
    cleared = Cleared()
    state = erased.state
    if not state:
        return cleared
    clearance = Clearance(index)
    if not clearance.has(QUARANTINE, state):
        cleared.quarantine = quarantine.erase(lambda entry: holds_raw(erased, entry.raw, entry.source))
        clearance.keep([QUARANTINE], state)
    done: list[str] = []
    clearing = _Clearing(folder, index, erased, cleared)
    for number, segment in enumerate(clearance.waiting(state), 1):
        progress("segments looked through", number)
        if not segment.closed or not clearing.clear(segment):
            cleared.left.append(segment.path)
            continue
        done.append(segment.path)
        if len(done) >= _AT_ONCE:
            clearance.keep(done, state)
            done.clear()
    clearance.keep(done, state)
    index.database.flush()
    return cleared


@dataclass(slots=True)
class _Clearing:
    folder: Path
    index: Index
    erased: Erased
    cleared: Cleared
    gone: set[str] = field(default_factory=set)
    """Ids of their posts: a platform that shows a deleted one may no longer say whose it was."""

    def clear(self, segment: Segment) -> bool:
        """False where somebody is at it."""
        path = self.folder / segment.path
        try:
            with _locked(path) as file:
                if file is not None:
                    self._clear(path, segment.path, file)
                return file is not None
        except OSError as error:
            cure = "check its rights and the free space"
            raise ArchiveError(str(path), f"cannot be written ({error.strerror})", cure) from error

    def _clear(self, path: Path, name: str, file: BinaryIO) -> None:
        changes = _Changes()
        with ExitStack() as stack:
            copy: BinaryIO | None = None
            for found in walk(file, 0):
                if isinstance(found, Gap):
                    self.cleared.unreadable += found.end - found.offset
                elif (lines := self._without(found, changes)) is not None:
                    copy = copy or stack.enter_context(_copied(path))
                    _write(copy, found, lines, changes)
            if copy is None:
                return
            copy.flush()
            os.fsync(copy.fileno())
            self.index.erase(name, changes.ids, changes.digests)
            Path(copy.name).replace(path)
        sync_folder(path.parent)
        self._index_moved(name, changes.moved)
        self.cleared.segments += 1

    def _without(self, frame: Frame, changes: _Changes) -> list[bytes] | None:
        """The lines of a batch as they may stand there; None where nothing has to change."""
        lines = [self._line(frame, number, line, changes) for number, line in enumerate(frame.lines)]
        return lines if lines != list(frame.lines) else None

    def _line(self, frame: Frame, number: int, line: bytes, changes: _Changes) -> bytes:
        try:
            post = codec.post_from_json(line)
        except InvalidPost:  # an empty one, or what recovery has put into quarantine
            return b"" if holds_raw(self.erased, line, frame.source) else line
        if self.erased.holds(post) or (post.author is None and post.id in self.gone):
            self.gone.add(post.id)
            changes.ids.add(post.id)
            self.cleared.posts += 1
            return b""
        kept = self.erased.without(post)
        if kept is post:
            return line
        changes.digests.append((post.id, frame.offset, number, codec.content_digest(kept)))
        self.cleared.named += 1
        return codec.canonical(kept)

    def _index_moved(self, name: str, moved: list[Frame]) -> None:
        """Their posts are pending afterwards, and matched and stored once more, which is harmless."""
        for frame in moved:
            posts = [(n, codec.post_from_json(line)) for n, line in enumerate(frame.lines) if line]
            rows = [index_row(post, n, frame.source, codec.content_digest(post)) for n, post in posts]
            self.index.add(name, frame.offset, frame.end, frame.at, rows)
        if moved:
            self.index.close_segment(name)


def _write(copy: BinaryIO, frame: Frame, lines: list[bytes], changes: _Changes) -> None:
    """The batch in its place. One that finds no room there goes to the end of the segment."""
    data = frames.encode_into(frame, lines)
    if data is None:
        data = frames.encode_into(frame, [b""] * len(lines))
        assert data is not None
        offset = copy.seek(0, os.SEEK_END)
        copy.write(frames.encode(lines, source=frame.source, at=frame.at))
        changes.moved.append(replace(frame, offset=offset, end=copy.tell(), lines=tuple(lines)))
    copy.seek(frame.offset)
    copy.write(data)


@contextmanager
def _copied(path: Path) -> Iterator[BinaryIO]:
    """The segment once more, under another name; one that a kill left behind is written over."""
    copy = path.with_name(path.name + NEW)
    try:
        shutil.copy(path, copy)
        with copy.open("r+b") as file:
            yield file
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO | None]:
    """The segment of that name, locked; None where somebody else is at it.

    Whoever had it before us may have put another one in its place meanwhile.
    """
    while True:
        with segment_lock(path) as file:
            if file is None or os.fstat(file.fileno()).st_nlink:
                yield file
                return
