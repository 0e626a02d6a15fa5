"""Whether any of many literals may stand in each of many texts: asked of all texts in one walk, with numpy.

The pairs of neighbours of a whole batch are hashed and looked up in a table of the pairs that literals begin
with; the few places that are left are compared with the literals' first three characters. Nothing that stands
is missed; a place that is told need not hold the whole literal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]

_FIRST, _SECOND = np.uint32(2_654_435_761), np.uint32(2_246_822_519)
_LEAST_BITS, _MOST_BITS = 12, 22
_SPARE_BITS = 8
"""One place in 2^8 is looked at closely for nothing; a larger table would not fit the processor's cache."""

_WIDTH = np.uint64(21)
"""Bits of a code point."""


class Grams:
    """The beginnings of literals, none of them empty."""

    def __init__(self, literals: Iterable[str]) -> None:
        beginnings = {literal[:3] for literal in literals}
        self._sizes = [_codes_of(gram for gram in beginnings if len(gram) == size) for size in (1, 2, 3)]
        pairs = {gram[:2] for gram in beginnings if len(gram) > 1}
        bits = min(max(len(pairs).bit_length() + _SPARE_BITS, _LEAST_BITS), _MOST_BITS)
        self._shift = np.uint32(32 - bits)
        self._table = np.zeros(1 << bits, np.bool_)
        self._table[self._hashes(*_columns(pairs, 2))] = True
        self._has_pairs = bool(pairs)

    def __bool__(self) -> bool:
        return any(codes.size for codes in self._sizes)

    def places(self, points: Points) -> Places:
        """The positions at which a literal may begin. `points` end with a sign that stands in no literal."""
        found = []
        if self._has_pairs:
            maybe = np.flatnonzero(self._table.take(self._hashes(points[:-1], points[1:]), mode="clip"))
            pairs = points[maybe].astype(np.uint64) << _WIDTH | points[maybe + 1]
            found.append(maybe[_among(pairs, self._sizes[1])])
            thirds = points[np.minimum(maybe + 2, points.size - 1)]
            found.append(maybe[_among(pairs << _WIDTH | thirds, self._sizes[2])])
        if self._sizes[0].size:
            found.append(np.flatnonzero(np.isin(points, self._sizes[0].astype(np.uint32))))
        return np.concatenate(found) if found else np.zeros(0, np.intp)

    def _hashes(self, first: Points, second: Points) -> Points:
        hashed = first * _FIRST
        hashed += second
        hashed *= _SECOND
        hashed >>= self._shift
        return hashed


def _columns(grams: Collection[str], size: int) -> Points:
    """The first characters of all, then the second ones, and so on."""
    return np.array([[ord(c) for c in gram] for gram in grams], np.uint32).reshape(-1, size).T


def _codes_of(grams: Iterable[str]) -> Codes:
    """Each gram as one number, in order."""
    numbers = []
    for gram in grams:
        code = 0
        for char in gram:
            code = code << int(_WIDTH) | ord(char)
        numbers.append(code)
    return np.array(sorted(numbers), np.uint64)


def _among(codes: Codes, known: Codes) -> npt.NDArray[np.bool_]:
    if not known.size:
        return np.zeros(codes.size, np.bool_)
    at = np.searchsorted(known, codes)
    at[at == known.size] = 0
    equal: npt.NDArray[np.bool_] = known[at] == codes
    return equal
