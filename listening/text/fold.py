"""Folding: full width to half, traditional to simplified, upper to lower case; one code point to one.

Every character is taken by itself (NFKC, then casefold, then OpenCC's t2s), and a result that is not
exactly one character is not taken. So an offset in the folded text is an offset in the original.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import opencc

from listening.text.chars import HAN, assigned

_HAN = re.compile(f"[{HAN}]")
_BETWEEN = "\U0010ffff"
"""A code point that no text holds and that will never be assigned."""
_SURROGATES = "surrogatepass"
_LONG = 24
"""Characters from which on one step over an array is quicker than a look-up for each: measured, 20 to 30."""


class _Known(dict[int, int]):
    """The table's entries that were asked for so far, as `str.translate` wants them."""

    def __missing__(self, point: int) -> int:
        folded = self[point] = int(table()[point])
        return folded


_ONE_BY_ONE = _Known()


def fold(text: str) -> str:
    """The folded text, exactly as long as the original."""
    if text.isascii():
        return text.lower()
    if len(text) < _LONG:
        return text.translate(_ONE_BY_ONE)
    points = np.frombuffer(text.encode("utf-32-le", _SURROGATES), np.uint32)
    return table().take(points, mode="clip").tobytes().decode("utf-32-le", _SURROGATES)


@cache
def table() -> npt.NDArray[np.uint32]:
    """For each of the 0x110000 code points the one it folds to; folding twice changes nothing more."""
    points = np.arange(0x110000, dtype=np.uint32)
    chars = [chr(c) for c in assigned()]
    simple = _one_to_one(chars, _each(partial(unicodedata.normalize, "NFKC"), chars))
    lower = _one_to_one(simple, _each(str.casefold, simple))
    plain = _one_to_one(lower, _simplified(lower))
    points[np.fromiter(map(ord, chars), np.uint32, len(chars))] = np.fromiter(map(ord, plain), np.uint32)
    return _settled(points)


@cache
def digest() -> str:
    """Names this table: it changes with Unicode's data in Python and with OpenCC's."""
    return hashlib.sha1(table().tobytes()).hexdigest()


def _each(change: Callable[[str], str], chars: list[str]) -> list[str]:
    """One call for all, quicker than one for each; the sign between them joins with nothing."""
    return change(_BETWEEN.join(chars)).split(_BETWEEN)


def _simplified(chars: list[str]) -> list[str]:
    """A line for each ideograph, so that no phrase rule of OpenCC can join two."""
    han = [found.start() for found in _HAN.finditer("".join(chars))]
    lines = opencc.OpenCC("t2s").convert("\n".join(chars[n] for n in han)).split("\n")
    out = list(chars)
    for n, line in zip(han, lines, strict=True):
        out[n] = line
    return out


def _one_to_one(before: list[str], after: list[str]) -> list[str]:
    return [new if len(new) == 1 else old for old, new in zip(before, after, strict=True)]


def _settled(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Follow chains to their end (薴 to 苧 to 苎)."""
    while True:
        again = points[points]
        if np.array_equal(again, points):
            points.flags.writeable = False
            return points
        points = again
