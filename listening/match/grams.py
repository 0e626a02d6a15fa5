"""Whether any of many literals may stand in each of many texts: asked of all texts in one walk, with numpy.

The first two or three characters of a literal are its gram. All places of a batch are hashed and looked up in
a table of the grams' hashes; the few that are left are compared exactly. Nothing that stands is missed; that
a gram stands does not say that its literal does.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

_BITS = 22
_FIRST, _SECOND = np.uint32(2_654_435_761), np.uint32(2_246_822_519)
_SHIFT = np.uint32(32 - _BITS)
_WIDTH = 21
"""Bits of a code point."""


class Grams:
    """The beginnings of literals, none of them empty."""

    def __init__(self, literals: Iterable[str]) -> None:
        grams = {literal[:3] for literal in literals}
        self._any = bool(grams)
        self._sizes = [_Sized(size, [g for g in grams if len(g) == size]) for size in (1, 2, 3)]

    def __bool__(self) -> bool:
        return self._any

    def places(self, points: Points) -> Places:
        """The positions at which a gram begins."""
        found = [each.places(points) for each in self._sizes if each.codes.size and points.size >= each.size]
        return np.concatenate(found) if found else np.zeros(0, np.intp)


class _Sized:
    """Grams of one size: their codes in order, and the table of their hashes."""

    def __init__(self, size: int, grams: list[str]) -> None:
        self.size = size
        points = np.array([[ord(c) for c in gram] for gram in grams], np.uint32).reshape(-1, size)
        self.codes = np.sort(_codes(points.T))
        self._table = np.zeros(1 << _BITS if grams else 0, np.bool_)
        self._table[_hashes(points.T)] = True

    def places(self, points: Points) -> Places:
        columns = [points[n : points.size - self.size + 1 + n] for n in range(self.size)]
        maybe = np.flatnonzero(self._table.take(_hashes(columns), mode="clip"))
        codes = _codes([column[maybe] for column in columns])
        at = np.searchsorted(self.codes, codes)
        at[at == self.codes.size] = 0
        exact: Places = maybe[self.codes[at] == codes]
        return exact


def _hashes(columns: Iterable[Points]) -> Points:
    """Of the characters at the same position of each column."""
    first, *rest = columns
    hashed = first * _FIRST
    for column in rest:
        hashed += column
        hashed *= _SECOND
    hashed >>= _SHIFT
    return hashed


def _codes(columns: Iterable[Points]) -> npt.NDArray[np.uint64]:
    """The characters themselves in one number."""
    first, *rest = columns
    code = first.astype(np.uint64)
    for column in rest:
        code = (code << np.uint64(_WIDTH)) | column.astype(np.uint64)
    return code
