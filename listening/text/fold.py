"""Folding: full width to half, traditional to simplified, upper to lower case; one code point to one.

Every character is taken by itself (NFKC, then casefold, then OpenCC's t2s), and a result that is not
exactly one character is not taken. So an offset in the folded text is an offset in the original.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import opencc

from listening.text import chars
from listening.text.kept import kept

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
    sources = [f"unicode {unicodedata.unidata_version} opencc {version('opencc')}"]
    sources += [Path(each).read_text("utf-8") for each in (__file__, chars.__file__)]
    return kept("fold", "\n".join(sources), np.uint32, compute)


def compute() -> npt.NDArray[np.uint32]:
    """The table, made anew."""
    points = np.arange(0x110000, dtype=np.uint32)
    # unified ideographs and Hangul are what they are; those for compatibility in the second plane are not
    odd = [chr(c) for c in chain(chars.besides_ideographs(), range(0x2F800, 0x2FA20))]
    simple = _one_to_one(odd, _each(partial(unicodedata.normalize, "NFKC"), odd))
    lower = _one_to_one(simple, _each(str.casefold, simple))
    points[_points(odd)] = _points(lower)
    return _settled(_simplified()[points])


@cache
def digest() -> str:
    """Names this table: it changes with Unicode's data in Python and with OpenCC's."""
    return hashlib.sha1(table().tobytes()).hexdigest()


def _each(change: Callable[[str], str], texts: list[str]) -> list[str]:
    """One call for all, quicker than one for each; the sign between them joins with nothing."""
    return change(_BETWEEN.join(texts)).split(_BETWEEN)


def _simplified() -> npt.NDArray[np.uint32]:
    """For each code point the simplified one. A line for each ideograph, so that OpenCC cannot join two."""
    points = np.arange(0x110000, dtype=np.uint32)
    han = [chr(c) for first, last in chars.ranges(chars.HAN) for c in range(first, last + 1)]
    lines = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    points[_points(han)] = _points(_one_to_one(han, lines))
    return points


def _points(texts: list[str]) -> npt.NDArray[np.uint32]:
    return np.frombuffer("".join(texts).encode("utf-32-le", _SURROGATES), np.uint32)


def _one_to_one(before: list[str], after: list[str]) -> list[str]:
    return [new if len(new) == 1 else old for old, new in zip(before, after, strict=True)]


def _settled(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Follow chains to their end (薴 to 苧 to 苎)."""
    while True:
        again = points[points]
        if np.array_equal(again, points):
            return points
        points = again
