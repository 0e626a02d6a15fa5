"""Explain: the steps of matching for one post, told so that an analyst sees what decided.

It asks the same `Reading` the decision asks; nothing is worked out in a second way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from listening.match.decide import Counted, Decider, Decision, Reading
from listening.match.fields import Field, Occurrence
from listening.match.judge import Standing
from listening.match.plan import Conditioned, Plan, Probe
from listening.model import Post

_NAMED = 8
"""So many terms of a rule are named where one of them is needed; the rest is "…"."""


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
    """One rule: does it hold, what stands of its terms, and what it missed by (empty if it holds)."""

    name: str
    level: int
    holds: bool
    occurrences: tuple[OccurrenceSeen, ...]
    missed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to the decision on one post."""

    decision: Decision
    fields: tuple[FieldSeen, ...]
    rules: tuple[RuleSeen, ...]


def explain(post: Post, plan: Plan) -> Explanation:
    """The decision on a post with every step that led to it."""
    reading = Reading(post, plan)
    decider = Decider(reading)
    return Explanation(
        decision=decider.decide(),
        fields=tuple(map(_field_seen, reading.fields)),
        rules=tuple(_rules_seen(reading, decider)),
    )


def _field_seen(field: Field) -> FieldSeen:
    seen = field.views
    return FieldSeen(
        name=field.name,
        original=seen.original,
        written=seen.written.text,
        compact=seen.compact.text if seen.compact.text != seen.written.text else None,
        tokens=tuple(field.judge.tokens(1).tokens),
        plain_tokens=tuple(field.judge.tokens(2).tokens),
    )


def _rules_seen(reading: Reading, decider: Decider) -> Iterator[RuleSeen]:
    present: set[str] = set()
    for subject in reading.plan.subjects:
        holds = decider.subject(subject) is not None
        if holds:
            present.add(subject.subject.name)
        counted = reading.counted(subject.conditions, names=True)
        missed = () if holds else tuple(_missed(reading, subject.conditions, counted, names=True))
        if not holds and not subject.conditions.states_terms:
            missed = ("needs one of its accounts or sources; it states no words", *missed)
        seen = tuple(_occurrences(reading, subject.conditions, names=True))
        yield RuleSeen(subject.subject.name, 1, holds, seen, missed)
    for scenario in reading.plan.scenarios:
        counted = decider.scenario(scenario)
        of = [name for name in scenario.scenario.of if name in present]
        missed = tuple(_missed(reading, scenario.conditions, counted, names=False))
        if not of:
            missed = (f"needs one of {_named(scenario.scenario.of)} in the post", *missed)
        seen = tuple(_occurrences(reading, scenario.conditions, names=False))
        yield RuleSeen(scenario.scenario.name, 2, counted.holds and bool(of), seen, missed)


def _missed(reading: Reading, conditions: Conditioned, counted: Counted, *, names: bool) -> Iterator[str]:
    refused = [o for o in _occurrences(reading, conditions, names=names) if not o.counts]
    if not counted.any:
        yield _needs("one of ", conditions.any, refused)
    for probe in conditions.all if not counted.all else ():
        if not any(True for _ in _counting(reading, conditions, probe, names=names)):
            yield _needs("", [probe], refused)
    for probe in conditions.none:
        for found in _counting(reading, conditions, probe, names=names):
            yield f"taken away by none: {probe.term}, at {found.start}-{found.end} of {found.field.name}"
            break


def _needs(quantity: str, probes: Sequence[Probe], refused: Iterable[OccurrenceSeen]) -> str:
    terms = {str(probe.term) for probe in probes}
    near = [
        f"{o.term} stands at {o.start}-{o.end} of {o.field} but {o.why}" for o in refused if o.term in terms
    ]
    return "; ".join([f"needs {quantity}{_named([str(p.term) for p in probes])}", *near])


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _counting(
    reading: Reading, conditions: Conditioned, probe: Probe, *, names: bool
) -> Iterator[Occurrence]:
    guards = _guards(reading, conditions)
    return reading.counting(probe, conditions.match, names=names, guards=guards)


def _guards(reading: Reading, conditions: Conditioned) -> list[Occurrence]:
    return [o for probe in conditions.except_ for field in reading.fields for o in field.anywhere(probe)]


def _occurrences(reading: Reading, conditions: Conditioned, *, names: bool) -> Iterator[OccurrenceSeen]:
    guards = _guards(reading, conditions)
    keys = (("any", conditions.any), ("all", conditions.all), ("none", conditions.none))
    for key, probes in keys:
        for probe in probes:
            for field in reading.fields:
                for found in field.occurrences(probe, conditions.match):
                    refusal = _refusal(found, guards, names=names)
                    why = refusal or _standing(found)
                    span = (found.start, found.end, found.text)
                    yield OccurrenceSeen(str(probe.term), key, field.name, *span, not refusal, why)


def _refusal(found: Occurrence, guards: Sequence[Occurrence], *, names: bool) -> str:
    """Why an occurrence does not count; "" if it does."""
    if not found.verdict.counts:
        return _standing(found)
    if not names and found.field.regions.in_name(found.start, found.end):
        return "is part of a name after @"
    if guard := next((g for g in guards if found.lies_in(g)), None):
        return f"is inside {guard.text}, which except names"
    return ""


def _standing(found: Occurrence) -> str:
    verdict = found.verdict
    if verdict.token is None:
        return "counts as it stands" if verdict.counts else "is part of a longer word"
    if verdict.standing is Standing.ALIGNED:
        return f"is aligned with {verdict.token}"
    if verdict.standing is Standing.NESTED:
        return f"is nested in {verdict.token}"
    return f"crosses {verdict.token}"
