"""when: expressions, what they hold for and what stands as their evidence."""

from __future__ import annotations

import pytest

from listening.model import Outcome
from listening.rules.expression import And, Expression, Not, Or
from listening.rules.ruleset import Bind, Keep, Where
from tests.reference.making import (
    SENTENCE,
    WHOLE_POST,
    before,
    brand,
    conditions,
    near,
    rules,
    scenario,
    stands,
)
from tests.reference.page import by_page, evidence_of

NEAR, BEFORE = near("断网 or 掉线", "投诉", 2), before("断网 or 掉线", "投诉", 2)
OR = Or((And((stands("断网"), stands("投诉"))), stands("掉线")))


@pytest.mark.parametrize(
    ("when", "text", "expected"),
    [
        (stands("断网"), "断网又断网", ["断网", "断网"]),
        (stands("断网", "掉线"), "掉线", ["掉线"]),
        (stands("断网"), "判断网络", None),
        (NEAR, "断网要投诉", ["断网", "投诉"]),
        (NEAR, "投诉掉线", ["投诉", "掉线"]),
        (NEAR, "断网我要去投诉", None),
        (NEAR, "断网 \u200b我 要 投诉", ["断网", "投诉"]),
        (NEAR, "断网\n\n投诉", ["断网", "投诉"]),
        (NEAR, "断网\n\r\n投诉", None),
        (NEAR, "断网投诉，很多人因为断网", ["断网", "投诉"]),
        (BEFORE, "断网要投诉", ["断网", "投诉"]),
        (BEFORE, "投诉断网", None),
        (BEFORE, "投诉断网投诉", ["断网", "投诉"]),
        (near("断网", "断网", 3), "断网", None),
        (near("断网", "断网", 3), "断网又断网", ["断网", "断网"]),
        (near("断网", "text:网", 3), "断网", None),
        (near("text:断网", "text:网络", 3), "断网络", None),
        (And((stands("断网"), stands("投诉"))), "断网", None),
        (And((stands("断网"), stands("投诉"))), "投诉断网", ["投诉", "断网"]),
        (And((stands("断网"), Not(stands("投诉")))), "断网", ["断网"]),
        (And((stands("断网"), Not(stands("投诉")))), "断网投诉", None),
        (And((stands("断网"), Not(NEAR))), "断网很久以后投诉", ["断网"]),
        (Not(Not(stands("断网"))), "断网", []),
        (OR, "断网掉线", ["掉线"]),
        (OR, "断网投诉", ["断网", "投诉"]),
        (OR, "断网掉线投诉", ["断网", "掉线", "投诉"]),
        (OR, "断网", None),
    ],
    ids=[
        "every occurrence of a term",
        "one of a group",
        "an occurrence that does not count",
        "near",
        "near in either order",
        "too far",
        "blanks and zero-width characters are not counted",
        "two newlines are two characters",
        "three newlines are three",
        "only those in a pair that holds",
        "before",
        "not behind",
        "only the one behind",
        "one occurrence is not near itself",
        "two are",
        "one inside the other is not near it",
        "an overlap is not near",
        "and without one part",
        "and",
        "and not",
        "and not, taken away",
        "not near",
        "a double not has no evidence",
        "or leaves out a part that does not hold",
        "or with and",
        "or with both",
        "or with neither",
    ],
)
def test_when_of_a_subject(when: Expression, text: str, expected: list[str] | None) -> None:
    rule = conditions(when=when)
    result = by_page(text, rules(brand("asked", rule)))
    assert result.outcome is (Outcome.UNMATCHED if expected is None else Outcome.MENTION)
    assert [m.text for m in evidence_of(rule, text)] == (expected or [])


def test_near_asks_for_one_field() -> None:
    ruleset = rules(brand("b", conditions(when=near("断网", "投诉", 100))))
    assert by_page("投诉", ruleset, title="断网").outcome is Outcome.UNMATCHED


