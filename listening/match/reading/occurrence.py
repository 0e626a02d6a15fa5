"""An occurrence: where a term stands in a field, and whether it counts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from listening.match.reading.judge import Verdict
from listening.match.reading.tokens import Standing

if TYPE_CHECKING:
    from listening.match.reading.fields import Field

ANYWHERE = Verdict(counts=True, standing=Standing.ALIGNED)
"""Texts and patterns count wherever they stand."""


@dataclass(slots=True, eq=False)  # not frozen: many are made for every candidate
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
