"""A file of records in any form: the rows of a CSV, JSON lines, or one JSON array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from listening import codec
from listening.collect.importers._table import rows
from listening.collect.lines import KEPT, TOO_DEEP, BadLine, Line, lines
from listening.errors import InvalidPost

DELIMITERS = (",", "\t", ";", "|")
MAX_ARRAY = 256_000_000
"""Bytes. A JSON array has to be held whole; JSON lines and CSV may be of any length."""

_BETWEEN = re.compile(r"[\s,]*")
_BOM_OR_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Record:
    """One row or object, the line it begins in, and what it is in the file."""

    line: int
    values: dict[str, Any]
    raw: bytes


def is_json(path: Path) -> bool:
    return _first_sign(path) in (b"{", b"[")


def _first_sign(path: Path) -> bytes:
    stripped = (line.raw.strip(_BOM_OR_BLANK) for line in lines(path))
    return next((raw[:1] for raw in stripped if raw), b"")


def csv_records(
    path: Path, encoding: str, delimiter: str, header: Sequence[str]
) -> Iterator[Record | BadLine]:
    """The rows below the header, which says what their values are."""
    width, names = len(header), unique(header)
    for row in islice(rows(path, encoding, delimiter), 1, None):
        if isinstance(row, BadLine):
            yield row
        elif len(row.values) != width:
            reason = f"has {len(row.values)} values where the header has {width}"
            cure = f"put fields that hold a '{delimiter}' in quotes"
            yield BadLine(str(path), row.line, f"{reason} - {cure}", row.raw)
        else:
            yield Record(row.line, dict(zip(names, row.values, strict=True)), row.raw)


def unique(names: Iterable[str]) -> list[str]:
    """Columns that have no name, or one twice, are told apart by their number: nothing is dropped."""
    found: list[str] = []
    for n, name in enumerate(names, 1):
        found.append(f"{name}.{n}" if not name or name in found else name)
    return found


def json_records(path: Path, encoding: str) -> Iterator[Record | BadLine]:
    """The objects of JSON lines, or of one array."""
    return _from_array(path, encoding) if _first_sign(path) == b"[" else _from_lines(path, encoding)


def _from_lines(path: Path, encoding: str) -> Iterator[Record | BadLine]:
    for line in lines(path):
        if not line.raw.strip() and not line.trouble:
            continue
        try:
            yield Record(line.number, _object(line, encoding), line.raw)
        except InvalidPost as error:
            yield BadLine(str(path), line.number, line.trouble or str(error), line.raw)
            continue
        if line.trouble:
            yield BadLine(str(path), line.number + 1, line.trouble, b"")


def _object(line: Line, encoding: str) -> dict[str, Any]:
    if line.trouble and not line.last:
        raise InvalidPost("", line.trouble)
    try:
        record = codec.read_json(line.raw.decode(encoding))
    except UnicodeDecodeError:
        raise InvalidPost(
            "", f"is not {encoding.upper()}", "state its encoding, or convert the file"
        ) from None
    except RecursionError:
        raise InvalidPost("", TOO_DEEP) from None
    if not isinstance(record, dict):
        raise InvalidPost("", "is not a JSON object", "write one record as {...} per line")
    return record


def _from_array(path: Path, encoding: str) -> Iterator[Record | BadLine]:
    """The objects of an array one by one: where it breaks off, those before it are kept."""
    data, trouble = _whole(path)
    text = data.decode(encoding, "surrogateescape")
    number, before = 1, 0
    for start, end, broken in _elements(text):
        number, before = number + text.count("\n", before, start), start
        raw = text[start:end].encode(encoding, "surrogateescape")
        if broken:
            yield BadLine(str(path), number, trouble or broken, raw[:KEPT])
            return
        try:
            yield Record(number, _object(Line(number, raw), encoding), raw)
        except InvalidPost as error:
            yield BadLine(str(path), number, str(error), raw)
    if trouble:
        yield BadLine(str(path), number + 1, trouble, b"")


def _whole(path: Path) -> tuple[bytes, str | None]:
    """All lines of a file up to the first that is not whole, and what is wrong with that."""
    parts: list[bytes] = []
    size = 0
    for line in lines(path):
        size += len(line.raw)
        if size > MAX_ARRAY:
            return b"".join(
                parts
            ), f"is an array of more than {MAX_ARRAY:,} bytes - write one object per line"
        if line.trouble is None or line.last:
            parts.append(line.raw)
        if line.trouble is not None:
            return b"".join(parts), line.trouble
    return b"".join(parts), None


def _elements(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the elements of an array stand, and why there are no more of them if it does not end well."""
    decoder = json.JSONDecoder()
    at = text.find("[") + 1
    while True:
        if between := _BETWEEN.match(text, at):
            at = between.end()
        if text.startswith("]", at):
            break
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            deep = isinstance(error, RecursionError)
            yield (
                at,
                len(text),
                TOO_DEEP if deep else "the array is broken from here on - get the file once more",
            )
            return
        yield at, end, ""
        at = end
    if text[at + 1 :].strip():
        yield at + 1, len(text), "stands behind the end of the array - remove it"
