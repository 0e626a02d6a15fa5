"""`listening check`: every mistake in the rules, and whether their examples hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.place import BROKEN_RULES, Place, post
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
    assert answer.err.splitlines()[0] == (
        "2 brands and competitors, 2 scenarios, 0 examples: 0 failed, 0 warnings"
    )


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
    assert answer.err.startswith("1 brands and competitors, 1 scenarios, 4 examples: 2 failed, 0 warnings")


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
    assert "examples: 0 failed, 0 warnings" in answer.err
    assert " 0 examples" not in answer.err


WARNED = "brands:\n  移动: {any: [中国移动, 移动]}\nscenarios:\n  报障: {any: [断网, 收费]}\n"


def test_warnings_are_told_behind_the_mistakes_and_keep_nothing_from_going_live(place: Place) -> None:
    answer = place.lay_out(WARNED).run("check", place.rules, "--no-archive")
    assert answer.code == 0
    (line,) = answer.out.splitlines()
    assert line.startswith(f"{place.rules}:2:20: medium warning: '移动' is an everyday word (3,838 times")
    assert answer.err.splitlines() == [
        "1 brands and competitors, 1 scenarios, 0 examples: 0 failed, 1 warnings (2 not shown, see --level)",
        "no archived posts: the warnings come from the rules and the dictionary alone",
    ]


def test_editors_read_the_level_behind_the_place(place: Place) -> None:
    answer = place.lay_out(WARNED).run("check", place.rules, "--no-archive", "--editor", "--level", "note")
    levels = [line.removeprefix(f"{place.rules}:").split(": ")[:2] for line in answer.out.splitlines()]
    assert levels == [["2:20", "warning"], ["2:20", "note"], ["4:18", "note"]]
    broken = place.lay_out(BROKEN_RULES).run("check", place.rules, "--editor")
    assert broken.out == f"{place.rules}:2:23: error: unknown key 'exept' - did you mean 'except'?\n"


def test_json_names_the_kind_of_a_warning(place: Place) -> None:
    (record,) = place.lay_out(WARNED).run("check", place.rules, "--no-archive", "--json").records
    assert (record["level"], record["kind"], record["line"]) == ("medium", "everyday_words", 2)


def test_with_an_archive_the_warnings_have_its_figures(place: Place) -> None:
    place.lay_out(WARNED)
    texts = ["移动用户"] * 4 + ["移动公司，请先判断网络"] * 3
    place.take(*[post(n, text) for n, text in enumerate(texts)])
    answer = place.call("check", place.rules, "--level", "note")
    assert "'移动' stands inside 移动用户 4 times in your archive" in answer.out
    assert "'断网' crosses 判断/网络 3 times in your archive; refused there" in answer.out
    assert answer.err.endswith("held against 7 archived posts\n")


def test_since_says_how_far_back_the_archive_is_read(place: Place) -> None:
    place.lay_out(WARNED)
    place.take(post(1), post(60 * 48))
    assert place.call("check", place.rules, "--since", "1d").err.endswith("held against 1 archived posts\n")
