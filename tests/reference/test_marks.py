"""negated, question and hypothetical, each with its cue."""

from __future__ import annotations

import pytest

from listening.rules.ruleset import Keep, Scenario
from tests.reference.making import brand, conditions, rules, scenario
from tests.reference.page import by_page, evidence_of


def _marked(word: str, text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(m.marks, m.cues) for m in evidence_of(conditions([word]), text)]


@pytest.mark.parametrize(
    ("word", "text", "cue"),
    [
        ("断网", "不断网", "不"),
        ("断网", "没有遇到过断网", "没有"),
        ("断网", "从来没 再 断网", "没"),
        ("断网", "从来没再断网", "没"),
        ("断网", "不知道为什么断网", None),
        ("断网", "不会\t断网", "不会"),
        ("断网", "会不会断网", None),
        ("断网", "能不能再断网", None),
        ("断网", "没有一天不断网", None),
        ("断网", "没有用，不断网", "不"),
        ("断网", "不，断网", None),
        ("断网", "不#断网", None),
        ("断网", "不\n断网", None),
        ("断网", "没有很很很很断网", "没有"),
        ("断网", "没有很很很很很断网", None),
        ("断网", "很断网", None),
        ("断网", "從未斷網", "从未"),
        ("移动", "不移动用户", "不"),
        ("text:动用", "不移动用户", None),
        ("text:移动", "不中国移动", None),
        ("断..网", "没有断过网", "没有"),
        ("断网", "断不断网", None),
        ("断网", "断没断网", None),
        ("断网", "断 不断网", "不"),
        ("断网", "段不断网", "不"),
        ("断网", "断不过断网", None),
    ],
    ids=[
        "directly before",
        "over carriers",
        "over a blank and a carrier",
        "carriers split or not",
        "not over other words",
        "over a tab",
        "a question of being able to",
        "a question further away",
        "two negations are none",
        "in two clauses each is one",
        "not over a comma",
        "not over a hash",
        "not over a newline",
        "over four carriers",
        "not over five",
        "carriers alone say nothing",
        "the cue is spelled as the written view does",
        "from the start of the longer token",
        "no token boundary",
        "a text does not go to its token's start",
        "a separable word",
        "a question is no negation",
        "nor is one with 没",
        "a blank: no such question",
        "another character before it: no such question",
        "不 further away is cut short by other words",
    ],
)
def test_negated(word: str, text: str, cue: str | None) -> None:
    assert [cues[: len(marks)] for marks, cues in _negated(word, text)] == [(cue,) if cue else ()]


@pytest.mark.parametrize("word", ["宽带", "case:宽带"])
def test_negated_before_the_longer_token_of_the_first_reading(word: str) -> None:
    """The plain dictionary grants the word; the rule set's own 星河宽带 holds it."""
    (piece,) = evidence_of(conditions([word]), "没星河宽带", others=["星河宽带"])
    assert (piece.inside, piece.cues) == (None, ("没",))


