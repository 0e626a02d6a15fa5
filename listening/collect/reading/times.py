"""Times as platforms write them: strictly, as an export states them, or as a page says them to its readers.

Three readers, from strict to willing. `read_time` takes what a machine wrote for machines, with its zone.
`read_stated` takes whole dates in the forms people and exports use, in a zone that is given. `read_spoken`
also takes 刚刚, 昨天 12:30 and 06-14, which only mean something at the moment they were shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import partial

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
    return moment if moment is not None and _is_plausible(moment, now) else None


def _is_plausible(moment: datetime, now: datetime) -> bool:
    return _OLDEST <= moment <= now + FUTURE


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


# Whole dates, as exports and people write them.


@dataclass(frozen=True, slots=True)
class Spoken:
    """A moment in UTC, and whether a part of it is guessed: each reader says when."""

    moment: datetime
    guessed: bool


_LONGEST = 100  # characters: a field that holds more is a text and no time
_CLOCK = r"""
    (?: (?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|AM|PM) \s* )?
    (?P<hour>[0-9]{1,2}) \s* [:时点] \s* (?P<minute>[0-9]{1,2})
    (?: \s* [:分] \s* (?P<second>[0-9]{1,2}) (?: \.(?P<fraction>[0-9]{1,9}) )? \s* 秒? )? \s* 分?
    (?: \s* (?P<half_after>AM|PM) )?
"""
_MORNING = {hour: hour % 12 for hour in range(13)}
_AFTERNOON = {hour: hour % 12 + 12 for hour in range(1, 13)}
_HALF_DAYS = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "上午", "AM"), _MORNING),
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
    **dict.fromkeys(("下午", "傍晚", "PM"), _AFTERNOON),
    # 晚上1:30 and 晚上12:30 are refused: on which side of midnight they are nobody can tell.
    "晚上": {hour: hour + 12 for hour in range(5, 12)},
}
_DATE = r"""
    (?P<year>[0-9]{4}) \s* [-/.年] \s* (?P<month>[0-9]{1,2}) \s* [-/.月] \s* (?P<day>[0-9]{1,2}) \s* [日号]?
"""
_DATE_AND_CLOCK = rf"""
    {_DATE} (?: [T\s]* {_CLOCK} (?: \s* (?P<offset> Z | [+-][0-9]{{2}}:?[0-9]{{2}} ) )? )?
