"""Numbers as pages and exports write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.reading.counts import Count, is_unknown, read_count

COUNTS: dict[str | int | float, Count] = {
    0: Count(0),
    3642: Count(3642),
    12.0: Count(12),
    "0": Count(0),
    "3642": Count(3642),
    "3,642": Count(3642),
    "1,234,567": Count(1_234_567),
    "12.0": Count(12),
    " ３６ ": Count(36),
    "３，６４２": Count(3642),
    "1.2万": Count(12_000),
    "1.2 万": Count(12_000),
    "1.2345万": Count(12_345),
    "1.2w": Count(12_000),
    "1.2W": Count(12_000),
    "1.2K": Count(1_200),
    "3.4M": Count(3_400_000),
    "3千": Count(3_000),
    "1亿": Count(100_000_000),
    "1.5亿": Count(150_000_000),
    "100万+": Count(1_000_000, at_least=True),
    "10w＋": Count(100_000, at_least=True),
    "99+": Count(99, at_least=True),
}
UNKNOWN = [None, "", " ", "转发", "赞", " 评论 ", "收藏", "None", "null", "-"]
NO_COUNTS = ["-1", "1.5", "1,23", "万", "1.23456万", "1e5", "1.2.3", "9" * 20, "9" * 5_000, "十万", "转发 3"]
NO_NUMBERS: list[object] = [True, -1, 1.5, float("nan"), float("inf"), 1 << 63, [3], {}]


@pytest.mark.parametrize(("written", "count"), COUNTS.items(), ids=map(repr, COUNTS))
def test_a_number_is_read_in_every_way_it_is_written(written: object, count: Count) -> None:
    assert read_count(written) == count
    assert not is_unknown(written)


@pytest.mark.parametrize("written", UNKNOWN, ids=repr)
def test_the_label_of_a_button_is_no_number_and_no_mistake(written: object) -> None:
    assert read_count(written) is None
    assert is_unknown(written)


@pytest.mark.parametrize("written", NO_COUNTS + NO_NUMBERS, ids=lambda written: repr(written)[:20])
def test_what_is_no_count_is_none_and_not_called_unknown(written: object) -> None:
    assert read_count(written) is None
    assert not is_unknown(written)


@given(st.text() | st.from_regex(r"[0-9０-９,.]{1,8}[千万亿kwmKWM]?\+?", fullmatch=True))
def test_no_text_makes_it_fail(text: str) -> None:
    count = read_count(text)
    assert count is None or 0 <= count.value < 1 << 63
    assert not (count and is_unknown(text))


@given(st.integers(0, (1 << 63) - 1))
def test_every_number_comes_back_however_it_is_written(number: int) -> None:
    for written in (number, str(number), f"{number:,}"):
        assert read_count(written) == Count(number)


@given(
    st.integers(0, 99_999),
    st.sampled_from([("万", 10_000), ("w", 10_000), ("亿", 100_000_000), ("k", 1_000)]),
)
def test_a_tenth_of_a_unit_is_exact(tenths: int, unit: tuple[str, int]) -> None:
    sign, size = unit
    assert read_count(f"{tenths // 10}.{tenths % 10}{sign}") == Count(tenths * size // 10)
