"""What stands in other people's tables: times, numbers, yes and no. Each function raises ValueError."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(上午|下午|AM|PM)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})(?:\.(\d{1,9}))?\s*秒?)?\s*分?"
    r"\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_WEIBO = "%a %b %d %H:%M:%S %z %Y"  # as Weibo's own API writes it: Sat Mar 10 11:48:25 +0800 2018
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*([千万亿kwm])?\+?", re.IGNORECASE)
_UNITS = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "m": 1_000_000, "亿": 100_000_000}
_YES = frozenset({"true", "yes", "y", "1", "是", "已认证"})
_NO = frozenset({"false", "no", "n", "0", "否", "未认证"})


def moment(text: str, zone: tzinfo, formats: Sequence[str] = ()) -> tuple[datetime, bool]:
    """A time, in `zone` unless it brings its own; and whether it is a mere date, so that the hour is unknown.

    With formats only these are tried. Without: ISO, 2019/2/28 11:25:05 and the like, 2019年2月28日 11:25,
    20190228112505, seconds or milliseconds since 1970, and Weibo's own form.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if formats:
        return _by_formats(text, zone, formats)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _digits(text, zone)
    if found := _DATE.fullmatch(text):
        return _parts(found, zone), found[5] is None
    try:
        return _in_zone(datetime.strptime(text, _WEIBO), zone), False  # noqa: DTZ007 - it holds %z
    except ValueError:
        raise ValueError("is not a time that can be read; state time_formats") from None


def _by_formats(text: str, zone: tzinfo, formats: Sequence[str]) -> tuple[datetime, bool]:
    for form in formats:
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below
        except ValueError:
            continue
        return _in_zone(read, zone), not re.search(r"%[HIcXs]", form)
    raise ValueError("has none of the time_formats")


def _digits(text: str, zone: tzinfo) -> tuple[datetime, bool]:
    whole = text.partition(".")[0]
    if len(whole) == 10:
        return datetime.fromtimestamp(float(text), UTC), False
    if len(text) == 13 and whole == text:
        return datetime.fromtimestamp(int(whole) / 1000, UTC), False
    if whole != text or len(text) not in _DIGITS:
        raise ValueError("is a number, but neither seconds nor milliseconds since 1970")
    read = datetime.strptime(text, _DIGITS[len(text)])  # noqa: DTZ007 - the zone is added below
    return _in_zone(read, zone), len(text) == 8


def _parts(found: re.Match[str], zone: tzinfo) -> datetime:
    year, month, day = (int(found[n]) for n in (1, 2, 3))
    hour, minute, second = (int(found[n] or 0) for n in (5, 6, 7))
    half = (found[4] or found[9] or "").upper()
    if half and not 1 <= hour <= 12:
        raise ValueError("has an hour that no half day has")
    if half:
        hour = hour % 12 + (12 if half in ("下午", "PM") else 0)
    micro = int((found[8] or "0").ljust(6, "0")[:6])
    if found[10]:
        zone = _offset(found[10])
    try:
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
    except ValueError as error:
        raise ValueError(f"is no time ({error})") from None


def _offset(text: str) -> tzinfo:
    zone = datetime.strptime(text, "%z").tzinfo
    return zone or UTC


def _in_zone(read: datetime, zone: tzinfo) -> datetime:
    return read if read.tzinfo else read.replace(tzinfo=zone)


def count(text: str) -> int:
    """A number of likes and the like: 3,642, 1.2万, 100万+ (its lower bound)."""
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise ValueError("is not a number like 3642, 3,642 or 1.2万")
    value = Decimal(found[1].replace(",", "") + (found[2] or "")) * _UNITS[(found[3] or "").lower()]
    if value != int(value):
        raise ValueError("is not a whole number")
    if value >= 1 << 63:
        raise ValueError("is too large")
    return int(value)


def truth(text: str) -> bool:
    """Yes or no, in the words exports use."""
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise ValueError("is neither yes nor no (是/否, true/false, 1/0)")


def native_id(text: str) -> str:
    """An id as the platform wrote it; one that a spreadsheet has rounded is refused."""
    if re.fullmatch(r"\d\.\d+[eE]\+?\d+|\d[eE]\+\d+", text):
        raise ValueError("was rounded by a spreadsheet; export the column as text")
    return text
