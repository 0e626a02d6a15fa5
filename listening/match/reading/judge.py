"""Whether an occurrence counts as a word: aligned, nested or crossed, in two readings.

`docs/matching.md` 3 is the definition. A `Judge` belongs to one field of one post and segments it only when
a verdict needs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from listening.match.lazy import lazy
from listening.match.plan.plan import Plan
from listening.match.reading.tokens import Standing, Tokens
from listening.text.segment import Segmenter, plain
from listening.text.views import Views, is_han

_CUT_AFTER = "不没别未"
_MAY_CUT = re.compile(f"[{_CUT_AFTER}]")
_ALNUM = re.compile("[0-9A-Za-z]")
_DIGIT = re.compile("[0-9]")


@dataclass(slots=True)  # not frozen: one is made for every occurrence
class Verdict:
    """Does it count, how does it stand, in which tokens (None: none were asked)."""

    counts: bool
    standing: Standing
    token: str | None = None

    @property
    def inside(self) -> str | None:
        """The longer token it is nested in."""
        return self.token if self.standing is Standing.NESTED else None


PARTED = Verdict(counts=True, standing=Standing.ALIGNED)
"""Of a word at whose ends every reading parts."""


class Judge:
    """Verdicts on one field."""

    def __init__(self, views: Views, plan: Plan) -> None:
        self.views = views
        self._plan = plan
        self._text = views.written.text
        self._part = plan.neighbours.part
        self._read: dict[tuple[int, bool], Tokens] = {}

    def tokens(self, reading: int, *, compact: bool = False) -> Tokens:
        """The field as one of the two readings has it."""
        compact = compact and self.views.compact.origin is not None
        if (read := self._read.get((reading, compact))) is None:
            text = (self.views.compact if compact else self.views.written).text
            cutter = _Cutter(text, self._plan) if reading == 1 else _Plain(text)
            read = self._read[reading, compact] = Tokens(text, cutter.cut)
        return read

    def word(self, start: int, end: int, *, strict: bool) -> Verdict:
        """A word without ASCII letters and digits; the span is of the compact view.

        The better reading decides, the first one where they are alike; where both must part at its ends,
        neither is asked.
        """
        begin, stop = self.views.compact.back(start, end)
        if stop - begin == end - start and self._part(self._text, begin) and self._part(self._text, stop):
            return PARTED
        first = self._word_in(1, start, end, strict)
        if first.counts and first.standing is Standing.ALIGNED:
            return first
        second = self._word_in(2, start, end, strict)
        return max(first, second, key=lambda v: (v.counts, v.standing))

    def ends(self, start: int, end: int) -> Verdict:
        """A word whose ends are judged by themselves; the span is of the compact view."""
        begin, stop = self.views.compact.back(start, end)
        gap = stop - begin != end - start
        good = self.good_left(begin, start if gap else None) and self.good_right(stop, end if gap else None)
        return Verdict(good, Standing.ALIGNED if good else Standing.CROSSED)

    def good_left(self, written: int, compact: int | None = None) -> bool:
        """May a word begin here? Across a gap it is asked in the compact view as well."""
        if is_han(self._text[written]):
            return (compact is None and self._part(self._text, written)) or self._is_boundary(
                written, compact
            )
        return not self._is_joined(written, written - 1, written - 2)

    def good_right(self, written: int, compact: int | None = None) -> bool:
        """May a word end here?"""
        if is_han(self._text[written - 1]):
            return (compact is None and self._part(self._text, written)) or self._is_boundary(
                written, compact
            )
        return not self._is_joined(written - 1, written, written + 1)

    def _word_in(self, reading: int, start: int, end: int, strict: bool) -> Verdict:
        tokens, written = self.tokens(reading), self.views.compact.back(start, end)
        if written[1] - written[0] == end - start:
            standing, token = tokens.stand(*written)
        elif all(map(tokens.is_boundary, written)):
            standing, token = self.tokens(reading, compact=True).stand(start, end)
        else:
            standing, token = Standing.CROSSED, "/".join(tokens.between(*written))
        if standing is Standing.NESTED:
            return Verdict(not strict or token in self._plan.words, standing, token)
        return Verdict(standing is Standing.ALIGNED, standing, token)

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


class _Plain:
    """The second reading: the plain dictionary."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._segmenter = plain()

    def cut(self, begin: int, end: int) -> list[str]:
        return _cut(self._segmenter, self._text[begin:end])


class _Cutter:
    """The first reading: the rule set's words too, and a cut after each 不 没 别 未 before one of them."""

    def __init__(self, text: str, plan: Plan) -> None:
        self._text, self._plan = text, plan

    def cut(self, begin: int, end: int) -> list[str]:
        if not _MAY_CUT.search(self._text, begin, end):
            return _cut(self._plan.segmenter, self._text[begin:end])
        cuts = [n for n in self._cuts if begin < n < end]
        pieces = zip([begin, *cuts], [*cuts, end], strict=True)
        return [t for first, last in pieces for t in _cut(self._plan.segmenter, self._text[first:last])]

    @lazy
    def _cuts(self) -> list[int]:
        """The text is asked as a whole: a word may reach past a sign."""
        starts = {start for _, start, _ in self._plan.own_words.find(self._text)}
        return sorted(start for start in starts if start and self._text[start - 1] in _CUT_AFTER)


def _cut(segmenter: Segmenter, text: str) -> list[str]:
    """Tokens, `#` apart: the dictionary knows `c#`, yet # is never part of a word."""
    if "#" not in text:
        return segmenter.cut(text)
    tokens: list[str] = []
    for n, piece in enumerate(text.split("#")):
        if n:
            tokens.append("#")
        if piece:
            tokens += segmenter.cut(piece)
    return tokens