"""
_WEIBO = "%a %b %d %H:%M:%S %z %Y"  # as Weibo's own API writes it: Sat Mar 10 11:48:25 +0800 2018
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE | re.IGNORECASE)


_STATED = _pattern(_DATE_AND_CLOCK)


def read_stated(text: str, zone: tzinfo) -> Spoken | None:
    """A whole date, in `zone` unless it brings its own: what it means does not depend on when it is read.

    2019/2/28 11:25:05 and the like, ISO, 2019年2月28日 下午3:25, 20190228112505, Weibo's own form, seconds
    or milliseconds since 1970. `guessed`: it is a mere date, so its midnight is taken.
    """
    return _spoken_in_utc(_stated, _folded(text), zone)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip() if len(text) <= _LONGEST else ""


def _spoken_in_utc(reader: Callable[[str, tzinfo], Spoken | None], text: str, zone: tzinfo) -> Spoken | None:
    try:
        found = reader(text, zone)
        return Spoken(found.moment.astimezone(UTC), found.guessed) if found else None
    except (ValueError, OverflowError):
        return None


def _stated(text: str, zone: tzinfo) -> Spoken | None:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return _number(text, zone)
    if found := _STATED.fullmatch(text):
        return _on(_day_of(found, int(found["year"])), found, zone)
    return Spoken(datetime.strptime(text, _WEIBO), guessed=False)  # noqa: DTZ007 - it holds %z


def _number(text: str, zone: tzinfo) -> Spoken | None:
    whole = text.partition(".")[0]
    if len(whole) == 10:
        return Spoken(datetime.fromtimestamp(float(text), UTC), guessed=False)
    if len(text) == 13 and whole == text:
        return Spoken(datetime.fromtimestamp(int(whole) / 1000, UTC), guessed=False)
    form = _DIGITS.get(len(text))
    if form is None or whole != text:
        return None
    return Spoken(datetime.strptime(text, form).replace(tzinfo=zone), guessed=len(text) == 8)


def _day_of(found: re.Match[str], year: int) -> date:
    return date(year, int(found["month"]), int(found["day"]))


def _on(day: date, found: re.Match[str], zone: tzinfo) -> Spoken:
    """The day with the clock behind it; without one its midnight, which is a guess."""
    if found["hour"] is None:
        return Spoken(datetime.combine(day, time(), zone), guessed=True)
    hour = _hour(int(found["hour"]), (found["half"] or found["half_after"] or "").upper())
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    clock = time(hour, int(found["minute"]), int(found["second"] or 0), micro)
    offset = found.groupdict().get("offset")
    return Spoken(datetime.combine(day, clock, _zone_of(offset) if offset else zone), guessed=False)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if hour not in _HALF_DAYS[half]:
        raise ValueError(f"no {half} has that hour")
    return _HALF_DAYS[half][hour]


def _zone_of(offset: str) -> tzinfo:
    return datetime.strptime(offset, "%z").tzinfo or UTC


# What a page says to its readers.

_SKEW = timedelta(minutes=10)
"""A page's clock may go ahead of ours by so much: 11-23 12:30, read at 12:29, is not of last year."""
_LEAP = 8  # years: two 29th of February are at most so far apart
_VERB = _pattern(r"""
    (?: 最后 )? (?: 编辑|发布|发表|回复|更新|修改 ) 于? [:\s]* | (?: posted|edited ) \s+ (?: on \s+ )?
""")
# What pages put behind it, the writer's place or device; but no clock, which would be lost there.
_PLACE = r"(?: \s+ (?! .* [0-9] \s* [:时点] ) (?: IP属地[:\s]* )? [\u3400-\u9fff·] .* )?"
_DAYS_AGO = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_JUST_NOW = _pattern(rf"(?: 刚刚 | 刚才 | (?:just\s+)? now ) {_PLACE}")
_CHINESE_AGO = _pattern(rf"(?P<count>[0-9]{{1,5}}|半) \s* (?P<unit>[\u4e00-\u9fff]{{1,3}}?) 以?前 {_PLACE}")
_ENGLISH_AGO = _pattern(
    rf"(?: (?P<count>[0-9]{{1,5}}) \s* | an? \s+ ) (?P<unit>[a-z]+) (?P<ago>\s+ago)? {_PLACE}"
)
_NAMED_DAY = _pattern(rf"(?P<name>{'|'.join(_DAYS_AGO)}) (?: (?: \s+at )? \s* {_CLOCK} )? {_PLACE}")
_NO_YEAR = _pattern(
    rf"(?P<month>[0-9]{{1,2}}) \s* [-月] \s* (?P<day>[0-9]{{1,2}}) \s* [日号]? (?: \s* {_CLOCK} )? {_PLACE}"
)
_NO_DAY = _pattern(rf"{_CLOCK} {_PLACE}")
_WHOLE = _pattern(rf"{_DATE_AND_CLOCK} {_PLACE}")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, *)?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} .*")
_MINUTE = timedelta(minutes=1)
_UNITS = {
    **dict.fromkeys(("秒", "秒钟", "s", "sec", "secs", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("分", "分钟", "m", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("小时", "个小时", "h", "hr", "hrs", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("天", "日", "d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("周", "星期", "个星期", "w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("月", "个月", "mo", "month", "months"), timedelta(days=30)),
    **dict.fromkeys(("年", "y", "yr", "year", "years"), timedelta(days=365)),
}


def read_spoken(value: str | float | None, *, now: datetime, zone: tzinfo) -> Spoken | None:
    """A time as a page shows it, seen at `now` by readers in `zone`; None where it is none, or not plausible.

    All of `read_stated` and `read_time`, 刚刚, 5分钟前, 今天 12:30, 昨天, 06-14 12:30, 6月14日, 2h, "3 days
    ago", with 编辑于 or the like in front and the writer's place behind. `guessed` is True where
    - only a day is told: its midnight is taken;
    - it is counted in more than minutes (2小时前, 半小时前, 3天前);
    - the year is not told: the latest that is not in the future is taken; or the day is not told at all.
    It is False for 刚刚, seconds and minutes ago, and a clock on 今天, 昨天, 前天: with `now` that is exact.
    """
    text = _text_of(value)
    verb = _VERB.match(text)
    found = _spoken_in_utc(partial(_said, now), text[verb.end() :] if verb else text, zone)
    return found if found is not None and _is_plausible(found.moment, now) else None


def _text_of(value: str | float | None) -> str:
    if isinstance(value, str):
        return _folded(value)
    if value is None or isinstance(value, bool) or value != value or abs(value) > 1e15:
        return ""
    return str(int(value) if value == int(value) else value)


def _said(now: datetime, text: str, zone: tzinfo) -> Spoken | None:
    today = now.astimezone(zone).date()
    if _JUST_NOW.fullmatch(text):
        return Spoken(now, guessed=False)
    if found := _CHINESE_AGO.fullmatch(text) or _ENGLISH_AGO.fullmatch(text):
        return _ago(found, now)
    if found := _NAMED_DAY.fullmatch(text):
        return _on(today - timedelta(days=_DAYS_AGO[found["name"].lower()]), found, zone)
    if found := _WHOLE.fullmatch(text):
        return _on(_day_of(found, int(found["year"])), found, zone)
    if found := _NO_YEAR.fullmatch(text):
        return _latest(found, _same_days(found, today), now, zone)
    if found := _NO_DAY.fullmatch(text):
        return _latest(found, [today + timedelta(days=1), today, today - timedelta(days=1)], now, zone)
    if _MAIL.fullmatch(text) or _ISO.match(text):
        moment = read_time(text, now=now, zone=zone)
        return Spoken(moment, guessed=False) if moment else None
    return _stated(text, zone)


def _ago(found: re.Match[str], now: datetime) -> Spoken | None:
    unit = found["unit"].lower()
    length = _UNITS.get(unit)
    # Alone, 5m is how pages say it; "5 minutes" is how long a film is.
    if length is None or ("ago" in found.groupdict() and not found["ago"] and len(unit) > 2):
        return None
    count = 0.5 if found["count"] == "半" else int(found["count"] or 1)
    return Spoken(now - count * length, guessed=length > _MINUTE or count == 0.5)


def _same_days(found: re.Match[str], today: date) -> Iterator[date]:
    """That day of the month in next year, this year and the years before, where they have it."""
    for year in range(today.year + 1, today.year - _LEAP - 1, -1):
        with suppress(ValueError):
            yield _day_of(found, year)


def _latest(found: re.Match[str], days: Iterable[date], now: datetime, zone: tzinfo) -> Spoken | None:
    moments = (_on(day, found, zone).moment for day in days)
    latest = next((moment for moment in moments if moment <= now + _SKEW), None)
    return Spoken(latest, guessed=True) if latest else None


# Ids that carry their time.

_CALENDAR_ENDS = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
_WEIBO_EPOCH = 515_483_463
_WEIBO_BEGAN = datetime(2009, 8, 14, tzinfo=UTC)


def weibo_mid_time(mid: int | str) -> datetime | None:
    """When Weibo gave a post its mid; None for what is none.

    Mostly within 2 seconds of the time of posting, all of 3,106 posts of 2012 to 2014 within 30 seconds.
    """
    text = str(mid)
    if not re.fullmatch(r"[0-9]{1,19}", text):
        return None
    seconds = (int(text) >> 22) + _WEIBO_EPOCH
    if seconds >= _CALENDAR_ENDS:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if moment >= _WEIBO_BEGAN else None
