"""docs/service-levels.md: its rules read, and they promise what it says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from listening.calendar import Workdays
from listening.cli.doctor import workdays_known
from listening.model import Escalation
from listening.review.levels import ServiceLevels
from listening.rules import RuleSet, read_rules
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "service-levels.md").read_text("utf-8")
SHANGHAI = ZoneInfo("Asia/Shanghai")
FOUND = datetime(2025, 9, 30, 17, 20, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path_factory.mktemp("rules") / "page.yaml"
    file.write_text(text, encoding="utf-8")
    return read_rules(Path(file))


def test_the_rules_of_the_page_promise_what_it_says(rules: RuleSet) -> None:
    levels = ServiceLevels(rules, SHANGHAI, Workdays())
    target = levels.target_of(["星河宽带/宽带报障"], "技术支持", FOUND.astimezone(UTC))
    assert target.respond_by is not None and target.resolve_within is not None
    assert f"{target.respond_by.astimezone(SHANGHAI):%H:%M} on National Day" in PAGE
    assert f"{target.resolve_within.total_seconds() / 3600:.0f} hours for the end" in PAGE
    crisis = levels.target_of(["宽带报障"], "技术支持", FOUND, Escalation.CRISIS)
    assert crisis.respond_within is not None
    assert f"{crisis.respond_within.seconds // 60} minutes for a crisis" in PAGE
    plain = levels.add("workdays 08:30-17:30", FOUND, target.respond_within or crisis.respond_within)
    assert f"{plain.astimezone(SHANGHAI):%H:%M on %-d October}" in PAGE


def test_doctor_warns_in_the_words_of_the_page() -> None:
    unknown = Workdays(unknown=frozenset({2027}))
    warning = next(workdays_known(unknown, date(2026, 11, 25)))
    assert f"{warning.level}  {warning.part}: {warning.says}" in PAGE.splitlines()
