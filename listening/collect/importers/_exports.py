"""What the importers of other tools' exports share: a file that is none of theirs is refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from listening import codec
from listening.collect.importers._encoding import detect
from listening.collect.importers._fields import Fields, Origin, origin
from listening.collect.importers._file import DELIMITERS, Record, csv_records, is_json, json_records
from listening.collect.importers._map import DEFAULT_ZONE
from listening.collect.importers._options import Importer, Options
from listening.collect.importers._table import Row, rows
from listening.collect.lines import BadLine, check_readable, refuse
from listening.errors import InvalidPost
from listening.model import Post, unstorable

_SAMPLE = 100
"""So many records are looked at to tell whose export a file is."""

Columns = frozenset[str]


@dataclass(frozen=True, slots=True)
class Export:
    """One format: how its records are known by their columns, and how one becomes a post."""

    name: str
    recognises: Callable[[Columns], bool]
    post: Callable[[Fields], Post]

    def importer(self, options: Options) -> Importer:
        options.refuse_map(self.name)
        return partial(_read, self, options.zone or ZoneInfo(DEFAULT_ZONE))


def columns(path: Path) -> Iterator[Columns]:
    """The columns of the first records: of a CSV its header, by every delimiter it may have."""
    encoding = detect(path)
    if is_json(path):
        found = islice(json_records(path, encoding), _SAMPLE)
        return (frozenset(record.values) for record in found if isinstance(record, Record))
    return (frozenset(_header(path, encoding, delimiter)) for delimiter in DELIMITERS)


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    first = next(rows(path, encoding, delimiter), None)
    return [value.strip() for value in first.values] if isinstance(first, Row) else []


def _read(export: Export, zone: tzinfo, path: Path) -> Iterator[Post | BadLine]:
    check_readable(path)
    samples = list(columns(path))
    if any(samples) and not any(map(export.recognises, samples)):
        shown = ", ".join(sorted(samples[0])[:8])
        cure = "see the formats in docs/importing.md, or write a column map"
        raise refuse(path, f"is no export that '{export.name}' knows (it has: {shown})", cure)
    return _posts(export, origin(path, zone), _records(export, path))


def _records(export: Export, path: Path) -> Iterator[Record | BadLine]:
    encoding = detect(path)
    if is_json(path):
        return json_records(path, encoding)
    headers = {delimiter: _header(path, encoding, delimiter) for delimiter in DELIMITERS}
    known = (sign for sign, header in headers.items() if export.recognises(frozenset(header)))
    delimiter = next(known, DELIMITERS[0])
    return csv_records(path, encoding, delimiter, headers[delimiter])


def _posts(export: Export, of: Origin, records: Iterator[Record | BadLine]) -> Iterator[Post | BadLine]:
    for record in records:
        yield record if isinstance(record, BadLine) else _post(export, of, record)


def _post(export: Export, of: Origin, record: Record) -> Post | BadLine:
    try:
        post = export.post(Fields(record.values, of))
        codec.check_text(post.text)
    except InvalidPost as error:
        return BadLine(str(of.file), record.line, str(error), record.raw)
    reason = unstorable(post)
    return BadLine(str(of.file), record.line, reason, record.raw) if reason else post
