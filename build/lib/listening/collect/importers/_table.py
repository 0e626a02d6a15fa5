"""CSV as rows with the line they begin in; what is no row costs only its own line."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from listening.collect.lines import BadLine, Line, lines

MAX_FIELD = 2_000_000
"""Characters. A post's text has at most half as many; a quote that is never closed is given up here."""

_PHYSICAL = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # a lone CR ends a line, too
_SURROGATE = re.compile("[\ud800-\udfff]")
_REASONS = {
    "unexpected end of data": "a quote is opened and never closed - double the quotes inside fields",
    "field larger than": f"a field has more than {MAX_FIELD:,} characters, or its quote is never closed",
    "expected after": "a quote inside a field is not doubled - write it twice",
    "new-line character": "a line break stands outside of quotes - put the field in quotes",
}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: list[str]
    raw: bytes


class _Broken(Exception):
    """The line that was taken last is not whole."""


class _Source:
    """Decoded lines for csv.reader that can be given back. Bytes no encoding explains become surrogates."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._lines = _physical(path)
        self._back: deque[Line] = deque()
        self._encoding = encoding
        self.taken: list[Line] = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        if line.trouble:
            raise _Broken(line.trouble)
        return line.raw.decode(self._encoding, "surrogateescape")

    def give_back_all_but_first(self) -> Line:
        first, *others = self.taken
        self._back.extendleft(reversed(others))
        return first


def rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row | BadLine]:
    """Every row, the header first. Strict: a field that is quoted wrongly is bad and not guessed at.

    Where a quote is never closed, only the line it stands in is bad: reading goes on with the next one.
    """
    csv.field_size_limit(MAX_FIELD)
    source = _Source(path, encoding)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.taken = []
        try:
            values = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Broken) as error:
            yield _bad(path, source, error)
            continue
        if values:
            yield _row(path, values, source.taken, encoding)


def _bad(path: Path, source: _Source, error: Exception) -> BadLine:
    *_, last = taken = source.taken
    if last.last:  # the row goes on behind the end of the file: all of it is what was cut
        return BadLine(str(path), taken[0].number, last.trouble or "", b"".join(line.raw for line in taken))
    first = source.give_back_all_but_first()
    return BadLine(str(path), first.number, first.trouble or _reason(error), first.raw)


def _row(path: Path, values: list[str], taken: list[Line], encoding: str) -> Row | BadLine:
    raw = b"".join(line.raw for line in taken)
    whole = "".join(values)
    if _SURROGATE.search(whole):
        return BadLine(str(path), taken[0].number, f"is not {encoding.upper()} - state its encoding", raw)
    if "\0" in whole:
        return BadLine(str(path), taken[0].number, "holds a NUL character - remove it", raw)
    return Row(taken[0].number, values, raw)


def _physical(path: Path) -> Iterator[Line]:
    """Lines as CSV counts them; numbers go up at a lone CR, too."""
    number = 1
    for line in lines(path):
        if line.trouble:
            yield Line(number, line.raw, line.trouble, line.last)
            number += 1
            continue
        for raw in _PHYSICAL.findall(line.raw):
            yield Line(number, raw)
            number += 1


def _reason(error: Exception) -> str:
    told = str(error)
    return next((reason for words, reason in _REASONS.items() if words in told), f"is not CSV ({told})")
