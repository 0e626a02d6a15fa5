"""`listening match`: posts in, hits and mentions out, in input order. No store, no config."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import IO

import click

from listening.cli.lines import Chunk, read_chunks
from listening.cli.output import outcome_line
from listening.codec import hit_to_json, post_from_json, to_json
from listening.errors import InvalidPost
from listening.match.examples import require_examples
from listening.match.matcher import Matcher
from listening.model import Outcome
from listening.rules import read_rules

_SHOWN = 5
"""So many unreadable lines are told on stderr; all of them go to --rejects."""

_worker: Matcher


class Answer:
    """What a chunk of lines came to: the bytes to print, one outcome a line, and the lines refused."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.outcomes: Counter[Outcome] = Counter()
        self.rejects: list[dict[str, object]] = []


@click.command()
@click.option(
    "--rules", "folder", required=True, type=click.Path(path_type=Path), help="Folder of rule files."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Keep unreadable lines here."
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def command(folder: Path, workers: int, rejects: Path | None, files: tuple[Path, ...]) -> int:
    """Read posts (JSON lines, .gz too; stdin without FILES) and print hits and mentions.

    The same input gives the same bytes. Outcome counts go to stderr; exit 3 when lines could not be read.

    \b
    Example:
      listening match --rules rules/ posts.jsonl > hits.jsonl
      zcat *.jsonl.gz | listening match --rules rules/ --workers 2 --rejects bad.jsonl
    """
    ruleset = read_rules(folder)
    matcher = Matcher(ruleset)
    require_examples(matcher)
    outcomes: Counter[Outcome] = Counter()
    told = 0
    with ExitStack() as stack:
        rejected = stack.enter_context(rejects.open("wb") if rejects else nullcontext(None))
        for answer in stack.enter_context(_Answers(matcher, workers)).of(read_chunks(files)):
            sys.stdout.buffer.write(b"".join(answer.out))
            outcomes.update(answer.outcomes)
            told = _tell_rejects(answer.rejects, rejected, told)
    click.echo(outcome_line(outcomes), err=True)
    return 3 if outcomes[Outcome.INVALID] else 0


def _tell_rejects(rejects: list[dict[str, object]], file: IO[bytes] | None, told: int) -> int:
    for reject in rejects:
        if file is not None:
            file.write(to_json(reject) + b"\n")
        elif told < _SHOWN:
            click.echo(reject["reason"], err=True)
        elif told == _SHOWN:
            click.echo("… more lines could not be read; --rejects FILE keeps them all", err=True)
        told += 1
    return told


class _Answers:
    """Chunks to answers in order, in this process or in several."""

    def __init__(self, matcher: Matcher, workers: int) -> None:
        self._matcher = matcher
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Answers:
        if self._workers > 1:
            # fork: the plan is built once and its pages are shared
            context = get_context("fork")
            self._pool = ProcessPoolExecutor(self._workers, context, _use, (self._matcher,))
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def of(self, chunks: Iterator[Chunk]) -> Iterator[Answer]:
        if self._pool is None:
            for chunk in chunks:
                yield answer(chunk, self._matcher)
            return
        waiting: list[Future[Answer]] = []
        for chunk in chunks:
            waiting.append(self._pool.submit(_answer, chunk))
            if len(waiting) > 2 * self._workers:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def _use(matcher: Matcher) -> None:
    global _worker
    _worker = matcher


def _answer(chunk: Chunk) -> Answer:
    return answer(chunk, _worker)


def answer(chunk: Chunk, matcher: Matcher) -> Answer:
    """Match the lines of a chunk. Blank lines are no lines; a broken one is refused and the rest goes on."""
    done = Answer()
    posts = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if line.strip():
            where = f"{chunk.file}:{number}"
            try:
                posts.append(post_from_json(line, where))
            except InvalidPost as error:
                raw = line.decode("utf-8", "replace")
                done.rejects.append({"file": chunk.file, "line": number, "reason": str(error), "raw": raw})
    for matched in matcher.match(posts):
        done.outcomes[matched.outcome] += 1
        if matched.hit is not None:
            done.out.append(hit_to_json(matched.hit) + b"\n")
    done.rejects.extend(
        {"file": chunk.file, "line": 0, "reason": reason, "raw": ""} for reason in chunk.troubles
    )
    done.outcomes[Outcome.INVALID] += len(done.rejects)
    return done
