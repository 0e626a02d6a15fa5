"""What `listening match` reads: files, pipes or standard input, in chunks that fit into memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from listening.collect.lines import IDLE, Block, Line, blocks, blocks_of, check_readable
from listening.errors import InputMistake, Mistake

LINES = 1_000
BYTES = 8_000_000
"""A chunk ends soon after it has reached one of the two, so that not a thousand long lines are held."""

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of one file, `first` the number of the first; `odd` tells of those that are not whole.

    `pause`: nothing more is ready behind it, so the answer is wanted at once.
    """

    file: str
    first: int
    raws: list[bytes]
    odd: Mapping[int, Line]
    pause: bool = False

    def line(self, n: int) -> Line:
        """The line at this position of the chunk."""
        return self.odd.get(n) or Line(self.first + n, self.raws[n])


def read_chunks(files: Sequence[Path]) -> Iterator[Chunk]:
    """The lines of all files in order; of standard input for `-` or where none is named.

    Unusable files are told all at once, before anything is read. Raises `InputMistake`.
    """
    mistakes = [mistake for file in files for mistake in _mistakes(file)]
    if mistakes:
        raise InputMistake(dict.fromkeys(mistakes))
    return (chunk for file in files or [STDIN] for chunk in _read(file))


def _mistakes(file: Path) -> Sequence[Mistake]:
    if file == STDIN or file.is_fifo():  # a pipe can be read only once
        return ()
    try:
        check_readable(file)
    except InputMistake as error:
        return error.mistakes
    return ()


def _read(file: Path) -> Iterator[Chunk]:
    if file == STDIN:
        return _chunks("stdin", blocks_of(_stdin(), live=True))
    return _chunks(str(file), blocks(file))


def _stdin() -> BinaryIO:
    if sys.stdin is None:  # closed by the caller
        raise click.UsageError("standard input is closed - name a file")
    if sys.stdin.isatty():
        click.echo("reading posts from the terminal, one line each; end with Ctrl-D", err=True)
    return sys.stdin.buffer


def _chunks(name: str, blocks: Iterable[Block | Line]) -> Iterator[Chunk]:
    first, size = 1, 0
    raws: list[bytes] = []
    odd: dict[int, Line] = {}
    for block in blocks:
        if block is IDLE:
            if not raws:
                continue
        elif isinstance(block, Line):
            odd[len(raws)] = block
            raws.append(block.raw)
            size += len(block.raw)
        else:
            raws += block.raws
            size += sum(map(len, block.raws))
        if block is IDLE or len(raws) >= LINES or size >= BYTES:
            yield Chunk(name, first, raws, odd, pause=block is IDLE)
            first, size = first + len(raws), 0
            raws, odd = [], {}
    if raws:
        yield Chunk(name, first, raws, odd)
