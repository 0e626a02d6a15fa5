"""When a source is crawled: every so often or by a crontab line, inside its windows, a little late by chance.

Nothing here knows a clock: the same timing, name and moment give the same next time, on every machine and
after every start. Sources with the same `every` do not come all at once: each has its own place in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha1

from listening.collect.schedule.cron import Cron
from listening.collect.schedule.windows import IsWorkday, Window, is_inside, next_opening

DEFAULT_EVERY = timedelta(minutes=15)

_START = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = timedelta(days=8 * 366)
"""Between two 29th of February may lie eight years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """`every` or `cron`, or neither: crawled by hand only. `during`: at these times alone, if there are any.

    `jitter`: up to so much later, another time each time.
    """

    every: timedelta | None = DEFAULT_EVERY
    cron: Cron | None = None
    during: tuple[Window, ...] = ()
    jitter: timedelta = timedelta()

    @property
    def is_scheduled(self) -> bool:
        return self.every is not None or self.cron is not None

    @property
    def uses_workdays(self) -> bool:
        return any(each.working is not None for each in self.during)

    def __str__(self) -> str:
        often = f"cron {self.cron.text}" if self.cron else f"every {duration_text(self.every)}"
        during = f" during {', '.join(each.text for each in self.during)}" if self.during else ""
        return often + during + (f" jitter {duration_text(self.jitter)}" if self.jitter else "")


def next_due(
    timing: Timing, after: datetime, *, name: str, zone: tzinfo, is_workday: IsWorkday
) -> datetime | None:
    """The next time of a source, later than `after` and inside a window; None if there is none.

    By crontab: what it says, where that is inside a window. By interval: each place in the interval; of those
    that are outside, the moment the next window opens.
    """
    base = after - timing.jitter  # what was due then may be made late until now
    while (found := _next_base(timing, base, name, zone, is_workday)) is not None and found - after < _FAR:
        base = found
        due = base + _lateness(timing.jitter, base, name)
        if not is_inside(timing.during, due, zone, is_workday):
            due = base
        if due > after:
            return due
    return None


def _next_base(
    timing: Timing, after: datetime, name: str, zone: tzinfo, is_workday: IsWorkday
) -> datetime | None:
    if timing.every is not None:
        following = _next_place(timing.every, after, name)
        for place in (following - timing.every, following):
            outside = not is_inside(timing.during, place, zone, is_workday)
            found = next_opening(timing.during, place, zone, is_workday) if outside else place
            if found is None or found > after:
                return found
    far = after + _FAR
    while timing.cron is not None:
        due = timing.cron.next_after(after, zone, far)
        if due is None or is_inside(timing.during, due, zone, is_workday):
            return due
        opening = next_opening(timing.during, due, zone, is_workday)
        if opening is None:
            return None
        after = opening - timedelta.resolution
    return None


def _next_place(every: timedelta, after: datetime, name: str) -> datetime:
    """Places stand `every` apart from each other since 1970; which ones they are is the name's."""
    first = _START + timedelta(seconds=_drawn(name) % int(every.total_seconds()))
    return first + ((after - first) // every + 1) * every


def _lateness(jitter: timedelta, base: datetime, name: str) -> timedelta:
    whole = int(jitter / timedelta(milliseconds=1))
    return timedelta(milliseconds=_drawn(f"{name} {base.timestamp()}") % (whole + 1))


def _drawn(text: str) -> int:
    return int.from_bytes(sha1(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def duration_text(length: timedelta | None) -> str:
    """As it is written in config.yaml: 15m, 1d12h; never."""
    if length is None:
        return "never"
    seconds, text = int(length.total_seconds()), ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
