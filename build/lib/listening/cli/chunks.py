"""What `listening match` reads: files, pipes or standard input, in chunks that fit into memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from listening.collect.lines import IDLE, Line, check_readable, lines, lines_of
from listening.errors import InputMistake, Mistake

LINES = 1_000
BYTES = 8_000_000
"""A chunk ends with the line that reaches one of the two, so that not a thousand long lines are held."""

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of one file. `pause`: nothing more is ready behind it, so the answer is wanted at once."""

    file: str
    lines: tuple[Line, ...]
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
        return _chunks("stdin", lines_of(_stdin(), live=True))
    return _chunks(str(file), lines(file))


def _stdin() -> BinaryIO:
    if sys.stdin is None:  # closed by the caller
        raise click.UsageError("standard input is closed - name a file")
    if sys.stdin.isatty():
        click.echo("reading posts from the terminal, one line each; end with Ctrl-D", err=True)
    return sys.stdin.buffer


def _chunks(name: str, numbered: Iterable[Line]) -> Iterator[Chunk]:
    chunk: list[Line] = []
    size = 0
    for line in numbered:
        if line is IDLE:
            if chunk:
                yield Chunk(name, tuple(chunk), pause=True)
            chunk, size = [], 0
            continue
        chunk.append(line)
        size += len(line.raw)
        if len(chunk) == LINES or size >= BYTES:
            yield Chunk(name, tuple(chunk))
            chunk, size = [], 0
    if chunk:
        yield Chunk(name, tuple(chunk))
