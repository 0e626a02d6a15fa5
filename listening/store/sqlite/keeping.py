"""Is what is derived from the records what it should be, and how much of everything there is."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from listening.codec import hit_from_json
from listening.errors import InvalidPost, StoreError
from listening.model import Hit
from listening.store.derive import Label, fingerprint, forms, labels
from listening.store.ports import Flaw, StoreStatus
from listening.store.sqlite.indexing import Index
from listening.store.sqlite.schema import VERSION, text_table
from listening.store.sqlite.writing import columns

_CHUNK = 500
_WRAP = 2**64
_WHOLE = ""
"""The id of a flaw that belongs to no record."""

_RECORDS = "SELECT pk, json, hit.id, published_at, withdrawn FROM record LEFT JOIN hit USING(pk) ORDER BY pk"
_LABELS = (
    "SELECT hit_label.pk, coalesce(field, 'a label that is not there'), coalesce(value, ''), folded, counted"
    " FROM hit_label LEFT JOIN label ON label.id = hit_label.label ORDER BY hit_label.pk"
)
_WITHOUT_RECORD = "SELECT id FROM hit WHERE pk NOT IN (SELECT pk FROM record) ORDER BY id"
_PLACES = "SELECT doc, CAST(term || '/' || col || offset AS BLOB) FROM temp.{}"
"""As bytes: SQLite may cut a very long token within a character. And hashes of tuples, unlike those of bytes,
are so regular that two tokens which change places leave their sum as it was."""


class _Row(NamedTuple):
    pk: int
    json: str
    columns: tuple[str | None, int | None, int | None]


def check(connection: sqlite3.Connection) -> Iterator[Flaw]:
    """Record by record in one pass over each table; memory holds 8 bytes for each."""
    for (hit_id,) in connection.execute(_WITHOUT_RECORD):
        yield Flaw(hit_id, "has no record behind its entry")
    try:
        texts = _Texts(connection)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        yield Flaw(_WHOLE, f"the index of texts cannot be read ({error})")
        texts = None
    there = _Grouped(connection)
    rows = (_Row(pk, json, (hit_id, at, gone)) for pk, json, hit_id, at, gone in connection.execute(_RECORDS))
    while chunk := list(islice(rows, _CHUNK)):
        yield from _check_chunk(chunk, there, texts)
    if there.left_over():
        yield Flaw(_WHOLE, "labels of records that are not there are left over")
    if texts and texts.left_over():
        yield Flaw(_WHOLE, "texts of records that are not there are left over")


def rebuild(connection: sqlite3.Connection, index: Index) -> None:
    """Everything derived, from the records themselves."""
    connection.execute("DELETE FROM hit")
    rows = connection.execute("SELECT pk, json FROM record ORDER BY pk")
    while chunk := rows.fetchmany(_CHUNK):
        narrow = [(pk, *columns(_read(json))) for pk, json in chunk]
        connection.executemany("INSERT OR REPLACE INTO hit VALUES(?, ?, ?, ?)", narrow)
    index.rebuild(connection)


def status(connection: sqlite3.Connection, path: Path) -> StoreStatus:
    def number(question: str) -> int:
        found: int = connection.execute(question).fetchone()[0]
        return found

    return StoreStatus(
        kind="sqlite",
        place=str(path.resolve()),
        schema=VERSION,
        records=number("SELECT count(*) FROM hit"),
        withdrawn=number("SELECT count(*) FROM hit WHERE withdrawn"),
        events=number("SELECT count(*) FROM event"),
        documents=number("SELECT count(*) FROM document"),
        bytes=sum(_size(path.with_name(path.name + end)) for end in ("", "-wal")),
        facts=(("sqlite", sqlite3.sqlite_version), ("derivation", fingerprint())),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # the log is away while nobody writes
        return 0


def _check_chunk(chunk: Sequence[_Row], there: _Grouped, texts: _Texts | None) -> Iterator[Flaw]:
    read: dict[int, Hit] = {}
    for row in chunk:
        try:
            read[row.pk] = _read(row.json)
        except StoreError as error:
            yield Flaw(row.columns[0] or _WHOLE, f"the record itself {error.what}")
            if texts:
                texts.pass_over(row.pk)
    wrong = texts.wrong(read) if texts else set()
    for row in chunk:
        found = there.take(row.pk)
        if hit := read.get(row.pk):
            told = [*_columns_told(row, hit), *_labels_told(found, set(labels(hit)))]
            if row.pk in wrong:
                told.append("its text is indexed otherwise than it is written")
            yield from (Flaw(hit.id, what) for what in told)


def _columns_told(row: _Row, hit: Hit) -> Iterator[str]:
    right = columns(hit)
    if row.columns[0] is None:
        yield "has no entry in the order of records"
        return
    for name, found, wanted in zip(("id", "published_at", "withdrawn"), row.columns, right, strict=True):
        if found != wanted:
            yield f"{name} is {found}, not {wanted}"


def _labels_told(found: set[Label], wanted: set[Label]) -> Iterator[str]:
    for label in sorted(wanted - found):
        yield f"is not found by {label.field} {label.value}"
    for what in sorted(f"{label.field} {label.value}".rstrip() for label in found - wanted):
        yield f"is found by {what}, which is not its own"


def _read(json: str) -> Hit:
    try:
        return hit_from_json(json)
    except InvalidPost as error:
        raise StoreError("a record", f"cannot be read ({error})", "put back a copy of the store") from error


class _Grouped:
    """The labels of each record, to be taken in the order of the key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._groups = groupby(connection.execute(_LABELS), itemgetter(0))
        self._strays = False
        self._next = self._advance()

    def take(self, pk: int) -> set[Label]:
        while self._next and self._next[0] < pk:
            self._strays, self._next = True, self._advance()
        if self._next is None or self._next[0] > pk:
            return set()
        found, self._next = self._next[1], self._advance()
        return found

    def left_over(self) -> bool:
        return self._strays or self._next is not None

    def _advance(self) -> tuple[int, set[Label]] | None:
        pk, rows = next(self._groups, (None, iter(())))
        return None if pk is None else (pk, {Label(f, v, o, bool(c)) for _, f, v, o, c in rows})


