"""Which rules may hold in a post at all, by what stands there: of hundreds only a few need be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from listening.match.plan.probe import Probe
from listening.rules.expression import Term


class Choice:
    """Each rule by the probes of which one must stand for it to hold; None: it may hold without any."""

    def __init__(self, rules: Sequence[Sequence[Probe] | None]) -> None:
        self._by_literal: dict[str, list[int]] = {}
        self._by_pattern: dict[Term, list[int]] = {}
        self._always: list[int] = []
        for n, probes in enumerate(rules):
            self._add(n, probes)

    def possible(self, literals: Iterable[str], patterns: Callable[[], Set[Term]]) -> set[int]:
        """The positions of the rules that may hold where these literals and patterns stand."""
        chosen = set(self._always)
        for literal in literals:
            chosen.update(self._by_literal.get(literal, ()))
        if self._by_pattern:
            for term in patterns() & self._by_pattern.keys():
                chosen.update(self._by_pattern[term])
        return chosen

    def _add(self, n: int, probes: Sequence[Probe] | None) -> None:
        if probes is None or not all(probe.literals() or probe.pattern is not None for probe in probes):
            self._always.append(n)
            return
        for probe in probes:
            if probe.pattern is not None:
                self._by_pattern.setdefault(probe.term, []).append(n)
            for literal in probe.literals():
                self._by_literal.setdefault(literal, []).append(n)
