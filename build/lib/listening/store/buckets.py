"""Counts per hour, day, week or month of a time zone: the calendar no database knows as well as Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from listening.query import pick
from listening.query.times import zone_named

_FLOORS: dict[str, Callable[[datetime], datetime]] = {
    "hour": lambda local: local.replace(minute=0, second=0, microsecond=0),
    "day": lambda local: _midnight(local),
    "week": lambda local: _midnight(local - timedelta(days=local.weekday())),
    "month": lambda local: _midnight(local.replace(day=1)),
}
INTERVALS = tuple(_FLOORS)


def bucketed(counts: Iterable[tuple[datetime, int]], interval: str, zone: str) -> list[tuple[datetime, int]]:
    """The counts of moments, added up by the interval they fall in; each interval named by its first moment.

    Raises `QueryMistake` for an unknown interval or zone.
    """
    floor, tz = _FLOORS[pick("interval", interval, INTERVALS)], zone_named(zone)
    sums: Counter[datetime] = Counter()
    for moment, count in counts:
        sums[_start(moment, floor, tz)] += count
    return [(_local(start, tz), count) for start, count in sorted(sums.items())]


def _start(moment: datetime, floor: Callable[[datetime], datetime], tz: tzinfo) -> datetime:
    """In UTC, because two local times can look alike in the night the clocks go back."""
    try:
        return floor(_local(moment, tz)).astimezone(UTC)
    except OverflowError:  # the first day of year 1 and the last of 9999 have no neighbour
        return moment.astimezone(UTC)


def _local(moment: datetime, tz: tzinfo) -> datetime:
    try:
        return moment.astimezone(tz)
    except OverflowError:
        return moment


def _midnight(local: datetime) -> datetime:
    """The first moment of the day, also where midnight comes twice or is skipped."""
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
