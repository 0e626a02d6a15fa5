"""Which occurrences of a scenario's terms count for one of the subjects that the post speaks about.

`docs/matching.md` 5, "for a subject", is the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from listening.match.decide.marks import HYPOTHETICAL, NEGATED, QUESTION, marks_of
from listening.match.plan.probe import Probe
from listening.match.reading.occurrence import Occurrence
from listening.rules.ruleset import BindKind, Keep, Scenario


@dataclass(frozen=True, slots=True)
class Binding:
    """A scenario asked for a subject. `places` are the subject's; `others` are those of the other present
    subjects that the scenario is asked for.
    """

    scenario: Scenario
    places: Sequence[Occurrence]
    others: Sequence[Occurrence] = ()

    def allows(self, probe: Probe, found: Occurrence) -> bool:
        return not self.dropped_mark(probe, found) and self.is_bound(found)

    def dropped_mark(self, probe: Probe, found: Occurrence) -> str:
        """Why its marks take it away: `negated: drop`, `question: only` …; "" if they do not."""
        kept = _kept(self.scenario)
        if not kept:
            return ""
        marks = dict(marks_of(found, probe.term))
        return next((f"{m}: {keep}" for m, keep in kept.items() if (m in marks) is (keep is Keep.DROP)), "")

    def is_bound(self, found: Occurrence) -> bool:
        """Does it stand where it is said of the subject?"""
        bind = self.scenario.bind
        if bind.kind is BindKind.POST or not self.places:
            return True
        here = [place for place in self.places if place.field is found.field]
        match bind.kind:
            case BindKind.SENTENCE:
                return any(found.field.sentence(place) == found.field.sentence(found) for place in here)
            case BindKind.NEAR:
                return _distance(found, here) <= bind.within
            case _:
                return self._is_nearest(found, here)

    def _is_nearest(self, found: Occurrence, here: Sequence[Occurrence]) -> bool:
        others = _distance(found, [place for place in self.others if place.field is found.field])
        return _distance(found, here) <= others


def _kept(scenario: Scenario) -> Mapping[str, Keep]:
    asked = {
        NEGATED: scenario.negated,
        QUESTION: scenario.question,
        HYPOTHETICAL: scenario.hypothetical,
    }
    return {mark: keep for mark, keep in asked.items() if keep is not Keep.KEEP}


def _distance(found: Occurrence, places: Iterable[Occurrence]) -> float:
    """To the nearest of the places, 0 where one overlaps; endless where there is none."""
    return min(map(found.distance, places), default=float("inf"))
