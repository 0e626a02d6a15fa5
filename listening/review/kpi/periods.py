"""Days, weeks and months of a zone: the window that figures are asked for, and how it is parted."""

from __future__ import annotations

import enum
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class Period(enum.StrEnum):
    """What a window is parted into; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date) -> date:
        """The first day of the period that this day is in."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Period.MONTH else day

    def next(self, first: date) -> date:
        """The first day of the period after the one that begins on this day."""
        if self is Period.MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        return first + timedelta(days=7 if self is Period.WEEK else 1)


@dataclass(frozen=True, slots=True)
class Span:
    """One period as far as it lies in the window; `end` is the first moment after it.

    `name` is the period's first day, which may lie before the window.
    """

    name: date
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked for, the last one included, parted into spans without rest, in order."""

    spans: tuple[Span, ...]

    @property
    def begin(self) -> datetime:
        return self.spans[0].begin

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.spans[-1].end

    def place(self, at: datetime) -> int | None:
        """The number of the span that a moment is in; None: it is in none."""
        if not self.spans[0].begin <= at < self.spans[-1].end:
            return None
        return bisect_right(self.spans, at, key=_begin) - 1

    def ends_within(self, begin: datetime, end: datetime | None) -> range:
        """The numbers of the spans whose end lies in a stretch, its own end included; None: it has no end."""
        first = bisect_right(self.spans, begin, key=_end)
        return range(first, len(self.spans) if end is None else bisect_right(self.spans, end, key=_end))


def window(first: date, last: date, zone: ZoneInfo, period: Period | None = None) -> Window:
    """From the first moment of one day to the last one of another. Raises ValueError where they are none."""
    if last < first:
        raise ValueError(f"{last} is before {first}")
    after = last + timedelta(days=1)
    if period is None:
        return Window((Span(first, _midnight(first, zone), _midnight(after, zone)),))
    spans = []
    name = period.first_day(first)
    while name < after:
        following = period.next(name)
        begin, end = max(name, first), min(following, after)
        spans.append(Span(name, _midnight(begin, zone), _midnight(end, zone)))
        name = following
    return Window(tuple(spans))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _begin(span: Span) -> datetime:
    return span.begin


def _end(span: Span) -> datetime:
    return span.end
