"""A field cut into tokens, a stretch at a time: only what stands around an occurrence is ever cut."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import IntEnum
from itertools import accumulate

_SIGN = re.compile("[,;:!?()。、…“”《》【】~]")
"""Signs that jieba's cutting never reads past: each is a token of its own, whatever stands around it."""

_LAST_SIGN = re.compile(f"(?s:.*){_SIGN.pattern}")

Cut = Callable[[int, int], list[str]]
"""Gives the tokens of the text between two positions."""


class Standing(IntEnum):
    """How an occurrence stands in its tokens; the larger, the better."""

    CROSSED = 0
    NESTED = 1
    ALIGNED = 2


class Tokens:
    """A segmented text. A position is one of the text; the end of the last token is a boundary too."""

    def __init__(self, text: str, cut: Cut) -> None:
        self._text, self._cut = text, cut
        self._stretches: list[tuple[list[str], list[int]]] = []

    def all(self) -> Iterator[str]:
        """Every token, from left to right."""
        return self.between(0, len(self._text))

    def is_boundary(self, position: int) -> bool:
        _, bounds = self._stretch(position)
        return bounds[bisect_right(bounds, position) - 1] == position

    def at(self, position: int) -> tuple[str, int]:
        """The token that holds this character, and where it starts."""
        tokens, bounds = self._stretch(position)
        n = bisect_right(bounds, position) - 1
        return tokens[n], bounds[n]

    def stand(self, start: int, end: int) -> tuple[Standing, str]:
        """How a span stands, and the token it stands in, or the tokens that it touches."""
        tokens, bounds = self._stretch(start)
        n = bisect_right(bounds, start) - 1
        first, first_start, first_end = tokens[n], bounds[n], bounds[n + 1]
        if first_start == start and first_end == end:
            return Standing.ALIGNED, first
        if first_end >= end:
            return Standing.NESTED, first
        aligned = first_start == start and self.is_boundary(end)
        return Standing.ALIGNED if aligned else Standing.CROSSED, "/".join(self.between(start, end))

    def between(self, start: int, end: int) -> Iterator[str]:
        """The tokens that a span touches."""
        while start < end:
            token, start = self.at(start)
            yield token
            start += len(token)

    def _stretch(self, position: int) -> tuple[list[str], list[int]]:
        """The tokens around a position, and their bounds."""
        for stretch in self._stretches:
            begin, end = stretch[1][0], stretch[1][-1]
            if begin <= position < end or position == end == len(self._text):
                return stretch
        last = _LAST_SIGN.match(self._text, 0, position)
        begin = last.end() if last else 0
        sign = _SIGN.search(self._text, position)
        end = sign.end() if sign else len(self._text)
        tokens = self._cut(begin, end) if begin < end else []
        stretch = tokens, list(accumulate(map(len, tokens), initial=begin))
        self._stretches.append(stretch)
        return stretch
