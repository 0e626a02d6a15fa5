"""Times in a query: `2026-11-01`, `2026-11-01T08:30`, with a zone or in the asker's; `7d` before now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from listening.codec import utc
from listening.errors import QueryMistake
from listening.text.fold import fold

_AGO = re.compile(r"(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(z|[+-]\d\d:?\d\d)?")
_MILLISECOND = timedelta(milliseconds=1)
_FORMS = "write 2026-11-01, 2026-11-01T08:30, 2026-11-01T08:30+08:00, or 30m, 12h, 7d, 2w ago"


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `QueryMistake`."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise QueryMistake(name, "is not a time zone", "write one like Asia/Shanghai or UTC") from None


def bound_at(name: str, written: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that is still included: for a day the first one (since) or the last one (until)."""
    try:
        return _read(name, fold(written).strip(), now, zone)
    except OverflowError:
        raise QueryMistake(f"{name}:{written}", "is outside the calendar", "take a nearer time") from None
    except ValueError:
        raise QueryMistake(f"{name}:{written}", "is not a time", _FORMS) from None


def _read(name: str, written: str, now: datetime, zone: ZoneInfo) -> datetime:
    if ago := _AGO.fullmatch(written):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if _DAY.fullmatch(written):
        return _day(name, datetime.fromisoformat(written), zone)
    if time := _TIME.fullmatch(written):
        moment = datetime.fromisoformat(f"{time[1]}T{time[2]}{(time[3] or '').upper()}")
        return utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    raise ValueError(written)


def _day(name: str, midnight: datetime, zone: ZoneInfo) -> datetime:
    if name == "since":
        return midnight.replace(tzinfo=zone).astimezone(UTC)
    return (midnight + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC) - _MILLISECOND
