"""The mutants of a tree of files, each with a name that outlives changes elsewhere, and a seeded sample."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.operators import changes
from tests.mutation.source import Edit, Source

WEIGHTS = {"arguments": 0.5, "integer": 0.6, "return": 0.7, "string": 0.4}
"""How often a kind is drawn beside the others, where there are too many of it; else 1."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file. `old` and `new` are the first line that it changes, before and after."""

    path: str
    line: int
    last: int
    kind: str
    edit: Edit
    old: str
    new: str
    nth: int = 0
    """Of the mutants that read alike, this one; 0 is the first."""

    @property
    def identity(self) -> str:
        """Says which one it is without a line number."""
        again = f" | #{self.nth + 1}" if self.nth else ""
        return f"{self.path} | {self.old} | {self.new}{again}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} ({self.kind})\n  - {self.old}\n  + {self.new}"


def mutants_of(root: Path, folders: Iterable[str]) -> list[Mutant]:
    """Every mutant of every file of these folders."""
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    return [m for file in files for m in mutants_in(file.relative_to(root).as_posix(), file.read_bytes())]


def mutants_in(path: str, data: bytes) -> list[Mutant]:
    """Every mutant of a file; a change that is no Python, or no change, is none."""
    source = Source(data)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for kind, edit in changes(source):
        made = edit.made_in(data)
        if made == data or not _is_python(made):
            continue
        line, last = source.line_of(edit.start), source.line_of(edit.end)
        old, new = _shown(source.lines, made.decode().splitlines(), line)
        found.append(Mutant(path, line, last, kind, edit, old, new, seen[old, new]))
        seen[old, new] += 1
    return found


def _is_python(data: bytes) -> bool:
    try:
        ast.parse(data)
    except SyntaxError:
        return False
    return True


def _shown(before: Sequence[str], after: Sequence[str], line: int) -> tuple[str, str]:
    """The first lines from `line` on that differ, without what is left and right of them."""
    for n in range(line - 1, min(len(before), len(after))):
        if before[n] != after[n]:
            return before[n].strip(), after[n].strip()
    return before[line - 1].strip(), "(removed)"


def sample(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """`count` of them by a seed: the same ones each time, and with a greater count the same and more.

    A mutant's chance does not hang on the others, so that a change of one line exchanges few of them.
    """
    return sorted(mutants, key=lambda mutant: _rank(mutant, seed))[:count]


def _rank(mutant: Mutant, seed: int) -> float:
    digest = hashlib.sha256(f"{seed} {mutant.identity}".encode()).digest()
    drawn = (int.from_bytes(digest[:7]) + 1) / 2**56
    return float(1 - drawn ** (1 / WEIGHTS.get(mutant.kind, 1)))
