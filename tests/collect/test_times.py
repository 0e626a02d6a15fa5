"""Times of other people: read without guessing, or with the guess told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.reading.times import (
    FUTURE,
    Spoken,
    read_spoken,
    read_stated,
    read_time,
    weibo_mid_time,
)
from listening.model import ids

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

GOOD = [
    "2026-11-23T08:00:00Z",
    "2026-11-23T16:00:00+08:00",
    "2026-11-23T16:00:00+0800",
    "2026-11-23 16:00:00 +0800",
    "2026-11-23T08:00:00.000Z",
    "20261123T080000Z",
    "Mon, 23 Nov 2026 16:00:00 +0800",
    "Mon, 23 Nov 2026 08:00:00 GMT",
    "23 Nov 2026 08:00:00 UT",
    "Mon, 23 Nov 2026 03:00:00 EST",
    "Mon, 23 Nov 2026 08:00:00 -0000",
    " 2026-11-23T08:00:00Z\n",
]
BROKEN = {
    "no time at all": "",
    "words": "前天傍晚",
    "no zone, ISO": "2026-11-23T16:00:00",
    "no zone, RFC 822": "Mon, 23 Nov 2026 16:00:00",
    "a zone with two meanings": "Mon, 23 Nov 2026 16:00:00 CST",
    "a day without a time": "2026-11-23",
    "a month too many": "2026-13-23T16:00:00Z",
    "a day too many": "Mon, 32 Nov 2026 16:00:00 +0800",
    "ten years ahead": "2036-11-23T08:00:00Z",
    "the beginning of the epoch": "1970-01-01T00:00:00Z",
    "the year 1": "0001-01-01T00:00:00+14:00",
    "a number": "1763884800",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_time_with_a_zone_is_read(text: str) -> None:
    assert read_time(text, now=NOW) == EIGHT


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_time_is_absent_and_not_guessed(text: str) -> None:
    assert read_time(text, now=NOW) is None


def test_absent_is_absent() -> None:
    assert read_time(None, now=NOW) is None


@pytest.mark.parametrize("text", ["2026-11-23T16:00:00", "Mon, 23 Nov 2026 16:00:00 CST"])
def test_the_operators_zone_is_for_times_without_one(text: str) -> None:
    assert read_time(text, now=NOW, zone=ZoneInfo("Asia/Shanghai")) == EIGHT


def test_a_clock_may_run_ahead_by_a_day_and_no_more() -> None:
    ahead = NOW + FUTURE
    assert read_time(ahead.isoformat(), now=NOW) == ahead
    assert read_time((ahead + timedelta(seconds=1)).isoformat(), now=NOW) is None


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    moment = read_time(text, now=NOW, zone=UTC)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(631_238_400, int(NOW.timestamp())), st.integers(-14 * 60, 14 * 60))
def test_every_iso_time_comes_back(seconds: int, minutes: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert read_time(moment.isoformat(), now=NOW) == moment


# Whole dates.

MOMENT = datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
MINUTE = MOMENT.replace(second=0)
MIDNIGHT = datetime(2019, 2, 27, 16, tzinfo=UTC)
STATED = {
    "2019/2/28 11:25:05": MOMENT,
    "2019-02-28 11:25:05": MOMENT,
    "2019-02-28T11:25:05": MOMENT,
    "2019-02-28T11:25:05+08:00": MOMENT,
    "2019-02-28T03:25:05Z": MOMENT,
    "2019-02-27T22:25:05 -0500": MOMENT,
    "2019-02-28 11:25:05.250": MOMENT.replace(microsecond=250_000),
    "2019.2.28 11:25:05": MOMENT,
    "2019/2/28 11:25": MINUTE,
    "2019-02-28 11:25": MINUTE,
    "2019年2月28日 11:25": MINUTE,
    "2019年02月28日11时25分05秒": MOMENT,
    "2019年2月28日 11时25分": MINUTE,
    "2019年2月28日 上午11:25": MINUTE,
    "2019/2/28 11:25:05 AM": MOMENT,
    "2019/2/28 AM 11:25:05": MOMENT,
    "2019/2/28 下午3:25:05": MOMENT.replace(hour=7),
    "2019/2/28 中午12:25:05": MOMENT.replace(hour=4),
    "2019/2/28 中午1:25:05": MOMENT.replace(hour=5),
    "2019/2/28 傍晚6:25:05": MOMENT.replace(hour=10),
    "2019/2/28 晚上8:25:05": MOMENT.replace(hour=12),
    "2019/3/1 凌晨0:25:05": MOMENT.replace(hour=16),
    "2019/2/28 12:25:05 AM": MOMENT.replace(day=27, hour=16),
    "2019/2/28 12:25:05 PM": MOMENT.replace(hour=4),
    "２０１９－０２－２８　１１：２５：０５": MOMENT,
    " 2019/2/28 11:25:05 ": MOMENT,
    "20190228112505": MOMENT,
    "201902281125": MINUTE,
    "1551324305": MOMENT,
    "1551324305.5": MOMENT.replace(microsecond=500_000),
    "1551324305250": MOMENT.replace(microsecond=250_000),
    "Thu Feb 28 11:25:05 +0800 2019": MOMENT,
}
MERE_DATES = ["2019-02-28", "2019/2/28", "2019年2月28日", "20190228"]
NEVER = {
    "an impossible day": "2019-02-30",
    "an impossible month": "2019-13-01 10:00",
    "an impossible hour": "2019-02-28 25:00",
    "a small number": "12345",
    "eleven digits": "15513243055",
    "thirty digits": "9" * 30,
    "milliseconds with a fraction": "1551324305250.5",
    "no half day has thirteen hours": "2019/2/28 下午13:25",
    "before or after midnight": "2019/2/28 晚上12:25",
    "night, before or after midnight": "2019/2/28 晚上1:25",
    "no noon": "2019/2/28 中午8:25",
    "a zone with two meanings": "2019-02-28 11:25 CST",
    "day or month first": "2/28/2019 11:25",
    "other digits": "٢٠١٩-٠٢-٢٨ 11:25",
    "nothing": "",
    "the last year there is": "9999-12-31 23:59 -0100",
    "the first year there is": "0001-01-01 00:00",
}


@pytest.mark.parametrize(("text", "moment"), STATED.items(), ids=STATED)
def test_a_whole_date_is_read_by_both_readers(text: str, moment: datetime) -> None:
    assert read_stated(text, SHANGHAI) == Spoken(moment, guessed=False)
    assert read_spoken(text, now=NOW, zone=SHANGHAI) == Spoken(moment, guessed=False)


@pytest.mark.parametrize("text", MERE_DATES)
def test_a_mere_date_is_midnight_and_a_guess(text: str) -> None:
    assert read_stated(text, SHANGHAI) == Spoken(MIDNIGHT, guessed=True)
    assert read_spoken(text, now=NOW, zone=SHANGHAI) == Spoken(MIDNIGHT, guessed=True)


@pytest.mark.parametrize("text", NEVER.values(), ids=NEVER)
def test_what_is_no_date_is_read_by_neither(text: str) -> None:
    assert read_stated(text, SHANGHAI) is None
    assert read_spoken(text, now=NOW, zone=SHANGHAI) is None


@given(st.datetimes(min_value=datetime(2001, 9, 10), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - bounds
def test_every_whole_date_comes_back_from_the_ways_it_is_written(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    local = when.astimezone(SHANGHAI)
    for text in (when.isoformat(), f"{local:%Y-%m-%d %H:%M:%S%z}", str(int(when.timestamp()))):
        assert read_stated(text, SHANGHAI) == Spoken(when, guessed=False)


# What pages say. It is Saturday noon in Shanghai, and 04:40 in UTC.

SEEN = datetime(2025, 6, 14, 12, 40, tzinfo=SHANGHAI)


def local(
    month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, year: int = 2025
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


EXACT = {
    "刚刚": SEEN,
    "刚刚 来自 微博网页版": SEEN,
    "just now": SEEN,
    "5秒前": local(6, 14, 12, 39, 55),
    "30 秒钟前": local(6, 14, 12, 39, 30),
    "5分钟前": local(6, 14, 12, 35),
    "5 分钟前": local(6, 14, 12, 35),
    "５分钟前": local(6, 14, 12, 35),
    "59分钟以前": local(6, 14, 11, 41),
    "5分钟前 来自 iPhone 13": local(6, 14, 12, 35),
    "5m": local(6, 14, 12, 35),
    "5m ago": local(6, 14, 12, 35),
    "5 minutes ago": local(6, 14, 12, 35),
    "a minute ago": local(6, 14, 12, 39),
    "今天 12:30": local(6, 14, 12, 30),
    "今天12:30": local(6, 14, 12, 30),
    "今天　１２：３０": local(6, 14, 12, 30),
    "Today at 9:05 AM": local(6, 14, 9, 5),
    "昨天 12:30": local(6, 13, 12, 30),
    "昨天 12:30:15": local(6, 13, 12, 30, 15),
    "昨天 12:30 广东": local(6, 13, 12, 30),
    "昨天 下午 3:30 广东": local(6, 13, 15, 30),
    "昨天凌晨0:30": local(6, 13, 0, 30),
    "昨天 晚上11:30": local(6, 13, 23, 30),
    "yesterday at 3:15 pm": local(6, 13, 15, 15),
    "前天 08:01": local(6, 12, 8, 1),
    "编辑于 昨天 12:30 广东": local(6, 13, 12, 30),
    "最后编辑于 昨天 12:30": local(6, 13, 12, 30),
    "回复于5分钟前": local(6, 14, 12, 35),
    "发布于 2024-08-10 12:33": local(8, 10, 12, 33, year=2024),
    "2024-08-10 12:33": local(8, 10, 12, 33, year=2024),
    "2024年8月10日 12:33": local(8, 10, 12, 33, year=2024),
    "2024-08-10 12:33 广东": local(8, 10, 12, 33, year=2024),
    "Sat Jun 14 10:00:00 +0800 2025": local(6, 14, 10),
    "Sat, 14 Jun 2025 10:00:00 +0800": local(6, 14, 10),
    "2025-06-14T02:00:00Z": local(6, 14, 10),
    "20250614T020000Z": local(6, 14, 10),
    "1749866400": local(6, 14, 10),
    "1749866400000": local(6, 14, 10),
}
GUESSED = {
    "1小时前": local(6, 14, 11, 40),
    "2 个小时前": local(6, 14, 10, 40),
    "半小时前": local(6, 14, 12, 10),
    "半分钟前": local(6, 14, 12, 39, 30),
    "3天前": local(6, 11, 12, 40),
    "3天前 IP属地：广东": local(6, 11, 12, 40),
    "1周前": local(6, 7, 12, 40),
    "2个月前": local(4, 15, 12, 40),
    "1年前": local(6, 14, 12, 40, year=2024),
    "2h": local(6, 14, 10, 40),
    "2h · 广东": local(6, 14, 10, 40),
    "an hour ago": local(6, 14, 11, 40),
    "3 days ago": local(6, 11, 12, 40),
    "今天": local(6, 14),
    "昨天": local(6, 13),
    "昨天 广东": local(6, 13),
    "yesterday": local(6, 13),
    "前天": local(6, 12),
    "06-14": local(6, 14),
    "6-14": local(6, 14),
    "6月14日": local(6, 14),
    "06-14 12:30": local(6, 14, 12, 30),
    "06-14 12:45": local(6, 14, 12, 45),  # its clock goes a little ahead of ours
    "06-14 13:45": local(6, 14, 13, 45, year=2024),
    "06-15": local(6, 15, year=2024),
    "03月12日 10:20": local(3, 12, 10, 20),
    "12-31 23:59": local(12, 31, 23, 59, year=2024),
    "11-20 广东": local(11, 20, year=2024),
    "编辑于 11-20 广东": local(11, 20, year=2024),
    "02-29": local(2, 29, year=2024),
    "12:30": local(6, 14, 12, 30),
    "23:50": local(6, 13, 23, 50),
    "凌晨0:30": local(6, 14, 0, 30),
    "2018-06-14": local(6, 14, year=2018),
    "2024/8/10": local(8, 10, year=2024),
    "2024/8/10 广东": local(8, 10, year=2024),
}
NOT_SAID = {
    "before or after midnight": "昨天 晚上12:30",
    "a clock behind the place": "2025-06-14 星期六 12:30",
    "an hour without minutes": "昨天 下午3点",
    "a length": "5 minutes",
    "no unit": "5 apples ago",
    "no Chinese unit": "5个苹果前",
    "an impossible day": "02-30",
    "an impossible month": "13-01",
    "day or month": "3/4",
    "before the web": "1980-01-01",
    "a year ahead": "2026-06-14 12:30",
    "long before the web": "99999年前",
    "a place": "广东",
    "a verb": "编辑于",
    "a text": "昨天 " + "断网" * 60,
    "morning": "am",
}
NO_TEXTS: list[float | None] = [None, True, 0, -1, 12, float("nan"), float("inf"), 1e300]


@pytest.mark.parametrize(("text", "moment"), EXACT.items(), ids=EXACT)
def test_what_is_said_to_the_minute_is_no_guess(text: str, moment: datetime) -> None:
    assert read_spoken(text, now=SEEN, zone=SHANGHAI) == Spoken(moment.astimezone(UTC), guessed=False)


@pytest.mark.parametrize(("text", "moment"), GUESSED.items(), ids=GUESSED)
def test_what_is_said_by_the_hour_the_day_or_without_the_year_is_a_guess(text: str, moment: datetime) -> None:
    assert read_spoken(text, now=SEEN, zone=SHANGHAI) == Spoken(moment.astimezone(UTC), guessed=True)


@pytest.mark.parametrize("text", NOT_SAID.values(), ids=NOT_SAID)
def test_what_says_no_time_is_absent(text: str) -> None:
    assert read_spoken(text, now=SEEN, zone=SHANGHAI) is None


@pytest.mark.parametrize("value", NO_TEXTS, ids=repr)
def test_what_is_no_text_and_no_unix_time_is_absent(value: float | None) -> None:
    assert read_spoken(value, now=SEEN, zone=SHANGHAI) is None


@pytest.mark.parametrize("value", [1749866400, 1749866400.0, 1749866400000])
def test_unix_times_come_as_numbers_too(value: float) -> None:
    assert read_spoken(value, now=SEEN, zone=SHANGHAI) == Spoken(
        local(6, 14, 10).astimezone(UTC), guessed=False
    )


def test_the_day_turns_where_the_page_is_read_and_not_in_utc() -> None:
    early = local(6, 14, 0, 30)  # still the 13th in UTC
    assert read_spoken("今天 00:10", now=early, zone=SHANGHAI) == Spoken(local(6, 14, 0, 10), guessed=False)
    assert read_spoken("昨天 23:10", now=early, zone=SHANGHAI) == Spoken(local(6, 13, 23, 10), guessed=False)
    assert read_spoken("06-14", now=early, zone=SHANGHAI) == Spoken(local(6, 14), guessed=True)
    assert read_spoken("06-14", now=early, zone=UTC) == Spoken(
        datetime(2024, 6, 14, tzinfo=UTC), guessed=True
    )


def test_the_year_turns_for_dates_without_one() -> None:
    new_year = local(1, 1, 0, 5, year=2026)
    assert read_spoken("12-31 23:58", now=new_year, zone=SHANGHAI) == Spoken(
        local(12, 31, 23, 58), guessed=True
    )
    assert read_spoken("01-01", now=new_year, zone=SHANGHAI) == Spoken(local(1, 1, year=2026), guessed=True)
    last_minute = local(12, 31, 23, 59)
    ahead = read_spoken("01-01 00:01", now=last_minute, zone=SHANGHAI)
    assert ahead == Spoken(local(1, 1, 0, 1, year=2026), guessed=True)
    assert read_spoken("00:01", now=last_minute, zone=SHANGHAI) == ahead


def test_the_29th_of_february_is_of_the_last_leap_year() -> None:
    seen = datetime(2104, 1, 1, tzinfo=UTC)
    assert read_spoken("02-29", now=seen, zone=UTC) == Spoken(datetime(2096, 2, 29, tzinfo=UTC), guessed=True)


ages = st.timedeltas(timedelta(0), timedelta(days=360))
zones = st.sampled_from([ZoneInfo(name) for name in ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu")])


def as_pages_say(then: datetime, now: datetime) -> list[tuple[str, timedelta]]:
    """Every way to say it that fits, and how precise that is."""
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    age, days = now - then, (now.date() - then.date()).days
    said = [(f"{then:%Y-%m-%d %H:%M}", minute), (f"{then:%m-%d %H:%M}", minute), (f"{then:%m月%d日}", day)]
    said.append((f"{then:%Y年%m月%d日} {'凌晨' if then.hour < 6 else ''}{then:%H:%M}", minute))
    if age < hour:
        said += [(f"{age // minute}分钟前", minute), (f"{age // minute}m", minute)]
    if age < day:
        said += [(f"{age // hour}小时前", hour), (f"{then:%H:%M}", minute)]
    if days < 3:
        said += [(f"{'今昨前'[days]}天 {then:%H:%M} 广东", minute), (f"编辑于 {'今昨前'[days]}天", day)]
    return [*said, (f"{age // day}天前", day), (f"{age // day} days ago", day)]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), ages, zones)  # noqa: DTZ001 - bounds
def test_what_a_page_says_now_is_read_as_what_was_meant(
    now: datetime, age: timedelta, zone: ZoneInfo
) -> None:
    now = now.replace(tzinfo=UTC)
    then = (now - age).astimezone(zone)
    for text, precision in as_pages_say(then, now.astimezone(zone)):
        found = read_spoken(text, now=now, zone=zone)
        assert found is not None, text
        # An hour may come twice in a year, or be left out, where clocks are changed.
        changed = abs((then.utcoffset() or timedelta(0)) - (now.astimezone(zone).utcoffset() or timedelta(0)))
        assert abs(found.moment - then) <= precision + changed + timedelta(
            hours=zone.key.startswith("America")
        ), text
        assert precision <= timedelta(minutes=1) or found.guessed, text


@given(
    st.text()
    | st.text("0123456789０半今昨前天刚日月年小时分钟秒:：- /·.上下晚午编辑于广东agohmdTZ+", max_size=24)
    | st.floats()
    | st.integers(),
    zones,
)
def test_nothing_makes_it_fail_and_nothing_is_of_tomorrow(value: str | float, zone: ZoneInfo) -> None:
    found = read_spoken(value, now=NOW, zone=zone)
    if found:
        assert found.moment.tzinfo is UTC
        assert found.moment <= NOW + FUTURE


# Ids that carry their time.


@given(st.datetimes(datetime(2010, 1, 1), datetime(2060, 1, 1)), st.integers(0, (1 << 22) - 1))  # noqa: DTZ001
def test_a_mid_tells_when_it_was_given(when: datetime, rest: int) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    mid = (int(when.timestamp()) - 515_483_463) << 22 | rest
    assert weibo_mid_time(mid) == weibo_mid_time(str(mid)) == when


@pytest.mark.parametrize("file", ["m_weibo_cn_2019_a.json", "m_weibo_cn_2019_b.json"])
def test_real_mids_tell_the_time_and_are_their_bids(recordings: Path, file: str) -> None:
    text = (recordings / "weibo" / file).read_text("utf-8")
    posts = [post for post in objects(json.loads(text)) if "mid" in post and "bid" in post]
    assert posts
    for post in posts:
        assert (ids.weibo_mid(post["bid"]), ids.weibo_bid(post["mid"])) == (str(post["mid"]), post["bid"])
        stated = read_stated(post["created_at"], SHANGHAI)
        told = weibo_mid_time(post["mid"])
        assert told is not None
        assert stated is None or abs(told - stated.moment) <= timedelta(seconds=30)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects(inner)


@pytest.mark.parametrize(
    "mid", ["", "z0JH2lOMb", "12", "-3501756485200075", "9" * 30, "３５０１７５６４８５２０００７５"]
)
def test_what_is_no_mid_tells_no_time(mid: str) -> None:
    assert weibo_mid_time(mid) is None


BIDS = {"z0JH2lOMb": "3501756485200075", "A": "36", "10000": "10000000", "1000A": "10000036"}


@pytest.mark.parametrize(("bid", "mid"), BIDS.items())
def test_a_bid_is_another_way_to_write_a_mid(bid: str, mid: str) -> None:
    assert ids.weibo_mid(bid) == mid
    assert ids.weibo_bid(mid) == bid


@given(st.integers(1, 10**18))
def test_every_mid_comes_back_from_its_bid(mid: int) -> None:
    assert ids.weibo_mid(ids.weibo_bid(mid)) == str(mid)


@pytest.mark.parametrize("bid", ["", "Kxx_1", "断网", "K" * 13])
def test_what_is_no_bid_is_told(bid: str) -> None:
    with pytest.raises(ValueError, match="is no bid"):
        ids.weibo_mid(bid)
    with pytest.raises(ValueError, match="is no mid"):
        ids.weibo_bid(bid)
