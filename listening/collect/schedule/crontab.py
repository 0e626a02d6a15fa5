"""The schedule as lines of a crontab, for machines on which cron is to start `listening crawl`.

Cron knows less than `listening run`: what it cannot say is told in a comment, and never said nearly.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import timedelta

from listening.collect.schedule.timing import Timing, duration_text
from listening.collect.schedule.windows import Window
from listening.collect.sources import Source

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUTES = 60


def crontab(sources: Iterable[Source], command: str) -> Iterator[str]:
    """A line per distinct timing; `command` crawls the sources whose names follow it."""
    together: dict[Timing, list[str]] = {}
    for source in sources:
        together.setdefault(source.timing, []).append(source.name)
    for timing, names in together.items():
        fields = list(_fields(timing))
        if not fields:
            yield f"# {', '.join(names)}: {timing} - cannot be said in a crontab, use listening run"
        elif timing.jitter:
            yield f"# {', '.join(names)}: without the jitter of {duration_text(timing.jitter)}"
        for each in fields:
            yield f"{each}  {escaped(f'{command} {shlex.join(names)}')}"


def escaped(command: str) -> str:
    """A command as cron takes it: a bare % would end it."""
    return command.replace("%", r"\%")


def _fields(timing: Timing) -> Iterator[str]:
    """The five fields, several times where there are several windows; nothing where they cannot say it."""
    if timing.cron is not None:
        if not timing.during:
            yield timing.cron.text
        return
    spans = [_span(each) for each in timing.during] if timing.during else [(0, 24, "*")]
    found = [_field(timing.every, *span) if span else None for span in spans]
    if None not in found:
        yield from filter(None, found)


def _span(window: Window) -> tuple[int, int, str] | None:
    """From which hour to which, and on which weekdays, if it is one of whole hours."""
    if window.working is not None or window.is_overnight or window.start % _MINUTES or window.end % _MINUTES:
        return None
    days = "*" if len(window.days) == 7 else ",".join(str((day + 1) % 7) for day in sorted(window.days))
    return window.start // _MINUTES, window.end // _MINUTES, days


def _field(every: timedelta | None, first: int, end: int, days: str) -> str | None:
    if every is None:
        return None
    hours = "*" if (first, end) == (0, 24) else f"{first}-{end - 1}" if end - first > 1 else str(first)
    if every < _HOUR:
        if every % timedelta(minutes=1) or _HOUR % every:
            return None
        step = every // timedelta(minutes=1)
        return f"{f'*/{step}' if step > 1 else '*'} {hours} * * {days}"
    if every % _HOUR or _DAY % every:
        return None
    step = every // _HOUR
    at = ",".join(str(hour) for hour in range(first, end, step))
    return f"0 {hours if step == 1 else at} * * {days}"
