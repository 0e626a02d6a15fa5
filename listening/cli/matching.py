"""Chunks of lines to answers, in this process or in several; the answers come in the order of the chunks."""

from __future__ import annotations

import signal
from collections import Counter, deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from listening.cli.chunks import Chunk
from listening.codec import hit_to_json
from listening.collect.importers.jsonl import posts
from listening.collect.lines import BadLine
from listening.match.matcher import Matcher
from listening.model import Outcome, Post

_worker: Matcher


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chunk came to: the bytes to print, how often each outcome came, and the lines refused."""

    out: bytes
    outcomes: Counter[Outcome]
    bad: tuple[BadLine, ...]


def answers(chunks: Iterable[Chunk], matcher: Matcher, workers: int) -> Generator[Answer, None, None]:
    """One answer a chunk. Raises `BrokenProcessPool` where a worker process is killed."""
    if workers == 1:
        return (answer(chunk, matcher) for chunk in chunks)
    return _by_workers(chunks, matcher, workers)


def answer(chunk: Chunk, matcher: Matcher) -> Answer:
    """Match the lines of a chunk. Blank lines are no lines; a broken one is refused and the rest goes on."""
    read = list(posts(chunk.file, chunk.lines))
    bad = tuple(item for item in read if isinstance(item, BadLine))
    matched = matcher.match([item for item in read if isinstance(item, Post)])
    outcomes = Counter(result.outcome for result in matched)
    outcomes[Outcome.INVALID] += len(bad)
    out = b"".join(hit_to_json(result.hit) + b"\n" for result in matched if result.hit is not None)
    return Answer(out, outcomes, bad)


def _by_workers(chunks: Iterable[Chunk], matcher: Matcher, workers: int) -> Generator[Answer, None, None]:
    """Only a few chunks are on their way at a time: a slow reader slows the whole, and memory stays small."""
    # fork: the matcher is built once and its pages are shared
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (matcher,))
    try:
        waiting: deque[Future[Answer]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_answer, chunk))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(matcher: Matcher) -> None:
    global _worker
    # Ctrl-C reaches the whole group; the parent ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = matcher


def _answer(chunk: Chunk) -> Answer:
    return answer(chunk, _worker)
