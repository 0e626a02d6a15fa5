"""Explain tells the steps of the decision, and what a rule missed by, in words an analyst can act on."""

from __future__ import annotations

import pytest

from listening.match.explain.explain import Explanation, OccurrenceSeen, RuleSeen, explain
from listening.match.plan.plan import Plan
from listening.model import Author, Outcome
from listening.rules.expression import And, Not, Or
from listening.rules.ruleset import Ignore, Keep, Where
from tests.reference.making import (
    NEAREST,
    SENTENCE,
    before,
    brand,
    conditions,
    near,
    post,
    rules,
    scenario,
    stands,
    terms,
)

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
        pytest.param(
            "星河断网演习，又演习",
            "断网",
            ("taken away by none: 演习, at 4-6 of text",),
            id="taken away twice is told once",
        ),
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


@pytest.mark.parametrize(
    ("numbers", "cut"),
    [pytest.param("甲乙丙丁戊己庚辛壬", " …", id="nine"), pytest.param("甲乙丙丁戊己庚辛", "", id="eight")],
)
def test_many_terms_are_cut_short(numbers: str, cut: str) -> None:
    plan = Plan(rules(brand("b", conditions([f"词{n}" for n in numbers]))))
    (missed,) = explain(post("无"), plan).rules[0].missed_by
    assert missed == f"needs one of 词甲, 词乙, 词丙, 词丁, 词戊, 词己, 词庚, 词辛{cut}"


def test_a_term_is_named_as_it_is_written() -> None:
    written = ["断网", "断..网", "iphone*", "/断.?网/", "raw/[A-Z]F/"]
    (missed,) = explain(post("无"), Plan(rules(brand("b", conditions(written))))).rules[0].missed_by
    assert missed == f"needs one of {', '.join(written)}"


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


# -- the finer language -----------------------------------------------------------------------------------

FINER = Plan(
    rules(
        brand("移动", conditions(["中国移动", "weak:移动"], context=["宽带", "套餐"], within=5)),
        brand("联通", conditions(["联通"])),
        brand("论坛", conditions(["论坛"], where=Where(platforms=("weibo",)))),
        scenario("报障", conditions(["断网"]), "移动", "联通", negated=Keep.DROP, question=Keep.ONLY),
        scenario("投诉", conditions(["投诉"]), "移动", "联通", bind=NEAREST),
        scenario("句子", conditions(["退费"]), "移动", bind=SENTENCE),
        scenario("离网", conditions(when=near("销户 or 换网", "怎么", 3)), "移动", "联通"),
        scenario("转入", conditions(when=before("转到", "$subject", 4)), "移动", "联通"),
        scenario(
            "组合", conditions(when=Or((And((stands("涨价"), Not(stands("已退")))), stands("乱扣")))), "联通"
        ),
    )
)


def missed_in(text: str, name: str, subject: str | None = None) -> tuple[str, ...]:
    """What a rule missed by; of a scenario, for this subject."""
    seen = explain(post(text), FINER).rules
    return next(r.missed_by for r in seen if r.name == name and subject in (None, r.subject))


@pytest.mark.parametrize(
    ("text", "name", "missed"),
    [
        pytest.param(
            "移动得很快",
            "移动",
            "needs one of 中国移动, 移动; 移动 stands at 0-2 of text but is a weak word, no context within 5",
            id="a weak word without context",
        ),
        pytest.param(
            "联通没断网吧",
            "报障",
            "needs one of 断网; 断网 stands at 3-5 of text but does not count under `negated: drop`",
            id="a mark that is dropped",
        ),
        pytest.param(
            "联通断网",
            "报障",
            "needs one of 断网; 断网 stands at 2-4 of text but does not count under `question: only`",
            id="a mark that is asked for",
        ),
        pytest.param(
            "论坛", "论坛", "is not asked of this post: it does not meet `where: platform`", id="where"
        ),
        pytest.param(
            "中国移动。退费",
            "句子",
            "needs one of 退费; 退费 stands at 5-7 of text"
            " but does not stand close enough for `bind: sentence`",
            id="another sentence",
        ),
        pytest.param("联通销户", "离网", "when: needs 怎么", id="one side of near"),
        pytest.param("联通", "离网", "when: needs one of 销户, 换网; needs 怎么", id="both sides of near"),
        pytest.param(
            "联通销户到底怎样才行怎么办",
            "离网",
            "when: (销户 or 换网) near/3 怎么: 销户 and 怎么 stand 6 apart, not within 3",
            id="too far",
        ),
        pytest.param(
            "联通，转到",
            "转入",
            "when: 转到 before/4 $subject: both stand only the other way round",
            id="wrong order",
        ),
        pytest.param(
            "联通",
            "组合",
            "when: one of these: needs 涨价 | needs 乱扣",
            id="neither of two",
        ),
        pytest.param(
            "联通涨价已退",
            "组合",
            "when: one of these: 已退 must not stand there, and does | needs 乱扣",
            id="what must not stand",
        ),
    ],
)
def test_what_a_rule_of_the_finer_language_missed_by(text: str, name: str, missed: str) -> None:
    assert missed in missed_in(text, name)


def test_near_in_two_fields_says_so() -> None:
    seen = explain(post("联通销户", title="怎么"), FINER).rules
    (missed,) = next(r.missed_by for r in seen if r.name == "离网")
    assert missed == (
        "when: (销户 or 换网) near/3 怎么: both stand in no field together, or only one on the other"
    )


def test_a_scenario_is_told_for_each_subject_that_is_present() -> None:
    told = {r.subject: r for r in explain(post("中国移动投诉，联通好"), FINER).rules if r.name == "投诉"}
    assert {subject: r.holds for subject, r in told.items()} == {"移动": True, "联通": False}
    assert told["联通"].missed_by == (
        "needs one of 投诉; 投诉 stands at 4-6 of text but does not stand close enough for `bind: nearest`",
    )


def test_the_context_of_weak_words_is_shown() -> None:
    seen = rule(explain(post("移动宽带"), FINER), "移动")
    assert [(o.term, o.key, o.counts) for o in seen.occurrences] == [
        ("移动", "any", True),
        ("宽带", "context", True),
    ]
    assert seen.holds
