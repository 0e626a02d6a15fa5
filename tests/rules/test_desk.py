"""What rule files say to the desk: queues, categories, escalations, settings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listening.model import Escalation
from listening.rules import rules_from_document, rules_to_document
from listening.rules.expression import TermKind
from listening.rules.ruleset import (
    DEFAULT_CATEGORIES,
    DEFAULT_QUEUE,
    DeskSettings,
    EscalationRule,
    Queue,
)
from tests.rules.conftest import Read

BRAND = "brands: {星河宽带: {any: [星河宽带]}}\n"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_queues_are_read_with_their_hours_and_targets(read: Read) -> None:
    rules = read(
        BRAND
        + """\
queues:
  技术支持:
    hours: [workdays 8:30-17:30, holidays 10:00-16:00]
    respond_within: 1h
    resolve_within: 2d
    warn_before: 10m
    note: 白天有人
  客户挽留: {hours: Mo-Fr 9:00-18:00; Sa 9:00-12:00}
  投诉处理: {hours: [24x7]}
  市场拓展:
"""
    )
    assert rules.queues == (
        Queue(
            name="技术支持",
            hours="workdays 08:30-17:30; holidays 10:00-16:00",
            respond_within=HOUR,
            resolve_within=2 * DAY,
            warn_before=10 * MINUTE,
            note="白天有人",
        ),
        Queue(name="客户挽留", hours="Mo-Fr 09:00-18:00; Sa 09:00-12:00"),
        Queue(name="投诉处理", hours="24x7"),
        Queue(name="市场拓展", hours="24x7"),
    )


def test_a_queue_that_no_file_speaks_of_works_round_the_clock_and_promises_nothing(read: Read) -> None:
    rules = read(BRAND + "queues: {技术支持: {hours: 08:00-18:00}}\n")
    assert rules.queue("技术支持").hours == "08:00-18:00"
    assert rules.queue("市场拓展") == Queue(name="市场拓展", hours="24x7")


@pytest.mark.parametrize(
    "queues",
    [
        pytest.param("", id="no section"),
        pytest.param("queues:\n", id="a heading whose entries are all commented out"),
    ],
)
def test_without_queues_a_scenario_may_name_any(queues: str, read: Read) -> None:
    rules = read(f"{BRAND}{queues}scenarios: {{断网: {{any: [断网], queue: 技术支持}}}}\n")
    assert [scenario.queue for scenario in rules.scenarios] == ["技术支持"]


@pytest.mark.parametrize(
    "key", [pytest.param("", id="unsaid"), pytest.param(f", queue: {DEFAULT_QUEUE}", id="said")]
)
def test_the_usual_queue_need_not_be_listed(key: str, read: Read) -> None:
    rules = read(f"{BRAND}queues: {{技术支持: {{}}}}\nscenarios: {{断网: {{any: [断网]{key}}}}}\n")
    assert [scenario.queue for scenario in rules.scenarios] == [DEFAULT_QUEUE]


def test_queues_may_stand_in_another_file_than_their_scenarios(read: Read) -> None:
    rules = read(
        a="scenarios: {断网: {any: [断网], queue: 技术支持, category: 报障/宽带}}\n",
        b=BRAND,
        c="queues: {技术支持: {}}\ncategories: {报障: [宽带]}\n",
    )
    assert rules.scenarios[0].category == ("报障", "宽带")


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        pytest.param("{表扬: []}", ["表扬"], id="a kind alone"),
        pytest.param("{表扬: }", ["表扬"], id="a kind with nothing behind it"),
        pytest.param("{投诉: 资费}", ["投诉", "投诉/资费"], id="one name"),
        pytest.param(
            "{报障: {宽带: [断网, 网速慢]}, 投诉: [资费]}",
            ["报障", "报障/宽带", "报障/宽带/断网", "报障/宽带/网速慢", "投诉", "投诉/资费"],
            id="kinds, products, causes",
        ),
        pytest.param(
            "{报障: [{宽带: [断网]}, 移动]}", ["报障", "报障/宽带", "报障/宽带/断网", "报障/移动"], id="mixed"
        ),
        pytest.param(
            "{报障: {宽带: {断网: {夜里: {整栋: []}}}}}",
            ["报障", "报障/宽带", "报障/宽带/断网", "报障/宽带/断网/夜里", "报障/宽带/断网/夜里/整栋"],
            id="as deep as wanted",
        ),
        pytest.param("{报障: [断网, 断网]}", ["报障", "报障/断网"], id="a cause twice"),
        pytest.param(
            "\n  报障: |\n    断网\n    网速慢\n", ["报障", "报障/断网", "报障/网速慢"], id="a block"
        ),
    ],
)
def test_categories_are_all_paths_of_the_tree(written: str, paths: list[str], read: Read) -> None:
    assert ["/".join(path) for path in read(f"{BRAND}categories: {written}\n").categories] == paths


def test_without_categories_there_are_the_usual_kinds(read: Read) -> None:
    rules = read(BRAND + "scenarios: {断网: {any: [断网], category: 报障}}\n")
    assert rules.categories == DEFAULT_CATEGORIES
    assert ["/".join(path) for path in DEFAULT_CATEGORIES] == [
        "咨询",
        "查询",
        "办理",
        "报障",
        "投诉",
        "建议",
        "表扬",
    ]
    assert rules.scenarios[0].category == ("报障",)


@pytest.mark.parametrize("written", ["报障/宽带/断网", "报障 / 宽带 / 断网", "'报障/宽带/断网'"])
def test_a_scenario_suggests_a_path(written: str, read: Read) -> None:
    tree = "categories: {报障: {宽带: [断网]}}\n"
    rules = read(
        f"{BRAND}{tree}scenarios: {{断网: {{any: [断网], category: {written}}}, 慢: {{any: [慢]}}}}\n"
    )
    assert [scenario.category for scenario in rules.scenarios] == [("报障", "宽带", "断网"), ()]


def test_escalations_are_read_the_lowest_level_first(read: Read) -> None:
    rules = read(
        BRAND
        + """\
