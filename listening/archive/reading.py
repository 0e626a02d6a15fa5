"""Reading one batch by its place. Needs no index, so a process of its own can do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from listening import codec
from listening.archive.erased import Erased
from listening.archive.frames import Frame, read_frame
from listening.archive.index import Place
from listening.errors import ArchiveError, InvalidPost
from listening.model import Post

_REBUILD = "restore it from a backup, or rebuild the index to go on without these posts"
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts that stand together, when they were archived, and from which source."""

    at: datetime
    source: str
    posts: tuple[Post, ...]


def read_place(folder: Path, place: Place) -> Batch:
    """The posts of a place in the archive of this folder. Raises `ArchiveError` where they cannot be read.

    Those that were erased since it was known are not among them.
    """
    frame = _frame(folder, place)
    posts = tuple(post for _, post in _posts(folder, place, frame))
    return Batch(_BEGIN + timedelta(milliseconds=frame.at), frame.source, posts)


def without_erased(folder: Path, place: Place, erased: Erased) -> Place | None:
    """The place without posts of people who are erased; None where nothing is left of it.

    One that cannot be read stays as it is: whoever reads it tells.
    """
    try:
        posts = list(_posts(folder, place, _frame(folder, place)))
    except (ArchiveError, InvalidPost):
        return place
    numbers = tuple(number for number, post in posts if not erased.holds(post))
    return replace(place, numbers=numbers) if numbers else None


def _frame(folder: Path, place: Place) -> Frame:
    path = folder / place.path
    try:
        with path.open("rb") as file:
            frame = read_frame(file, place.offset)
    except OSError as error:
        raise ArchiveError(str(path), f"cannot be read ({error.strerror})", _REBUILD) from error
    if frame is None or place.numbers[-1] >= len(frame.lines):
        raise ArchiveError(str(path), f"is damaged at byte {place.offset:,}", _REBUILD)
    return frame


def _posts(folder: Path, place: Place, frame: Frame) -> Iterator[tuple[int, Post]]:
    where = f"{folder / place.path}:{place.offset}"
    for number in place.numbers:
        if line := frame.lines[number]:
            yield number, codec.post_from_json(line, where)
