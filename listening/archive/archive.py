"""The archive as the pipeline sees it: keep posts, tell what is known of them, give them back.

The order that loses nothing: `recover`, finish what is `pending`, then batch by batch `seen`, `append`,
match, store, `settle`. A post is settled only after the store has committed; until then it stays pending.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from listening import codec
from listening.archive import recovery
from listening.archive.digests import Digests
from listening.archive.identity import archive_id
from listening.archive.index import Held, Index, Place
from listening.archive.locks import folder_lock, segment_lock
from listening.archive.quarantine import Quarantine
from listening.archive.reading import read_place
from listening.archive.recovery import Recovery
from listening.archive.segment import MAX_POSTS, SegmentWriter, milliseconds
from listening.archive.sightings import Seen, sightings
from listening.errors import Locked
from listening.model import Outcome, Post

_ASKED = """(:since IS NULL OR coalesce(p.published_at, p.archived_at) >= :since)
AND (:source IS NULL OR p.source = :source)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the archive holds: posts in their current version, and the bytes of all versions."""

    posts: int
    pending: int
    outcomes: dict[Outcome, int]
    bytes: int


def _asked(since: datetime | None, source: str | None) -> dict[str, object]:
    return {"since": milliseconds(since) if since else None, "source": source}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Archive:
    """A folder of segments, their index and the quarantine. Several processes may use it at the same time."""

    def __init__(
        self, folder: Path, index: Index, quarantine: Quarantine, host: str, now: Callable[[], datetime]
    ):
        self.folder = folder
        self.quarantine = quarantine
        self._index = index
        self._host = host
        self._now = now
        self._digests = Digests()
        self._writers: list[SegmentWriter] = []

    @classmethod
    def open(
        cls, folder: Path, *, host: str | None = None, now: Callable[[], datetime] = _utc_now
    ) -> Archive:
        """The archive in a folder, created if it is not there. Raises `ArchiveError`."""
        index = Index(folder / "index.sqlite")
        try:
            quarantine = Quarantine(folder / "quarantine.sqlite")
        except BaseException:
            index.close()
            raise
        return cls(folder, index, quarantine, host or socket.gethostname(), now)

    @property
    def id(self) -> str:
        """Tells it from other archives whose posts go into the same store."""
        return archive_id(self.folder)

    def recover(self) -> Recovery:
        """Mend what dead processes left: torn tails, batches that are not indexed. Waits for its like."""
        with folder_lock(self.folder):
            return recovery.recover(self.folder, self._index, self.quarantine, self._now())

    def rebuild_index(self) -> Recovery:
        """Make the index anew from the segments; every post is pending afterwards.

        Outcomes are in no segment, so the posts have to be matched and stored again, which is harmless.
        Raises `Locked` while a segment is being written.
        """
        with folder_lock(self.folder):
            if not self._index.clear(unless=self._is_living):
                cure = "try again when no crawl or import is running"
                raise Locked(str(self.folder), "somebody is writing to the archive", cure)
            return recovery.recover(self.folder, self._index, self.quarantine, self._now())

    def writer(self, source: str, run_id: str) -> SegmentWriter:
        """A segment of its own for this source and run; use it as a context manager."""
        writer = SegmentWriter(
            self.folder,
            self._index,
            self._digests,
            source=source,
            run_id=run_id,
            host=self._host,
            now=self._now,
        )
        self._writers.append(writer)
        return writer

    def seen(self, posts: Sequence[Post]) -> list[Seen]:
        """What the archive knows of each post, in the same order; one query for all of them."""
        return sightings(posts, self._index.lookup([post.id for post in posts]), self._digests)

    def settle(self, results: Iterable[tuple[Post, Outcome]], rules_digest: str) -> list[str]:
        """The store has committed these outcomes. Returns the ids that stay pending all the same.

        Those are posts of which another process has archived another version meanwhile. What was stored may
        be the older one, so the current version is matched and stored once more by whoever comes next. Of
        several versions of a post in one call the last one counts: it must be the one that was stored last.
        """
        last = {post.id: (self._digests.of(post), outcome) for post, outcome in results}
        self._digests.forget()
        return self._index.settle(((post_id, *result) for post_id, result in last.items()), rules_digest)

    def update_metrics(self, posts: Iterable[Post]) -> None:
        """Remember the engagement of these posts as their latest."""
        figures = ((p.id, codec.to_json(p.metrics).decode()) for p in posts if p.metrics is not None)
        self._index.set_metrics(figures)

    def pending(self) -> Iterator[list[Post]]:
        """Posts without an outcome in batches, the longest archived first, current versions only.

        Those in segments of living processes are left to these; `recover` first, since only that tells who is
        dead. What is not settled while this runs does not come a second time.
        """
        own = [path for writer in self._writers if (path := writer.path)]
        marks = {f"own{n}": path for n, path in enumerate(own)}
        mine = f" OR s.path IN ({', '.join(':' + mark for mark in marks)})" if marks else ""
        return self._read(self._index.places(f"p.outcome IS NULL AND (s.closed{mine})", marks))

    def scan(self, since: datetime | None = None, source: str | None = None) -> Iterator[list[Post]]:
        """Every post once, in batches, in the order of archiving, as it stands when the scan begins.

        `since` goes by published_at; where that is unknown, by the time of archiving.
        """
        return self._read(self.places(since, source))

    def places(self, since: datetime | None = None, source: str | None = None) -> Iterator[Place]:
        """Where the posts of a `scan` stand, in its order: for readers in several processes."""
        return self._index.places(_ASKED, _asked(since, source))

    def held(self, since: datetime | None = None, source: str | None = None) -> list[Held]:
        """How many posts of a `scan` each source has, and their first and last time; by source."""
        return self._index.held(_ASKED, _asked(since, source))

    def get(self, post_id: str) -> Post | None:
        """The current version of a post."""
        places = self._index.places("p.id = :id", {"id": post_id})
        return next((post for batch in self._read(places) for post in batch), None)

    def counts(self) -> Counts:
        """How much there is, by outcome."""
        outcomes = self._index.outcomes()
        return Counts(
            posts=sum(outcomes.values()),
            pending=outcomes.get(None, 0),
            outcomes={outcome: outcomes[outcome] for outcome in Outcome if outcome in outcomes},
            bytes=self._index.size(),
        )

    def _read(self, places: Iterator[Place]) -> Iterator[list[Post]]:
        batch: list[Post] = []
        for place in places:
            for post in read_place(self.folder, place).posts:
                batch.append(post)
                if len(batch) == MAX_POSTS:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _is_living(self, path: str) -> bool:
        try:
            with segment_lock(self.folder / path) as file:
                return file is None
        except FileNotFoundError:
            return False

    def close(self) -> None:
        self._index.close()
        self.quarantine.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()