class _Texts:
    """What the index says stands where, as one number a record: the sum over its tokens, in any order.

    The index keeps no text that could be read back. What should stand there is put through an index of the
    same kind, so that nothing here has to know how SQLite cuts a text into tokens.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(text_table("temp.derived"))
        for name, *of in (("places", "main", "hit_text"), ("derived_places", "temp", "derived")):
            table = f"fts5vocab('{of[0]}', '{of[1]}', 'instance')"
            connection.execute(f"CREATE VIRTUAL TABLE temp.{name} USING {table}")
        last: int = connection.execute("SELECT coalesce(max(pk), 0) FROM record").fetchone()[0]
        self._sums = array("Q", bytes(8 * (last + 1)))
        self._strays = self._sum_up("places", self._sums)

    def wrong(self, hits: dict[int, Hit]) -> set[int]:
        """The keys whose text is not indexed as it should be. What was asked for is no longer left over."""
        self._connection.execute("INSERT INTO temp.derived(derived) VALUES('delete-all')")
        rows = [(n, *forms(hit.post)) for n, hit in enumerate(hits.values())]
        self._connection.executemany("INSERT INTO temp.derived(rowid, runs, words) VALUES(?, ?, ?)", rows)
        right = array("Q", bytes(8 * len(rows)))
        self._sum_up("derived_places", right)
        wrong = {pk for pk, sum_ in zip(hits, right, strict=True) if self._sums[pk] != sum_}
        for pk in hits:
            self.pass_over(pk)
        return wrong

    def pass_over(self, pk: int) -> None:
        self._sums[pk] = 0

    def left_over(self) -> bool:
        return self._strays or any(self._sums)

    def _sum_up(self, places: str, sums: array[int]) -> bool:
        """Is anything there under a key that no record has?"""
        strays = False
        for key, place in self._connection.execute(_PLACES.format(places)):
            if 0 <= key < len(sums):
                sums[key] = (sums[key] + hash(place)) % _WRAP
            else:
                strays = True
        return strays
