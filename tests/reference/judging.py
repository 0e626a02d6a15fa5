"""Section 3 of the page: does an occurrence count?"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass

from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import MatchMode
from tests.reference.fields import Field, Tokens, boundaries, is_alphanumeric
from tests.reference.occurrences import Occurrence, has_gap
from tests.reference.views import View, cleaned, is_ascii_digit, is_ascii_letter, is_han


class Verdict(enum.Enum):
    """Why an occurrence counts or not."""

    FREE = "free"  # texts, patterns, words under match: text; separable words, whose pieces were judged
    GOOD_ENDS = "good ends"
    BAD_END = "bad end"
    ALIGNED = "aligned"
    NESTED = "nested"
    NESTED_REFUSED = "nested, refused"  # under match: strict
    CROSSED = "crossed"

    @property
    def counts(self) -> bool:
        return self not in (Verdict.BAD_END, Verdict.NESTED_REFUSED, Verdict.CROSSED)


_BETTER_FIRST = (Verdict.ALIGNED, Verdict.NESTED, Verdict.NESTED_REFUSED, Verdict.CROSSED)


@dataclass(frozen=True)
class Judgement:
    """A verdict; `inside` is the longer token, as the view spells it, of a nested occurrence."""

    verdict: Verdict
    inside: str | None = None


_FREE = (TermKind.TEXT, TermKind.PATTERN, TermKind.RAW_PATTERN, TermKind.SEPARABLE)


def judge(term: Term, field: Field, occurrence: Occurrence, mode: MatchMode) -> Judgement:
    if term.kind in _FREE or (mode is MatchMode.TEXT and term.kind in (TermKind.WORD, TermKind.MARKED)):
        return Judgement(Verdict.FREE)
    if term.kind is TermKind.PREFIX:
        return _by_ends(left_end_is_good(field, occurrence))
    if term.kind in (TermKind.CASE, TermKind.MARKED) or is_alphanumeric(cleaned(term.text)):
        return _by_ends(left_end_is_good(field, occurrence) and right_end_is_good(field, occurrence))
    return _by_tokens(field, occurrence, strict=mode is MatchMode.STRICT)


def _by_ends(good: bool) -> Judgement:
    return Judgement(Verdict.GOOD_ENDS if good else Verdict.BAD_END)


def left_end_is_good(field: Field, occurrence: Occurrence) -> bool:
    first = field.written.position(occurrence.start)
    return _end_is_good(field, occurrence, end=first, step=-1, edge=occurrence.start)


def right_end_is_good(field: Field, occurrence: Occurrence) -> bool:
    behind = field.written.position(occurrence.end)
    return _end_is_good(field, occurrence, end=behind - 1, step=1, edge=occurrence.end)


def _end_is_good(field: Field, occurrence: Occurrence, *, end: int, step: int, edge: int) -> bool:
    """`end`: the written character; `step`: the way outwards; `edge`: where it ends, in the original."""
    if _is_letter(field, end) or _is_digit(field, end):
        return not _neighbour_spoils(field, end=end, step=step)
    if is_han(field.written.text[end]):
        gap = has_gap(field, occurrence)
        return any(_is_boundary_in(field, n, edge, gap=gap) for n in (0, 1))
    return True


def _is_boundary_in(field: Field, n: int, edge: int, *, gap: bool) -> bool:
    """Of the written view; across a gap of the compact view as well, both in the same reading."""
    written = field.written.position(edge) in boundaries(field.written_readings[n])
    return written and (not gap or field.compact.position(edge) in boundaries(field.compact_readings[n]))


def _neighbour_spoils(field: Field, *, end: int, step: int) -> bool:
    near, far = end + step, end + 2 * step
    if _is_letter(field, near) or _is_digit(field, near) or _is_char(field, near, "_"):
        return True
    return _is_digit(field, end) and _is_char(field, near, ".") and _is_digit(field, far)


def _is_char(field: Field, n: int, char: str) -> bool:
    return 0 <= n < len(field.written.text) and field.written.text[n] == char


def _is_letter(field: Field, n: int) -> bool:
    return 0 <= n < len(field.written.text) and is_ascii_letter(field.written.text[n])


def _is_digit(field: Field, n: int) -> bool:
    """An original of category No (①, ²) is no digit."""
    if not (0 <= n < len(field.written.text) and is_ascii_digit(field.written.text[n])):
        return False
    return unicodedata.category(field.original[field.written.at[n]]) != "No"


def _by_tokens(field: Field, occurrence: Occurrence, *, strict: bool) -> Judgement:
    """The better verdict of the two readings; the first reading at a tie."""
    readings = (_in_reading(field, occurrence, n, strict=strict) for n in (0, 1))
    return min(readings, key=lambda judgement: _BETTER_FIRST.index(judgement.verdict))


def _in_reading(field: Field, occurrence: Occurrence, n: int, *, strict: bool) -> Judgement:
    if not has_gap(field, occurrence):
        return _in_view(field, field.written, field.written_readings[n], occurrence, strict=strict)
    edges = boundaries(field.written_readings[n])
    if not edges.issuperset(_place(field.written, occurrence)):
        return Judgement(Verdict.CROSSED)
    return _in_view(field, field.compact, field.compact_readings[n], occurrence, strict=strict)


def _place(view: View, occurrence: Occurrence) -> tuple[int, int]:
    return view.position(occurrence.start), view.position(occurrence.end)


def _in_view(field: Field, view: View, tokens: Tokens, occurrence: Occurrence, *, strict: bool) -> Judgement:
    start, end = _place(view, occurrence)
    if boundaries(tokens).issuperset((start, end)):
        return Judgement(Verdict.ALIGNED)
    for token_start, token_end in tokens:
        if token_start <= start and end <= token_end:
            token = view.text[token_start:token_end]
            refused = strict and token not in field.words.own
            return Judgement(Verdict.NESTED_REFUSED if refused else Verdict.NESTED, token)
    return Judgement(Verdict.CROSSED)
