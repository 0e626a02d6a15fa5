"""How items come to figures: put into periods and groups, added up. Imports nothing of the library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from tests.review.week.slow_calendar import midnight
from tests.review.week.slow_case import SlowCase

COUNTS = ("services", "offered", "accepted", "backlog")


class Item(NamedTuple):
    """`at` puts it into a period, `who` is the person it counts for; `out` is why it is left out."""

    case: SlowCase
    at: datetime
    who: str | None
    above: int = 1
    below: int = 1
    out: str | None = None


class Cell(NamedTuple):
    """What one figure comes to in one place; the numbers of the matters behind it."""

    value: int | Fraction | None
    numerator: int | Fraction | None
    denominator: int | Fraction | None
    left_out: dict[str, int]
    cases: frozenset[int]
    above: frozenset[int]


@dataclass(frozen=True, slots=True)
class Question:
    """The days asked for, seen from a moment; by one of day, week, month and by one of queue … person."""

    first: date
    last: date
    as_of: datetime
    period: str | None = None
    dimension: str | None = None

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def named(self, day: date) -> date | None:
        """The first day of the period that a day is in."""
        if self.period == "week":
            return day - timedelta(days=day.weekday())
        if self.period == "month":
            return day.replace(day=1)
        return day if self.period == "day" else None

    def spans(self) -> dict[date | None, tuple[datetime, datetime]]:
        """From when to when each period goes that had begun by then."""
        found: dict[date | None, tuple[datetime, datetime]] = {}
        for day in self.days:
            begin, end = midnight(day), midnight(day + timedelta(days=1))
            if begin <= self.as_of or not self.period:
                name = self.named(day)
                found[name] = (found[name][0] if name in found else begin, end)
        for day in self.days:
            if self.named(day) in found:
                begin, _ = found[self.named(day)]
                found[self.named(day)] = (begin, midnight(day + timedelta(days=1)))
        return found


def cell(name: str, items: list[Item]) -> Cell:
    """What some items of a figure come to."""
    counted = [item for item in items if item.out is None]
    left_out = Counter(item.out for item in items if item.out is not None)
    behind = frozenset(item.case.number for item in counted)
    above = frozenset(item.case.number for item in counted if item.above)
    total, of = sum(item.above for item in counted), sum(item.below for item in counted)
    if name.endswith(("_median", "_p90")):
        values = sorted(item.above for item in counted)
        share = Fraction(1, 2) if name.endswith("_median") else Fraction(9, 10)
        value = values[ceil(share * len(values)) - 1] if values else None
        return Cell(value, None, len(values), dict(left_out), behind, frozenset())
    if name in COUNTS:
        return Cell(total, total, None, dict(left_out), above, above)
    if name.startswith("backlog_"):
        return Cell(total, total, of, dict(left_out), behind, above)
    return Cell(Fraction(total, of) if of else None, total, of, dict(left_out), behind, above)
