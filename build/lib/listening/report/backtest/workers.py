"""The archive's batches to one tally, in this process or in several. The tally is the same for any number.

Only places travel to a worker process, and figures come back: it reads the archive itself. Each process makes
both matchers once, from the rule sets as documents.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import Any

from listening.archive import Place, read_place
from listening.errors import ArchiveError, InvalidPost
from listening.match.matcher import Matcher
from listening.report.backtest.compare import Asked, Comparison
from listening.report.backtest.tally import Tally, Unread
from listening.rules import RuleSet, rules_from_document, rules_to_document

JOB = 2_000
"""A job is some places that hold about so many posts: small batches do not cost a journey each."""

_Parts = Generator[tuple[Tally, int], None, None]

_worker: _Worker


@dataclass(frozen=True, slots=True)
class Task:
    """What every process needs to know."""

    folder: Path
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    asked: Asked


def task(folder: Path, old: RuleSet, new: RuleSet, asked: Asked) -> Task:
    """The comparison of two rule sets over the archive in a folder."""
    return Task(folder, rules_to_document(old), rules_to_document(new), asked)


def run(
    places: Iterable[Place],
    task: Task,
    workers: int,
    progress: Callable[[int], None] = lambda _: None,
    *,
    job: int = JOB,
) -> Tally:
    """The tally of all places; `progress` is told how many more posts are done.

    Raises `BrokenProcessPool` where a worker process is killed: of a part nothing could be told.
    """
    tally = Tally()
    jobs = _jobs(places, job)
    with closing(_alone(jobs, task) if workers == 1 else _by_workers(jobs, task, workers)) as parts:
        for part, posts in parts:
            tally.add(part)
            progress(posts)
    return tally


def _jobs(places: Iterable[Place], size: int) -> Iterator[tuple[Place, ...]]:
    job: list[Place] = []
    posts = 0
    for place in places:
        job.append(place)
        posts += len(place.numbers)
        if posts >= size:
            yield tuple(job)
            job, posts = [], 0
    if job:
        yield tuple(job)


def _alone(jobs: Iterable[tuple[Place, ...]], task: Task) -> _Parts:
    worker = _Worker(task)
    return ((worker.tally(job), _size(job)) for job in jobs)


def _by_workers(jobs: Iterable[tuple[Place, ...]], task: Task, workers: int) -> _Parts:
    """Only a few jobs are on their way at a time; their results come in the order of the archive."""
    # fork: what the parent has loaded, above all the dictionary, is shared
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (task,))
    try:
        waiting: deque[tuple[Future[Tally], int]] = deque()
        for job in jobs:
            with _uninterrupted():
                waiting.append((pool.submit(_answer, job), _size(job)))
            if len(waiting) > 3 * workers:
                yield _arrived(*waiting.popleft())
        while waiting:
            yield _arrived(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits a moment. Processes that are begun meanwhile never hear of it: their parent ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _arrived(future: Future[Tally], posts: int) -> tuple[Tally, int]:
    return future.result(), posts


def _size(job: tuple[Place, ...]) -> int:
    return sum(len(place.numbers) for place in job)


def _begin(task: Task) -> None:
    global _worker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = _Worker(task)


def _end_with_parent() -> None:
    """A parent that is killed cannot end its workers."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _answer(job: tuple[Place, ...]) -> Tally:
    return _worker.tally(job)


class _Worker:
    """One process's matchers, at work on its share of the archive."""

    def __init__(self, task: Task) -> None:
        old, new = (Matcher(rules_from_document(document)) for document in (task.old, task.new))
        self._folder = task.folder
        self._comparison = Comparison(old, new, task.asked)

    def tally(self, job: tuple[Place, ...]) -> Tally:
        """The figures of some places. What cannot be read is noted, and the rest goes on."""
        tally = Tally()
        for place in job:
            try:
                batch = read_place(self._folder, place)
            except (ArchiveError, InvalidPost) as error:
                tally.unread.append(Unread(str(error), len(place.numbers)))
            else:
                self._comparison.take(batch, tally)
        return tally