def _negated(word: str, text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Only this mark of each piece."""
    out = []
    for marks, cues in _marked(word, text):
        kept = [(mark, cue) for mark, cue in zip(marks, cues, strict=True) if mark == "negated"]
        out.append((tuple(mark for mark, _ in kept), tuple(cue for _, cue in kept)))
    return out


@pytest.mark.parametrize(
    ("word", "text", "cue"),
    [
        ("断网", "断不断网", "断不断"),
        ("断网", "移动没断网，断没断网", None),
        ("移动", "是不是移动", "是不是"),
        ("断网", "是否断网是不是", "是否"),
        ("断网", "是不是，断网", None),
        ("断网", "断网吗", "吗"),
        ("断网", "断网吗😡~ ？", "吗"),
        ("断网", "断网吗x", None),
        ("断网", "断网吗_", None),
        ("断网", "断网什么", None),
        ("断网", "断网了么！", "么"),
        ("断网", "断网什 么", "么"),
        ("断网", "断网？", "?"),
        ("断网", "断网。？", None),
        ("断网", "断网怎么办？", "怎么办"),
        ("断网", "斷網嗎", "吗"),
        ("断网", "断网\n吗", None),
    ],
    ids=[
        "A不A",
        "no A不A elsewhere",
        "a word of asking before it",
        "the leftmost",
        "in another clause",
        "吗 at the end",
        "signs behind 吗",
        "a letter behind 吗",
        "an underscore behind 吗",
        "什么",
        "么 at the end",
        "a blank inside 什么",
        "a question mark",
        "a question mark of its own clause",
        "words before marks",
        "traditional",
        "a newline ends the clause",
    ],
)
def test_question(word: str, text: str, cue: str | None) -> None:
    if text == "移动没断网，断没断网":
        assert [marks for marks, _ in _marked(word, text)] == [("negated",), ("question",)]
        return
    expected = [(("question",), (cue,))] if cue else [((), ())]
    assert _marked(word, text) == expected


@pytest.mark.parametrize(
    ("word", "text", "cues"),
    [
        ("断网", "如果再断网，我就销户", ["如果"]),
        ("销户", "如果再断网，我就销户", [None]),
        ("断网", "要是断网万一断网", ["要是", "要是"]),
        ("断网", "断网如果", [None]),
        ("断网", "断网的话", ["的话"]),
        ("断网", "的话断网", [None]),
        ("断网", "断网，的话", [None]),
        ("断网", "一旦断网的话", ["一旦"]),
        ("断网", "如 果断网", [None]),
    ],
    ids=[
        "only in its own clause",
        "not in the next clause",
        "the leftmost",
        "behind it",
        "的话 behind it",
        "的话 before it",
        "的话 in the next clause",
        "before comes first",
        "a blank inside a cue",
    ],
)
def test_hypothetical(word: str, text: str, cues: list[str | None]) -> None:
    expected = [(("hypothetical",), (cue,)) if cue else ((), ()) for cue in cues]
    assert _marked(word, text) == expected


def test_the_marks_stand_in_the_order_of_the_page() -> None:
    marks, cues = ("negated", "question", "hypothetical"), ("没", "吗", "如果")
    assert _marked("断网", "如果没断网吗") == [(marks, cues)]


def test_the_name_of_an_account_is_marked_as_well() -> None:
    ruleset = rules(brand("b", accounts={"weibo": ("xinghe",)}))
    (piece,) = by_page("是不是 @xinghe 呢？", ruleset, platform="weibo").matches
    assert (piece.text, piece.marks, piece.cues) == ("@xinghe", ("question",), ("是不是",))


def _asking(**keep: Keep) -> Scenario:
    return scenario("报障", conditions(["断网"], none=["星河"]), "移动", **keep)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keep", "text", "expected"),
    [
        ({}, "移动没断网", ["断网"]),
        ({"negated": Keep.DROP}, "移动没断网", []),
        ({"negated": Keep.DROP}, "移动没断网，又断网", ["断网"]),
        ({"negated": Keep.ONLY}, "移动没断网，又断网", ["断网"]),
        ({"negated": Keep.ONLY}, "移动断网", []),
        ({"question": Keep.DROP}, "移动断网吗", []),
        ({"question": Keep.ONLY}, "移动断网吗", ["断网"]),
        ({"hypothetical": Keep.DROP}, "移动如果断网", []),
        ({"hypothetical": Keep.ONLY}, "移动断网的话", ["断网"]),
        ({"hypothetical": Keep.ONLY, "question": Keep.DROP}, "移动断网的话怎么办", []),
        ({"negated": Keep.DROP}, "移动又断网，没星河", []),
    ],
    ids=[
        "keep",
        "drop",
        "drop leaves the others",
        "only leaves the marked ones",
        "only without one",
        "drop questions",
        "only questions",
        "drop hypotheses",
        "only hypotheses",
        "both at once",
        "none is asked of the whole post",
    ],
)
def test_what_a_scenario_keeps(keep: dict[str, Keep], text: str, expected: list[str]) -> None:
    ruleset = rules(brand("移动", conditions(["移动"])), _asking(**keep))
    assert [m.text for m in by_page(text, ruleset).matches if m.scenario] == expected
