"""any CSV or JSON lines by a column map (--map MAP.yaml; utf-8 or gb18030, also .gz)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from listening.collect.importers._encoding import GUESSED, detect, python_name
from listening.collect.importers._file import DELIMITERS, Record, csv_records, json_records
from listening.collect.importers._map import ColumnMap, read_map
from listening.collect.importers._options import Importer, Options
from listening.collect.importers._records import lookup, post_from_row
from listening.collect.importers._table import Row, rows
from listening.collect.lines import BadLine, check_readable, refuse
from listening.errors import InputMistake, InvalidPost, Mistake
from listening.model import Post, unstorable
from listening.suggest import cure

_SAMPLE = 100
"""So many JSON lines are looked at to find columns of the map that are in none of them."""


def importer(options: Options) -> Importer:
    if options.map is None:
        raise refuse(Path("mapped"), "this format needs a column map", "add --map MAP.yaml")
    return partial(read, read_map(options.map, options.zone))


def read(column_map: ColumnMap, path: Path) -> Iterator[Post | BadLine]:
    check_readable(path)
    encoding = python_name(column_map.encoding) if column_map.encoding else detect(path)
    if _format(column_map, path) == "jsonl":
        _check_columns(column_map, path, _keys(column_map, path, encoding))
        return _posts(column_map, path, json_records(path, encoding))
    table = _table(column_map, path, encoding)
    return _posts(column_map, path, csv_records(path, table.encoding, table.delimiter, table.header))


def _format(column_map: ColumnMap, path: Path) -> str:
    if column_map.format:
        return column_map.format
    endings = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    known = {
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "csv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
    }
    found = known.get(endings[-1]) if endings else None
    if found is None:
        raise refuse(
            path, "its name does not tell its format", f"add format: csv or jsonl to {column_map.file}"
        )
    return found


def _wanted(column_map: ColumnMap) -> list[str]:
    return [c.column for c in column_map.columns.values() if c.column is not None and not c.optional]


def _check_columns(column_map: ColumnMap, path: Path, present: Sequence[str]) -> None:
    """All columns of the map that the file lacks, or has twice, at once."""
    mistakes = []
    for column in column_map.columns.values():
        name = column.column
        if name is not None and name not in present and not column.optional:
            what = f"{path.name} has no column '{name}'"
            mistakes.append(Mistake(column.place, what, cure(name, dict.fromkeys(present))))
        if name is not None and present.count(name) > 1:
            what = f"{path.name} has {present.count(name)} columns '{name}'"
            mistakes.append(Mistake(column.place, what, "rename all but one of them"))
    if mistakes:
        raise InputMistake(mistakes)


@dataclass(frozen=True, slots=True)
class _Table:
    encoding: str
    delimiter: str
    header: list[str]


def _table(column_map: ColumnMap, path: Path, encoding: str) -> _Table:
    """How the file is written: what is not stated is taken so that the columns of the map are found."""
    encodings = [encoding] if column_map.encoding else sorted(GUESSED, key=lambda name: name != encoding)
    delimiters = [column_map.delimiter] if column_map.delimiter else DELIMITERS
    tables = []
    for table in (_Table(name, sign, []) for name in encodings for sign in delimiters):
        first = next(rows(path, table.encoding, table.delimiter), None)
        if isinstance(first, Row):
            tables.append(replace(table, header=[value.strip() for value in first.values]))
    if not tables:
        raise refuse(
            path, "has no header line that can be read", "put the names of the columns in its first line"
        )
    wanted = set(_wanted(column_map))
    best = max(tables, key=lambda table: len(wanted & set(table.header)))
    _check_columns(column_map, path, best.header)
    return best


def _posts(
    column_map: ColumnMap, path: Path, records: Iterable[Record | BadLine]
) -> Iterator[Post | BadLine]:
    for record in records:
        yield record if isinstance(record, BadLine) else _mapped(column_map, path, record)


def _mapped(column_map: ColumnMap, path: Path, record: Record) -> Post | BadLine:
    try:
        post = post_from_row(record.values, column_map)
    except InvalidPost as error:
        return BadLine(str(path), record.line, str(error), record.raw)
    reason = unstorable(post)
    return BadLine(str(path), record.line, reason, record.raw) if reason else post


def _keys(column_map: ColumnMap, path: Path, encoding: str) -> list[str]:
    """The columns of the first records: their keys, and the dotted paths of the map that lead somewhere."""
    keys: dict[str, None] = {}
    for record in islice(json_records(path, encoding), _SAMPLE):
        if isinstance(record, Record):  # what is none is told when the file is read
            keys.update(dict.fromkeys(record.values))
            keys.update(
                (name, None) for name in _wanted(column_map) if lookup(record.values, name) is not None
            )
    return list(keys) or _wanted(column_map)
