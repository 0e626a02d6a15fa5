"""The page on scheduling says what the code does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from listening.collect.dropbox import SETTLED
from listening.collect.schedule.reading import TIMING_KEYS
from listening.collect.schedule.service import PAUSES
from listening.config import KEYS, read_config
from listening.workdays import Workdays
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_keys_of_a_source_are_on_the_page_and_no_others() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == TIMING_KEYS


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_right(tmp_path: Path, example: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(example, "utf-8")
    assert read_config(file).check_sources() == []


def test_the_example_of_working_days_says_what_it_looks_like(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(EXAMPLES[1], "utf-8")
    days = {"holidays": frozenset({date(2026, 12, 24)}), "workdays": frozenset({date(2026, 12, 27)})}
    assert read_config(tmp_path / "config.yaml").workdays == Workdays(country="CN", **days)


def test_the_figures_are_those_of_the_code() -> None:
    first = ", ".join(f"{each:g}" for each in PAUSES[:3])
    assert f"after {first} … {PAUSES[-1]:g} seconds" in PAGE
    assert f"for {SETTLED.total_seconds():g} seconds" in PAGE
    (every,) = [key for key in KEYS if key.name == "every"]
    assert EXAMPLES[0].startswith(f"every: {every.default.total_seconds() / 60:g}m ")
