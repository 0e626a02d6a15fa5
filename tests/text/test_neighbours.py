"""Where words are told to part, no way of cutting ever joins them."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.text.neighbours import Neighbours
from listening.text.segment import Segmenter, dictionary_text, plain

OWN = ["断网", "星河宽带", "网又"]
NEIGHBOURS = Neighbours(OWN)
CUTTERS = [plain(), Segmenter(OWN)]
WORDS = [line.split(" ")[0] for line in dictionary_text().splitlines()[::37]]
ODD = ["\n", " ", "#", "c++", "5G", "t.cn", "😡", "𠮷", "の", "，", "〇", "㐀", "不", "没", *OWN]
TEXTS = st.lists(st.sampled_from(ODD) | st.sampled_from(WORDS) | st.characters(), max_size=12).map("".join)


def boundaries(cutter: Segmenter, text: str) -> set[int]:
    return {0, *accumulate(map(len, cutter.cut(text)))}


@given(TEXTS)
def test_no_cutting_joins_what_must_part(text: str) -> None:
    parting = {n for n in range(len(text) + 1) if NEIGHBOURS.part(text, n)}
    for cutter in CUTTERS:
        assert parting <= boundaries(cutter, text) | {len(text)}


@pytest.mark.parametrize(
    ("text", "position", "parts"),
    [
        pytest.param("判断网络", 2, False, id="inside a word of one's own"),
        pytest.param("判断网络", 1, False, id="inside a word of the dictionary"),
        pytest.param("T恤", 1, False, id="a word of two scripts"),
        pytest.param("，断网", 1, True, id="behind a sign"),
        pytest.param("断网😡", 2, True, id="before an emoji"),
        pytest.param("罄蹼", 1, True, id="two characters of no common word"),
        pytest.param("断网", 0, True, id="the beginning"),
        pytest.param("断网", 2, True, id="the end"),
        pytest.param("ab", 1, False, id="Latin letters are not asked about"),
    ],
)
def test_what_parts(text: str, position: int, parts: bool) -> None:
    assert NEIGHBOURS.part(text, position) is parts


def test_most_places_between_unrelated_characters_part() -> None:
    """The table tells too much for one pair in twelve at most, else it would be of no use."""
    draw = random.Random(3)
    pairs = ["".join(chr(draw.randrange(0x4E00, 0x9FD6)) for _ in range(2)) for _ in range(2_000)]
    assert sum(NEIGHBOURS.part(pair, 1) for pair in pairs) > 2_000 * 11 / 12
