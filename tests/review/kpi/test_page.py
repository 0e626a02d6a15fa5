"""docs/kpi.md names every figure and every reason, and no other."""

from __future__ import annotations

import re

import pytest

from listening.review.kpi import DEFINITIONS, REASONS, Definition
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "kpi.md").read_text("utf-8")
WORDS = set(re.findall(r"`([a-z_0-9]+)`", PAGE))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.name)
def test_every_figure_stands_on_its_page(definition: Definition) -> None:
    name = definition.name
    assert name in WORDS or (name.endswith("_p90") and name.replace("_p90", "_median") in WORDS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_stands_there(reason: str) -> None:
    assert reason in PAGE.partition("## Reasons")[2]


def test_every_figure_in_its_tables_is_there() -> None:
    firsts = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    named = {word for cell in firsts for word in re.findall(r"`([a-z][a-z_0-9]+)`", cell)}
    assert named <= {each.name for each in DEFINITIONS}
    assert len(named) > len(DEFINITIONS) / 2


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.name)
def test_a_definition_is_a_sentence_in_both_languages(definition: Definition) -> None:
    assert definition.says.endswith(".")
    assert definition.says_zh.endswith("。")
    assert re.search(r"[\u4e00-\u9fff]", definition.zh)


def test_names_are_unique() -> None:
    assert (
        len({each.name for each in DEFINITIONS}) == len({each.zh for each in DEFINITIONS}) == len(DEFINITIONS)
    )


def test_every_reason_that_is_named_is_explained() -> None:
    assert {reason for each in DEFINITIONS for reason in each.left_out_for} == set(REASONS)


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)\)", PAGE))
def test_its_links_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
