"""Where any of many literals stands in many texts: asked of all texts in one walk, with numpy.

The pairs of neighbours of a whole batch are hashed and looked up in a table of the pairs that literals begin
with; of the few places that are left the first three characters are compared, then the literals themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import chain

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
    """Literals, none of them empty, by their first three characters."""

    def __init__(self, literals: Iterable[str]) -> None:
        by_beginning: defaultdict[str, list[str]] = defaultdict(list)
        for literal in literals:
            by_beginning[literal[:3]].append(literal)
        self._longer = {beginning: tuple(some) for beginning, some in by_beginning.items()}
        self._longest = max(map(len, chain.from_iterable(self._longer.values())), default=0)
        beginnings = self._longer.keys()
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
        """The positions at which a literal stands. `points` end with a sign that stands in no literal."""
        found = []
        if self._has_pairs:
            maybe = np.flatnonzero(self._table.take(self._hashes(points[:-1], points[1:]), mode="clip"))
            pairs = points[maybe].astype(np.uint64) << _WIDTH | points[maybe + 1]
            found.append(maybe[_among(pairs, self._sizes[1])])
            thirds = points[np.minimum(maybe + 2, points.size - 1)]
            threes = maybe[_among(pairs << _WIDTH | thirds, self._sizes[2])]
            found.append(threes[[self._stands(points, place) for place in threes.tolist()]])
        if self._sizes[0].size:
            found.append(np.flatnonzero(np.isin(points, self._sizes[0].astype(np.uint32))))
        return np.concatenate(found) if found else np.zeros(0, np.intp)

    def _stands(self, points: Points, place: int) -> bool:
        """Does a literal whose first three characters stand here go on here?"""
        here = points[place : place + self._longest].tobytes().decode("utf-32-le", "surrogatepass")
        return here.startswith(self._longer[here[:3]])

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
