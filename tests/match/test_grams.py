"""Where literals stand is told for a whole batch, and no place is left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.match.scan.grams import Grams

CHARS = "断网a1𠮷😀\uffff"
LITERALS = st.lists(st.text(CHARS, min_size=1, max_size=5), max_size=6)


def places(literals: list[str], text: str) -> list[int]:
    points = np.array([*map(ord, text), 0], np.uint32)
    return sorted(set(Grams(literals).places(points).tolist()))


@given(LITERALS, st.text(CHARS, max_size=20))
def test_every_place_of_a_literal_is_told_and_no_other(literals: list[str], text: str) -> None:
    assert places(literals, text) == [n for n in range(len(text)) if text.startswith(tuple(literals), n)]


@pytest.mark.parametrize("text", ["断", "断网", "网断网", "断网断网络"])
def test_nothing_is_found_past_the_end(text: str) -> None:
    assert places(["网络很", "网络"], text) == ([3] if text.endswith("网络") else [])


def test_no_literals_are_nowhere() -> None:
    assert not Grams([])
    assert places([], "断网") == []


def test_a_hundred_thousand_are_told_apart_from_everything_else() -> None:
    literals = [chr(0x4E00 + n // 300) + chr(0x6000 + n % 300) for n in range(100_000)]
    assert places(literals, "丁" + literals[77_777] + "七上") == [1]
    assert places(literals, "七上八下") == []
