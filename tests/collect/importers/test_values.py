"""What stands in other people's tables."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.importers._values import count, moment, native_id, truth

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
MINUTE = MOMENT.replace(second=0)

TIMES = {
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
    "2019/2/28 下午3:25:05": datetime(2019, 2, 28, 7, 25, 5, tzinfo=UTC),
    "2019/2/28 12:25:05 AM": datetime(2019, 2, 27, 16, 25, 5, tzinfo=UTC),
    "2019/2/28 12:25:05 PM": datetime(2019, 2, 28, 4, 25, 5, tzinfo=UTC),
    "２０１９－０２－２８　１１：２５：０５": MOMENT,
    " 2019/2/28 11:25:05 ": MOMENT,
    "20190228112505": MOMENT,
    "201902281125": MINUTE,
    "1551324305": MOMENT,
    "1551324305.5": MOMENT.replace(microsecond=500_000),
    "1551324305250": MOMENT.replace(microsecond=250_000),
    "Thu Feb 28 11:25:05 +0800 2019": MOMENT,
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items(), ids=TIMES.keys())
def test_times_in_the_forms_exports_use(text: str, expected: datetime) -> None:
    assert moment(text, SHANGHAI) == (expected, False)


@pytest.mark.parametrize("text", ["2019-02-28", "2019/2/28", "2019年2月28日", "20190228"])
def test_a_mere_date_is_midnight_and_said_to_be_one(text: str) -> None:
    assert moment(text, SHANGHAI) == (datetime(2019, 2, 27, 16, tzinfo=UTC), True)


NO_TIMES = [
    "刚刚",
    "5分钟前",
    "02-28 11:25",
    "2/28/2019 11:25",
    "2019-02-30",
    "2019-13-01 10:00",
    "2019-02-28 25:00",
]
NO_TIMES += [
    "12345",
    "15513243055",
    "2019/2/28 下午13:25",
    "2019-02-28 11:25 CST",
    "1551324305250.5",
    "",
    "9" * 30,
]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_certain_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moment(text, SHANGHAI)


def test_stated_formats_go_before_everything_else() -> None:
    forms = ["%d.%m.%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S %z"]
    assert moment("28.02.2019 11:25", SHANGHAI, forms) == (MINUTE, False)
    assert moment("02/28/2019", SHANGHAI, forms) == (datetime(2019, 2, 27, 16, tzinfo=UTC), True)
    assert moment("2019-02-28 03:25:05 +0000", SHANGHAI, forms) == (MOMENT, False)
    with pytest.raises(ValueError, match="has none of the time_formats"):
        moment("2019/2/28 11:25:05", SHANGHAI, forms)


@given(st.datetimes(min_value=datetime(2001, 9, 10), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - bounds
def test_every_time_comes_back_from_the_ways_it_is_written(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    local = when.astimezone(SHANGHAI)
    for text in (when.isoformat(), f"{local:%Y-%m-%d %H:%M:%S%z}", str(int(when.timestamp()))):
        assert moment(text, SHANGHAI) == (when, False)


COUNTS = {
    "0": 0,
    "3642": 3642,
    "3,642": 3642,
    "1,234,567": 1_234_567,
    "1.2万": 12_000,
    "1.2 万": 12_000,
    "100万+": 1_000_000,
    "1.5亿": 150_000_000,
    "3千": 3_000,
    "2.5k": 2_500,
    "1.2W": 12_000,
    "12.0": 12,
    " ３６ ": 36,
    "1.2345万": 12_345,
}


@pytest.mark.parametrize(("text", "expected"), COUNTS.items(), ids=COUNTS.keys())
def test_numbers_as_pages_show_them(text: str, expected: int) -> None:
    assert count(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "1.5", "转发", "1,23", "万", "1.23456万", "1e5", "NaN", "9" * 20])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        count(text)


def test_yes_and_no_in_the_words_of_exports() -> None:
    assert [truth(word) for word in ("是", "True", "1", "已认证", " yes ")] == [True] * 5
    assert [truth(word) for word in ("否", "FALSE", "0", "未认证")] == [False] * 4
    with pytest.raises(ValueError, match="is neither yes nor no"):
        truth("也许")


def test_an_id_a_spreadsheet_has_rounded_is_refused() -> None:
    for text in ("4.23206E+15", "4E+15", "4.2e15"):
        with pytest.raises(ValueError, match="was rounded by a spreadsheet; export the column as text"):
            native_id(text)
    assert [native_id(text) for text in ("4232061617303706", "7e12", "e5")] == [
        "4232061617303706",
        "7e12",
        "e5",
    ]
