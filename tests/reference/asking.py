"""Section 5 of the page: what a rule states, asked for a subject of itself or of a scenario for one subject.

Both give the same three answers: does what is stated hold, does `none` take it away, and what stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from listening.rules.expression import SUBJECT, Term, TermKind
from listening.rules.ruleset import Conditions, Keep, Scenario, Subject
from tests.reference.binding import Place, Places, keeps_to
from tests.reference.counting import counting
from tests.reference.expressions import Look, expression_evidence, expression_holds
from tests.reference.judging import Judgement, Verdict
from tests.reference.marks import marks
from tests.reference.reading import Judged, Reading


def states_hold(rule: Conditions, look: Look) -> bool:
    """What a rule states in any, all and when."""
    some = bool(look(rule.any, limited=True)) if rule.any else True
    every = all(look((term,), limited=True) for term in rule.all)
    return some and every and (rule.when is None or expression_holds(rule.when, look))


def is_taken_away(rule: Conditions, look: Look) -> bool:
    """A term of `none` counts, anywhere in the post."""
    return bool(look(rule.none, limited=False))


def standing(rule: Conditions, look: Look) -> Iterator[Judged]:
    """Its evidence: any and all, and when where that holds."""
    yield from look((*rule.any, *rule.all), limited=True)
    if rule.when is not None and expression_holds(rule.when, look):
        yield from expression_evidence(rule.when, look)


@dataclass(frozen=True)
class LookForSubject:
    """The terms of a subject count in names too."""

    subject: Subject
    reading: Reading

    def __call__(self, terms: tuple[Term, ...], *, limited: bool) -> list[Judged]:  # noqa: ARG002
        return counting(terms, self.subject.conditions, self.reading, in_names=True)


@dataclass(frozen=True)
class LookForScenario:
    """The terms of a scenario, asked for one present subject; `places`: where those of its `of` stand."""

    scenario: Scenario
    subject: Subject
    places: Places
    reading: Reading

    def __call__(self, terms: tuple[Term, ...], *, limited: bool) -> list[Judged]:
        return [found for term in terms for found in self._of_term(term, limited=limited)]

    def _of_term(self, term: Term, *, limited: bool) -> list[Judged]:
        if term.kind is TermKind.SUBJECT:
            return [_standing_at(place) for place in self.places[self.subject.name]]
        found = counting([term], self.scenario.conditions, self.reading, in_names=False)
        return [one for one in found if not limited or self._counts_for_subject(one)]

    def _counts_for_subject(self, found: Judged) -> bool:
        bound = keeps_to(self.scenario.bind, found, self.subject.name, self.places)
        return bound and keeps_marks(self.scenario, found)


def _standing_at(place: Place) -> Judged:
    """A place of the subject, as an occurrence of `$subject`."""
    free = Judgement(Verdict.FREE)
    return Judged(SUBJECT, place.field, place.span, free, guarded=False, in_name=False)


def keeps_marks(scenario: Scenario, found: Judged) -> bool:
    """`drop` takes those with the mark away, `only` those without."""
    of_it = marks(found.term.kind, found.field, found.occurrence)
    return (
        _keeps(scenario.negated, of_it.negated)
        and _keeps(scenario.question, of_it.question)
        and _keeps(scenario.hypothetical, of_it.hypothetical)
    )


def _keeps(keep: Keep, cue: str | None) -> bool:
    match keep:
        case Keep.KEEP:
            return True
        case Keep.DROP:
            return cue is None
        case Keep.ONLY:
            return cue is not None
