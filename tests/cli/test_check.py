"""`listening check`: every mistake in the rules, and whether their examples hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.place import BROKEN_RULES, Place
from tests.conftest import ROOT

EXAMPLES = """\
brands: {星河: {any: [星河]}}
scenarios:
  断网:
    any: [断网]
    examples:
      hit: [星河断网, 星河掉线]
      miss: [星河请先判断网络, 星河断网了]
"""


def test_good_rules_are_counted_on_stderr_and_say_nothing_on_stdout(place: Place) -> None:
    answer = place.run("check", place.rules.parent)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "2 brands and competitors, 2 scenarios, 0 examples: 0 failed\n"


def test_mistakes_of_all_files_are_told_at_once_with_place_and_cure(place: Place) -> None:
    place.lay_out(BROKEN_RULES)
    other = place.rules.with_name("z.yaml")
    other.write_text("scenarios:\n  报障: {any: [$断网]}\n", "utf-8")
    answer = place.run("check", place.rules.parent)
    assert answer.code == 1
    first, second = answer.out.splitlines()
    assert first == f"{place.rules}:2:23: unknown key 'exept' - did you mean 'except'?"
    assert second.startswith(f"{other}:2:14: unknown list '$断网'")
    assert answer.err == "2 mistakes\n"


def test_json_tells_each_mistake_apart(place: Place) -> None:
    place.lay_out(BROKEN_RULES)
    assert place.run("check", "--json", place.rules).records == [
        {
            "level": "error",
            "file": str(place.rules),
            "line": 2,
            "column": 23,
            "what": "unknown key 'exept'",
            "cure": "did you mean 'except'?",
        }
    ]


def test_examples_that_fail_are_mistakes(place: Place) -> None:
    answer = place.lay_out(EXAMPLES).run("check", place.rules)
    assert answer.code == 1
    miss, hit = answer.out.splitlines()
    assert miss.startswith(f"{place.rules}:6:")
    assert "星河掉线" in miss
    assert hit.startswith(f"{place.rules}:7:")
    assert "星河断网了" in hit
    assert answer.err == "1 brands and competitors, 1 scenarios, 4 examples: 2 failed\n"


def test_the_folder_is_rules_where_none_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    assert place.run("check").code == 0


def nowhere(place: Place) -> Path:
    return place.folder / "nowhere"


def empty(place: Place) -> Path:
    (place.folder / "empty").mkdir()
    return place.folder / "empty"


def not_utf_8(place: Place) -> Path:
    place.rules.write_bytes("brands: {星河: {any: [星河]}}\n".encode("gb18030"))
    return place.rules


def folder_named_like_rules(place: Place) -> Path:
    (place.folder / "rules" / "a.yaml").mkdir()
    return place.folder / "rules" / "a.yaml"


@pytest.mark.parametrize("make", [nowhere, empty, not_utf_8, folder_named_like_rules])
def test_rules_that_cannot_be_read_are_one_line_with_a_cure(place: Place, make: object) -> None:
    assert callable(make)
    answer = place.run("check", make(place))
    assert answer.code == 1
    (line,) = answer.out.splitlines()
    assert line.startswith(str(place.folder))
    assert " - " in line


def test_the_rules_of_the_demo_hold(place: Place) -> None:
    answer = place.run("check", ROOT / "listening" / "demo" / "rules")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.endswith("examples: 0 failed\n")
    assert " 0 examples" not in answer.err