lists: {监管: [工信部, '12315']}
escalations:
  危机: {any: [曝光, {text: 寻死}], to: 值班经理, respond_within: 10m, resolve_within: 1d}
  sensitive: {any: [$监管, 律师], followers: 100000}
"""
    )
    sensitive, crisis = rules.escalations
    assert [(str(term), term.kind) for term in crisis.any] == [
        ("曝光", TermKind.WORD),
        ("寻死", TermKind.TEXT),
    ]
    assert crisis == EscalationRule(
        level=Escalation.CRISIS, any=crisis.any, to="值班经理", respond_within=10 * MINUTE, resolve_within=DAY
    )
    assert [str(term) for term in sensitive.any] == ["工信部", "12315", "律师"]
    assert sensitive == EscalationRule(level=Escalation.SENSITIVE, any=sensitive.any, followers=100_000)
    assert rules.escalation(Escalation.CRISIS) is crisis
    assert rules.escalation(Escalation.NORMAL) is None


def test_a_level_may_say_only_whom_to_tell(read: Read) -> None:
    rules = read(BRAND + "escalations: {crisis: {to: 值班经理}}\n")
    assert rules.escalations == (EscalationRule(level=Escalation.CRISIS, to="值班经理"),)


def test_words_of_escalations_are_no_words_of_the_rule_set(read: Read) -> None:
    plain = read(BRAND + "scenarios: {断网: {any: [断网]}}\n")
    more = read(BRAND + "scenarios: {断网: {any: [断网]}}\nescalations: {crisis: {any: [曝光]}}\n")
    assert (more.words(), more.digest) == (plain.words(), plain.digest)


def test_a_scenario_says_whether_its_cases_are_opportunities(read: Read) -> None:
    rules = read(
        BRAND + "scenarios: {离网: {any: [销户], opportunity: yes}, 断网: {any: [断网], opportunity: no}}\n"
    )
    assert [scenario.opportunity for scenario in rules.scenarios] == [True, False]
    assert rules_from_document(rules_to_document(rules)) == rules
    assert rules.digest == read(BRAND + "scenarios: {离网: {any: [销户]}, 断网: {any: [断网]}}\n").digest


def test_the_desk_waits_as_long_as_it_is_told(read: Read) -> None:
    assert read(BRAND).desk == DeskSettings(
        join_within=7 * DAY,
        claim_for=30 * MINUTE,
        abandon_after=14 * DAY,
        unreachable_after=3 * DAY,
    )
    rules = read(a=BRAND + "desk: {join_within: 3d}\n", b="desk: {claim_for: 1h30m}\n")
    assert rules.desk == DeskSettings(join_within=3 * DAY, claim_for=90 * MINUTE)
