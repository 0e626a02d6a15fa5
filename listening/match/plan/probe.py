"""One term made ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from listening.rules.expression import Term, TermKind
from listening.rules.terms.patterns import compiled, folded_pattern
from listening.text.chars import marks
from listening.text.views import compacted, views

ASCII_WORD = re.compile("[0-9a-z]")
MARKS_BETWEEN = 3
"""So many marks may stand between two characters of a marked word."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A term ready to be looked for: `literal` is its folded, compacted spelling, or `pattern` is compiled.

    `by_ends`: each end is judged by itself (it holds an ASCII letter or digit, or is a `case` word).
    `spelling`: the original characters that a `case` word stands for, without blanks that folding drops.
    `pieces`: the two words of a separable one. `marked`: finds a word with marks between its characters;
    `unmarked`: what is left of it without them.
    """

    term: Term
    literal: str = ""
    pattern: Any = None
    by_ends: bool = False
    spelling: str = ""
    pieces: tuple[Probe, ...] = ()
    marked: re.Pattern[str] | None = None
    unmarked: str = ""

    def literals(self) -> Sequence[str]:
        """What must stand in the compact view, one of them at least, wherever the term does."""
        return [self.literal] if self.literal else [piece.literal for piece in self.pieces]


def probe(term: Term) -> Probe:
    """A term made ready."""
    match term.kind:
        case TermKind.PATTERN:
            return Probe(term, pattern=compiled(folded_pattern(term.text)))
        case TermKind.RAW_PATTERN:
            return Probe(term, pattern=compiled(term.text))
        case TermKind.SEPARABLE:
            return Probe(term, pieces=tuple(_literal(Term(TermKind.WORD, piece)) for piece in term.pieces))
        case TermKind.MARKED:
            return Probe(term, marked=_marked(term), unmarked=compacted(term.text))
        case TermKind.SUBJECT:
            return Probe(term)
        case _:
            return _literal(term)


def _marked(term: Term) -> re.Pattern[str]:
    word = re.escape(compacted(term.text))
    between = f"[{marks()}]{{0,{MARKS_BETWEEN}}}"
    # the word itself, without a mark, is not found: it would hide one with marks that begins inside it
    return re.compile(f"(?!{word}){between.join(map(re.escape, compacted(term.text)))}")


def _literal(term: Term) -> Probe:
    seen = views(term.text)
    literal = seen.compact.text
    places = (seen.written.back(*seen.compact.back(n, n + 1))[0] for n in range(len(literal)))
    spelling = "".join(term.text[place] for place in places)
    by_ends = term.kind is TermKind.CASE or ASCII_WORD.search(literal) is not None
    return Probe(term, literal=literal, by_ends=by_ends, spelling=spelling)
