"""Explain: the steps of matching for one post, told so that an analyst sees what decided.

It asks the same `Reading` the decision asks; nothing is worked out in a second way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listening.match.decide.decide import Decider, Decision, Present
from listening.match.explain.missed import Trial, named, standing
from listening.match.plan.plan import Plan, ScenarioPlan, SubjectPlan
from listening.match.plan.probe import Probe
from listening.match.reading.fields import Field
from listening.match.reading.reading import Reading
from listening.model import Post


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field as matching sees it. `compact` only where it differs from the written view."""

    name: str
    original: str
    written: str
    compact: str | None
    tokens: tuple[str, ...]
    plain_tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OccurrenceSeen:
    """One place where a term stands, whether it counts there, and why."""

    term: str
    key: str
    field: str
    start: int
    end: int
    text: str
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """One rule: does it hold, what stands of its terms, and what it missed by (empty if it holds).

    A scenario is told for each present subject that it is asked for; `subject` is None where there is none.
    """

    name: str
    level: int
    holds: bool
    occurrences: tuple[OccurrenceSeen, ...]
    missed_by: tuple[str, ...]
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to the decision on one post."""

    decision: Decision
    fields: tuple[FieldSeen, ...]
    rules: tuple[RuleSeen, ...]


def explain(post: Post, plan: Plan) -> Explanation:
    """The decision on a post with every step that led to it."""
    decider = Decider(Reading(post, plan))
    return Explanation(
        decision=decider.decide(),
        fields=tuple(map(_field_seen, decider.reading.fields)),
        rules=tuple(_rules_seen(decider)),
    )


def _field_seen(field: Field) -> FieldSeen:
    seen = field.views
    return FieldSeen(
        name=field.name,
        original=seen.original,
        written=seen.written.text,
        compact=seen.compact.text if seen.compact.text != seen.written.text else None,
        tokens=tuple(field.judge.tokens(1).all()),
        plain_tokens=tuple(field.judge.tokens(2).all()),
    )


def _rules_seen(decider: Decider) -> Iterator[RuleSeen]:
    present: list[Present] = []
    for subject in decider.plan.subjects:
        found = decider.subject(subject)
        if found is not None:
            present.append(found)
        yield _subject_seen(decider, subject, found)
    for scenario in decider.plan.scenarios:
        yield from _scenario_seen(decider, scenario, present)


def _subject_seen(decider: Decider, plan: SubjectPlan, found: Present | None) -> RuleSeen:
    trial = Trial(decider.asked(plan))
    missed: list[str] = []
    if found is None:
        missed = [*_not_asked(decider, plan), *trial.missed()]
        if not plan.conditions.states_terms:
            missed.insert(0, "needs one of its accounts or sources; it states no words")
    return RuleSeen(plan.subject.name, 1, found is not None, tuple(_occurrences(trial)), tuple(missed))


def _scenario_seen(decider: Decider, plan: ScenarioPlan, present: Sequence[Present]) -> Iterator[RuleSeen]:
    name, asked = plan.scenario.name, decider.asked(plan)
    of = [each for each in present if each.subject.name in plan.of]
    if not of:
        trial = Trial(asked)
        missed = (f"needs one of {named(plan.scenario.of)} in the post", *trial.missed())
        yield RuleSeen(name, 2, False, tuple(_occurrences(trial)), missed)
    holding = {each.subject.name for each, counted in decider.scenario(plan, present) if counted.holds}
    for each in of:
        trial = Trial(asked, decider.binding(plan, each, of))
        holds = each.subject.name in holding
        missed = () if holds else (*_not_asked(decider, plan), *trial.missed())
        yield RuleSeen(name, 2, holds, tuple(_occurrences(trial)), missed, each.subject.name)


def _not_asked(decider: Decider, plan: SubjectPlan | ScenarioPlan) -> Iterator[str]:
    if limit := decider.reading.unmet(plan.conditions):
        yield f"is not asked of this post: it does not meet `where: {limit}`"


def _occurrences(trial: Trial) -> Iterator[OccurrenceSeen]:
    conditions = trial.asked.conditions
    free = Trial(trial.asked)
    keys: tuple[tuple[str, Sequence[Probe], Trial], ...] = (
        ("any", conditions.any, trial),
        ("all", conditions.all, trial),
        ("when", tuple(conditions.of_when.values()), trial),
        ("none", conditions.none, free),
        ("context", conditions.context, free),
    )
    for key, probes, asker in keys:
        for probe in probes:
            for found in trial.asked.occurrences(probe):
                refusal = asker.refusal(probe, found)
                why = refusal or standing(found)
                span = (found.start, found.end, found.text)
                yield OccurrenceSeen(str(probe.term), key, found.field.name, *span, not refusal, why)
