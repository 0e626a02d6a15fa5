"""The demo's rules are an example to copy: each has a purpose and shows what it must not catch."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
import yaml

RULES = files("listening.demo") / "rules"


def section(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in RULES.iterdir():
        found |= yaml.safe_load(file.read_text("utf-8")).get(name, {})
    return found


SUBJECTS = section("brands") | section("competitors")
SCENARIOS = section("scenarios")


@pytest.mark.parametrize("name", [*SUBJECTS, *SCENARIOS])
def test_every_rule_has_examples_of_both_kinds(name: str) -> None:
    examples = (SUBJECTS | SCENARIOS)[name]["examples"]
    assert examples["hit"] and examples["miss"]
    assert set(examples["hit"]).isdisjoint(examples["miss"])


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_has_a_queue_a_priority_and_a_time_to_respond(name: str) -> None:
    rule = SCENARIOS[name]
    assert rule["queue"]
    assert rule["priority"] in {"low", "normal", "high", "urgent"}
    assert rule["respond_within"][-1] in "mhd" and rule["respond_within"][:-1].isdigit()


def test_the_rules_speak_of_the_brands_and_competitors_of_this_world() -> None:
    assert set(section("brands")) == {"星河宽带", "星河移动", "星河通信"}
    assert set(section("competitors")) == {"长河通信", "云帆网络"}
    assert {"宽带报障", "投诉", "资费套餐", "离网倾向", "挖角机会", "表扬"} <= set(SCENARIOS)
    assert SCENARIOS["挖角机会"]["of"] == "competitors"


def test_our_accounts_are_the_ones_that_answer_in_the_demo() -> None:
    accounts = section("brands")["星河通信"]["accounts"]
    assert accounts == {
        "mastodon": ["@xinghe@yunzhou.example"],
        "lemmy": ["xinghe@links.yunzhou.example"],
        "discourse": ["xinghe_care"],
        "nodebb": ["星河宽带客服"],
    }


def test_none_of_the_rules_asks_for_what_this_version_does_not_know() -> None:
    for rule in (SUBJECTS | SCENARIOS).values():
        assert {"when", "where"}.isdisjoint(rule)
