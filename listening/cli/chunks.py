"""What `listening match` reads: files, pipes or standard input, in chunks that fit into memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    """Some lines of one file, `first` the number of the first.

    The lines are parted by who works on them: handed to another process, one large piece costs less than a
    thousand small ones. `odd` tells of those that are not whole, by their position; in `data` an empty line
    stands for them. `pause`: nothing more is ready behind it, so the answer is wanted at once.
    """

    file: str
    first: int
    data: bytes
    odd: Mapping[int, Line]
    pause: bool = False


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
    growing = _Growing(name)
    for block in blocks:
        if block is not IDLE:
            growing.add(block)
        if growing.count and (block is IDLE or growing.is_full):
            yield growing.chunk(pause=block is IDLE)
            growing = _Growing(name, growing.first + growing.count)
    if growing.count:
        yield growing.chunk()


@dataclass(slots=True)
class _Growing:
    """A chunk that is not yet full."""

    file: str
    first: int = 1
    count: int = 0
    size: int = 0
    parts: list[bytes] = field(default_factory=list)
    odd: dict[int, Line] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        return self.count >= LINES or self.size >= BYTES

    def add(self, lines: Block | Line) -> None:
        if isinstance(lines, Block):
            data, count = lines.data, lines.lines
        else:
            data, count = lines.raw, 1
        self.size += len(data)
        if isinstance(lines, Line) and lines.trouble is not None:
            self.odd[self.count] = lines
            data = b"\n"
        self.parts.append(data)
        self.count += count

    def chunk(self, *, pause: bool = False) -> Chunk:
        return Chunk(self.file, self.first, b"".join(self.parts), self.odd, pause)
