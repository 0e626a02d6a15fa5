"""our own JSON lines, as spiders and `listening export` write them (utf-8, also .gz)"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from listening import codec
from listening.collect.importers._options import Importer, Options
from listening.collect.lines import TOO_DEEP, BadLine, Line, check_readable, lines
from listening.errors import InvalidPost
from listening.model import Post, unstorable


def importer(options: Options) -> Importer:
    options.refuse_map("jsonl")
    return read


def read(path: Path) -> Iterator[Post | BadLine]:
    check_readable(path)
    return posts(str(path), lines(path), unstorable)


def _no_fault(_post: Post) -> str:
    return ""


def posts(
    file: str, numbered: Iterable[Line], fault: Callable[[Post], str] = _no_fault
) -> Iterator[Post | BadLine]:
    """A post or a bad line for each line that is not blank; `file` is what bad lines are told of.

    `fault` tells what makes a post useless to the caller, if anything does.
    """
    for line in numbered:
        found = _post(file, line, fault)
        if found is not None:
            yield found
        if isinstance(found, Post) and line.trouble:  # whole but for its newline, and nothing comes after it
            yield BadLine(file, line.number + 1, line.trouble, b"")


def _post(file: str, line: Line, fault: Callable[[Post], str]) -> Post | BadLine | None:
    if line.trouble and not line.last:
        return BadLine(file, line.number, line.trouble, line.raw)
    if not line.trouble and not line.raw.strip():
        return None
    try:
        post = codec.post_from_json(line.raw)
    except InvalidPost as error:
        return BadLine(file, line.number, line.trouble or str(error), line.raw)
    except RecursionError:
        return BadLine(file, line.number, TOO_DEEP, line.raw)
    reason = fault(post)
    return BadLine(file, line.number, reason, line.raw) if reason else post
