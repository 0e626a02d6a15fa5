"""Do two people see the same? Closed cases for a second look, and how far the two looks agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from listening.archive import drawn
from listening.model import EventKind, ReviewEvent, Status
from listening.review.fold import fold
from listening.review.verdicts import by_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """How often two looks came to the same of `pairs`, and how much of that is more than chance.

    Cohen's `kappa` is 1 where they always agree, and 0 where they agree as often as two who do not look. None
    where both only ever said one and the same: then chance would have agreed as well.
    """

    pairs: int
    same: int
    share: float
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of `checks` second looks `agreed` found all that they looked at as it was.

    `verdict` and `result` are of those looks that said one where the first look had said one; None without.
    """

    checks: int
    agreed: int
    verdict: Kappa | None = None
    result: Kappa | None = None

    @property
    def share(self) -> float | None:
        return self.agreed / self.checks if self.checks else None


def second_looks(
    events: Iterable[ReviewEvent],
    *,
    size: int,
    seed: int = 0,
    since: datetime | None = None,
    person: str | None = None,
) -> list[str]:
    """Cases for a second look, drawn at random: closed (since then), and nobody has checked them yet.

    A person is given none in which they did anything. Of one seed the same ones while the cases are the same.
    """
    return drawn((c for c, steps in by_case(events) if _wants_look(steps, since, person)), size, seed)


def _wants_look(steps: Sequence[ReviewEvent], since: datetime | None, person: str | None) -> bool:
    if any(step.kind == EventKind.CHECK or step.person == person for step in steps):
        return False
    case = fold(steps)
    if case is None or case.status is not Status.CLOSED or case.erased or case.closed_at is None:
        return False
    return since is None or case.closed_at >= since


def agreement(events: Iterable[ReviewEvent]) -> Agreement:
    """Over every `check` in the events, which come by case and step.

    A second look is held against what had been said when it was taken: the last verdict, and the result that
    the case was closed with.
    """
    checks = agreed = 0
    pairs: dict[str, list[tuple[str, str]]] = {"verdict": [], "result": []}
    for _, steps in by_case(events):
        first: dict[str, str] = {}
        for step in steps:
            if step.kind == EventKind.VERDICT:
                first["verdict"] = step.data["verdict"]
            elif step.kind == EventKind.CLOSE:
                first["result"] = step.data["result"]
            elif step.kind == EventKind.CHECK:
                checks += 1
                agreed += bool(step.data.get("agrees"))
                for name, found in pairs.items():
                    if name in first and name in step.data:
                        found.append((first[name], step.data[name]))
    return Agreement(checks=checks, agreed=agreed, **{name: kappa(found) for name, found in pairs.items()})


def kappa(pairs: Sequence[tuple[str, str]]) -> Kappa | None:
    """How far the first and the second of each pair agree; None without any."""
    n = len(pairs)
    if not n:
        return None
    same = sum(first == second for first, second in pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(firsts[word] * seconds[word] for word in firsts)  # of n * n
    more = (same * n - by_chance) / (n * n - by_chance) if by_chance != n * n else None
    return Kappa(pairs=n, same=same, share=same / n, kappa=more)
