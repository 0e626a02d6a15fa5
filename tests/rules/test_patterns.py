"""Patterns: what folding does to their literals, and what it leaves alone."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.rules.terms.patterns import compiled, folded_pattern, pattern_mistake
from listening.rules.terms.word import HASHES
from listening.text.fold import fold, table


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("LTE套餐", "lte套餐", id="case"),
        pytest.param("寬帶", "宽带", id="traditional"),
        pytest.param("ＬＴＥ", "lte", id="full width"),
        pytest.param(r"\D\S\W\B\pL\PN\A\z", r"\D\S\W\B\pL\PN\A\z", id="escapes stay"),
        pytest.param(r"\p{Han}{0,4}\P{Greek}", r"\p{Han}{0,4}\P{Greek}", id="properties stay"),
        pytest.param(r"\QA.B网絡\E+", r"a\.b网络+", id="quoted literals"),
        pytest.param("(?P<Name>AB)(?<Other>C)", "(?P<Name>ab)(?<Other>c)", id="names of groups stay"),
        pytest.param("(?i:AB)(?sU)C(?-s:D)", "(?i:ab)(?sU)c(?-s:d)", id="flags stay"),
        pytest.param(r"\x41\x{FF21}\101", "aaa", id="characters by number"),
        pytest.param(r"\x{4e00}\x0a\07", r"\x{4e00}\x0a\07", id="numbers of what folds to itself stay"),
        pytest.param(r"\.\*\[\]\(\)\\", r"\.\*\[\]\(\)\\", id="escaped signs stay"),
        pytest.param("a{2,3}B{4}C{5,}", "a{2,3}b{4}c{5,}", id="repeats stay"),
        pytest.param("（ＡＢ．＊）", r"\(ab\.\*\)", id="full-width signs become literals"),
        pytest.param("[ABＣ]", "[abc]", id="class"),
        pytest.param("[^A]", "[^a]", id="negated class"),
        pytest.param("[^-Ｚ]", "[^-z]", id="negated class that begins with a dash"),
        pytest.param("[]A][^]A]", "[]a][^]a]", id="bracket inside a class"),
        pytest.param("[A-Z]", r"[A-Z\x{61}-\x{7a}]", id="range"),
        pytest.param("[^Ａ-Ｃx]", r"[^Ａ-Ｃ\x{61}-\x{63}x]", id="full-width range"),
        pytest.param(r"[\x41-\x43]", r"[\x41-\x43\x{61}-\x{63}]", id="range by number"),
        pytest.param("[a-z0-9]", "[a-z0-9]", id="range that folds to itself"),
        pytest.param("[A-]", "[a-]", id="dash at the end"),
        pytest.param(r"[\dA\-Z\]]", r"[\da\-z\]]", id="escapes in a class"),
        pytest.param("[［－］]", r"[\[\-\]]", id="full-width signs in a class"),
        pytest.param("[[:alpha:]A]", "[[:alpha:]a]", id="named class"),
        pytest.param("[[:upper:]]", "(?i)[[:upper:]]", id="upper case as a named class"),
        pytest.param(r"\p{Lu}x", r"(?i)\p{Lu}x", id="upper case as a property"),
    ],
)
def test_only_what_stands_for_a_character_is_folded(written: str, folded: str) -> None:
    assert folded_pattern(written) == folded


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("[A-Z]+", "LTE", id="upper case range"),
        pytest.param("[[:upper:]]+", "LTE", id="named class"),
        pytest.param(r"\p{Lu}\p{Lu}", "ＬＴ", id="property"),
        pytest.param(r"\x41", "ａ", id="by number"),
        pytest.param("[一-龥]{2}", "寬帶", id="Han range"),
        pytest.param("[寬-帶]", "宽", id="range of traditional characters"),
        pytest.param(r"换.{0,4}宽带", "換了個寬帶", id="literal"),
        pytest.param("（真的）", "(真的)", id="full-width brackets"),
        pytest.param(r"[\x{d7ff}-\x{ff3a}]", "Ａ", id="range across the surrogates"),
        pytest.param(r"5G(?:套餐|網)", "５Ｇ网", id="alternatives"),
    ],
)
def test_a_folded_pattern_finds_folded_text(written: str, text: str) -> None:
    assert pattern_mistake(written, raw=False) is None
    assert compiled(folded_pattern(written)).fullmatch(fold(text)) or compiled(
        folded_pattern(written)
    ).search(fold(text))


def test_a_negated_range_excludes_what_its_characters_fold_to() -> None:
    assert compiled(folded_pattern("^[^A-Z]+$")).search(fold("LTE")) is None
    assert compiled(folded_pattern("^[^A-Z]+$")).search(fold("断网"))


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_an_escaped_text_finds_itself_folded(text: str) -> None:
    pattern = folded_pattern(re2.escape(text))
    assert compiled(pattern).fullmatch(fold(text))


@settings(deadline=None)
@given(st.text(alphabet=r"aAЯ網（）［\()[]{}^-$.*+?|,:<>PQEdDxpL{}019=!iU&", max_size=20))
def test_any_text_is_a_pattern_or_a_mistake_and_what_reads_still_reads_folded(text: str) -> None:
    what = pattern_mistake(text, raw=True)
    if what is None and pattern_mistake(text, raw=False) is None:
        assert compiled(folded_pattern(text)).search("") is None
    elif what is None:
        assert "(?i)" in folded_pattern(text) or pattern_mistake(text, raw=False) is not None


@settings(deadline=None)
@given(st.characters(), st.characters())
def test_a_folded_range_finds_every_character_of_the_range_folded(one: str, other: str) -> None:
    first, last = sorted((one, other))
    pattern = compiled(folded_pattern(f"[\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}]"))
    middle = chr((ord(first) + ord(last)) // 2)
    found = [char for char in (first, middle, last) if not 0xD800 <= ord(char) < 0xE000]
    assert all(pattern.fullmatch(fold(char)) for char in found)


def test_all_that_folds_to_a_hash_is_known() -> None:
    assert {chr(n) for n in (table() == ord("#")).nonzero()[0]} == HASHES


def test_raw_patterns_are_taken_as_written() -> None:
    assert pattern_mistake("断\u200b网[A-Z]", raw=True) is None
    assert pattern_mistake("a*", raw=True) is not None
