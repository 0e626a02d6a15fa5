"""Durations and times as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_IN_DAYS_FROM = 2 * 24 * 60
"""Minutes."""


def span(length: timedelta) -> str:
    """`40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: as exactly as anybody asks."""
    seconds = round(length.total_seconds())
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds} s"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < _IN_DAYS_FROM:
        return _two(minutes, 60, "h", "min")
    return _two(round(minutes / 60), 24, "d", "h")


def when(moment: datetime, zone: tzinfo) -> str:
    """A time by the clocks of the zone, to the minute."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _two(amount: int, ratio: int, large: str, small: str) -> str:
    whole, rest = divmod(amount, ratio)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"
