"""The form that stores index and search: by characters, analysed here and nowhere else.

Both stores are given these strings, and a query goes through the same functions, so both find the same
posts: emoji, rare ideographs and punctuation included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from listening.text.chars import NEWLINES, other_numbers, ranges, zero_width
from listening.text.fold import fold

LINE_END = "\u2028"
"""What every newline becomes: a token of its own, so that no phrase runs over the end of a line."""

_WHOLE_WORD = re.compile(r"[0-9a-z_]+(?:(?<=[0-9])\.(?=[0-9])[0-9a-z_]+)*")


@cache
def _kept() -> dict[int, str | None]:
    """What becomes of characters that are not kept as they are.

    Zero-width ones, blanks, and control characters, which no index would hold alike, go; a newline becomes a
    token of its own.
    """
    controls = "\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f"
    gone = _points(f"{zero_width()}{controls} ")
    return dict.fromkeys(gone) | dict.fromkeys(map(ord, NEWLINES), LINE_END)


@cache
def _without_odd_digits() -> dict[int, str]:
    return dict.fromkeys(_points(other_numbers()), " ")


def _points(chars: str) -> Iterator[int]:
    """A table of them is asked five to twenty times as fast as the class."""
    return (point for first, last in ranges(chars) for point in range(first, last + 1))


class Forms(NamedTuple):
    """A text as it is searched: its runs of characters, and its whole words in order."""

    runs: str
    words: list[str]


def forms(text: str) -> Forms:
    """Both forms of a text, folded once."""
    folded = fold(text)
    return Forms(_runs(folded), _words(text, folded))


def index_form(text: str) -> str:
    """Folded, without zero-width characters and blanks, one blank between all code points.

    A run of characters stands in the text when its index form stands in the text's, token by token.
    """
    return _runs(fold(text))


def whole_words(text: str) -> list[str]:
    """The folded whole Latin words and numbers in order (5g, 2.5, foo_bar); ① and ² are not numbers."""
    return _words(text, fold(text))


def _runs(folded: str) -> str:
    return " ".join(folded.translate(_kept()))


def _words(text: str, folded: str) -> list[str]:
    if not _WHOLE_WORD.search(folded):
        return []
    return _WHOLE_WORD.findall(fold(text.translate(_without_odd_digits())))


def is_whole_word(text: str) -> bool:
    """Is it, as a search term, one Latin word or number, to be found only as a whole?"""
    return whole_words(text) == [fold(text)]
