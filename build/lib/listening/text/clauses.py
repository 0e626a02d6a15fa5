"""Clauses and sentences of a written view: stretches between the signs that end them.

`docs/matching.md` 2 defines them. The text is folded, so full-width signs are half-width ones here.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from listening.text.chars import NEWLINES

_POINT = r"(?<![0-9A-Za-z])\.|\.(?![0-9A-Za-z])"
_QUOTE = "(?=//@)"
_CLAUSE_END = re.compile(rf"[;!?。、…{NEWLINES}]|(?<![0-9])[,:]|[,:](?![0-9])|{_POINT}|{_QUOTE}")
_SENTENCE_END = re.compile(rf"[!?。…{NEWLINES}]|{_POINT}|{_QUOTE}")


class Stretches:
    """A text cut into stretches, numbered from the left; a sign belongs to the stretch that it ends."""

    def __init__(self, text: str, end: re.Pattern[str]) -> None:
        self._text = text
        self._starts = [found.end() for found in end.finditer(text)]

    def number(self, position: int) -> int:
        """Of the stretch in which this character stands."""
        return bisect_right(self._starts, position)

    def span(self, position: int) -> tuple[int, int]:
        """The stretch in which this character stands."""
        n = self.number(position)
        start = self._starts[n - 1] if n else 0
        return start, self._starts[n] if n < len(self._starts) else len(self._text)


def clauses(text: str) -> Stretches:
    return Stretches(text, _CLAUSE_END)


def sentences(text: str) -> Stretches:
    return Stretches(text, _SENTENCE_END)
