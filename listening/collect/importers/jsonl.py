"""our own JSON lines, as spiders and `listening export` write them (utf-8, also .gz)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from listening import codec
from listening.collect.importers._options import Importer, Options
from listening.collect.lines import TOO_DEEP, BadLine, Line, check_readable, lines
from listening.errors import InvalidPost
from listening.model import Post


def importer(options: Options) -> Importer:
    options.refuse_map("jsonl")
    return read


def read(path: Path) -> Iterator[Post | BadLine]:
    check_readable(path)
    return posts(str(path), lines(path))


def posts(file: str, numbered: Iterable[Line]) -> Iterator[Post | BadLine]:
    """A post or a bad line for each line that is not blank; `file` is what bad lines are told of."""
    for line in numbered:
        found = _post(file, line)
        if found is not None:
            yield found
        if isinstance(found, Post) and line.trouble:  # whole but for its newline, and nothing comes after it
            yield BadLine(file, line.number + 1, line.trouble, b"")


def _post(file: str, line: Line) -> Post | BadLine | None:
    if line.trouble and not line.last:
        return BadLine(file, line.number, line.trouble, line.raw)
    if not line.trouble and not line.raw.strip():
        return None
    try:
        return codec.post_from_json(line.raw)
    except InvalidPost as error:
        return BadLine(file, line.number, line.trouble or str(error), line.raw)
    except RecursionError:
        return BadLine(file, line.number, TOO_DEEP, line.raw)
