"""Whether an occurrence counts as a word: aligned, nested or crossed, in two readings.

`docs/matching.md` 3 is the definition. A `Judge` belongs to one field of one post and segments it only when
a verdict needs it.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from listening.match.plan import Plan
from listening.text.segment import Segmenter
from listening.text.views import Views, is_han

_CUT_AFTER = "不没别未"
_ALNUM = re.compile("[0-9A-Za-z]")
_DIGIT = re.compile("[0-9]")


class Standing(enum.IntEnum):
    """How an occurrence stands in its tokens; the larger, the better."""

    CROSSED = 0
    NESTED = 1
    ALIGNED = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does it count, how does it stand, in which tokens (None: none were asked)."""

    counts: bool
    standing: Standing
    token: str | None = None

    @property
    def inside(self) -> str | None:
        """The longer token it is nested in."""
        return self.token if self.standing is Standing.NESTED else None


class Tokens:
    """A segmented text: where each token starts, and the end of the last one."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.bounds = list(accumulate(map(len, tokens), initial=0))

    def is_boundary(self, position: int) -> bool:
        return self.bounds[bisect_right(self.bounds, position) - 1] == position

    def at(self, position: int) -> tuple[str, int]:
        """The token that holds this character, and where it starts."""
        n = bisect_right(self.bounds, position) - 1
        return self.tokens[n], self.bounds[n]

    def stand(self, start: int, end: int) -> tuple[Standing, str]:
        """How a span stands, and the token it stands in, or the tokens that it touches."""
        first, first_start = self.at(start)
        if first_start + len(first) >= end and len(first) > end - start:
            return Standing.NESTED, first
        if first_start == start and self.is_boundary(end):
            return Standing.ALIGNED, "/".join(self.between(start, end))
        return Standing.CROSSED, "/".join(self.between(start, end))

    def between(self, start: int, end: int) -> Iterator[str]:
        """The tokens that a span touches."""
        n = bisect_right(self.bounds, start) - 1
        while n < len(self.tokens) and self.bounds[n] < end:
            yield self.tokens[n]
            n += 1


class Judge:
    """Verdicts on one field."""

    def __init__(self, views: Views, plan: Plan) -> None:
        self.views = views
        self._plan = plan
        self._read: dict[tuple[int, bool], Tokens] = {}

    def tokens(self, reading: int, *, compact: bool = False) -> Tokens:
        """The field as one of the two readings has it."""
        compact = compact and self.views.compact.origin is not None
        if (read := self._read.get((reading, compact))) is None:
            text = (self.views.compact if compact else self.views.written).text
            pieces = self._pieces(text) if reading == 1 else [text]
            segmenter = self._plan.segmenter if reading == 1 else self._plan.plain
            read = self._read[reading, compact] = Tokens([t for p in pieces for t in _cut(segmenter, p)])
        return read

    def word(self, start: int, end: int, *, strict: bool) -> Verdict:
        """A word without ASCII letters and digits; the span is of the compact view.

        The better reading decides, the first one where they are alike.
        """
        verdicts = [self._word_in(reading, start, end, strict) for reading in (1, 2)]
        return max(verdicts, key=lambda v: (v.counts, v.standing))

    def ends(self, start: int, end: int) -> Verdict:
        """A word whose ends are judged by themselves; the span is of the compact view."""
        begin, stop = self.views.compact.back(start, end)
        gap = stop - begin != end - start
        good = self.good_left(begin, start if gap else None) and self.good_right(stop, end if gap else None)
        return Verdict(good, Standing.ALIGNED if good else Standing.CROSSED)

    def good_left(self, written: int, compact: int | None = None) -> bool:
        """May a word begin here? Across a gap it is asked in the compact view as well."""
        if is_han(self.views.written.text[written]):
            return self._is_boundary(written, compact)
        return not self._is_joined(written, written - 1, written - 2)

    def good_right(self, written: int, compact: int | None = None) -> bool:
        """May a word end here?"""
        if is_han(self.views.written.text[written - 1]):
            return self._is_boundary(written, compact)
        return not self._is_joined(written - 1, written, written + 1)

    def _word_in(self, reading: int, start: int, end: int, strict: bool) -> Verdict:
        written = self.views.compact.back(start, end)
        if written[1] - written[0] == end - start:
            standing, token = self.tokens(reading).stand(*written)
        elif all(map(self.tokens(reading).is_boundary, written)):
            standing, token = self.tokens(reading, compact=True).stand(start, end)
        else:
            standing, token = Standing.CROSSED, "/".join(self.tokens(reading).between(*written))
        counts = standing is Standing.ALIGNED or (
            standing is Standing.NESTED and (not strict or token in self._plan.words)
        )
        return Verdict(counts, standing, token)

    def _is_boundary(self, written: int, compact: int | None) -> bool:
        return any(
            self.tokens(reading).is_boundary(written)
            and (compact is None or self.tokens(reading, compact=True).is_boundary(compact))
            for reading in (1, 2)
        )

    def _is_joined(self, end: int, neighbour: int, beyond: int) -> bool:
        """Is the ASCII letter or digit at `end` part of something longer on the side of `neighbour`?"""
        if not _ALNUM.match(self._char(end)):
            return False
        char = self._char(neighbour)
        if char == ".":
            return bool(_DIGIT.match(self._char(end)) and _DIGIT.match(self._char(beyond)))
        return char == "_" or _ALNUM.match(char) is not None

    def _char(self, position: int) -> str:
        """A character of the written view; "" outside of it and for ① or ², which are no digits here."""
        text = self.views.written.text
        if not 0 <= position < len(text) or self.views.is_odd_digit(position):
            return ""
        return text[position]

    def _pieces(self, text: str) -> Iterator[str]:
        """The text cut after each 不 没 别 未 that stands directly before a word of the rule set."""
        starts = {start for _, start, _ in self._plan.own_words.find(text)}
        cuts = sorted(start for start in starts if start and text[start - 1] in _CUT_AFTER)
        for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            yield text[begin:end]


def _cut(segmenter: Segmenter, text: str) -> Iterator[str]:
    """Tokens, `#` apart: the dictionary knows `c#`, yet # is never part of a word."""
    for n, piece in enumerate(text.split("#")):
        if n:
            yield "#"
        if piece:
            yield from segmenter.cut(piece)
