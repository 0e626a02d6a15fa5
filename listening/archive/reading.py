"""Reading one batch by its place. Needs no index, so a process of its own can do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from listening import codec
from listening.archive.frames import read_frame
from listening.archive.index import Place
from listening.errors import ArchiveError
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
    """The posts of a place in the archive of this folder. Raises `ArchiveError` where they cannot be read."""
    path = folder / place.path
    try:
        with path.open("rb") as file:
            frame = read_frame(file, place.offset)
    except OSError as error:
        raise ArchiveError(str(path), f"cannot be read ({error.strerror})", _REBUILD) from error
    if frame is None or place.numbers[-1] >= len(frame.lines):
        raise ArchiveError(str(path), f"is damaged at byte {place.offset:,}", _REBUILD)
    where = f"{path}:{place.offset}"
    posts = tuple(codec.post_from_json(frame.lines[number], where) for number in place.numbers)
    return Batch(_BEGIN + timedelta(milliseconds=frame.at), frame.source, posts)
