"""Chunks of lines to answers, in this process or in several; the answers come in the order of the chunks."""

from __future__ import annotations

import signal
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from listening.cli.chunks import Chunk
from listening.codec import glances, hit_to_json, read_json, to_json
from listening.collect.importers.jsonl import posts
from listening.collect.lines import BadLine, Line, parted
from listening.follow import Generation
from listening.match.matcher import Matcher
from listening.model import Outcome, Post
from listening.rules import rules_from_document, rules_to_document

Rules = Callable[[], Generation]
"""Asked for each chunk, so that rules which change meanwhile are taken from the next one on."""

_worker: Generation


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chunk came to: the bytes to print, how often each outcome came, and the lines refused."""

    out: bytes
    outcomes: Counter[Outcome]
    bad: tuple[BadLine, ...]


def answers(chunks: Iterable[Chunk], rules: Rules, workers: int) -> Generator[Answer, None, None]:
    """One answer a chunk. Raises `BrokenProcessPool` where a worker process is killed."""
    if workers == 1:
        return (answer(chunk, rules().matcher) for chunk in chunks)
    return _by_workers(chunks, rules, workers)


def answer(chunk: Chunk, matcher: Matcher) -> Answer:
    """Match the lines of a chunk. Blank lines are no lines; a broken one is refused and the rest goes on.

    Most lines are looked at and no more: only a candidate, or what is no good post, is read whole.
    """
    raws = parted(chunk.data)
    seen = glances(raws)
    good = [(n, each) for n, each in enumerate(seen) if each is not None and n not in chunk.odd]
    passed = {n for n, _ in good}
    passed.difference_update(good[at][0] for at in matcher.candidates([each for _, each in good]))
    odd_too = (
        chunk.odd.get(n) or Line(chunk.first + n, raw) for n, raw in enumerate(raws) if n not in passed
    )
    rest = list(posts(chunk.file, odd_too))
    bad = tuple(item for item in rest if isinstance(item, BadLine))
    matched = [matcher.decide(item) for item in rest if isinstance(item, Post)]
    outcomes = Counter(result.outcome for result in matched)
    outcomes[Outcome.UNMATCHED] += len(passed)
    outcomes[Outcome.INVALID] += len(bad)
    out = b"".join(hit_to_json(result.hit) + b"\n" for result in matched if result.hit is not None)
    return Answer(out, outcomes, bad)


def _by_workers(chunks: Iterable[Chunk], rules: Rules, workers: int) -> Generator[Answer, None, None]:
    """Only a few chunks are on their way at a time: a slow reader slows the whole, and memory stays small."""
    # fork: the matcher is built once and its pages are shared, the segmenter's too
    generation = rules()
    generation.matcher.plan.segmenter.cut("")
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (generation,))
    with TemporaryDirectory(prefix="listening-rules-") as folder:
        try:
            waiting: deque[Future[Answer]] = deque()
            for chunk in chunks:
                waiting.append(pool.submit(_answer, chunk, *_handed_over(rules(), Path(folder))))
                while waiting and (chunk.pause or len(waiting) > 2 * workers):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _handed_over(generation: Generation, folder: Path) -> tuple[int, Path]:
    """The number of these rules and the file where a worker finds them that does not have them yet."""
    file = folder / f"{generation.number}.json"
    if generation.number and not file.exists():
        file.write_bytes(to_json(rules_to_document(generation.matcher.plan.ruleset)))
    return generation.number, file


def _begin(generation: Generation) -> None:
    global _worker
    # Ctrl-C reaches the whole group; the parent ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = generation


def _answer(chunk: Chunk, number: int, file: Path) -> Answer:
    global _worker
    if number != _worker.number:
        _worker = Generation(number, Matcher(rules_from_document(read_json(file.read_bytes()))))
    return answer(chunk, _worker.matcher)
