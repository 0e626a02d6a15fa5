"""Every case of the gold set comes out as it was judged, by the program and by the slow matcher alike."""

from __future__ import annotations

from collections import Counter

import pytest

from listening.match.explain.examples import count_examples, require_examples
from tests.cases.gold import Case, Theme, explained, matcher, prepared, ruleset, said, themes
from tests.match.agreement import of_product
from tests.reference.matcher import match_prepared

CASES = [pytest.param(theme, case, id=str(case)) for theme in themes() for case in theme.cases]
THEMES = [pytest.param(theme, id=theme.name) for theme in themes()]


@pytest.mark.parametrize(("theme", "case"), CASES)
def test_a_case_comes_out_as_judged(theme: Theme, case: Case) -> None:
    matched = matcher(theme.rules).match([case.post])[0]
    assert said(matched, case.stated) == case.stated, f"{case.why}\n{explained(case.post, theme.rules)}"
    assert of_product(matched) == match_prepared(case.post, prepared(theme.rules)), "the slow matcher differs"


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_has_hits_and_others(theme: Theme) -> None:
    outcomes = Counter(case.stated["outcome"] for case in theme.cases)
    assert outcomes["hit"] and outcomes.total() > outcomes["hit"]


@pytest.mark.parametrize("theme", THEMES)
def test_examples_in_the_rules_of_a_theme_hold(theme: Theme) -> None:
    examples = count_examples(ruleset(theme.rules))
    assert not examples or require_examples(matcher(theme.rules)) == examples


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 220


def test_each_case_has_a_name_and_a_reason() -> None:
    names = Counter(str(case) for theme in themes() for case in theme.cases)
    assert [name for name, count in names.items() if count > 1] == []
    assert [str(case) for theme in themes() for case in theme.cases if not case.why.strip()] == []
