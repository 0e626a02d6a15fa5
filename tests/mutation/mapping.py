"""Which tests run which line: all of them once under coverage, kept until a file changes.

`python -m tests.mutation.mapping FILE` is run in a copy of the tree.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant
from tests.mutation.places import KEPT, MUTATED, NOT_ASKED, ROOT, TESTS, copy_tree

SLOWEST = 8.0
"""A test that takes longer (in seconds, under coverage) is not asked."""
FEW = 10
"""Fewer tests than these may be too few, as a cache hides the line from later ones: its module's follow."""


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """Tests with their seconds, and by file and line the tests that run it."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, set[str]]]

    def tests_of(self, mutant: Mutant) -> dict[str, float]:
        """Those that run the line, the quickest first; then, if they are few, the others of its module."""
        of_file = self.lines.get(mutant.path, {})
        direct = set().union(*(of_file.get(n, set()) for n in range(mutant.line, mutant.last + 1)))
        others = set().union(*of_file.values()) - direct if len(direct) < FEW else set()
        return self.quickest(direct) | self.quickest(others)

    def quickest(self, tests: Iterable[str]) -> dict[str, float]:
        asked = (t for t in tests if self.seconds[t] <= SLOWEST)
        return {t: self.seconds[t] for t in sorted(asked, key=lambda t: (self.seconds[t], t))}


def coverage_map() -> CoverageMap:
    """The kept one, or one made now."""
    fingerprint = _fingerprint()
    kept = KEPT / "coverage.json"
    if kept.exists() and (said := json.loads(kept.read_bytes()))["of"] == fingerprint:
        return _read(said)
    said = {"of": fingerprint, **_measured()}
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return _read(said)


def _fingerprint() -> str:
    """Changes when a source or a test does."""
    files = sorted(f for folder in ("listening", "tests") for f in (ROOT / folder).rglob("*") if f.is_file())
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        if "__pycache__" not in file.parts and "mutation" not in file.parts:
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _read(said: dict[str, Any]) -> CoverageMap:
    names = list(said["seconds"])
    lines = {
        path: {int(line): {names[n] for n in tests} for line, tests in of.items()}
        for path, of in said["lines"].items()
    }
    return CoverageMap(said["seconds"], lines)


def _measured() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="listening-mutation-") as folder:
        copy_tree(Path(folder))
        answer = Path(folder) / "map.json"
        command = [sys.executable, "-m", "tests.mutation.mapping", str(answer)]
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": folder}, check=False)
        if done.returncode:
            raise SystemExit(f"the tests fail without any mutant (exit status {done.returncode})")
        measured: dict[str, Any] = json.loads(answer.read_bytes())
        return measured


def measure(answer: Path) -> int:
    """All tests under coverage, here; the answer is written as JSON."""
    import coverage
    import pytest

    from tests.mutation.asking import OPTIONS, Measured, Settled

    here = Path.cwd()
    watched = coverage.Coverage(
        data_file=None, include=[str(here / f / "*") for f in MUTATED], config_file=False
    )
    watched.set_option("run:core", "ctrace")
    plugin = Measured(watched)
    watched.start()
    code = pytest.main(
        [*OPTIONS, *(f"--deselect={test}" for test in NOT_ASKED), *TESTS, "--tb=short"],
        plugins=[Settled(), plugin],
    )
    watched.stop()
    numbers = {test: n for n, test in enumerate(plugin.seconds)}
    lines: dict[str, dict[int, list[int]]] = defaultdict(dict)
    data = watched.get_data()
    for file in data.measured_files():
        for line, tests in data.contexts_by_lineno(file).items():
            ran = sorted(numbers[test] for test in tests if test in numbers)
            lines[Path(file).relative_to(here).as_posix()][line] = ran
    answer.write_text(json.dumps({"seconds": plugin.seconds, "lines": lines}), "utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(measure(Path(sys.argv[1])))
