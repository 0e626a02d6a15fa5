"""Many patterns in one walk: a set never misses what one of its patterns would find alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.rules.terms import pattern_set
from listening.rules.terms.pattern_set import FEW, PatternSet
from listening.rules.terms.patterns import compiled

PATTERNS = [
    "换.{0,4}宽带",
    "^断网",
    "吧$",
    "(?i)LTE",
    r"\d{5}",
    "[a-c]+",
    "断|网",
    r"(?s)断.*网",
    r"\p{Han}{3}",
    "x",
]


def alone(text: str) -> frozenset[int]:
    return frozenset(n for n, pattern in enumerate(PATTERNS) if compiled(pattern).search(text))


@pytest.mark.parametrize(
    "text",
    ["", "断网", "我想换个宽带", "lte 10086", "断\n网吧", "abc", "𠮷", "没有一个"],
)
def test_a_set_finds_what_its_patterns_find(text: str) -> None:
    found = PatternSet(PATTERNS).standing(text)
    assert found == alone(text) if text else found >= alone(text)


@given(st.text(alphabet="断网换宽带吧LTEabc0123456789 \n", max_size=30))
def test_a_set_misses_nothing(text: str) -> None:
    assert PatternSet(PATTERNS).standing(text) >= alone(text)


def test_a_few_patterns_are_all_taken_to_stand() -> None:
    assert PatternSet(["x"] * FEW).standing("断网") == frozenset(range(FEW))


def test_patterns_that_are_too_large_together_are_all_taken_to_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_set, "_MEMORY", 20_000)
    large = [f"(?:断网|掉线){{{n}}}.{{0,50}}换" for n in range(1, 30)]
    assert PatternSet(large).standing("断网换") == frozenset(range(len(large)))


class OutOfMemory:
    """RE2's set when it runs out of memory in the middle of a text: it finds nothing, and says nothing."""

    def Match(self, _text: str) -> list[int]:
        return []


def test_a_set_that_runs_out_of_memory_takes_all_to_stand() -> None:
    starved = PatternSet(PATTERNS)
    starved._set = OutOfMemory()
    assert starved.standing("断网") == frozenset(range(len(PATTERNS)))
