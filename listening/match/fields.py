"""One field of a post as matching sees it, and the occurrences that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from listening.match.judge import Judge, Standing, Verdict
from listening.match.plan import Plan
from listening.match.probe import Probe
from listening.match.regions import Regions, regions
from listening.model import Post
from listening.rules.expression import SEPARATION, TermKind
from listening.rules.ruleset import MatchMode
from listening.text.clauses import Stretches, clauses, sentences
from listening.text.views import Views, views

ANYWHERE = Verdict(counts=True, standing=Standing.ALIGNED)
"""Texts and patterns count wherever they stand."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a term stands: its span in the original and in the written view, and the verdict."""

    field: Field
    start: int
    end: int
    written: tuple[int, int]
    gap: bool
    verdict: Verdict

    @property
    def text(self) -> str:
        return self.field.views.original[self.start : self.end]

    def lies_in(self, longer: Occurrence) -> bool:
        """Is it inside the other, longer one? Without a gap it is only asked in the text as written."""
        if self.field is not longer.field or (longer.gap and not self.gap):
            return False
        inside = longer.start <= self.start and self.end <= longer.end
        return inside and (longer.start, longer.end) != (self.start, self.end)

    def overlaps(self, other: Occurrence) -> bool:
        return self.field is other.field and self.start < other.end and other.start < self.end

    def distance(self, other: Occurrence) -> int:
        """Characters of the compact view between the two, which stand in one field; 0 where they overlap."""
        first, second = sorted((self.compact, other.compact))
        return max(0, second[0] - first[1])

    @property
    def compact(self) -> tuple[int, int]:
        return self.field.views.compact.forth(*self.written)


