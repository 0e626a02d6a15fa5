"""Working time: so much of it lies between two moments, and after so much of it comes this one.

Nothing here reads a clock. Hours are open as `is_inside` has it, by what the clocks of the zone show: an hour
that comes twice is worked twice, one that is left out is not worked at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from listening.calendar.windows import Window, read_window
from listening.calendar.workdays import Workdays

ROUND_THE_CLOCK = "24x7"
_SAID_SO = frozenset({ROUND_THE_CLOCK, "7x24", "24×7", "7×24"})
_BETWEEN = "; "
_MINUTES = 24 * 60
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_NOTHING = timedelta()

_Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a queue works: inside one of the windows, or round the clock where there are none.

    Windows may overlap; what lies in two of them counts once.
    """

    windows: tuple[Window, ...]
    zone: tzinfo
    workdays: Workdays

    @property
    def text(self) -> str:
        """`24x7`, or the windows: what `read_hours` reads back."""
        return hours_text(self.windows)

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """The first moment, in UTC, at which so much working time has passed since `start`.

        What begins outside the hours begins when they next open. No time has passed at the start itself.
        """
        start = start.astimezone(UTC)
        if worked <= _NOTHING:
            return start
        if not self.windows:
            return start + worked
        left, stretches = worked, self._stretches(start)
        while True:
            begin, end = next(stretches)
            if end - begin >= left:
                return begin + left
            left -= end - begin

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The working time from one moment to the other; none where `end` is not the later one."""
        if end <= begin:
            return _NOTHING
        if not self.windows:
            return end - begin
        worked, end = _NOTHING, end.astimezone(UTC)
        for first, last in self._stretches(begin.astimezone(UTC)):
            if first >= end:
                break
            worked += min(last, end) - first
        return worked

    def assumed(self, begin: datetime, end: datetime) -> tuple[int, ...]:
        """The years from one moment to the other that count and whose working days nobody knows yet."""
        if end <= begin or all(each.working is None for each in self.windows):
            return ()
        bounds = begin, end - timedelta.resolution  # what ends at midnight asks nothing of the day after
        first, last = (moment.astimezone(self.zone).date() for moment in bounds)
        if any(each.is_overnight for each in self.windows):
            first -= _DAY
        return tuple(year for year in range(first.year, last.year + 1) if self.workdays.assumed(year))

    def _stretches(self, moment: datetime) -> Iterator[_Stretch]:
        """From this moment (in UTC) on, when the hours are open; in order, none touched by two."""
        for begin, end, offset in _days(moment, self.zone):
            day = (begin + offset).date()
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
            for first, last in self._minutes(day):
                opens, closes = max(midnight + first * _MINUTE, begin), min(midnight + last * _MINUTE, end)
                if opens < closes:
                    yield opens, closes

    def _minutes(self, day: date) -> list[tuple[int, int]]:
        """Of one day by its clocks, the minutes that are worked, from and to."""
        is_workday, found = self.workdays.is_workday, []
        for each in self.windows:
            if each.is_on(day, is_workday):
                found.append((each.start, _MINUTES if each.is_overnight else each.end))
            if each.is_overnight and each.end and each.is_on(day - _DAY, is_workday):
                found.append((0, each.end))
        return found if len(found) < 2 else _merged(found)


def read_hours(text: str, zone: tzinfo, workdays: Workdays) -> Hours:
    """The hours of such a text. Raises `Misread`."""
    return Hours(read_windows(text), zone, workdays)


def hours_text(windows: Iterable[Window]) -> str:
    """What the hours of such windows are called."""
    return _BETWEEN.join(each.text for each in windows) or ROUND_THE_CLOCK


def read_windows(text: str) -> tuple[Window, ...]:
    """The windows of an hours' text; none for `24x7`. Raises `Misread`."""
    if text.strip().lower() in _SAID_SO:
        return ()
    return tuple(read_window(each.strip()) for each in text.split(_BETWEEN.strip()))


def _days(moment: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """From a moment on, without end: parts of one day by its clocks, under one offset from UTC."""
    while True:
        offset = _offset(moment, zone)
        day = (moment + offset).date()
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + _DAY - offset
        end = midnight if _offset(midnight, zone) == offset else _change(moment, midnight, zone)
        yield moment, end, offset
        moment = end


def _change(begin: datetime, end: datetime, zone: tzinfo) -> datetime:
    """The moment between the two at which clocks are put forward or back."""
    before = _offset(begin, zone)
    while end - begin > timedelta.resolution:
        middle = begin + (end - begin) / 2
        begin, end = (middle, end) if _offset(middle, zone) == before else (begin, middle)
    return end


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or _NOTHING


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What overlaps or touches, as one."""
    found.sort()
    merged = [found[0]]
    for first, last in found[1:]:
        if first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
