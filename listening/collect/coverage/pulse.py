"""A quiet source, or a blind one? Learned from how long it has been quiet before."""

from __future__ import annotations

from datetime import datetime, timedelta

from listening.model import Pulse

DAYS = 28
"""So far back it is remembered."""
ENOUGH = 3
"""On so many days something new must have come before anything can be said."""
UNUSUAL = 2
"""So many times the longest silence there was."""
SHORTEST = timedelta(hours=1)


def beat(pulse: Pulse, new: int, now: datetime) -> Pulse:
    """The pulse after a run that found so much new."""
    if not new:
        return pulse
    if pulse.last_new is None:
        return Pulse(last_new=now, silences=pulse.silences)
    day, silence = now.date().isoformat(), (now - pulse.last_new).total_seconds()
    oldest = (now - timedelta(days=DAYS)).date().isoformat()
    kept = {day: longest for day, longest in pulse.silences.items() if day > oldest}
    return Pulse(last_new=now, silences={**kept, day: max(silence, kept.get(day, 0.0))})


def unusual(pulse: Pulse, now: datetime) -> str | None:
    """What is strange about a source that has had nothing new; None where it has often been so."""
    if pulse.last_new is None or len(pulse.silences) < ENOUGH:
        return None
    longest = timedelta(seconds=max(pulse.silences.values()))
    silent = now - pulse.last_new
    if silent <= max(longest * UNUSUAL, SHORTEST):
        return None
    return f"nothing new for {spoken(silent)}; the longest silence of {DAYS} days was {spoken(longest)}"


def spoken(length: timedelta) -> str:
    """A length of time in its largest unit, for people: 40 s, 12 min, 26 h, 9 d."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
