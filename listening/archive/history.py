"""Every version of the posts that somebody asks for, out of the segments themselves: what is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from listening import codec
from listening.archive.frames import Frame, walk
from listening.archive.recovery import segment_files
from listening.errors import ArchiveError, InvalidPost
from listening.model import Post

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """A post as it was archived once, when, and from which source."""

    at: datetime
    source: str
    post: Post


def versions(
    folder: Path, wanted: Callable[[Post], bool], progress: Callable[[str, int], None]
) -> Iterator[Version]:
    """In the order of archiving within a segment, also out of segments that are being written.

    Reads all there is, whatever the index says and whoever is erased.
    """
    for number, (path, _) in enumerate(sorted(segment_files(folder)), 1):
        progress("segments read", number)
        try:
            with path.open("rb") as file:
                for frame in walk(file, 0):
                    if isinstance(frame, Frame):
                        yield from _wanted(frame, wanted)
        except OSError as error:
            raise ArchiveError(str(path), f"cannot be read ({error.strerror})", "check its rights") from error


def _wanted(frame: Frame, wanted: Callable[[Post], bool]) -> Iterator[Version]:
    for line in frame.lines:
        try:
            post = codec.post_from_json(line)
        except InvalidPost:  # an empty line, or one that is in quarantine
            continue
        if wanted(post):
            yield Version(_BEGIN + timedelta(milliseconds=frame.at), frame.source, post)
