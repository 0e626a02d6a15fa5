"""Examples gate the rules: each that comes out otherwise is told at its place, with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from listening.errors import RuleMistakes
from listening.match.explain.examples import count_examples, failing_examples, require_examples
from listening.match.matcher import Matcher
from listening.rules import read_rules

GOOD = """\
brands:
  星河:
    any: [星河]
    accounts: {weibo: [xinghe]}
    examples:
      hit: [星河真好]
      miss: [长河真好]
scenarios:
  断网:
    any: [断网]
    none: [演习]
    examples:
      hit: [星河断网]
      miss: [断网了, 星河断网演习]
ignore: {any: [招聘]}
"""


def matcher(tmp_path: Path, text: str) -> Matcher:
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    return Matcher(read_rules(tmp_path / "r.yaml"))


def told(tmp_path: Path, text: str) -> list[str]:
    return [str(m).replace(str(tmp_path), "") for m in failing_examples(matcher(tmp_path, text))]


def test_good_examples_hold_and_are_counted(tmp_path: Path) -> None:
    assert require_examples(matcher(tmp_path, GOOD)) == 5


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "hit: [星河断网]",
            "hit: [星河判断网络]",
            "/r.yaml:13:13: example should meet '断网' but does not: 星河判断网络 (needs one of 断网;"
            " 断网 stands at 3-5 of text but crosses 判断/网络) - change the rule or the example",
            id="a hit that misses",
        ),
        pytest.param(
            "miss: [断网了, 星河断网演习]",
            "miss: [星河断网]",
            "/r.yaml:14:14: example should not meet '断网' but does: 星河断网 (断网 is aligned with 断网) -"
            " add the longer word to `except`, or change the example",
            id="a miss that hits",
        ),
        pytest.param(
            "hit: [星河断网]",
            "hit: [星河断网招聘]",
            "/r.yaml:13:13: example of '断网' is excluded: 星河断网招聘 - change the example, or `ignore`",
            id="an excluded hit",
        ),
        pytest.param(
            "miss: [长河真好]",
            "miss: [{text: 你好, platform: weibo, mentions: [xinghe]}]",
            "/r.yaml:7:14: example should not meet '星河' but does: 你好 (by account or source) -"
            " add the longer word to `except`, or change the example",
            id="a brand by its account",
        ),
    ],
)
def test_a_failing_example_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert told(tmp_path, GOOD.replace(old, new)) == [expected]


def test_an_excluded_miss_is_a_miss(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD.replace("miss: [断网了,", "miss: [星河断网招聘,")) == []


def test_all_failures_are_raised_together(tmp_path: Path) -> None:
    bad = GOOD.replace("hit: [星河断网]", "hit: [无, 甲]")
    with pytest.raises(RuleMistakes) as caught:
        require_examples(matcher(tmp_path, bad))
    assert len(caught.value.mistakes) == 2


def test_examples_of_no_rules_are_none(tmp_path: Path) -> None:
    ruleset = matcher(tmp_path, GOOD).plan.ruleset
    assert count_examples(replace(ruleset, subjects=(), scenarios=())) == 0
