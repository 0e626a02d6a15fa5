"""All patterns of a rule set, as two sets: of those on the written view and those on the original."""

from __future__ import annotations

from collections.abc import Iterable

from listening.match.plan.probe import Probe
from listening.rules.expression import Term, TermKind
from listening.rules.terms.pattern_set import PatternSet
from listening.rules.terms.patterns import folded_pattern
from listening.text.views import Views


class Patterns:
    """Which patterns stand in a text at all; where each of them stands, it is asked itself."""

    def __init__(self, probes: Iterable[Probe]) -> None:
        terms = list(dict.fromkeys(p.term for p in probes if p.pattern is not None))
        self._folded = [term for term in terms if term.kind is TermKind.PATTERN]
        self._raw = [term for term in terms if term.kind is TermKind.RAW_PATTERN]
        self._folded_set = PatternSet([folded_pattern(term.text) for term in self._folded])
        self._raw_set = PatternSet([term.text for term in self._raw])

    def standing(self, views: Views) -> frozenset[Term]:
        """Every pattern that finds something, and perhaps some that do not."""
        folded = (self._folded[n] for n in self._folded_set.standing(views.written.text))
        raw = (self._raw[n] for n in self._raw_set.standing(views.original))
        return frozenset([*folded, *raw])