def test_when_is_asked_besides_any_and_all() -> None:
    ruleset = rules(brand("b", conditions(["断网"], all=["投诉"], when=Not(stands("掉线")))))
    assert by_page("断网投诉", ruleset).outcome is Outcome.MENTION
    assert by_page("断网投诉掉线", ruleset).outcome is Outcome.UNMATCHED
    assert by_page("断网", ruleset).outcome is Outcome.UNMATCHED


def test_evidence_of_when_is_given_where_it_holds() -> None:
    """The subject is present by its account, though `all` does not hold."""
    rule = conditions(all=["掉线"], when=And((stands("断网"), stands("投诉"))))
    ruleset = rules(brand("b", rule, sources=("论坛",)))
    for text, expected in (("断网投诉", ["断网", "投诉", None]), ("断网", [None])):
        assert [m.text for m in by_page(text, ruleset, source="论坛").matches] == expected


SUBJECT_NEAR = near("$subject", "断网", 2)


def _pairs(when: Expression, text: str, bind: Bind = WHOLE_POST, **more: object) -> list[str]:
    ruleset = rules(
        brand("移动", conditions(["移动"]), accounts={"weibo": ("xinghe",)}),
        brand("联通", conditions(["联通"])),
        scenario("事", conditions(when=when), "移动", "联通", bind=bind),
    )
    result = by_page(text, ruleset, platform="weibo", **more)
    return [*result.scenarios, *(f"{m.subject} {m.text}" for m in result.matches if m.scenario)]


@pytest.mark.parametrize(
    ("when", "text", "expected"),
    [
        (SUBJECT_NEAR, "移动又断网，隔壁用的是联通", ["移动/事", "移动 断网"]),
        (SUBJECT_NEAR, "移动又断网联通", ["移动/事", "联通/事", "移动 断网", "联通 断网"]),
        (before("$subject", "断网", 2), "移动又断网联通", ["移动/事", "移动 断网"]),
        (SUBJECT_NEAR, "@xinghe 断网", ["移动/事", "移动 断网"]),
        (And((stands("断网"), Not(SUBJECT_NEAR))), "移动断网我说的是联通", ["联通/事", "联通 断网"]),
        (stands("$subject"), "移动联通", ["移动/事", "联通/事"]),
        (stands("$subject", "断网"), "移动断网", ["移动/事", "移动 断网"]),
        (near("$subject or 星河", "断网", 0), "星河断网，我说移动", ["移动/事", "移动 断网", "移动 星河"]),
        (near("$subject", "text:移", 9), "移动", []),
    ],
    ids=[
        "near the subject asked for",
        "near both",
        "behind the subject",
        "the name of an account",
        "not near the subject",
        "the subject alone leaves no evidence",
        "the subject or a word",
        "the subject or a word near another",
        "an overlap with the subject",
    ],
)
def test_subject_in_when(when: Expression, text: str, expected: list[str]) -> None:
    assert sorted(_pairs(when, text)) == sorted(expected)


def test_a_subject_brought_by_its_account_alone_stands_nowhere() -> None:
    ruleset = rules(
        brand("b", sources=("论坛",)),
        scenario("s", conditions(when=SUBJECT_NEAR), "b"),
        scenario("t", conditions(when=Not(stands("$subject"))), "b"),
    )
    assert by_page("断网", ruleset, source="论坛").scenarios == ("b/t",)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (stands("断网"), ["移动/事", "移动 断网"]),
        (Not(stands("断网")), []),
        (Not(Not(stands("断网"))), ["移动/事"]),
        (Not(And((stands("联通"), Not(stands("断网"))))), ["移动/事"]),
    ],
    ids=["outside of not", "not is asked of the whole post", "inside a second not", "deeper down"],
)
def test_bind_limits_what_stands_outside_of_not(when: Expression, expected: list[str]) -> None:
    assert _pairs(when, "移动断网。联通", SENTENCE) == expected


def test_subject_itself_is_not_limited() -> None:
    ruleset = rules(
        brand("移动", conditions(["移动"])),
        scenario("事", conditions(when=stands("$subject")), "移动", negated=Keep.DROP),
        scenario("式", conditions(when=stands("$subject"), where=Where(fields=("title",))), "移动"),
    )
    assert by_page("不移动", ruleset).scenarios == ("移动/事", "移动/式")
