"""The four views of a text: original, folded, written, compact; with the way back to the original.

`docs/matching.md` 1 defines them. Most texts hold no zero-width character and no blank next to Han, and
then the views are one string.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from listening.text.chars import HAN, holds_zero_width, zero_width
from listening.text.fold import fold

# Possessive (`++`), so that a text of a million blanks costs a million steps and not their square.
_BESIDE_HAN = re.compile(f"(?<=[{HAN}])[ \t]++|(?<![ \t])[ \t]++(?=[{HAN}])")
_HAN = re.compile(f"[{HAN}]")


@dataclass(slots=True)  # not frozen, here and below: they are made for every text
class View:
    """A string, and for each of its characters the position in the view it was made from (None: the same)."""

    text: str
    origin: Sequence[int] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """A non-empty span of this view as a span of the view it was made from."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1

    def forth(self, start: int, end: int) -> tuple[int, int]:
        """A span of the view it was made from as a span of this one; empty where all of it was dropped."""
        if self.origin is None:
            return start, end
        return bisect_left(self.origin, start), bisect_left(self.origin, end)


@dataclass(slots=True)
class Views:
    """One field of a post. `written` maps back to the original, `compact` to `written`."""

    original: str
    written: View
    compact: View

    def is_odd_digit(self, position: int) -> bool:
        """Is the original of this written character of category No (①, ²), which folds to a digit?"""
        start, _ = self.written.back(position, position + 1)
        char = self.original[start]
        return not char.isascii() and unicodedata.category(char) == "No"


def views(text: str) -> Views:
    folded = fold(text)
    # asked first: most texts hold neither invisible characters nor blanks, and the patterns are slow
    written = _without(folded, _zero_width()) if holds_zero_width(folded) else View(folded)
    plain = written.text
    blank = " " in plain or "\t" in plain
    return Views(text, written, _without(plain, _BESIDE_HAN) if blank else _same(written))


def _same(written: View) -> View:
    return written if written.origin is None else View(written.text)


def compacted(term: str) -> str:
    """A term as it is looked for in the compact view."""
    return views(term).compact.text


def is_han(char: str) -> bool:
    return _HAN.match(char) is not None


def _without(text: str, dropped: re.Pattern[str]) -> View:
    if dropped.search(text) is None:
        return View(text)
    origin: list[int] = []
    at = 0
    for gone in dropped.finditer(text):
        origin.extend(range(at, gone.start()))
        at = gone.end()
    origin.extend(range(at, len(text)))
    return View("".join(map(text.__getitem__, origin)), origin)


@cache
def _zero_width() -> re.Pattern[str]:
    return re.compile(f"[{zero_width()}]+")
