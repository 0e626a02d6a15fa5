"""bind: of which subject is an occurrence of a scenario said?"""

from __future__ import annotations

import pytest

from listening.rules.ruleset import Bind, Keep
from tests.reference.making import (
    NEAREST,
    SENTENCE,
    WHOLE_POST,
    brand,
    conditions,
    near_subject,
    rules,
    scenario,
    stands,
)
from tests.reference.page import by_page


def _bound(text: str, bind: Bind, of: tuple[str, ...] = ("移动", "联通"), **more: object) -> list[str]:
    """The pairs, each as `subject word`."""
    ruleset = rules(
        brand("移动", conditions(["移动"]), accounts={"weibo": ("@中国移动",)}, sources=("移动论坛",)),
        brand("联通", conditions(["联通"])),
        brand("电信", conditions(["电信"])),
        scenario("事", conditions(["断网", "转到"]), *of, bind=bind),
    )
    matches = by_page(text, ruleset, platform="weibo", **more).matches
    return [f"{m.subject} {m.text}" for m in matches if m.scenario]


BOTH = ["移动 转到", "联通 转到"]


@pytest.mark.parametrize(
    ("text", "bind", "expected"),
    [
        ("从移动转到联通", WHOLE_POST, BOTH),
        ("从移动转到联通", SENTENCE, BOTH),
        ("从移动转到联通", near_subject(0), BOTH),
        ("从移动转到联通", NEAREST, BOTH),
        ("从移动又转到联通", NEAREST, ["联通 转到"]),
        ("移动，断网。联通", SENTENCE, ["移动 断网"]),
        ("移动2.5断网？联通", SENTENCE, ["移动 断网"]),
        ("移动。断网。联通", SENTENCE, []),
        ("移动\n断网//@联通", SENTENCE, []),
        ("移动又断网", near_subject(1), ["移动 断网"]),
        ("移动又又断网", near_subject(1), []),
        ("移动 又 断网", near_subject(1), ["移动 断网"]),
        ("断网吗？移动断网。联通", NEAREST, ["移动 断网", "移动 断网"]),
        ("移动断网联通断网", NEAREST, ["移动 断网", "联通 断网", "联通 断网"]),
        ("移动的断网，电信断网", NEAREST, ["移动 断网", "移动 断网"]),
    ],
    ids=[
        "post asks nothing",
        "both in the sentence",
        "both side by side",
        "a tie counts for both",
        "the nearer one",
        "the sentence ends between",
        "a point between digits ends no sentence",
        "a sentence without a subject",
        "a newline and a quote end sentences",
        "near enough",
        "too far",
        "blanks are not counted",
        "the nearest of several",
        "each occurrence by itself",
        "subjects outside of `of` are not asked",
    ],
)
def test_bind(text: str, bind: Bind, expected: list[str]) -> None:
    assert _bound(text, bind) == expected


@pytest.mark.parametrize("bind", [SENTENCE, near_subject(3), NEAREST], ids=str)
def test_nothing_is_asked_of_a_subject_without_a_place(bind: Bind) -> None:
    assert _bound("断网", bind, source="移动论坛") == ["移动 断网"]
    assert _bound("联通断网", bind, source="移动论坛") == ["移动 断网", "联通 断网"]


@pytest.mark.parametrize(
    ("bind", "expected"),
    [(SENTENCE, []), (near_subject(30), []), (NEAREST, ["移动 断网"])],
    ids=["sentence", "near", "nearest"],
)
def test_a_subject_that_stands_in_another_field_only(bind: Bind, expected: list[str]) -> None:
    assert _bound("断网", bind, title="移动") == expected


def test_nearest_gives_a_field_to_those_who_stand_in_it() -> None:
    assert _bound("断网，联通", NEAREST, title="移动") == ["联通 断网"]


def test_the_name_of_an_account_is_a_place() -> None:
    assert _bound("@中国移动 断网。", SENTENCE) == ["移动 断网"]
    assert _bound("@中国移动 。断网", SENTENCE) == []


def test_an_overlap_is_no_distance() -> None:
    ruleset = rules(
        brand("星河", conditions(["星河宽带"])),
        brand("长河", conditions(["长河"])),
        scenario("事", conditions(["text:宽带"]), "星河", "长河", bind=NEAREST),
        scenario("近", conditions(["text:宽带"]), "星河", "长河", bind=near_subject(0)),
    )
    assert by_page("星河宽带又长河", ruleset).scenarios == ("星河/事", "星河/近")


def test_all_of_all_must_be_said_of_the_same_subject() -> None:
    ruleset = rules(
        brand("移动", conditions(["移动"])),
        brand("联通", conditions(["联通"])),
        scenario("事", conditions(all=["断网", "投诉"]), "移动", "联通", bind=SENTENCE),
        scenario("式", conditions(when=stands("断网")), "移动", "联通", bind=SENTENCE, negated=Keep.DROP),
    )
    assert by_page("移动断网。联通投诉", ruleset).scenarios == ("移动/式",)
    assert by_page("移动断网，投诉。联通没断网", ruleset).scenarios == ("移动/事", "移动/式")
