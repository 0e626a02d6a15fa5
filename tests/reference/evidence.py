"""Section 5 of the page, evidence: which words, accounts and sources brought a subject or a pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from listening.model import Match
from listening.rules.expression import TermKind
from listening.rules.ruleset import Subject
from tests.reference.asking import LookForScenario, LookForSubject, standing
from tests.reference.fields import Field
from tests.reference.marks import marks
from tests.reference.occurrences import Occurrence
from tests.reference.presence import accounts_of, addressed_in, names_of
from tests.reference.reading import Judged, Reading
from tests.reference.regions import quoted_from


def evidence(reading: Reading, present: list[Subject], pairs: list[LookForScenario]) -> tuple[Match, ...]:
    pieces = [piece for subject in present for piece in _of_subject(subject, reading)]
    pieces += [piece for pair in pairs for piece in _of_pair(pair)]
    first_of_equal: dict[object, Match] = {}
    for m in pieces:
        first_of_equal.setdefault((m.subject, m.scenario, m.term, m.field, m.start, m.end), m)
    return tuple(sorted(first_of_equal.values(), key=_place_in_order))


def _of_subject(subject: Subject, reading: Reading) -> Iterator[Match]:
    for found in standing(subject.conditions, LookForSubject(subject, reading)):
        yield _found(subject.name, None, found)
    for account in accounts_of(subject, reading.post):
        for field_name in addressed_in(account, reading):
            yield Match(subject=subject.name, term=account, field=field_name, part="own")
        for field, name in names_of(account, reading):
            piece = Match(subject=subject.name, term=account, field=field.name)
            yield _spanned(piece, None, field, name.span)
    if reading.post.source is not None and reading.post.source in subject.sources:
        yield Match(subject=subject.name, term=reading.post.source, field="source", part="own")


def _of_pair(pair: LookForScenario) -> Iterator[Match]:
    for found in standing(pair.scenario.conditions, pair):
        yield _found(pair.subject.name, pair.scenario.name, found)


def _found(subject: str, scenario: str | None, found: Judged) -> Match:
    """`term` is the word that a variant stands for, and `via` says that it is one."""
    piece = Match(
        subject=subject,
        scenario=scenario,
        term=found.term.name,
        field=found.field.name,
        inside=found.judgement.inside,
        via=found.term.via,
    )
    return _spanned(piece, found.term.kind, found.field, found.occurrence)


def _spanned(piece: Match, kind: TermKind | None, field: Field, span: Occurrence) -> Match:
    """With what stands there, and its marks; `kind` is None for the name of an account."""
    found = marks(kind, field, span).found()
    return replace(
        piece,
        start=span.start,
        end=span.end,
        text=field.original[span.start : span.end],
        part="quoted" if span.start >= quoted_from(field.original) else "own",
        marks=tuple(mark for mark, _ in found),
        cues=tuple(cue for _, cue in found),
    )


_FIELDS = ("title", "text", "tags", "author", "mentions", "parent", "root", "source")


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
