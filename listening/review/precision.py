"""Which line of the rules costs the desk its time: precision per rule and per term, from people's verdicts.

A hit speaks for (or against) every rule and every term that brought it, whatever the subject: the term 断网
of a scenario is one line of YAML, also where it was found of two brands. So the hits and the minutes of all
lines together are more than there are.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from listening.errors import Place
from listening.model import Hit
from listening.review.intervals import Estimate, share_of
from listening.review.verdicts import Evidence, Judged, Verdict, Verdicts, evidence_of
from listening.rules import RuleSet
from listening.rules.ruleset import Scenario, Subject
from listening.store.pseudonyms import Pseudonyms

WAITING = "level:2 status:open,claimed,responded"
"""The search for hits that are with the desk: those of them without a verdict wait for one."""

SUBJECT, SCENARIO = "subject", "scenario"


class By(enum.StrEnum):
    """What a row stands for."""

    RULE = "rule"
    TERM = "term"


class Line(NamedTuple):
    """A rule (`kind` is subject or scenario), or one of its terms."""

    kind: str
    rule: str
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """One row. `precision`: relevant of relevant and irrelevant, None where nobody judged any.

    `waiting`: hits with the desk that nobody has judged. `cost_ms`: the time in hands of cases that ended as
    irrelevant. `place` is where it stands today; None where the rules have it no more, or are not known.
    """

    kind: str
    rule: str
    term: str | None = None
    relevant: int = 0
    irrelevant: int = 0
    duplicate: int = 0
    precision: Estimate | None = None
    waiting: int = 0
    cost_ms: int = 0
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Precisions:
    """All rows, the costliest first, and what they come from. Each hit and each minute counts once here.

    `unplaced_ms` is the part of `cost_ms` of cases of which no hit was judged irrelevant: their rules are
    known, their terms are not.
    """

    rows: tuple[Precision, ...]
    judged: int
    precision: Estimate | None
    waiting: int
    cost_ms: int
    unplaced_ms: int


def precisions(
    said: Verdicts,
    waiting: Iterable[Hit],
    pseudonyms: Pseudonyms,
    *,
    by: By,
    since: datetime | None = None,
    ruleset: RuleSet | None = None,
) -> Precisions:
    """`since` limits what was said and closed; `waiting` is what waits now. `ruleset` tells the places."""
    judged = given_since(said, since)
    votes = Counter((line, each.verdict) for each in judged for line in lines_of(each.evidence, by))
    open_, waits = 0, Counter[Line]()
    for hit in waiting:
        if pseudonyms.post(hit.id) not in said.judged:
            open_ += 1
            waits.update(lines_of(evidence_of(hit), by))
    costs = _costs(said, since, by)
    places = _places(ruleset, by) if ruleset else {}
    rows = [
        _row(line, votes, waits[line], costs.lines[line], places.get(line))
        for line in {line for line, _ in votes} | set(waits) | set(costs.lines)
    ]
    return Precisions(
        rows=tuple(sorted(rows, key=_costliest)),
        judged=len(judged),
        precision=overall(judged),
        waiting=open_,
        cost_ms=costs.total,
        unplaced_ms=costs.unplaced,
    )


def given_since(said: Verdicts, since: datetime | None, source: str | None = None) -> list[Judged]:
    """The last words on posts that were given since then, on cases of a source or of all."""
    return [
        each
        for each in said.judged.values()
        if (since is None or each.at >= since) and (source is None or each.source == source)
    ]


def overall(judged: Iterable[Judged]) -> Estimate | None:
    """Relevant of relevant and irrelevant; None where there are neither."""
    counts = Counter(each.verdict for each in judged)
    return share_of(counts[Verdict.RELEVANT], counts[Verdict.RELEVANT] + counts[Verdict.IRRELEVANT])


def lines_of(evidence: Evidence, by: By) -> frozenset[Line]:
    """What brought a hit. A subject without a scenario brought nothing, though its terms stand there."""
    pairs = [tuple(pair.split("/", 1)) for pair in evidence.scenarios if "/" in pair]
    if by is By.RULE:
        subjects = {Line(SUBJECT, subject) for subject, _ in pairs}
        return frozenset(subjects | {Line(SCENARIO, scenario) for _, scenario in pairs})
    return frozenset(_terms(evidence, {subject for subject, _ in pairs}))


def _terms(evidence: Evidence, subjects: set[str]) -> Iterator[Line]:
    for written in evidence.terms:
        subject, _, rest = written.partition("/")
        scenario, _, term = rest.partition("/")
        if scenario:
            yield Line(SCENARIO, scenario, term)
        elif subject in subjects:
            yield Line(SUBJECT, subject, term)


def _row(
    line: Line, votes: Mapping[tuple[Line, str], int], waiting: int, cost: int, place: Place | None
) -> Precision:
    relevant, irrelevant, duplicate = (votes[line, verdict] for verdict in Verdict)
    return Precision(
        kind=line.kind,
        rule=line.rule,
        term=line.term or None,
        relevant=relevant,
        irrelevant=irrelevant,
        duplicate=duplicate,
        precision=share_of(relevant, relevant + irrelevant),
        waiting=waiting,
        cost_ms=cost,
        place=f"{place.file}:{place.line}" if place else None,
    )


def _costliest(row: Precision) -> tuple[int, int, str, str, str]:
    return -row.cost_ms, -row.irrelevant, row.kind, row.rule, row.term or ""


@dataclass(frozen=True, slots=True)
class _Costs:
    lines: Counter[Line]
    total: int
    unplaced: int


def _costs(said: Verdicts, since: datetime | None, by: By) -> _Costs:
    """A case costs the lines of its hits that were judged irrelevant; without any, its scenarios' rules."""
    blamed: dict[str, set[Line]] = defaultdict(set)
    for each in said.judged.values():
        if each.verdict == Verdict.IRRELEVANT:
            blamed[each.case] |= lines_of(each.evidence, by)
    lines: Counter[Line] = Counter()
    total = unplaced = 0
    for wasted in said.wasted:
        if since is not None and wasted.at < since:
            continue
        total += wasted.handling_ms
        if wasted.case not in blamed:
            unplaced += wasted.handling_ms
        for line in blamed.get(wasted.case) or lines_of(Evidence(wasted.scenarios), by):
            lines[line] += wasted.handling_ms
    return _Costs(lines, total, unplaced)


def _places(ruleset: RuleSet, by: By) -> dict[Line, Place]:
    """Where each rule, or each term that can bring a hit, stands; places that nobody knows are left out."""
    found: dict[Line, Place] = {}
    rules: list[tuple[str, Subject | Scenario]] = [(SUBJECT, each) for each in ruleset.subjects]
    rules += [(SCENARIO, each) for each in ruleset.scenarios]
    for kind, rule in rules:
        named = _named(rule) if by is By.TERM else [("", rule.place)]
        for term, place in named:
            if place.line:
                found.setdefault(Line(kind, rule.name, term), place)
    return found


def _named(rule: Subject | Scenario) -> Iterator[tuple[str, Place]]:
    """What evidence may name, and where it stands. Accounts and sources stand somewhere in their rule."""
    stated = rule.conditions
    for term in (*stated.any, *stated.all, *stated.when_terms()):
        yield term.name, term.place
    if isinstance(rule, Subject):
        for name in (*rule.sources, *(name for names in rule.accounts.values() for name in names)):
            yield name, rule.place
