"""Section 2 of the page: where a term stands. (Separable words, whose pieces are judged: `separable`.)"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from listening.rules.expression import Term, TermKind
from tests.reference.fields import Field
from tests.reference.views import cleaned, cleaned_original, fold_char, is_zero_width


@dataclass(frozen=True, order=True)
class Occurrence:
    """A span of the original text: from the first character to behind the last one."""

    start: int
    end: int


def overlap(one: Occurrence, other: Occurrence) -> bool:
    return one.start < other.end and other.start < one.end


def occurrences(term: Term, field: Field) -> list[Occurrence]:
    match term.kind:
        case TermKind.WORD | TermKind.TEXT | TermKind.PREFIX:
            return list(_places(cleaned(term.text), field))
        case TermKind.CASE:
            spelling = cleaned_original(term.text)
            places = _places(cleaned(term.text), field)
            return [o for o in places if _spelling(field, o) == spelling]
        case TermKind.PATTERN:
            at = field.written.at
            found = _pattern_spans(fold_pattern(term.text), field.written.text)
            return [Occurrence(at[start], at[end - 1] + 1) for start, end in found]
        case TermKind.RAW_PATTERN:
            return [Occurrence(start, end) for start, end in _pattern_spans(term.text, field.original)]
        case TermKind.MARKED:
            return list(_marked_places(cleaned(term.text), field))
        case TermKind.SEPARABLE | TermKind.SUBJECT:
            raise ValueError(f"{term} is not looked for as a stretch of text")


def _places(needle: str, field: Field) -> Iterator[Occurrence]:
    """Every place of the compact copy, overlapping ones too."""
    text, at = field.compact.text, field.compact.at
    start = text.find(needle) if needle else -1
    while start >= 0:
        yield Occurrence(at[start], at[start + len(needle) - 1] + 1)
        start = text.find(needle, start + 1)


NO_MARKS = ",;:!?。、…#@"
MOST_MARKS = 3


def is_mark(folded: str) -> bool:
    return unicodedata.category(folded)[0] in "PS" and folded not in NO_MARKS


def _marked_places(word: str, field: Field) -> Iterator[Occurrence]:
    """Leftmost places, one after the other, of the characters with at least one mark among them."""
    text, at = field.compact.text, field.compact.at
    start = 0
    while start < len(text):
        end = _marked_end(word, text, start)
        if end is not None and end - start > len(word):
            yield Occurrence(at[start], at[end - 1] + 1)
            start = end
        else:
            start += 1


def _marked_end(word: str, text: str, start: int) -> int | None:
    """Where the word ends that begins here, marks skipped before each character but the first."""
    if text[start] != word[0]:
        return None
    n = start + 1
    for char in word[1:]:
        marks = 0
        while marks < MOST_MARKS and text[n : n + 1] != char and is_mark(text[n : n + 1] or "x"):
            n, marks = n + 1, marks + 1
        if text[n : n + 1] != char:
            return None
        n += 1
    return n


def _spelling(field: Field, occurrence: Occurrence) -> str:
    """The original characters of an occurrence, zero-width ones and dropped blanks left out."""
    return "".join(field.original[n] for n in field.compact.at if occurrence.start <= n < occurrence.end)


def has_gap(field: Field, occurrence: Occurrence) -> bool:
    """The compact copy dropped a blank between its first and its last character."""
    dropped = set(field.written.at) - set(field.compact.at)
    return any(occurrence.start < n < occurrence.end - 1 for n in dropped)


@cache
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def _pattern_spans(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """RE2's leftmost matches one after the other, empty ones left out."""
    for match in _compiled(pattern).finditer(text):
        if match.start() < match.end():
            yield match.start(), match.end()


_QUOTED = re.compile(r"\\Q.*?(?:\\E|$)", re.DOTALL)
_ESCAPE = re.compile(r"\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|\\[pP](?:\{[^}]*\}|.)|\\.", re.DOTALL)
_SYNTAX = re.compile(r"\(\?P?<\w+>|\(\?[a-zA-Z-]+[:)]|\[:\^?\w+:\]")


@cache
def fold_pattern(pattern: str) -> str:
    """The pattern with its literal characters folded, and nothing else: \\D stays \\D, （ becomes \\(."""
    out, rest = "", pattern
    while rest:
        part = _part(rest)
        out += _folded_part(part)
        rest = rest[len(part) :]
    return out


def _part(rest: str) -> str:
    """The next piece of a pattern that is folded as one, or not at all."""
    found = _QUOTED.match(rest) or _ESCAPE.match(rest) or _SYNTAX.match(rest)
    return found.group() if found else rest[0]


def _folded_part(part: str) -> str:
    if part.startswith("\\Q"):
        return "\\Q" + "".join(fold_char(c) for c in part[2:].removesuffix("\\E")) + "\\E"
    if len(part) > 1:
        return part
    if is_zero_width(part):
        return ""
    folded = fold_char(part)
    # a full-width bracket or question mark was a character to find, never an operator
    return re.escape(folded) if folded != part and not folded.isalnum() else folded
