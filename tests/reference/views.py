"""Section 1 of the page: the four views of a field, and the way back to the original."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import opencc
import re2

NEWLINES = "\r\n\u2028\u2029"

_simplifier = opencc.OpenCC("t2s")
_HAN = re2.compile(r"\p{Han}")


@cache
def fold_char(char: str) -> str:
    """NFKC, casefold, t2s: each kept only where it gives one code point, repeated until nothing changes."""
    folded = char
    for step in _STEPS:
        result = step(folded)
        folded = result if len(result) == 1 else folded
    return folded if folded == char else fold_char(folded)


def fold(text: str) -> str:
    return "".join(fold_char(char) for char in text)


def _compatible(char: str) -> str:
    return unicodedata.normalize("NFKC", char)


def _simplified(char: str) -> str:
    return str(_simplifier.convert(char))


_STEPS: tuple[Callable[[str], str], ...] = (_compatible, str.casefold, _simplified)


@cache
def is_zero_width(char: str) -> bool:
    """Category Cf, and the variation selectors by their names."""
    return unicodedata.category(char) == "Cf" or unicodedata.name(char, "").startswith("VARIATION SELECTOR-")


@cache
def is_han(folded: str) -> bool:
    return _HAN.match(folded) is not None


def is_blank(folded: str) -> bool:
    return folded in (" ", "\t")


def is_ascii_letter(char: str) -> bool:
    return "a" <= char <= "z" or "A" <= char <= "Z"


def is_ascii_digit(char: str) -> bool:
    return "0" <= char <= "9"


@dataclass(frozen=True)
class View:
    """A text and, for each of its characters, where it stands in the original."""

    text: str
    at: tuple[int, ...]

    def position(self, original: int) -> int:
        """How many characters of this view stand before this place of the original."""
        return bisect_left(self.at, original)


def written(original: str) -> View:
    """Folded, without zero-width characters."""
    kept = [(fold_char(char), n) for n, char in enumerate(original) if not is_zero_width(char)]
    return View("".join(char for char, _ in kept), tuple(n for _, n in kept))


def compact(view: View) -> View:
    """The written view without the runs of blanks that have a Han character on at least one side."""
    kept: list[int] = []
    for blank, group in groupby(range(len(view.text)), key=lambda n: is_blank(view.text[n])):
        run = list(group)
        if not (blank and _touches_han(view.text, run[0], run[-1])):
            kept += run
    return View("".join(view.text[n] for n in kept), tuple(view.at[n] for n in kept))


def _touches_han(text: str, first: int, last: int) -> bool:
    before, after = text[:first][-1:], text[last + 1 :][:1]
    return bool(before and is_han(before)) or bool(after and is_han(after))


@cache
def cleaned(term: str) -> str:
    """A term as it is looked for: folded, stripped of zero-width characters, compacted."""
    return compact(written(term)).text


@cache
def cleaned_original(term: str) -> str:
    """The same characters of a term, unfolded: what a `case` word must be equal to."""
    return "".join(term[n] for n in compact(written(term)).at)
