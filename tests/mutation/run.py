"""`make mutate`: a seeded sample of mutants, each against the tests that run its line.

LISTENING_MUTANTS=n (400) and LISTENING_SEED=s (1) choose the sample; `--survivors` asks again only those that
were left at the last run. Ends with 1 when too many survive that are not accepted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutation.mapping import CoverageMap, coverage_map
from tests.mutation.mutants import Mutant, mutants_of, sample
from tests.mutation.places import KEPT, MUTATED, ROOT, copy_tree
from tests.mutation.report import ACCEPTED, MOST, Result, accepted, left, report

WORKERS = 2
CONTROL = 300
"""So many tests must pass in a worker without a mutant before one is believed."""


class Worker:
    """A warm process in a copy of the tree of its own."""

    def __init__(self, folder: Path) -> None:
        copy_tree(folder)
        environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "tests.mutation.worker"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=pipe, stdout=pipe)

    def ask(self, path: str, data: bytes, tests: dict[str, float]) -> dict[str, Any]:
        """What the tests say of the tree with this file in it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        task = {"path": path, "data": data.decode(), "tests": tests}
        self.process.stdin.write(json.dumps(task).encode() + b"\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def result(self, mutant: Mutant, known: CoverageMap) -> Result:
        tests = known.tests_of(mutant)
        if not tests:
            return Result(mutant, "not covered")
        data = mutant.edit.made_in((ROOT / mutant.path).read_bytes())
        return Result(mutant, **self.ask(mutant.path, data, tests))

    def control(self, known: CoverageMap) -> None:
        """Nothing is said of mutants if the tests fail without one."""
        path = f"{MUTATED[0]}/__init__.py"
        quickest = known.quickest(known.seconds)
        chosen = {test: quickest[test] for test in list(quickest)[:: len(quickest) // CONTROL + 1]}
        answer = self.ask(path, (ROOT / path).read_bytes(), chosen)
        if answer["outcome"] != "survived":
            raise SystemExit(f"without any mutant: {answer['outcome']} by {answer['by']}")

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def workers(known: CoverageMap) -> Iterator[SimpleQueue[Worker]]:
    """The workers that have nothing to do."""
    with tempfile.TemporaryDirectory(prefix="listening-mutation-") as folder:
        every = [Worker(Path(folder) / str(n)) for n in range(WORKERS)]
        free: SimpleQueue[Worker] = SimpleQueue()
        try:
            for worker in every:
                worker.control(known)
                free.put(worker)
            yield free
        finally:
            for worker in every:
                worker.close()


def results(chosen: Sequence[Mutant], known: CoverageMap) -> Iterator[Result]:
    """In the order of the sample, as they come."""
    with workers(known) as free, ThreadPoolExecutor(WORKERS) as pool:

        def ask(mutant: Mutant) -> Result:
            worker = free.get()
            try:
                return worker.result(mutant, known)
            finally:
                free.put(worker)

        yield from pool.map(ask, chosen)


def _chosen(args: Sequence[str]) -> list[Mutant]:
    count, seed = (int(os.environ.get(f"LISTENING_{n}", d)) for n, d in (("MUTANTS", "400"), ("SEED", "1")))
    every = mutants_of(ROOT, MUTATED)
    if "--survivors" in args:
        names = set(json.loads((KEPT / "survivors.json").read_bytes()))
        return [mutant for mutant in every if mutant.identity in names]
    _say(f"{count} of {len(every)} mutants, seed {seed}")
    return sample(every, count, seed)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(args: Sequence[str]) -> int:
    """Everything, and the exit status."""
    began = time.monotonic()
    chosen, known = _chosen(args), coverage_map()
    _say(f"{len(known.seconds)} tests; their lines are known after {time.monotonic() - began:.0f} s")
    done: list[Result] = []
    for each in results(chosen, known):
        done.append(each)
        _say(f"{len(done):4} {each.outcome:11} {each.seconds:6.1f} s  {each.mutant.identity}")
    reasons = accepted(ACCEPTED.read_text("utf-8"))
    said = report(done, reasons, (time.monotonic() - began) / 60)
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "report.txt").write_text(said + "\n", "utf-8")
    survivors = [each.mutant.identity for each in left(done, reasons)]
    (KEPT / "survivors.json").write_text(json.dumps(survivors, ensure_ascii=False), "utf-8")
    _say(said)
    return int(len(survivors) >= MOST * len(done))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
