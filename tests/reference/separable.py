"""Section 2 of the page: separable words, `断..网`, whose two pieces are words of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from listening.rules.expression import SEPARATION, Term, TermKind
from listening.rules.ruleset import MatchMode
from tests.reference.clauses import between, clause_of
from tests.reference.fields import Field, kept_by_field
from tests.reference.judging import judge, left_end_is_good, right_end_is_good
from tests.reference.occurrences import Occurrence, occurrences, overlap
from tests.reference.regions import urls

Goodness = Callable[[Field, Occurrence], bool]


@kept_by_field
def existing(term: Term, field: Field, mode: MatchMode) -> tuple[Occurrence, ...]:
    """An occurrence that overlaps an address does not exist."""
    found = separable(term, field, mode) if term.kind is TermKind.SEPARABLE else occurrences(term, field)
    addresses = urls(field.original)
    return tuple(o for o in found if not any(overlap(o, url) for url in addresses))


def separable(term: Term, field: Field, mode: MatchMode) -> list[Occurrence]:
    """Equal spans are one occurrence."""
    one, other = term.pieces
    found = set(_apart(one, other, field, mode))
    if term.both_ways:
        found |= set(_apart(other, one, field, mode))
    return sorted(found)


def _apart(first: str, second: str, field: Field, mode: MatchMode) -> Iterator[Occurrence]:
    """From each first piece to the nearest second piece behind it."""
    closings = _taken(second, field, mode, right_end_is_good)
    for opening in _taken(first, field, mode, left_end_is_good):
        fitting = [closing for closing in closings if _fits(opening, closing, field)]
        if fitting:
            yield Occurrence(opening.start, min(fitting).end)


def _taken(piece: str, field: Field, mode: MatchMode, outer_end_is_good: Goodness) -> Sequence[Occurrence]:
    """Where a piece counts as a word and its outer end is good; under match: text wherever it stands."""
    word = Term(TermKind.WORD, piece)
    places = existing(word, field, mode)
    if mode is MatchMode.TEXT:
        return places
    words = [o for o in places if judge(word, field, o, mode).verdict.counts]
    return [o for o in words if outer_end_is_good(field, o)]


def _fits(opening: Occurrence, closing: Occurrence, field: Field) -> bool:
    if closing.start < opening.end or _too_far(opening, closing, field):
        return False
    start, end = clause_of(field, opening)
    last = field.written.position(closing.end) - 1
    return start <= last < end


def _too_far(opening: Occurrence, closing: Occurrence, field: Field) -> bool:
    apart = between(opening, closing, field)
    return apart is None or apart > SEPARATION
