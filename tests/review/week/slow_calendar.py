"""Working time of the scripted weeks, from days that are written down here one by one.

Winter 2025/26, as announced by the State Council: New Year's Day is free from Thursday 1 to Saturday 3
January, and Sunday 4 January is worked. Imports nothing of the library.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

AHEAD = timedelta(hours=8)
"""Shanghai, all year."""
_MINUTE = timedelta(minutes=1)

FREE = frozenset(
    {
        *(date(2025, 12, day) for day in (20, 21, 27, 28)),
        *(date(2026, 1, day) for day in (1, 2, 3, 10, 11, 17, 18, 24, 25, 31)),
        *(date(2026, 2, day) for day in (1, 7, 8)),
    }
)
FREE_AS_GUESSED = frozenset(
    {
        *(date(2025, 12, day) for day in (20, 21, 27, 28)),
        *(date(2026, 1, day) for day in (3, 4, 10, 11, 17, 18, 24, 25, 31)),
        *(date(2026, 2, day) for day in (1, 7, 8)),
    }
)
"""Before 2026 was announced: its Saturdays and Sundays."""

Stretches = tuple[tuple[int, int], ...]
"""From one minute of the day to another."""
WINDOWS: dict[str, tuple[Stretches, Stretches]] = {
    "技术支持": (((0, 1440),), ((0, 1440),)),
    "账务": (((540, 1080),), ()),
    "投诉处理": (((510, 1050),), ((600, 960),)),
    "市场拓展": (((600, 720), (780, 1140)), ()),
    "默认": (((0, 1440),), ((0, 1440),)),
}
"""Of each queue: when it works on days that people work, and on the others."""


def day_of(moment: datetime) -> date:
    """The day in Shanghai."""
    return (moment + AHEAD).date()


def midnight(day: date) -> datetime:
    """Its first moment, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - AHEAD


def open_on(queue: str, day: date, *, announced: bool) -> list[tuple[datetime, datetime]]:
    """From when to when a queue works on a day."""
    free = FREE if announced else FREE_AS_GUESSED
    windows = WINDOWS[queue][1 if day in free else 0]
    return [(midnight(day) + first * _MINUTE, midnight(day) + last * _MINUTE) for first, last in windows]


def worked(queue: str, begin: datetime, end: datetime, *, announced: bool) -> timedelta:
    """How much working time lies between two moments."""
    total = timedelta()
    day = day_of(begin)
    while midnight(day) < end:
        for opens, closes in open_on(queue, day, announced=announced):
            total += max(min(closes, end) - max(opens, begin), timedelta())
        day += timedelta(days=1)
    return total


def after(queue: str, begin: datetime, span: timedelta, *, announced: bool) -> datetime:
    """When so much working time has passed since a moment."""
    left = span
    day = day_of(begin)
    while True:
        for opens, closes in open_on(queue, day, announced=announced):
            start = max(opens, begin)
            if start < closes and closes - start >= left:
                return start + left
            left -= max(closes - start, timedelta())
        day += timedelta(days=1)
