"""Sheets that a program writes, people fill in with a spreadsheet, and a program reads again.

Written as CSV in UTF-8 with a BOM, so that a spreadsheet opens them as what they are. Read as spreadsheets
save them: with commas, semicolons or tabs, also in GB 18030, their columns in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from listening.errors import InputMistake, Mistake, Place

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """The text with a ' before what a spreadsheet would take for a formula: a post must not become one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_written(cell: str) -> str:
    """The way back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def to_sheet(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> bytes:
    """The whole sheet, no cell of it a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(map(safe, row))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def read_sheet(file: Path, needed: Sequence[str], cure: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column, with the line each begins at; cells as they stand there, missing ones empty.

    `cure` says what to do about a file without the columns that are needed. Raises `InputMistake`.
    """
    text = _text(file)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
        if missing := [name for name in needed if name not in header]:
            raise _unusable(file, f"has no column {' and no '.join(missing)}", cure, 1)
        before = reader.line_num
        for row in reader:
            if row:
                yield before + 1, dict(zip(header, row + [""] * len(header), strict=False))
            before = reader.line_num
    except csv.Error as error:
        raise _unusable(file, f"cannot be read ({error})", "save it as CSV again", reader.line_num) from None


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _unusable(file, f"cannot be read ({error.strerror})", "name a labelled sheet") from None
    for encoding in ("utf-8-sig", "gb18030"):  # a Chinese spreadsheet saves plain "CSV" in the latter
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unusable(file, "is neither UTF-8 nor GB 18030", "save it as CSV in UTF-8")


def _unusable(file: Path, what: str, cure: str, line: int = 0) -> InputMistake:
    return InputMistake([Mistake(Place(str(file), line), what, cure)])
