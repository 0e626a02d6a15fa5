"""Folding keeps every offset and makes spellings alike."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.text.fold import compute, fold, table


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("宽帶斷網", "宽带断网", id="traditional to simplified"),
        pytest.param("ＬＴＥ５Ｇ", "lte5g", id="full width to half, upper to lower"),
        pytest.param("断网　了", "断网 了", id="ideographic blank to blank"),
        pytest.param("断网\u00a0了", "断网 了", id="no-break space to blank"),
        pytest.param("①²", "12", id="circled and superscript digits"),
        pytest.param("薴", "苎", id="a chain is followed to its end"),
        pytest.param("ﬁ", "ﬁ", id="a ligature would become two characters, so it stays"),
        pytest.param("ß", "ß", id="ss would be two characters"),
        pytest.param("İ", "İ", id="casefold of dotted I would be two"),
        pytest.param("後", "后", id="one of several simplified meanings is taken alike everywhere"),
        pytest.param("𠮷", "𠮷", id="ideographs beyond the first plane survive"),
        pytest.param("Ⅷ", "Ⅷ".casefold(), id="roman numeral eight has no single character"),
        pytest.param("豈", "岂", id="compatibility ideograph, then simplified"),
        pytest.param("\U0010ffff", "\U0010ffff", id="the last code point there is"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_spellings_become_alike(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_offsets_survive_and_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert len(once) == len(text)
    assert fold(once) == once


@given(st.text())
def test_each_character_folds_by_itself(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))


def test_the_table_covers_all_code_points_and_keeps_surrogates() -> None:
    assert table().shape == (0x110000,)
    surrogates = np.arange(0xD800, 0xE000)
    assert np.array_equal(table()[surrogates], surrogates)


@pytest.mark.parametrize("last", ["\U0010ffff", "\U0010fffe", "\x00"])
def test_the_first_and_the_last_code_points_are_what_they_are(last: str) -> None:
    assert fold(last) == last
    assert compute()[ord(last)] == ord(last)


def test_no_character_outside_the_walked_ranges_has_a_name_or_folds() -> None:
    """The table is built from the assigned ranges only; a new Unicode plane must be noticed."""
    for point in [*range(0x323B0, 0xE0000, 7), *range(0xE01F0, 0x110000, 7)]:
        char = chr(point)
        assert unicodedata.name(char, "") == ""
        assert fold(char) == char
