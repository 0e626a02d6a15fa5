"""What stores index and what they are asked go through the same form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.text.index_form import index_form, is_whole_word, whole_words


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("斷網 了", "断 网 了", id="folded, blanks dropped"),
        pytest.param("5G套餐", "5 g 套 餐", id="Latin by characters too"),
        pytest.param("a\r\nb", "a \u2028 \u2028 b", id="newlines are tokens of their own"),
        pytest.param("断\u200b网\x07", "断 网", id="zero-width and control characters dropped"),
        pytest.param("C++ 😡", "c + + 😡", id="punctuation and emoji stay"),
        pytest.param("𠮷", "𠮷", id="one code point, not two halves"),
    ],
)
def test_index_form(text: str, form: str) -> None:
    assert index_form(text) == form


@given(st.text(), st.text(), st.text())
def test_what_stands_in_a_text_is_found_in_its_form(before: str, word: str, after: str) -> None:
    form = index_form(word)
    assert f" {form} " in f" {index_form(before + word + after)} " or not form


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("用5G网和2.5G", ["5g", "2.5g"], id="a point between digits joins"),
        pytest.param("LTE.好 filter", ["lte", "filter"], id="a point elsewhere does not"),
        pytest.param("iPhone15 foo_bar", ["iphone15", "foo_bar"], id="digits and underscores belong"),
        pytest.param("①5² ＷＩＦＩ", ["5", "wifi"], id="circled and raised digits are no numbers"),
        pytest.param("断网", [], id="Han is not a Latin word"),
    ],
)
def test_whole_words(text: str, words: list[str]) -> None:
    assert whole_words(text) == words


@pytest.mark.parametrize(
    ("term", "is_one"),
    [
        ("5G", True),
        ("2.5", True),
        ("C++", False),
        ("5G网", False),
        ("断网", False),
        ("①", False),
        ("", False),
    ],
)
def test_only_a_single_whole_word_is_searched_as_one(term: str, is_one: bool) -> None:
    assert is_whole_word(term) is is_one
