"""Times of the day at which a source may be crawled, by weekday or by the working calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from listening.collect.schedule.misread import Misread, half_width
from listening.collect.schedule.walls import moments

IsWorkday = Callable[[date], bool]

_CURE = "write one like 08:00-22:00, Mo-Fr 08:00-22:00, workdays 09:00-18:00 or holidays 10:00-16:00"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_MINUTES = 24 * 60
_FAR = 370
"""Days to look ahead: every window opens within a week or two, unless somebody's own entries are strange."""
_TIMES = re.compile(r"(?:(.*?)\s+)?(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` (minutes of the day) on certain days.

    Where it does not end later than it starts, it ends on the next day. `days` are weekdays from Monday = 0;
    `working`: on days that people work (True), or do not (False), whatever their name.
    """

    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)
    days: frozenset[int] = field(default=frozenset(range(7)), compare=False)
    working: bool | None = field(default=None, compare=False)

    @property
    def is_overnight(self) -> bool:
        return self.end <= self.start

    def is_on(self, day: date, is_workday: IsWorkday) -> bool:
        """Does it open on this day?"""
        return day.weekday() in self.days if self.working is None else is_workday(day) is self.working


def is_inside(windows: Sequence[Window], moment: datetime, zone: tzinfo, is_workday: IsWorkday) -> bool:
    """Is one of the windows open? Always, where there are none."""
    local = moment.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    for each in windows:
        end = _MINUTES if each.is_overnight else each.end
        if each.start <= minute < end and each.is_on(today, is_workday):
            return True
        if each.is_overnight and minute < each.end and each.is_on(today - _DAY, is_workday):
            return True
    return not windows


def next_opening(
    windows: Sequence[Window], moment: datetime, zone: tzinfo, is_workday: IsWorkday
) -> datetime | None:
    """When the next window opens, now at the earliest."""
    first = moment.astimezone(zone).date()
    for n in range(_FAR):
        day = first + n * _DAY
        begins = (each for window in windows for each in _begins(window, day, zone, is_workday))
        later = (each for each in begins if each >= moment and is_inside(windows, each, zone, is_workday))
        if (opening := min(later, default=None)) is not None:
            return opening
    return None


def _begins(window: Window, day: date, zone: tzinfo, is_workday: IsWorkday) -> Iterable[datetime]:
    if not window.is_on(day, is_workday):
        return ()
    return moments(datetime.combine(day, time(window.start // 60, window.start % 60)), zone)


def read_window(text: str) -> Window:
    """Raises `Misread`."""
    found = _TIMES.fullmatch(half_width(text))
    if found is None:
        raise Misread(f"'{text}' is no time window", _CURE)
    days = found[1] or ""
    start, end = (_minute(found[n], found[n + 1], text) for n in (2, 4))
    if start in (_MINUTES, end):
        raise Misread(f"'{text}' is empty", "write 00:00-24:00 for a whole day")
    written = f"{days} {_shown(start)}-{_shown(end)}".strip()
    if days.lower() in ("workdays", "holidays"):
        return Window(written.lower(), start, end, working=days.lower() == "workdays")
    return Window(written, start, end, _days(days, text))


def _minute(hour: str, minute: str, text: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _MINUTES:
        raise Misread(f"'{hour}:{minute}' in '{text}' is no time of the day", _CURE)
    return total


def _shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(text: str, whole: str) -> frozenset[int]:
    """`Mo-Fr`, `Sa,Su`, `Fr-Mo`; every day where nothing stands."""
    days: set[int] = set()
    for part in filter(None, re.split(r"\s*,\s*", text)):
        first, dash, last = part.partition("-")
        low = _weekday(first, whole)
        high = _weekday(last, whole) if dash else low
        days |= {(low + n) % 7 for n in range((high - low) % 7 + 1)}
    return frozenset(days or range(7))


def _weekday(text: str, whole: str) -> int:
    name = text.strip().lower()
    for n, known in enumerate(_WEEKDAYS):
        if name in (known, known[:2]):
            return n
    raise Misread(f"'{text}' in '{whole}' is no day", _CURE)
