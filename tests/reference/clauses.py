"""Section 2 of the page: clauses and sentences, and how much stands between two occurrences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tests.reference.fields import Field
from tests.reference.occurrences import Occurrence, overlap
from tests.reference.views import NEWLINES, is_ascii_digit, is_ascii_letter

CLAUSE_ENDS = ",;:!?.。、…" + NEWLINES
SENTENCE_ENDS = "!?.。…" + NEWLINES

Stretch = tuple[int, int]


def clause_of(field: Field, occurrence: Occurrence) -> Stretch:
    """The clause of its first character, in positions of the written view."""
    return stretch_at(field.written.text, field.written.position(occurrence.start), CLAUSE_ENDS)


def sentence_of(field: Field, occurrence: Occurrence) -> Stretch:
    return stretch_at(field.written.text, field.written.position(occurrence.start), SENTENCE_ENDS)


def stretch_at(text: str, place: int, ends: str) -> Stretch:
    cuts = _cuts(text, ends)
    start = max((cut for cut in cuts if cut <= place), default=0)
    return start, min((cut for cut in cuts if cut > place), default=len(text))


@lru_cache(maxsize=1000)
def _cuts(text: str, ends: str) -> tuple[int, ...]:
    """Where one stretch ends and the next begins."""
    return tuple(_found_cuts(text, ends))


def _found_cuts(text: str, ends: str) -> Iterator[int]:
    for n, char in enumerate(text):
        if text.startswith("//@", n):
            yield n
        if char in ends and not _holds_together(text, n):
            yield n + 1


def _holds_together(text: str, n: int) -> bool:
    """A point in 2.5 or t.cn, a comma in 1,000, a colon in 12:30."""
    before, after = text[n - 1 : n], text[n + 1 : n + 2]
    if text[n] == ".":
        return _is_alnum(before) and _is_alnum(after)
    return text[n] in ",:" and is_ascii_digit(before) and is_ascii_digit(after)


def _is_alnum(char: str) -> bool:
    return is_ascii_letter(char) or is_ascii_digit(char)


def between(one: Occurrence, other: Occurrence, field: Field) -> int | None:
    """So many characters of the compact view stand between two that do not overlap; None if they do."""
    if overlap(one, other):
        return None
    first, second = sorted((one, other))
    return field.compact.position(second.start) - field.compact.position(first.end)


def distance(one: Occurrence, other: Occurrence, field: Field) -> int:
    """The same, and 0 where they overlap."""
    return between(one, other, field) or 0
