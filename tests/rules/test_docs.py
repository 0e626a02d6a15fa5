"""The grammar page: its examples run, and it names every key there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listening.errors import RuleMistakes
from listening.match.explain.examples import require_examples
from listening.match.matcher import Matcher
from listening.rules import read_rules
from listening.rules.body import SCENARIO_KEYS, SUBJECT_KEYS
from listening.rules.keys.where import KEYS as WHERE_KEYS
from listening.rules.sections import KEYS
from listening.rules.terms.like import LIKES

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
GOOD = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
BINDS = ("post", "sentence", "nearest")
WRONG = re.findall(r"```yaml wrong\n(.*?)```\n.*?```text\n(.*?)\n```", PAGE, re.DOTALL)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    return Path("rules/example.yaml")


def test_the_page_has_examples_of_both_sorts() -> None:
    assert len(GOOD) >= 7
    assert len(WRONG) == PAGE.count("```yaml wrong") >= 3


@pytest.mark.parametrize("text", GOOD)
def test_a_good_example_reads_and_its_own_examples_hold(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    assert require_examples(Matcher(read_rules(file))) > 0


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_wrong_example_is_told_as_the_page_says(text: str, told: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleMistakes) as caught:
        read_rules(file)
    assert str(caught.value) == told


def test_every_key_is_on_the_page_and_every_key_on_the_page_is_known() -> None:
    known = {*KEYS, *SUBJECT_KEYS, *SCENARIO_KEYS, *WHERE_KEYS, *map(str, LIKES), *BINDS}
    rows = re.findall(r"^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|", PAGE, re.MULTILINE)
    assert {key for row in rows for key in re.findall(r"[a-z_]+", row)} == known


def test_every_key_is_used_in_an_example() -> None:
    used = "\n".join(GOOD)
    assert [key for key in {*KEYS, *SUBJECT_KEYS, *SCENARIO_KEYS} if f"{key}:" not in used] == []
