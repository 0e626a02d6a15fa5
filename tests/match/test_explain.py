"""Explain tells the steps of the decision, and what a rule missed by, in words an analyst can act on."""

from __future__ import annotations

import pytest

from listening.match.explain import Explanation, OccurrenceSeen, RuleSeen, explain
from listening.match.plan import Plan
from listening.model import Author, Outcome
from listening.rules.ruleset import Ignore
from tests.reference.making import brand, conditions, post, rules, scenario, terms

PLAN = Plan(
    rules(
        brand(
            "星河", conditions(["星河"], except_=["星河杯"], none=["星河奖"]), accounts={"weibo": ("xinghe",)}
        ),
        brand("远山", sources=("远山论坛",)),
        scenario("断网", conditions(["断网", "掉线"], none=["演习"]), "星河", "远山"),
        scenario("双号", conditions(all=["5G", "宽带"]), "星河"),
        ignore=Ignore(any=terms(["招聘"])),
    )
)


def explained(text: str, **more: object) -> Explanation:
    return explain(post(text, **more), PLAN)


def rule(explanation: Explanation, name: str) -> RuleSeen:
    return next(seen for seen in explanation.rules if seen.name == name)


def first(explanation: Explanation, name: str) -> OccurrenceSeen:
    return rule(explanation, name).occurrences[0]


def test_the_fields_are_shown_as_they_are_matched() -> None:
    (field,) = explained("星河 斷網\u200b了").fields
    assert (field.name, field.written, field.compact) == ("text", "星河 断网了", "星河断网了")
    assert field.tokens == ("星河", " ", "断网", "了")
    assert field.plain_tokens == ("星河", " ", "断", "网", "了")


def test_a_view_that_adds_nothing_is_left_out() -> None:
    assert explained("断网").fields[0].compact is None


@pytest.mark.parametrize(
    ("text", "name", "why", "counts"),
    [
        pytest.param("星河断网", "断网", "is aligned with 断网", True, id="aligned"),
        pytest.param("星河请判断网络", "断网", "crosses 判断/网络", False, id="crossed"),
        pytest.param("星河杯开赛", "星河", "is inside 星河杯, which except names", False, id="except"),
        pytest.param("@小断网助手 星河", "断网", "is part of a name after @", False, id="a name"),
        pytest.param("星河用5GHz", "双号", "is part of a longer word", False, id="an English word's end"),
    ],
)
def test_why_an_occurrence_counts_or_not(text: str, name: str, why: str, counts: bool) -> None:
    seen = first(explained(text), name)
    assert (seen.why, seen.counts) == (why, counts)


def test_a_nested_word_names_the_token() -> None:
    plan = Plan(rules(brand("移动", conditions(["移动"]))))
    assert explain(post("中国移动真好"), plan).rules[0].occurrences[0].why == "is nested in 中国移动"


@pytest.mark.parametrize(
    ("text", "name", "missed"),
    [
        pytest.param("星河真好", "断网", ("needs one of 断网, 掉线",), id="nothing stands"),
        pytest.param(
            "星河判断网络",
            "断网",
            ("needs one of 断网, 掉线; 断网 stands at 3-5 of text but crosses 判断/网络",),
            id="the nearest miss",
        ),
        pytest.param("星河断网演习", "断网", ("taken away by none: 演习, at 4-6 of text",), id="taken away"),
        pytest.param("星河5G真快", "双号", ("needs 宽带",), id="one of all is missing"),
        pytest.param("断网了", "断网", ("needs one of 星河, 远山 in the post",), id="no subject"),
        pytest.param(
            "无", "远山", ("needs one of its accounts or sources; it states no words",), id="no words"
        ),
    ],
)
def test_what_a_rule_missed_by(text: str, name: str, missed: tuple[str, ...]) -> None:
    seen = rule(explained(text), name)
    assert not seen.holds
    assert seen.missed_by == missed


def test_a_rule_that_holds_missed_nothing() -> None:
    seen = rule(explained("星河断网"), "断网")
    assert (seen.holds, seen.missed_by) == (True, ())


def test_many_terms_are_cut_short() -> None:
    plan = Plan(rules(brand("b", conditions([f"词{n}" for n in "甲乙丙丁戊己庚辛壬"]))))
    (missed,) = explain(post("无"), plan).rules[0].missed_by
    assert missed == "needs one of 词甲, 词乙, 词丙, 词丁, 词戊, 词己, 词庚, 词辛 …"


@pytest.mark.parametrize(
    ("more", "because"),
    [
        pytest.param({"author": Author(id="xinghe")}, "written by one of our own accounts", id="own account"),
        pytest.param({"text": "星河招聘"}, "ignore.any: 招聘", id="an ignored word"),
    ],
)
def test_an_excluded_post_says_why(more: dict[str, object], because: str) -> None:
    fields = {"text": "星河断网", "platform": "weibo"} | more
    decision = explained(str(fields.pop("text")), **fields).decision
    assert (decision.outcome, decision.because) == (Outcome.EXCLUDED, because)


def test_the_decision_is_the_one_that_matching_makes() -> None:
    assert explained("星河断网").decision.outcome is Outcome.HIT
