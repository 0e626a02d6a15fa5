"""Writing one segment: the file that one process fills with the batches of one source in one run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from listening import codec
from listening.archive import frames
from listening.archive.digests import Digests
from listening.archive.index import Index, Row
from listening.archive.locks import create_locked, make_folder, sync_folder
from listening.errors import ArchiveError
from listening.model import Post

SUFFIX = ".zst"
MAX_POSTS = 1_000
MAX_BYTES = 16_000_000
"""A batch is cut into frames of at most so many posts and about so many bytes: a reader holds one frame."""

_MAX_NAME = 100


class SegmentWriter:
    """Archives batches; use it as a context manager and keep it open until its posts are settled.

    While it is open, other processes keep their hands off its segment; once it is closed or its process is
    dead, posts in it without an outcome are anybody's to finish. The file is created by the first batch.
    """

    def __init__(
        self,
        folder: Path,
        index: Index,
        digests: Digests,
        *,
        source: str,
        run_id: str,
        host: str,
        now: Callable[[], datetime],
    ) -> None:
        self._digests = digests
        self._folder = folder
        self._index = index
        self._source = source
        self._name = f"{file_name(host)}-{file_name(run_id)}"
        self._now = now
        self._open: _OpenFile | None = None

    @property
    def path(self) -> str | None:
        """The segment, relative to the archive; None as long as nothing was archived."""
        return self._open.path.relative_to(self._folder).as_posix() if self._open else None

    def append(self, posts: Sequence[Post]) -> set[str]:
        """Keep the posts for good, then index them with their outcome unknown. On disk when it returns.

        The ids it returns are those of which the store may hold an older version: where such a post no
        longer matches, it has to be withdrawn there. Raises `InvalidPost` for what no reader would take.
        """
        older: set[str] = set()
        for batch, lines in _batches(posts):
            older |= self._append(batch, lines)
        return older

    def _append(self, posts: Sequence[Post], lines: Sequence[bytes]) -> set[str]:
        known = self._index.lookup([post.id for post in posts])
        newest = max((row.archived_at for row in known.values()), default=0)
        at = max(milliseconds(self._now()), newest + 1)  # also when the clock was put back
        data = frames.encode(lines, source=self._source, at=at)
        try:
            self._open = self._open or _create(self._folder, self._now(), self._source, self._name)
            offset = self._open.append(data)
        except OSError as error:
            where = str(self._open.path if self._open else self._folder)
            cure = "check the folder's rights and free space"
            raise ArchiveError(where, f"cannot be written ({error.strerror})", cure) from error
        rows = [
            index_row(post, number, self._source, self._digests.of(post)) for number, post in enumerate(posts)
        ]
        end = offset + len(data)
        older = self._index.add(self.path or "", offset, end, at, rows)
        self._open.indexed = end
        return older

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._open is None:
            return
        try:
            if self._open.size() == 0:
                self._open.path.unlink()
            self._index.close_segment(self.path or "")
        finally:
            os.close(self._open.descriptor)  # gives the lock back
            self._open = None


@dataclass(slots=True)
class _OpenFile:
    path: Path
    descriptor: int
    indexed: int = 0

    def size(self) -> int:
        return os.fstat(self.descriptor).st_size

    def append(self, data: bytes) -> int:
        """Write and fsync; where it begins. What fails half-way is taken back, or later batches were lost."""
        offset = self.size()
        if offset != self.indexed:  # going on would hide it from recovery, which begins behind the indexed
            cure = "run the command again: it begins with what is left over"
            raise ArchiveError(str(self.path), "holds a batch that could not be indexed", cure)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            os.fsync(self.descriptor)
        except BaseException:
            os.ftruncate(self.descriptor, offset)
            os.lseek(self.descriptor, offset, os.SEEK_SET)
            raise
        return offset


def _create(folder: Path, now: datetime, source: str, name: str) -> _OpenFile:
    home = folder / now.date().isoformat() / file_name(source)
    make_folder(home)
    number = 1
    while True:
        path = home / (f"{name}.{number}{SUFFIX}" if number > 1 else f"{name}{SUFFIX}")
        descriptor = create_locked(path)
        if descriptor is not None:
            sync_folder(home)
            return _OpenFile(path, descriptor)
        number += 1


def index_row(post: Post, number: int, source: str, digest: str) -> Row:
    """What the index keeps of a post that stands as `number` in a batch of `source`, and its digest."""
    metrics = codec.to_json(post.metrics).decode() if post.metrics else None
    return Row(
        id=post.id,
        digest=digest,
        number=number,
        published_at=milliseconds(post.published_at) if post.published_at else None,
        source=post.source or source,
        metrics=metrics,
    )


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, cut like every time of ours."""
    return round(codec.utc(moment).timestamp() * 1000)


def file_name(name: str) -> str:
    """Any name as one that every file system takes; long ones are cut and told apart by a digest."""
    encoded = quote(name, safe="").replace("~", "%7E") or "%"
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) <= _MAX_NAME:
        return encoded
    return f"{encoded[:_MAX_NAME]}~{sha1(name.encode()).hexdigest()[:12]}"


def _batches(posts: Sequence[Post]) -> Iterator[tuple[list[Post], list[bytes]]]:
    batch: list[Post] = []
    lines: list[bytes] = []
    size = 0
    for post in posts:
        line = codec.canonical(post)
        if codec.glances([line]) == [None]:  # what cannot be read again would stop every replay
            codec.post_from_json(line, post.id)
        batch.append(post)
        lines.append(line)
        size += len(line)
        if len(batch) == MAX_POSTS or size >= MAX_BYTES:
            yield batch, lines
            batch, lines, size = [], [], 0
    if batch:
        yield batch, lines
