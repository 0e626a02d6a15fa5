"""What became of the mutants, and which survivors are accepted because they change nothing that matters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

ACCEPTED = Path(__file__).with_name("accepted.txt")
MOST = 0.10
"""The share of mutants, those accepted not counted, that may survive."""
_OUTCOMES = ("killed", "timed out", "survived", "not covered")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: `killed` by a test, `timed out` (as good), `survived` or `not covered`."""

    mutant: Mutant
    outcome: str
    by: str = ""
    seconds: float = 0.0

    @property
    def is_alive(self) -> bool:
        return self.outcome in ("survived", "not covered")


def accepted(text: str) -> dict[str, str]:
    """Identities with their reasons: a line each, and the reason under it, indented."""
    found: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if line.startswith("    ") and last:
            found[last] = f"{found[last]} {line.strip()}".strip()
        elif line.strip() and not line.startswith("#"):
            last = line.strip()
            found[last] = ""
    return found


def left(results: Iterable[Result], reasons: Mapping[str, str]) -> list[Result]:
    """The survivors that nobody gave a reason for, in the order of the files."""
    alive = (r for r in results if r.is_alive and not reasons.get(r.mutant.identity))
    return sorted(alive, key=lambda r: (r.mutant.path, r.mutant.line, r.mutant.new))


def report(results: Sequence[Result], reasons: Mapping[str, str], minutes: float) -> str:
    """All of it for a person to read."""
    return "\n".join([*_survivors(results, reasons), *_table(results), *_summary(results, reasons, minutes)])


def _survivors(results: Sequence[Result], reasons: Mapping[str, str]) -> Iterator[str]:
    for each in left(results, reasons):
        yield f"{each.mutant}\n  = {each.outcome}: {each.mutant.identity}\n"
    for each in results:
        if each.is_alive and (reason := reasons.get(each.mutant.identity)):
            yield f"{each.mutant}\n  = accepted: {reason}\n"


def _table(results: Iterable[Result]) -> Iterator[str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in results:
        counts[each.mutant.path][each.outcome] += 1
    yield f"{'':45}" + "".join(f"{outcome:>13}" for outcome in _OUTCOMES)
    for path, counted in sorted(counts.items()):
        yield f"{path:45}" + "".join(f"{counted[outcome] or '':>13}" for outcome in _OUTCOMES)


def _summary(results: Sequence[Result], reasons: Mapping[str, str], minutes: float) -> Iterator[str]:
    counted = Counter(each.outcome for each in results)
    alive, open_ = sum(each.is_alive for each in results), len(left(results, reasons))
    yield f"\n{len(results)} mutants in {minutes:.0f} minutes: " + ", ".join(
        f"{counted[outcome]} {outcome}" for outcome in _OUTCOMES
    )
    yield f"{alive - open_} survivors are accepted; {open_} are left: {open_ / len(results):.1%}"
