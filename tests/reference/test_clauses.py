"""Clauses and sentences, and the characters between two occurrences."""

from __future__ import annotations

import pytest

from tests.reference.clauses import CLAUSE_ENDS, SENTENCE_ENDS, between, distance, stretch_at
from tests.reference.fields import Field, words_of
from tests.reference.making import rules
from tests.reference.occurrences import Occurrence
from tests.reference.segmenters import jieba_factory
from tests.reference.views import written


def _stretches(text: str, ends: str) -> list[str]:
    view = written(text).text
    cut = [stretch_at(view, n, ends) for n in range(len(view))]
    return [view[start:end] for start, end in dict.fromkeys(cut)]


@pytest.mark.parametrize(
    ("text", "clauses", "sentences"),
    [
        ("断网，投诉。好", ["断网,", "投诉。", "好"], ["断网,投诉。", "好"]),
        ("一、二；三：四", ["一、", "二;", "三:", "四"], ["一、二;三:四"]),
        ("断网…真的", ["断网…", "真的"], ["断网…", "真的"]),
        ("a?！b", ["a?", "!", "b"], ["a?", "!", "b"]),
        ("2.5G是v.2吗.断", ["2.5g是v.2吗.", "断"], ["2.5g是v.2吗.", "断"]),
        ("断.5", ["断.", "5"], ["断.", "5"]),
        ("1,000和a,b", ["1,000和a,", "b"], ["1,000和a,b"]),
        ("12:30到1:a", ["12:30到1:", "a"], ["12:30到1:a"]),
        ("5!3", ["5!", "3"], ["5!", "3"]),
        ("断\r\n网\u2028吗", ["断\r", "\n", "网\u2028", "吗"], ["断\r", "\n", "网\u2028", "吗"]),
        ("断//@甲:网", ["断", "//@甲:", "网"], ["断", "//@甲:网"]),
        ("断／／＠甲", ["断", "//@甲"], ["断", "//@甲"]),
        ("2\u200b.\u200b5，", ["2.5,"], ["2.5,"]),
        ("断#网~", ["断#网~"], ["断#网~"]),
    ],
    ids=[
        "comma and full stop",
        "the lesser signs end clauses only",
        "an ellipsis",
        "full-width signs fold",
        "a point between letters or digits",
        "a point behind Han",
        "a comma between digits",
        "a colon between digits",
        "an exclamation mark between digits",
        "each newline",
        "before a quote",
        "before a full-width quote",
        "zero-width characters are not there",
        "other signs end nothing",
    ],
)
def test_stretches(text: str, clauses: list[str], sentences: list[str]) -> None:
    assert _stretches(text, CLAUSE_ENDS) == clauses
    assert _stretches(text, SENTENCE_ENDS) == sentences


@pytest.mark.parametrize(
    ("text", "one", "other", "expected"),
    [
        ("移动断网", (0, 2), (2, 4), 0),
        ("移动又断网", (0, 2), (3, 5), 1),
        ("移动又断网", (3, 5), (0, 2), 1),
        ("移动 \u200b 断网", (0, 2), (5, 7), 0),
        ("ab  cd", (0, 2), (4, 6), 2),
        ("移动\n断网", (0, 2), (3, 5), 1),
        ("移动\r\n断网", (0, 2), (4, 6), 2),
        ("移动断网", (0, 3), (2, 4), None),
        ("移动断网", (0, 4), (1, 2), None),
    ],
    ids=[
        "side by side",
        "one apart",
        "in either order",
        "blanks beside Han are not counted",
        "blanks between letters are",
        "a newline is one",
        "two newlines are two",
        "overlapping",
        "one inside the other",
    ],
)
def test_between(text: str, one: tuple[int, int], other: tuple[int, int], expected: int | None) -> None:
    field = Field("text", text, words_of(rules(), jieba_factory))
    assert between(Occurrence(*one), Occurrence(*other), field) == expected
    assert distance(Occurrence(*one), Occurrence(*other), field) == (expected or 0)
