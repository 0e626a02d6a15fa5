"""What is asked for: which time, seen from when, and by what the figures are parted."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from listening.errors import QueryMistake
from listening.query import pick
from listening.review.kpi.periods import Period, Window, window


class Dimension(enum.StrEnum):
    """What cases are told apart by. A case counts under each of its brands and scenarios."""

    QUEUE = "queue"
    BRAND = "brand"
    SCENARIO = "scenario"
    CATEGORY = "category"
    PERSON = "person"


GROUPINGS = (*map(str, Period), *map(str, Dimension))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. What was recorded after `as_of` is not known to the answer.

    `begun`: how many spans of the window had begun by then. `opportunities`: scenarios (`挖角机会`, or of one
    subject `长河通信/挖角机会`) whose cases may be won.
    """

    window: Window
    as_of: datetime
    begun: int
    period: Period | None = None
    dimension: Dimension | None = None
    opportunities: frozenset[str] = frozenset()

    def ends_within(self, begin: datetime, end: datetime | None) -> range:
        """The numbers of the spans that had begun, and whose end lies in a stretch."""
        found = self.window.ends_within(begin, end)
        return range(found.start, min(found.stop, self.begun))


def ask(
    first: date,
    last: date,
    *,
    zone: str,
    as_of: datetime,
    by: Iterable[str] = (),
    opportunities: Iterable[str] = (),
) -> Asked:
    """The days from `first` to `last` of a zone, by at most one period and one dimension (`GROUPINGS`).

    Raises `QueryMistake`.
    """
    words = [pick("grouping", word, GROUPINGS) for word in dict.fromkeys(by)]
    periods = [Period(word) for word in words if word in list(Period)]
    dimensions = [Dimension(word) for word in words if word in list(Dimension)]
    if len(periods) > 1 or len(dimensions) > 1:
        cure = f"take one of {', '.join(Period)}, and one of {', '.join(Dimension)}"
        raise QueryMistake(" ".join(words), "cannot be grouped by all of them", cure)
    if last < first:
        raise QueryMistake(f"{first} – {last}", "ends before it begins", "exchange the two days")
    period = periods[0] if periods else None
    whole = window(first, last, ZoneInfo(zone), period)
    return Asked(
        window=whole,
        as_of=as_of,
        begun=bisect_right(whole.spans, as_of, key=attrgetter("begin")),
        period=period,
        dimension=dimensions[0] if dimensions else None,
        opportunities=frozenset(opportunities),
    )
