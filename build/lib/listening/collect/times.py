"""Times as platforms write them, read without guessing: no zone, no time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

FUTURE = timedelta(days=1)
"""A clock may be wrong by a zone; what claims to be from later than that has a broken time."""
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web; 1970-01-01 is how software writes "unknown"
_GAP_BEFORE_ZONE = re.compile(r"\s+(?=(?:[+-]\d\d:?\d\d|[Zz])$)")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d[T ]", re.IGNORECASE)
# RFC 822 means US Central by it, Chinese feeds mean China Standard Time: fourteen hours apart.
_AMBIGUOUS = re.compile(r"\bCST$", re.IGNORECASE)


def read_time(text: str | None, *, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """ISO 8601 or RFC 822 as a moment in UTC; None where it is broken, zone-less or not plausible at `now`.

    `zone` is where zone-less times are from, if the operator has said so.
    """
    moment = _parsed((text or "").strip(), zone)
    if moment is None or not _OLDEST <= moment <= now + FUTURE:
        return None
    return moment


def _parsed(text: str, zone: tzinfo | None) -> datetime | None:
    try:
        moment = _iso(text) if _ISO.match(text) else _rfc822(text)
        if moment.tzinfo is None and zone is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(_GAP_BEFORE_ZONE.sub("", text))


def _rfc822(text: str) -> datetime:
    moment = parsedate_to_datetime(re.sub(r"-0000$", "+0000", text))  # UTC, told by somebody elsewhere
    return moment.replace(tzinfo=None) if _AMBIGUOUS.search(text) else moment
