"""Weak words with their context, nicknames and variants."""

from __future__ import annotations

import pytest

from listening.model import Outcome
from listening.rules.expression import Term, Via
from listening.rules.ruleset import Ignore
from tests.reference.making import brand, conditions, rules, scenario, stands, terms, variant
from tests.reference.page import by_page, evidence_of, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("移动", []),
        ("移动宽带", ["移动"]),
        ("移动又又又宽带", ["移动"]),
        ("移动又又又又宽带", []),
        ("宽带 又 又 又 移动", ["移动"]),
        ("移动，套餐", ["移动"]),
        ("移动。\n套餐", ["移动"]),
        ("移动，电信诈骗", []),
        ("移动，宽带。我明天再说吧，移动", ["移动"]),
        ("移动，广电信息", []),
        ("移动，不套餐", ["移动"]),
        ("电信", ["电信"]),
    ],
    ids=[
        "alone",
        "side by side",
        "three between",
        "four between",
        "before it, blanks not counted",
        "over a comma",
        "over a sentence's end",
        "a context under except",
        "each by itself",
        "a context that does not count as a word",
        "a negated context",
        "the other words need none",
    ],
)
def test_a_weak_word_needs_its_context(text: str, expected: list[str]) -> None:
    rule = conditions(
        ["weak:移动", "电信"],
        context=["宽带", "套餐", "电信"],
        except_=["电信诈骗"],
        within=3,
    )
    assert [word for word in found(rule, text) if word == "移动" or text == "电信"] == expected


def test_the_context_does_not_overlap() -> None:
    rule = conditions(["weak:星河"], context=["text:星河宽带"])
    assert found(rule, "星河宽带") == []
    assert found(rule, "星河宽带，星河") == ["星河"]


def test_the_context_stands_in_the_same_field() -> None:
    ruleset = rules(brand("b", conditions(["weak:移动"], context=["宽带"])))
    assert by_page("移动", ruleset, title="宽带").outcome is Outcome.UNMATCHED


def test_without_context_a_weak_word_never_counts() -> None:
    ruleset = rules(brand("b", conditions(["断网"])), ignore=Ignore(any=terms(["weak:移动"])))
    assert by_page("移动断网", ruleset).outcome is Outcome.MENTION


def test_a_context_in_a_name_is_none_for_a_scenario() -> None:
    rule = conditions(["weak:慢"], context=["宽带"])
    ruleset = rules(brand("b", rule), scenario("s", rule, "b"))
    assert by_page("@大宽带 慢", ruleset).outcome is Outcome.MENTION
    assert by_page("宽带 慢", ruleset).outcome is Outcome.HIT


def test_weak_words_everywhere_in_a_rule() -> None:
    weak, context = stands("weak:慢"), ["宽带"]
    for rule in (
        conditions(all=["weak:慢"], context=context),
        conditions(when=weak, context=context),
        conditions(["很"], none=["weak:快"], when=weak, context=context),
    ):
        assert found(rule, "慢很") == []
        assert "慢" in found(rule, "宽带慢很")
    assert found(conditions(["很"], none=["weak:慢"], context=context), "慢很") == ["很"]
    assert found(conditions(["很"], none=["weak:慢"], context=context), "宽带慢很") == []


def test_a_context_word_needs_no_context_itself() -> None:
    rule = conditions(["weak:慢"], context=["weak:网", "宽带"], within=1)
    assert found(rule, "网，慢") == ["慢"]


VARIANTS: list[str | Term] = [
    "投诉",
    variant("客诉", Via.NICKNAME, "投诉"),
    variant("tousu", Via.PINYIN, "投诉"),
    variant("投su", Via.PINYIN, "投诉"),
    variant("ts", Via.INITIALS, "投诉"),
    variant("marked:投诉", Via.MARKS, "投诉"),
    variant("扌殳诉", Via.SPLIT, "投诉"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要投诉", [("投诉", None)]),
        ("我的客诉呢", [("客诉", "nickname")]),
        ("我要TouSu", [("TouSu", "pinyin")]),
        ("我要投su", [("投su", "pinyin")]),
        ("我要ts", []),
        ("我要ts客服", [("ts", "initials")]),
        ("cats客服", []),
        ("我要投*诉", [("投*诉", "marks")]),
        ("我要扌殳诉", [("扌殳诉", "split")]),
    ],
    ids=[
        "itself",
        "a nickname",
        "pinyin",
        "half pinyin",
        "initials alone",
        "initials with context",
        "initials inside a word",
        "marks",
        "split characters",
    ],
)
def test_a_variant_is_called_by_its_word(text: str, expected: list[tuple[str, str | None]]) -> None:
    pieces = evidence_of(conditions(VARIANTS, context=["客服"]), text)
    assert [(m.text, m.via) for m in pieces] == expected
    assert {m.term for m in pieces} <= {"投诉"}


def test_of_two_equal_pieces_the_first_stays() -> None:
    nickname = variant("移动", Via.NICKNAME, "中国移动")
    other = variant("text:移动", Via.SPLIT, "中国移动")
    assert [m.via for m in evidence_of(conditions([nickname, other]), "移动")] == ["nickname"]
    assert [m.via for m in evidence_of(conditions([other, nickname]), "移动")] == ["split"]


def test_a_weak_word_makes_no_known_name() -> None:
    """@移动断网: behind a known name the name ends, and 断网 is no part of it."""
    for word, outcome in (("移动", Outcome.HIT), ("weak:移动", Outcome.MENTION)):
        rule = conditions([word], context=["宽带"])
        ruleset = rules(brand("b", rule), scenario("s", conditions(["断网"]), "b"))
        assert by_page("@移动断网 宽带", ruleset).outcome is outcome
