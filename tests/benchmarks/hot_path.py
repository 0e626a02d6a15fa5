"""The hot path in one run: `python -m tests.benchmarks.hot_path [POSTS]`.

All figures are medians of interleaved repeats, as multiples of J: posts per second of bare `jieba.lcut` on
the texts of the same posts, in the same minutes. CPU time where one process works, else wall time.
Prints a table and writes it as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

import daachorse

from listening.cli.chunks import read_chunks
from listening.cli.matching import answer, answers
from listening.codec import glances
from listening.follow import FollowedRules
from listening.match.matcher import Matcher
from listening.rules import read_rules
from tests.benchmarks import processes
from tests.benchmarks.by_hand import ByHand, bare
from tests.benchmarks.corpus import Corpus, Terms, terms, write_rules
from tests.benchmarks.machine import machine

OUT = Path("var/bench/hot_path.json")
POSTS, FEW = 20_000, 2_000
REPEATS = 5
"""`FEW` posts are enough for what tokenizes every post."""

MUST = {
    "match, 1 % hits": 50,
    "match, 10 % hits": 25,
    "match, 10,000 terms, 1 % hits": 40,
    "match, 100 patterns more, 10 % hits": 20,
}


@dataclass(slots=True)
class Case:
    """A corpus in a file, rules in a folder, and what is done with them."""

    name: str
    file: Path
    work: Callable[[], int]
    seconds: list[float] = field(default_factory=list)

    def once(self) -> None:
        """Seconds of CPU a post."""
        start = time.process_time()
        posts = self.work()
        self.seconds.append((time.process_time() - start) / posts)


class Laboratory:
    """Makes corpora and rules, each once, in a folder."""

    def __init__(self, folder: Path, posts: int) -> None:
        self.folder, self.posts = folder, posts
        self._terms: dict[int, Terms] = {}

    def terms(self, number: int) -> Terms:
        return self._terms.setdefault(number, terms(number))

    def corpus(self, number: int, hits: float, posts: int = 0) -> Path:
        posts = posts or self.posts
        file = self.folder / f"{number}-{hits}-{posts}.jsonl"
        if not file.exists():
            with file.open("wb") as out:
                out.writelines(Corpus(self.terms(number), hits).lines(posts))
        return file

    def rules(self, number: int, patterns: int = 0) -> Path:
        folder = self.folder / f"rules-{number}-{patterns}"
        return folder if folder.exists() else write_rules(folder, self.terms(number), patterns=patterns)

    def match(self, name: str, number: int, hits: float, *, patterns: int = 0, posts: int = 0) -> Case:
        file = self.corpus(number, hits, posts)
        matcher = Matcher(read_rules(self.rules(number, patterns)))

        def work() -> int:
            return sum(answer(chunk, matcher).outcomes.total() for chunk in read_chunks([file]))

        return Case(name, file, work)


def main(posts: int = POSTS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder), posts)
        cases = _cases(laboratory)
        _interleaved(cases)
        unit = median(cases[0].seconds)
        rows = {case.name: unit / median(case.seconds) for case in cases}
        say("the curves")
        curves = _curves(laboratory, cases[0])
        say("processes")
        others = {**_two_processes(laboratory), **processes.figures(laboratory.rules, laboratory.corpus)}
        told = {
            "machine": machine(),
            "J": 1 / unit,
            "multiples of J": rows,
            "curves": curves,
            "others": others,
        }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    print_table(machine(), unit, rows, curves, others)


def _cases(laboratory: Laboratory) -> list[Case]:
    file = laboratory.corpus(1_000, 0.1)
    raws = file.read_bytes().splitlines()
    texts = [json.loads(raw)["text"] for raw in raws]
    hand = ByHand(laboratory.terms(1_000))
    words = [word for group in laboratory.terms(1_000).brands for word in group]
    automaton = daachorse.CharwiseDoubleArrayAhoCorasick(words)

    def tokenize() -> int:
        cut = bare().lcut
        return sum(1 for text in texts[:FEW] if cut(fresh(text)))

    def by_hand() -> int:
        return FEW if list(hand.lines(raws[:FEW])) else 0

    def look() -> int:
        return sum(len(glances(raws[n : n + 1_000])) for n in range(0, len(raws), 1_000))

    def scan() -> int:
        return len([automaton.find_overlapping(fresh(text)) for text in texts])

    return [
        Case("bare jieba.lcut", file, tokenize),
        Case("written by hand, 10 % hits", file, by_hand),
        laboratory.match("match, 1 % hits", 1_000, 0.01),
        laboratory.match("match, 10 % hits", 1_000, 0.1),
        laboratory.match("match, 10,000 terms, 1 % hits", 10_000, 0.01),
        laboratory.match("match, 100 patterns more, 10 % hits", 1_000, 0.1, patterns=100),
        Case("ceiling: parsing the lines only", file, look),
        Case("ceiling: bare automaton over the texts", file, scan),
    ]


def fresh(text: str) -> str:
    """The same text as a new object: bindings keep the UTF-8 of one that they have seen."""
    return text[:1] + text[1:]


def _interleaved(cases: list[Case]) -> None:
    for repeat in range(REPEATS):
        for case in cases:
            say(f"{repeat + 1} of {REPEATS}: {case.name}")
            case.once()


def _curves(laboratory: Laboratory, unit: Case) -> Mapping[str, Mapping[str, float]]:
    """Multiples of J at 1 % hits, by the number of terms and by the number of posts.

    J is taken anew for each: the clock of a machine wanders within minutes.
    """

    def measured(number: int, posts: int) -> float:
        case, seconds = laboratory.match("", number, 0.01, posts=posts), []
        for _ in range(3):
            unit.once()
            seconds.append(unit.seconds[-1])
            case.once()
        return median(seconds) / median(case.seconds)

    return {
        "terms": {f"{n:,}": measured(n, laboratory.posts) for n in (100, 1_000, 10_000, 100_000)},
        "posts": {f"{n:,}": measured(1_000, n) for n in (10_000, 100_000, 1_000_000)},
    }


def _two_processes(laboratory: Laboratory) -> Mapping[str, float]:
    """What a second process gains, against what it gains a bare loop in the same minutes."""
    file = laboratory.corpus(1_000, 0.1, 100_000)
    rules = FollowedRules(laboratory.rules(1_000), lambda _: None)
    gains: dict[str, list[float]] = {"match": [], "loop": []}
    for _ in range(3):
        alone = _wall(lambda: sum(len(a.out) for a in answers(read_chunks([file]), rules, 1)))
        both = _wall(lambda: sum(len(a.out) for a in answers(read_chunks([file]), rules, 2)))
        gains["match"].append(alone / both)
        gains["loop"].append(2 * _wall(lambda: _loops(1)) / _wall(lambda: _loops(2)))
    match, loop = median(gains["match"]), median(gains["loop"])
    return {"two processes: match gains": match, "two processes: a loop gains": loop, "of it": match / loop}


def _loops(number: int) -> None:
    """So many processes that each count alike."""
    workers = [multiprocessing.Process(target=_count) for _ in range(number)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _count() -> None:
    total = 0
    for n in range(20_000_000):
        total += n


def _wall(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def print_table(
    head: Mapping[str, str],
    unit: float,
    rows: Mapping[str, float],
    curves: Mapping[str, Mapping[str, float]],
    others: Mapping[str, float],
) -> None:
    lines = [f"J = {1 / unit:,.0f} posts/s; {', '.join(f'{k} {v}' for k, v in head.items())}", ""]
    lines += ["| work | J | must |", "|---|---|---|"]
    lines += [f"| {name} | {value:,.1f} | {MUST.get(name, '')} |" for name, value in rows.items()]
    for name, curve in curves.items():
        lines += ["", f"| {name}, 1 % hits | J |", "|---|---|"]
        lines += [f"| {key} | {value:,.1f} |" for key, value in curve.items()]
    lines += ["", "| also | |", "|---|---|"]
    lines += [f"| {name} | {value:,.2f} |" for name, value in others.items()]
    sys.stdout.write("\n".join(lines) + "\n")


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main(*islice(map(int, sys.argv[1:]), 1))
