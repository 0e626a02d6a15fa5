"""Crontab times: five fields, as cron reads them, in a zone of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from listening.collect.schedule.misread import Misread, half_width
from listening.collect.schedule.walls import moments

_CURE = "write five fields: minute hour day month weekday, as in */15 8-22 * * *"
_DAY = timedelta(days=1)


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_MONTHS = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """When a crontab line is due. `either`: a day that fits by number or by weekday is enough, as in cron."""

    text: str
    minutes: tuple[int, ...] = field(compare=False)
    hours: tuple[int, ...] = field(compare=False)
    days: frozenset[int] = field(compare=False)
    months: frozenset[int] = field(compare=False)
    weekdays: frozenset[int] = field(compare=False)
    either: bool = field(compare=False)

    def next_after(self, moment: datetime, zone: tzinfo, until: datetime) -> datetime | None:
        """The first time later than `moment`; None where there is none up to `until`.

        An hour that comes twice is used twice; what falls into one that is left out comes right behind it.
        """
        start, last = moment.astimezone(zone), until.astimezone(zone).date()
        day, from_hour = start.date(), start.hour
        while day <= last:
            if self._is_on(day.month, day.day, day.isoweekday() % 7):
                for hour in (hour for hour in self.hours if hour >= from_hour):
                    found = (
                        each
                        for minute in self.minutes
                        for each in moments(datetime.combine(day, time(hour, minute)), zone)
                        if each > moment
                    )
                    if (first := min(found, default=None)) is not None:
                        return first
            day, from_hour = day + _DAY, 0
        return None

    def _is_on(self, month: int, day: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        by_number, by_weekday = day in self.days, weekday in self.weekdays
        return by_number or by_weekday if self.either else by_number and by_weekday


def read_cron(text: str) -> Cron:
    """Raises `Misread`."""
    words = half_width(text).lower().split()
    if len(words) != len(_FIELDS):
        raise Misread(f"'{text}' has {len(words)} fields, not five", _CURE)
    minutes, hours, days, months, weekdays = (
        frozenset(_values(word, kind)) for word, kind in zip(words, _FIELDS, strict=True)
    )
    return Cron(
        text=" ".join(words),
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        either=not words[2].startswith("*") and not words[4].startswith("*"),
    )


def _values(word: str, kind: _Field) -> Iterator[int]:
    for part in word.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isdigit() and int(step) and ("-" in span or span == "*")):
            raise Misread(f"'{part}' is no step of the {kind.name}", "write one like */15 or 8-22/2")
        low, high = _span(span, kind)
        yield from range(low, high + 1, int(step) if slash else 1)


def _span(span: str, kind: _Field) -> tuple[int, int]:
    if span == "*":
        return kind.low, kind.high
    first, dash, last = span.partition("-")
    low = _number(first, kind)
    high = _number(last, kind) if dash else low
    if low > high:
        turned = f"{first}-{kind.high},{kind.low}-{last}"
        raise Misread(f"'{span}' of the {kind.name} runs backwards", f"write: {turned}")
    return low, high


def _number(text: str, kind: _Field) -> int:
    if text and text in kind.names:
        return kind.names.index(text)
    if not (text.isascii() and text.isdigit()) or not kind.low <= int(text) <= kind.high:
        raise Misread(f"'{text}' is no {kind.name}", f"write {kind.low} to {kind.high}, or *")
    return int(text)
