"""`listening match`: posts in, hits and mentions out, in input order. No store, no config."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO

import click

from listening.cli.chunks import read_chunks
from listening.cli.matching import answers
from listening.cli.options import FILE
from listening.cli.output import outcome_line, write
from listening.codec import to_json
from listening.collect.lines import BadLine
from listening.errors import InputMistake, Mistake, Place, RuleMistakes
from listening.follow import FollowedRules, Generation
from listening.model import Outcome

_SHOWN = 5
"""So many unreadable lines are told on stderr; all of them go to --rejects."""


@click.command()
@click.option("--rules", "folder", required=True, type=FILE, help="Folder of rule files, or one of them.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--rejects", type=FILE, help="Keep unreadable lines in this file, as JSON lines.")
@click.option("--follow-rules", is_flag=True, help="Take changed rules while reading, if they are good.")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
def command(
    folder: Path, workers: int, rejects: Path | None, follow_rules: bool, files: tuple[Path, ...]
) -> int:
    """Posts in, hits and mentions out: no store, no config.

    Reads posts (JSON lines, .gz too) from each FILE, or from stdin for - and without FILE, and prints the
    records of hits and mentions in the same order. The same input gives the same bytes. How many posts came
    to which outcome is told on stderr. With --follow-rules a mistake in a changed rule is told there too, and
    the last good rules stay.

    \b
    Example:
      listening match --rules rules/ posts.jsonl > hits.jsonl
      zcat posts.jsonl.gz | listening match --rules rules/ --workers 2 --rejects bad.jsonl
      tail -F posts.jsonl | listening match --rules rules/ --follow-rules
    """
    followed = FollowedRules(folder, _tell_rules)
    chunks = read_chunks(files)
    outcomes: Counter[Outcome] = Counter()
    with ExitStack() as stack:
        refused = _Rejects(stack.enter_context(_opened(rejects, files)) if rejects else None)
        if follow_rules:
            stack.enter_context(followed)
        try:
            for answer in stack.enter_context(closing(answers(chunks, followed, workers))):
                write(answer.out)
                sys.stdout.flush()
                outcomes.update(answer.outcomes)
                refused.take(answer.bad)
        except BrokenProcessPool:
            click.echo("match: a worker process was killed - run it again with fewer --workers", err=True)
            return 3
    click.echo(outcome_line(outcomes), err=True)
    return 3 if outcomes[Outcome.INVALID] else 0


def _tell_rules(news: Generation | RuleMistakes) -> None:
    if isinstance(news, Generation):
        click.echo(f"rules: now {news.matcher.rules_version}", err=True)
    else:
        click.echo(f"{news}\nrules: {len(news.mistakes)} mistakes, the last good rules stay", err=True)


def _opened(rejects: Path, files: Sequence[Path]) -> BinaryIO:
    """The file for refused lines, emptied; never one that is about to be read."""
    if any(rejects.exists() and file.exists() and rejects.samefile(file) for file in files):
        raise click.UsageError(f"--rejects {rejects} is one of the files to read - name another")
    try:
        return rejects.open("wb")
    except OSError as error:
        mistake = Mistake(Place(str(rejects)), f"cannot be written ({error.strerror})", "name another file")
        raise InputMistake([mistake]) from None


class _Rejects:
    """Where refused lines go: all to the file, or else the first few to stderr."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self._told = 0

    def take(self, bad: Sequence[BadLine]) -> None:
        for line in bad:
            if self._file is not None:
                self._file.write(to_json(_plain(line)) + b"\n")
            elif self._told < _SHOWN:
                click.echo(f"{line.file}:{line.line}: {line.reason}", err=True)
            elif self._told == _SHOWN:
                click.echo("… more lines could not be read; --rejects FILE keeps them all", err=True)
            self._told += 1


def _plain(line: BadLine) -> dict[str, object]:
    raw = line.raw.decode("utf-8", "replace").rstrip("\r\n")
    return {"file": line.file, "line": line.line, "reason": line.reason, "raw": raw}
