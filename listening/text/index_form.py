"""The form that stores index and search: by characters, analysed here and nowhere else.

Both stores are given these strings, and a query goes through the same functions, so both find the same
posts: emoji, rare ideographs and punctuation included.
"""

from __future__ import annotations

import re
from functools import cache

from listening.text.chars import NEWLINES, other_numbers, zero_width
from listening.text.fold import fold

LINE_END = "\u2028"
"""What every newline becomes: a token of its own, so that no phrase runs over the end of a line."""

_WHOLE_WORD = re.compile(r"[0-9a-z_]+(?:(?<=[0-9])\.(?=[0-9])[0-9a-z_]+)*")


@cache
def _dropped() -> re.Pattern[str]:
    """Zero-width characters, blanks, and control characters, which no index would hold alike."""
    controls = r"\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f"
    return re.compile(f"[{zero_width()}{controls} ]")


@cache
def _odd_digits() -> re.Pattern[str]:
    return re.compile(f"[{other_numbers()}]")


def index_form(text: str) -> str:
    """Folded, without zero-width characters and blanks, one blank between all code points.

    A run of characters stands in the text when its index form stands in the text's, token by token.
    """
    kept = re.sub(f"[{NEWLINES}]", LINE_END, _dropped().sub("", fold(text)))
    return " ".join(kept)


def whole_words(text: str) -> list[str]:
    """The folded whole Latin words and numbers in order (5g, 2.5, foo_bar); ① and ² are not numbers."""
    return _WHOLE_WORD.findall(fold(_odd_digits().sub(" ", text)))


def is_whole_word(text: str) -> bool:
    """Is it, as a search term, one Latin word or number, to be found only as a whole?"""
    return whole_words(text) == [fold(text)]
