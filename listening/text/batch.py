"""Many texts folded in one step: the compact view of all of them as one array of code points.

`docs/matching.md` 1 defines the view, `views` makes it of one text. NUL ends each text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from listening.text.chars import HAN, ranges, zero_width
from listening.text.fold import table

Points = npt.NDArray[np.uint32]

T = TypeVar("T", np.uint8, np.uint32)

_END = "\0"
_PLANE = 0x10000
_HAN, _BLANK, _INVISIBLE = 1, 2, 3


class Batch:
    """`points` of all texts, each ended by NUL; `text_of` tells which text a position belongs to."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = _END.join(texts) + _END
        if joined.count(_END) != len(texts):  # a text holds one: it is a sign like any other there
            joined = _END.join(text.replace(_END, "\x01") for text in texts) + _END
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        self._hold(_compacted(_looked_up(table(), points)))

    def _hold(self, points: Points) -> None:
        self.points = points
        self._ends = np.flatnonzero(points == 0)

    def without(self, chars: str) -> Batch:
        """The same texts with these characters left out; `chars` is the inside of a class."""
        other = Batch.__new__(Batch)
        other._hold(self.points[~_among(chars).take(self.points, mode="clip")])
        return other

    def text_of(self, places: npt.NDArray[np.intp]) -> set[int]:
        """The positions of the texts that hold these places."""
        found: list[int] = np.unique(np.searchsorted(self._ends, places)).tolist()
        return set(found)


def _looked_up(values: npt.NDArray[T], points: Points) -> npt.NDArray[T]:
    """The value of each code point. Those of the first plane come from a part that the cache holds."""
    found = values[:_PLANE].take(points, mode="clip")
    beyond = np.flatnonzero(points >= _PLANE)
    if beyond.size:
        found[beyond] = values[points[beyond]]
    return found


def _compacted(points: Points) -> Points:
    sorts = _looked_up(character_sorts(), points)
    if (invisible := sorts == _INVISIBLE).any():
        points, sorts = points[~invisible], sorts[~invisible]
    blanks = np.flatnonzero(sorts == _BLANK)
    if not blanks.size:
        return points
    keep = np.ones(points.size, np.bool_)
    keep[blanks[_beside_han(sorts, blanks)]] = False
    return points[keep]


def _beside_han(sorts: npt.NDArray[np.uint8], blanks: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Which of the blanks belong to a run of blanks with Han before or behind it."""
    begins = np.ones(blanks.size, np.bool_)
    begins[1:] = np.diff(blanks) > 1
    first = np.flatnonzero(begins)
    before = blanks[first] - 1
    behind = blanks[np.append(first[1:], blanks.size) - 1] + 1
    is_beside = ((before >= 0) & (sorts[before] == _HAN)) | (sorts[behind] == _HAN)  # NUL ends all
    beside: npt.NDArray[np.bool_] = is_beside[np.cumsum(begins) - 1]
    return beside


@cache
def character_sorts() -> npt.NDArray[np.uint8]:
    """For each code point: Han, blank, without room, or none of them."""
    sorts = np.zeros(0x110000, np.uint8)
    for sort, chars in ((_HAN, HAN), (_INVISIBLE, zero_width())):
        for first, last in ranges(chars):
            sorts[first : last + 1] = sort
    sorts[[ord(" "), ord("\t")]] = _BLANK
    return sorts


@cache
def _among(chars: str) -> npt.NDArray[np.bool_]:
    """For each code point: is it one of these?"""
    among = np.zeros(0x110000, np.bool_)
    for first, last in ranges(chars):
        among[first : last + 1] = True
    return among
