"""What stands in other people's tables."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from listening.collect.importers._values import count, moment, native_id, truth
from listening.collect.reading.times import Spoken

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
MINUTE = MOMENT.replace(second=0)


def test_a_whole_date_is_read_and_a_mere_date_is_a_guess() -> None:
    assert moment("2019/2/28 11:25", SHANGHAI) == Spoken(MINUTE, guessed=False)
    assert moment("2019-02-28", SHANGHAI) == Spoken(datetime(2019, 2, 27, 16, tzinfo=UTC), guessed=True)


@pytest.mark.parametrize(
    "text", ["刚刚", "5分钟前", "昨天 12:30", "02-28 11:25", "2/28/2019 11:25", "", "12345"]
)
def test_what_means_something_only_when_it_is_shown_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time that can be read; state time_formats"):
        moment(text, SHANGHAI)


def test_stated_formats_go_before_everything_else() -> None:
    forms = ["%d.%m.%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S %z"]
    assert moment("２8.02.2019 11:25", SHANGHAI, forms) == Spoken(MINUTE, guessed=False)
    assert moment("02/28/2019", SHANGHAI, forms) == Spoken(
        datetime(2019, 2, 27, 16, tzinfo=UTC), guessed=True
    )
    assert moment("2019-02-28 03:25:05 +0000", SHANGHAI, forms) == Spoken(MOMENT, guessed=False)
    with pytest.raises(ValueError, match="has none of the time_formats"):
        moment("2019/2/28 11:25:05", SHANGHAI, forms)


def test_numbers_are_those_of_the_pages() -> None:
    assert [count(written) for written in ("3,642", "1.2万", "100万+", 12)] == [3642, 12_000, 1_000_000, 12]
    assert [count(label) for label in ("转发", "赞", "")] == [None] * 3


@pytest.mark.parametrize("text", ["-1", "1.5", "1,23", "九", "1e5"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number like 3642, 3,642"):
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
