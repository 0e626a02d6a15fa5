"""One field of a post as matching sees it, and the occurrences that stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from listening.match.judge import Judge, Standing, Verdict
from listening.match.plan import Plan, Probe
from listening.match.regions import Regions, regions
from listening.model import Post
from listening.rules.expression import TermKind
from listening.rules.ruleset import MatchMode
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

    def occurrences(self, probe: Probe, mode: MatchMode) -> Iterator[Occurrence]:
        """Every place where the term stands outside of addresses, with its verdict, from left to right."""
        found = self._patterned(probe) if probe.pattern is not None else self._literal(probe, mode)
        return (o for o in found if not self.regions.in_url(o.start, o.end))

    def anywhere(self, probe: Probe) -> Iterator[Occurrence]:
        """Every place where an `except` stands, whatever its own verdict."""
        return self.occurrences(probe, MatchMode.TEXT)

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
    """The searched fields of a post in their order."""
    return [Field(name, text, n, plan, extra_names) for n, (name, text) in enumerate(post.texts())]
