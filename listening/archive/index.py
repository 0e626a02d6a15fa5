"""What the archive knows of each post without reading its segments. Rebuildable from them.

A row is the current version of a post: the one archived last. Its outcome is null until the store has
committed what came of it; `earlier` then says what the store may hold of older versions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from listening.archive.database import Database
from listening.model import Outcome

VERSION = 1
UNKNOWN = "unknown"
"""In `earlier`: nobody can say whether the store holds an older version, so take it that it does."""

SCHEMA = """
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE posts (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    segment INTEGER NOT NULL REFERENCES segments (id),
    offset INTEGER NOT NULL,
    number INTEGER NOT NULL,
    archived_at INTEGER NOT NULL,
    published_at INTEGER,
    source TEXT NOT NULL,
    metrics TEXT,
    outcome TEXT,
    rules TEXT,
    earlier TEXT,
    contested INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_by_place ON posts (segment, offset, number);
CREATE INDEX posts_pending ON posts (archived_at) WHERE outcome IS NULL
"""

# The version archived last is the current one, whoever indexes it first: a rebuild comes to the same.
_ADD = """
INSERT INTO posts (id, digest, segment, offset, number, archived_at, published_at, source, metrics)
VALUES (:id, :digest, :segment, :offset, :number, :archived_at, :published_at, :source, :metrics)
ON CONFLICT (id) DO UPDATE SET
    digest = excluded.digest, segment = excluded.segment, offset = excluded.offset, number = excluded.number,
    archived_at = excluded.archived_at, published_at = excluded.published_at, source = excluded.source,
    metrics = coalesce(excluded.metrics, metrics), outcome = NULL, rules = NULL,
    earlier = coalesce(outcome, earlier, 'unknown')
WHERE excluded.archived_at >= archived_at
"""
_ADD_SEGMENT = """
INSERT INTO segments (path, bytes) VALUES (?, ?)
ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, closed = 0 RETURNING id
"""
_MAY_BE_STORED = """
SELECT id FROM posts WHERE id IN (SELECT value FROM json_each(?))
AND earlier IN ('hit', 'mention', 'invalid', 'unknown')
"""
_SETTLE = """
UPDATE posts SET earlier = iif(contested, 'unknown', NULL), outcome = iif(contested, NULL, value ->> 2),
    rules = iif(contested, NULL, :rules), contested = 0
FROM json_each(:results) WHERE posts.id = value ->> 0 AND digest = value ->> 1 RETURNING posts.id, outcome
"""
# Somebody stored an older version, perhaps over the current one: that one has to be stored once more. If it
# is being worked on right now (outcome null), its own settling must not count either.
_CONTEST = """
UPDATE posts SET contested = (outcome IS NULL), outcome = NULL, rules = NULL, earlier = 'unknown'
WHERE id = ?
"""
_PLACES = """
CREATE TEMP TABLE places AS
SELECT s.path, p.offset, p.number FROM posts p JOIN segments s ON s.id = p.segment
WHERE {where} ORDER BY p.archived_at, s.path, p.offset, p.number
"""
_HELD = """
SELECT p.source, count(*), min(coalesce(p.published_at, p.archived_at)),
    max(coalesce(p.published_at, p.archived_at))
FROM posts p WHERE {where} GROUP BY p.source ORDER BY p.source
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is indexed of one post when it is archived."""

    id: str
    digest: str
    number: int
    published_at: int | None
    source: str
    metrics: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the index holds of a post it knows."""

    digest: str
    archived_at: int
    metrics: str | None
    outcome: Outcome | None
    earlier: str | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment file as the index knows it: the first `bytes` are indexed; a closed one gets no more."""

    id: int
    path: str
    bytes: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where posts stand: a batch in a segment, and their numbers in it."""

    path: str
    offset: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """How many posts a source has, and the time of the first and the last (milliseconds since 1970)."""

    source: str
    posts: int
    first: int
    last: int


class Index:
    """The SQLite file beside the segments."""

    def __init__(self, path: Path) -> None:
        cure = "move it away: it is built again from the segments"
        self.database = Database(path, SCHEMA, VERSION, cure)

    def segments(self) -> dict[str, Segment]:
        with self.database.retold():
            rows = self.database.connection.execute("SELECT id, path, bytes, closed FROM segments")
            return {path: Segment(n, path, size, bool(closed)) for n, path, size, closed in rows}

    def add(self, path: str, offset: int, end: int, at: int, rows: Sequence[Row]) -> set[str]:
        """Index one batch, from `offset` to `end`; the ids of which the store may hold an older version."""
        with self.database.transaction() as connection:
            segment: int = connection.execute(_ADD_SEGMENT, (path, end)).fetchone()[0]
            place = {"segment": segment, "offset": offset, "archived_at": at}
            connection.executemany(_ADD, ({**_columns(row), **place} for row in rows))
            ids = json.dumps([row.id for row in rows])
            return {post_id for (post_id,) in connection.execute(_MAY_BE_STORED, (ids,))}

    def close_segment(self, path: str) -> None:
        """Nobody will ever write to it again."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE segments SET closed = 1 WHERE path = ?", (path,))

    def forget(self, segment: Segment, end: int = 0) -> None:
        """Posts behind `end` of a segment are gone: they have to be collected again."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM posts WHERE segment = ? AND offset >= ?", (segment.id, end))
            if end == 0:
                connection.execute("DELETE FROM segments WHERE id = ?", (segment.id,))

    def clear(self, unless: Callable[[str], bool]) -> bool:
        """Forget everything; False, and nothing is done, if `unless` says so of an open segment's path.

        It is asked under the write lock, so that no segment can be opened in between.
        """
        with self.database.transaction() as connection:
            paths = connection.execute("SELECT path FROM segments WHERE NOT closed").fetchall()
            if any(unless(path) for (path,) in paths):
                return False
            connection.execute("DELETE FROM posts")
            connection.execute("DELETE FROM segments")
        return True

    def lookup(self, ids: Sequence[str]) -> dict[str, Known]:
        """What is known of these posts, in one query."""
        query = """SELECT id, digest, archived_at, metrics, outcome, earlier FROM posts
                   WHERE id IN (SELECT value FROM json_each(?))"""
        with self.database.retold():
            rows = self.database.connection.execute(query, (json.dumps(ids),)).fetchall()
        return {row[0]: Known(row[1], row[2], row[3], row[4] and Outcome(row[4]), row[5]) for row in rows}

    def settle(self, results: Iterable[tuple[str, str, Outcome]], rules: str) -> list[str]:
        """Write the outcome of (id, digest); the ids whose indexed version is another one by now."""
        given = list(results)
        with self.database.transaction() as connection:
            values = {"results": json.dumps(given), "rules": rules}
            settled = dict(connection.execute(_SETTLE, values).fetchall())
            gone = [post_id for post_id, _, _ in given if post_id not in settled]
            connection.executemany(_CONTEST, ((post_id,) for post_id in gone))
        return [post_id for post_id, _, outcome in given if settled.get(post_id) != outcome.value]

    def set_metrics(self, metrics: Iterable[tuple[str, str]]) -> None:
        """The latest engagement of posts, as (id, metrics)."""
        with self.database.transaction() as connection:
            rows = ((figures, post_id) for post_id, figures in metrics)
            connection.executemany("UPDATE posts SET metrics = ? WHERE id = ?", rows)

    def places(self, where: str, values: Mapping[str, object]) -> Iterator[Place]:
        """Where the posts that fulfil a condition stand now, oldest first, however long the reader takes.

        The list is drawn up at once, on a connection of its own: no post comes twice or is passed over
        because it is edited meanwhile, and no long read keeps the write-ahead log from being emptied.
        """
        with self.database.retold():
            reader = self.database.connect()
        with closing(reader):
            with self.database.retold():
                reader.execute(_PLACES.format(where=where), values)
                rows = reader.execute("SELECT path, offset, number FROM places ORDER BY rowid")
            for (path, offset), group in groupby(rows, key=lambda row: (row[0], row[1])):
                yield Place(path, offset, tuple(row[2] for row in group))

    def held(self, where: str, values: Mapping[str, object]) -> list[Held]:
        """What fulfils a condition, by source."""
        with self.database.retold():
            rows = self.database.connection.execute(_HELD.format(where=where), values).fetchall()
        return [Held(*row) for row in rows]

    def outcomes(self) -> dict[str | None, int]:
        """Number of posts by outcome; None for those that are pending."""
        query = "SELECT outcome, count(*) FROM posts GROUP BY outcome"
        with self.database.retold():
            return dict(self.database.connection.execute(query).fetchall())

    def size(self) -> int:
        """Bytes of all indexed segments."""
        query = "SELECT coalesce(sum(bytes), 0) FROM segments"
        with self.database.retold():
            return int(self.database.connection.execute(query).fetchone()[0])

    def close(self) -> None:
        self.database.close()


def _columns(row: Row) -> dict[str, object]:
    names = ("id", "digest", "number", "published_at", "source", "metrics")
    return {name: getattr(row, name) for name in names}
