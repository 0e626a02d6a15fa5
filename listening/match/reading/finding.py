"""Finding the occurrences of a term in a field, each sort of term in its own way.

`docs/matching.md` 2 and 3 are the definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from listening.match.plan.probe import Probe
from listening.match.reading.judge import Verdict
from listening.match.reading.occurrence import ANYWHERE, Occurrence
from listening.match.reading.tokens import Standing
from listening.rules.expression import SEPARATION, TermKind
from listening.rules.ruleset import MatchMode

if TYPE_CHECKING:
    from listening.match.reading.fields import Field


def occurrences_in(field: Field, probe: Probe, mode: MatchMode) -> Sequence[Occurrence]:
    """Every place where the term stands outside of addresses, with its verdict, from left to right."""
    if probe.literal:
        places = field.literals.get(probe.literal)
        occurrences = _literal(field, probe, mode, places) if places else ()
    else:
        occurrences = _unlike_a_literal(field, probe, mode)
    if not occurrences or not field.regions.urls:
        return occurrences
    return [o for o in occurrences if not field.regions.in_url(o.start, o.end)]


def _unlike_a_literal(field: Field, probe: Probe, mode: MatchMode) -> Sequence[Occurrence]:
    if probe.pieces:
        return list(_separable(field, probe, mode))
    if probe.marked is not None:
        return list(_marked(field, probe.marked, mode))
    return list(_patterned(field, probe)) if probe.pattern is not None else ()


def _literal(
    field: Field, probe: Probe, mode: MatchMode, places: Iterable[tuple[int, int]]
) -> Sequence[Occurrence]:
    compact, written = field.views.compact, field.views.written
    occurrences = []
    for start, end in places:
        if probe.term.kind is TermKind.CASE and not _same_spelling(field, probe, start, end):
            continue
        begin, stop = compact.back(start, end)
        gap = stop - begin != end - start
        verdict = _verdict(field, probe, mode, (start, end), begin if gap else None)
        occurrences.append(Occurrence(field, *written.back(begin, stop), (begin, stop), gap, verdict))
    return occurrences


def _verdict(
    field: Field, probe: Probe, mode: MatchMode, compact: tuple[int, int], gapped: int | None
) -> Verdict:
    """Of a span of the compact view; `gapped`: where it begins in the written one, if it has a gap."""
    if probe.term.kind is TermKind.TEXT or (mode is MatchMode.TEXT and probe.term.kind is TermKind.WORD):
        return ANYWHERE
    if probe.term.kind is TermKind.PREFIX:
        begin = field.views.compact.back(*compact)[0]
        good = field.judge.good_left(begin, None if gapped is None else compact[0])
        return Verdict(good, Standing.ALIGNED if good else Standing.CROSSED)
    if probe.by_ends:
        return field.judge.ends(*compact)
    return field.judge.word(*compact, strict=mode is MatchMode.STRICT)


def _same_spelling(field: Field, probe: Probe, start: int, end: int) -> bool:
    places = (_original(field, n, n + 1)[0] for n in range(start, end))
    return "".join(field.views.original[place] for place in places) == probe.spelling


def _patterned(field: Field, probe: Probe) -> Iterator[Occurrence]:
    if probe.term not in field.patterns:
        return
    raw = probe.term.kind is TermKind.RAW_PATTERN
    written = field.views.written
    for match in probe.pattern.finditer(field.views.original if raw else written.text):
        start, end = match.span()
        if start != end:
            begin, stop = written.forth(start, end) if raw else (start, end)
            span: tuple[int, int] = (start, end) if raw else written.back(start, end)
            yield Occurrence(field, *span, (begin, stop), field.is_gapped(begin, stop), ANYWHERE)


def _marked(field: Field, marked: re.Pattern[str], mode: MatchMode) -> Iterator[Occurrence]:
    for match in marked.finditer(field.views.compact.text):
        verdict = ANYWHERE if mode is MatchMode.TEXT else field.judge.ends(*match.span())
        yield replace(field.place(*_original(field, *match.span())), verdict=verdict)


def _separable(field: Field, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
    left, right = probe.pieces
    spans = set(_pairs(field, left, right, mode))
    if probe.term.both_ways:
        spans |= set(_pairs(field, right, left, mode))
    return (field.place(*span) for span in sorted(spans))


def _pairs(field: Field, first: Probe, second: Probe, mode: MatchMode) -> Iterator[tuple[int, int]]:
    """Each good beginning with the nearest good end behind it: the same clause, not too far."""
    ends = [o for o in occurrences_in(field, second, mode) if _may_end(o, mode)]
    clause = field.clauses.number
    for begin in occurrences_in(field, first, mode):
        behind = [o for o in ends if o.start >= begin.end]
        if not behind or not _may_begin(begin, mode):
            continue
        nearest = min(behind, key=lambda o: o.start)
        same_clause = clause(begin.written[0]) == clause(nearest.written[1] - 1)
        if same_clause and begin.distance(nearest) <= SEPARATION:
            yield begin.start, nearest.end


def _may_begin(piece: Occurrence, mode: MatchMode) -> bool:
    if not piece.verdict.counts or mode is MatchMode.TEXT:
        return piece.verdict.counts
    return piece.field.judge.good_left(piece.written[0], piece.compact[0] if piece.gap else None)


def _may_end(piece: Occurrence, mode: MatchMode) -> bool:
    if not piece.verdict.counts or mode is MatchMode.TEXT:
        return piece.verdict.counts
    return piece.field.judge.good_right(piece.written[1], piece.compact[1] if piece.gap else None)


def _original(field: Field, start: int, end: int) -> tuple[int, int]:
    """A span of the compact view in the original."""
    return field.views.written.back(*field.views.compact.back(start, end))
