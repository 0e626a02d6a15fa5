"""Section 5 of the page, evidence: which words, accounts and sources brought a subject or a pair."""

from __future__ import annotations

from collections.abc import Iterator

from listening.model import Match
from listening.rules.ruleset import Scenario, Subject
from tests.reference.fields import Field
from tests.reference.judging import is_negated
from tests.reference.occurrences import Occurrence
from tests.reference.presence import accounts_of, addressed_in, addressing_names
from tests.reference.reading import Judged, Reading, counting
from tests.reference.regions import quoted_from


def evidence(
    reading: Reading, present: list[Subject], pairs: list[tuple[Subject, Scenario]]
) -> tuple[Match, ...]:
    pieces = [piece for subject in present for piece in _of_subject(subject, reading)]
    pieces += [piece for subject, scenario in pairs for piece in _of_pair(subject, scenario, reading)]
    first_of_equal: dict[object, Match] = {}
    for m in pieces:
        first_of_equal.setdefault((m.subject, m.scenario, m.term, m.field, m.start, m.end), m)
    return tuple(sorted(first_of_equal.values(), key=_place_in_order))


def _of_subject(subject: Subject, reading: Reading) -> Iterator[Match]:
    rule = subject.conditions
    for found in counting((*rule.any, *rule.all), rule, reading, in_names=True):
        yield _piece(subject.name, None, found)
    for account in accounts_of(subject, reading.post):
        for field_name in addressed_in(account, reading):
            yield Match(subject=subject.name, term=account, field=field_name, part="own")
        for field, name in addressing_names(account, reading):
            yield _spanned(subject.name, None, account, field, name.span)
    if reading.post.source is not None and reading.post.source in subject.sources:
        yield Match(subject=subject.name, term=reading.post.source, field="source", part="own")


def _of_pair(subject: Subject, scenario: Scenario, reading: Reading) -> Iterator[Match]:
    rule = scenario.conditions
    for found in counting((*rule.any, *rule.all), rule, reading, in_names=False):
        yield _piece(subject.name, scenario.name, found)


def _piece(subject: str, scenario: str | None, found: Judged) -> Match:
    negated = is_negated(found.term, found.field, found.occurrence)
    return _spanned(
        subject,
        scenario,
        str(found.term),
        found.field,
        found.occurrence,
        inside=found.judgement.inside,
        marks=("negated",) if negated else (),
    )


def _spanned(
    subject: str,
    scenario: str | None,
    term: str,
    field: Field,
    span: Occurrence,
    *,
    inside: str | None = None,
    marks: tuple[str, ...] = (),
) -> Match:
    return Match(
        subject=subject,
        scenario=scenario,
        term=term,
        field=field.name,
        start=span.start,
        end=span.end,
        text=field.original[span.start : span.end],
        part="quoted" if span.start >= quoted_from(field.original) else "own",
        inside=inside,
        marks=marks,
    )


_FIELDS = ("title", "text", "tags", "mentions", "parent", "root", "source")


def _place_in_order(m: Match) -> tuple[int, int, int, int, str, str, str]:
    field, _, number = m.field.partition(".")
    return (
        _FIELDS.index(field),
        int(number or 0),
        -1 if m.start is None else m.start,
        -1 if m.end is None else m.end,
        m.subject,
        m.scenario or "",
        m.term,
    )
