"""The one way a time is read and written."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, cut (not rounded) to whole milliseconds. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    cut = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - cut) if cut else moment


def time_text(moment: datetime) -> str:
    """The one way a time is written: 2026-11-23T08:00:00.000Z."""
    return utc(moment).isoformat(timespec="milliseconds")[:-6] + "Z"
