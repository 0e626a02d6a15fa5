"""Where two words must part, told without segmenting: between characters that stand in no word together.

Without its HMM jieba gives words of its dictionary, words that were added, single characters and runs of
ASCII letters and digits (`segment`). So an ideograph and its neighbour part in every segmentation unless some
word holds the two side by side. In real posts this settles six of ten occurrences of telecom words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from listening.text.kept import kept
from listening.text.segment import dictionary_text, digest

_BITS = 22
_MASK = (1 << _BITS) - 1
_SPREAD = 0x9E3779
"""Spreads the first characters over the table. 300,000 pairs fill 7 % of it: so often it tells too much."""
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u4e00", "\u9fd5"
"""What jieba itself takes for one: any other character may be cut off, or held together, by other rules."""


class Neighbours:
    """The pairs of the dictionary and of `words`."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._table = bytearray(_of_dictionary().tobytes())
        for word in words:
            for first, second in pairwise(word):
                self._table[(ord(first) * _SPREAD + ord(second)) & _MASK] = 1

    def part(self, text: str, position: int) -> bool:
        """Is there a boundary before this character, however the text is cut? False: there may be one."""
        if not 0 < position < len(text):
            return True
        first, second = text[position - 1], text[position]
        if not (
            _FIRST_IDEOGRAPH <= first <= _LAST_IDEOGRAPH or _FIRST_IDEOGRAPH <= second <= _LAST_IDEOGRAPH
        ):
            return False
        return not self._table[(ord(first) * _SPREAD + ord(second)) & _MASK]


@cache
def _of_dictionary() -> npt.NDArray[np.uint8]:
    """One byte a place: 1 where a pair of neighbours of a word falls."""
    return kept("neighbours", f"{digest()} {Path(__file__).read_text('utf-8')}", np.uint8, _compute)


def _compute() -> npt.NDArray[np.uint8]:
    points = np.frombuffer(dictionary_text().encode("utf-32-le"), np.uint32)
    first, second = points[:-1], points[1:]
    in_one_word = (first > ord(" ")) & (second > ord(" "))
    places = (first[in_one_word] * np.uint32(_SPREAD) + second[in_one_word]) & np.uint32(_MASK)
    table = np.zeros(1 << _BITS, np.uint8)
    table[places] = 1
    return table