class Field:
    """A title, text or tag: its views, its regions, and what stands in it."""

    def __init__(self, name: str, text: str, order: int, plan: Plan, extra_names: frozenset[str]) -> None:
        self.name = name
        self.order = order
        self.views: Views = views(text)
        self.judge = Judge(self.views, plan)
        self._plan = plan
        self._extra_names = extra_names

    @cached_property
    def regions(self) -> Regions:
        return regions(self.views, self._plan.known_names | self._extra_names)

    @cached_property
    def _literals(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for literal, start, end in self._plan.literals.find(self.views.compact.text):
            found.setdefault(literal, []).append((start, end))
        return found

    @cached_property
    def clauses(self) -> Stretches:
        return clauses(self.views.written.text)

    @cached_property
    def sentences(self) -> Stretches:
        return sentences(self.views.written.text)

    def clause(self, found: Occurrence) -> tuple[str, int]:
        """The clause an occurrence begins in, with the sign that ends it, and where it starts."""
        start, end = self.clauses.span(found.written[0])
        return self.views.written.text[start:end], start

    def sentence(self, found: Occurrence) -> int:
        """The number of the sentence an occurrence begins in."""
        return self.sentences.number(found.written[0])

    def occurrences(self, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        """Every place where the term stands outside of addresses, with its verdict, from left to right."""
        return (o for o in self._found(probe, mode) if not self.regions.in_url(o.start, o.end))

    def place(self, start: int, end: int) -> Occurrence:
        """A span of the original as an occurrence, whatever stands there."""
        written, stop = self.views.written.forth(start, end)
        return Occurrence(self, start, end, (written, stop), self._is_gapped(written, stop), ANYWHERE)

    def anywhere(self, probe: Probe) -> Iterator[Occurrence]:
        """Every place where an `except` stands, whatever its own verdict."""
        return self.occurrences(probe, MatchMode.TEXT)

    def _found(self, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        if probe.pieces:
            return self._separable(probe, mode)
        if probe.marked is not None:
            return self._marked(probe.marked, mode)
        return self._patterned(probe) if probe.pattern is not None else self._literal(probe, mode)

    def _separable(self, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        left, right = probe.pieces
        spans = set(self._pairs(left, right, mode))
        if probe.term.both_ways:
            spans |= set(self._pairs(right, left, mode))
        return (self.place(*span) for span in sorted(spans))

    def _pairs(self, first: Probe, second: Probe, mode: MatchMode) -> Iterator[tuple[int, int]]:
        """Each good beginning with the nearest good end behind it: the same clause, not too far."""
        ends = [o for o in self._places(second, mode) if self._may_end(o, mode)]
        for begin in self._places(first, mode):
            behind = [o for o in ends if o.start >= begin.end]
            if not behind or not self._may_begin(begin, mode):
                continue
            nearest = min(behind, key=lambda o: o.start)
            clause = self.clauses.number
            if begin.distance(nearest) <= SEPARATION and clause(begin.written[0]) == clause(
                nearest.written[1] - 1
            ):
                yield begin.start, nearest.end

    def _places(self, piece: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        return (o for o in self._literal(piece, mode) if not self.regions.in_url(o.start, o.end))

    def _may_begin(self, found: Occurrence, mode: MatchMode) -> bool:
        compact = found.compact[0] if found.gap else None
        return found.verdict.counts and (
            mode is MatchMode.TEXT or self.judge.good_left(found.written[0], compact)
        )

    def _may_end(self, found: Occurrence, mode: MatchMode) -> bool:
        compact = found.compact[1] if found.gap else None
        return found.verdict.counts and (
            mode is MatchMode.TEXT or self.judge.good_right(found.written[1], compact)
        )

    def _marked(self, marked: re.Pattern[str], mode: MatchMode) -> Iterator[Occurrence]:
        for found in marked.finditer(self.views.compact.text):
            verdict = ANYWHERE if mode is MatchMode.TEXT else self.judge.ends(*found.span())
            yield replace(self.place(*self._original(*found.span())), verdict=verdict)

    def _original(self, start: int, end: int) -> tuple[int, int]:
        """A span of the compact view in the original."""
        return self.views.written.back(*self.views.compact.back(start, end))

    def _patterned(self, probe: Probe) -> Iterator[Occurrence]:
        raw = probe.term.kind is TermKind.RAW_PATTERN
        for found in probe.pattern.finditer(self.views.original if raw else self.views.written.text):
            start, end = found.span()
            if start == end:
                continue
            written, stop = self.views.written.forth(start, end) if raw else (start, end)
            begin, behind = (start, end) if raw else self.views.written.back(start, end)
            gap = self._is_gapped(written, stop)
            yield Occurrence(self, begin, behind, (written, stop), gap, ANYWHERE)

    def _literal(self, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        for start, end in self._literals.get(probe.literal, ()):
            written, stop = self.views.compact.back(start, end)
            begin, behind = self.views.written.back(written, stop)
            if probe.term.kind is TermKind.CASE and not self._same_spelling(probe, start, end):
                continue
            gap = stop - written != end - start
            verdict = self._verdict(probe, mode, (start, end), (written, gap))
            yield Occurrence(self, begin, behind, (written, stop), gap, verdict)

    def _verdict(
        self, probe: Probe, mode: MatchMode, compact: tuple[int, int], written: tuple[int, bool]
    ) -> Verdict:
        """Of a span of the compact view; of the written one its start, and whether there is a gap in it."""
        if probe.term.kind is TermKind.TEXT or (mode is MatchMode.TEXT and probe.term.kind is TermKind.WORD):
            return ANYWHERE
        if probe.term.kind is TermKind.PREFIX:
            start, gap = written
            good = self.judge.good_left(start, compact[0] if gap else None)
            return Verdict(good, Standing.ALIGNED if good else Standing.CROSSED)
        if probe.by_ends:
            return self.judge.ends(*compact)
        return self.judge.word(*compact, strict=mode is MatchMode.STRICT)

    def _same_spelling(self, probe: Probe, start: int, end: int) -> bool:
        compact, written, original = self.views.compact, self.views.written, self.views.original
        places = (written.back(*compact.back(n, n + 1))[0] for n in range(start, end))
        return "".join(original[place] for place in places) == probe.spelling

    def _is_gapped(self, written: int, stop: int) -> bool:
        """Did the compact view drop a blank between the first and the last of these written characters?"""
        start, end = self.views.compact.forth(written, stop)
        if start == end:
            return False
        first, last = self.views.compact.back(start, end)
        return last - first != end - start


def fields(post: Post, plan: Plan, extra_names: frozenset[str]) -> list[Field]:
    """The fields of a post that rules may search, in their order; the author's name only if one does."""
    texts = post.texts()
    if plan.reads_authors and post.author is not None and post.author.name:
        texts.append(("author", post.author.name))
    return [Field(name, text, n, plan, extra_names) for n, (name, text) in enumerate(texts)]
