"""Every message an analyst may read, quoted: `mistakes/*.txt` hold what is written and what is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.conftest import Mistaken

BRAND = "brands:\n  云帆: {any: [云帆]}\n"
SCENARIO = f"{BRAND}scenarios:\n  报障:\n"
LISTS = (
    f"{BRAND}lists:\n  慢: [慢, 卡]\n  变: [{{word: 投诉, like: [initials, pinyin]}}]\nscenarios:\n  报障:\n"
)
FOLDER = Path(__file__).parent / "mistakes"
LONG = "长" * 2001


def cases(name: str) -> list[object]:
    """`== id`, the YAML, `--`, the lines that are told, without `rules/a.yaml:`."""
    text = (FOLDER / name).read_text("utf-8")
    found = re.findall(r"^== (.*)\n((?:.*\n)*?)--\n((?:.+\n)+)", text, re.MULTILINE)
    return [pytest.param(written[:-1], told.splitlines(), id=case) for case, written, told in found]


def told(lines: list[str]) -> list[str]:
    return [line.removeprefix("rules/a.yaml:") for line in lines]


@pytest.mark.parametrize(("written", "expected"), cases("terms.txt"))
def test_a_mistaken_term_is_told_with_its_place_and_cure(
    written: str, expected: list[str], mistaken: Mistaken
) -> None:
    assert told(mistaken(f"{SCENARIO}    any: {written}\n")) == expected


@pytest.mark.parametrize(("written", "expected"), cases("bodies.txt"))
def test_a_mistake_in_a_rule_is_told_with_its_place_and_cure(
    written: str, expected: list[str], mistaken: Mistaken
) -> None:
    body = "\n".join(f"    {line}" for line in written.split("\n"))
    assert told(mistaken(f"{SCENARIO}{body}\n")) == expected


@pytest.mark.parametrize(("written", "expected"), cases("files.txt"))
def test_a_mistake_in_a_file_is_told_with_its_place_and_cure(
    written: str, expected: list[str], mistaken: Mistaken
) -> None:
    assert told(mistaken(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [*cases("when.txt"), *cases("words.txt"), *cases("where.txt")]
)
def test_a_mistake_in_the_finer_language_is_told_with_its_place_and_cure(
    written: str, expected: list[str], mistaken: Mistaken
) -> None:
    body = "\n".join(f"    {line}" for line in written.split("\n"))
    assert told(mistaken(f"{LISTS}{body}\n")) == expected


def test_all_tables_are_read_whole() -> None:
    for name in ("terms.txt", "bodies.txt", "files.txt", "when.txt", "words.txt", "where.txt"):
        assert len(cases(name)) == (FOLDER / name).read_text("utf-8").count("== ") > 40


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            "any: ['\u200b']",
            "5:11: nothing is left of this term when blanks and invisible characters are dropped (空词): "
            "'<U+200B>' - write a word, or remove it",
            id="word of zero-width characters",
        ),
        pytest.param(
            "any: ['/断\u200b网/']",
            "5:11: an invisible character stands in this pattern: <U+200B> (不可见字符) - remove it; it is "
            "dropped from every text before patterns are held against it",
            id="zero-width character in a pattern",
        ),
        pytest.param(
            f"any: ['/{LONG}/']",
            "5:11: this pattern is 2,001 characters long, more than 2,000 - split it",
            id="pattern too long",
        ),
        pytest.param(
            f"any: [{LONG}]",
            "5:11: this term is 2,001 characters long, more than 200 (词太长) - separate its words; "
            "one term is one word",
            id="word too long",
        ),
        pytest.param(
            "a\u200bny: [断网]",
            "5:5: unknown key 'a<U+200B>ny' - did you mean 'any'?",
            id="invisible character in a key",
        ),
        pytest.param(
            "a\ue000ny: [断网]",
            "5:5: unknown key 'a<U+E000>ny' - did you mean 'any'?",
            id="character of private use in a key",
        ),
        pytest.param(
            f"any: [${'长' * 60}]",
            f"5:11: unknown list '${'长' * 60}' - there are none yet",
            id="sixty characters",
        ),
        pytest.param(
            f"any: [${'长' * 61}]",
            f"5:11: unknown list '${'长' * 59}…' - there are none yet",
            id="more than sixty characters",
        ),
        pytest.param(
            "any: [断网]\n    \u3000none: [招聘]",
            "6:5: a full-width blank stands around 'none' (全角空格) - write half-width blanks",
            id="full-width blank before a key",
        ),
        pytest.param(
            "any:\u3000[断网]\n    none: [招聘]",
            "5:9: a full-width blank stands here (全角空格): <U+3000> - write a half-width blank",
            id="full-width blank behind a colon",
        ),
        pytest.param(
            "any: [断网]\n\tnone: [招聘]",
            "6:1: a tab stands here (缩进用了制表符) - indent with blanks",
            id="tab as indentation",
        ),
        pytest.param(
            'any: ["断网\\0"]',
            "5:11: an invisible character stands in this text: <U+0000> (不可见字符) - remove it",
            id="NUL by way of an escape",
        ),
        pytest.param(
            "any: [断\x07网]",
            "5:12: an invisible character stands here: <U+0007> (不可见字符) - remove it",
            id="control character",
        ),
        pytest.param(
            f"any: [断网]\n    queue: {LONG}",
            "6:12: 'queue' is 2001 characters long, more than 100 - shorten it",
            id="name too long",
        ),
    ],
)
def test_what_cannot_be_seen_or_is_long_is_told_too(written: str, expected: str, mistaken: Mistaken) -> None:
    assert told(mistaken(f"{SCENARIO}    {written}\n")) == [expected]


def test_a_long_line_is_cut_around_the_corrected_place(mistaken: Mistaken) -> None:
    words = ", ".join(f"词{n}" for n in range(500))
    [line] = mistaken(f"{SCENARIO}    any: [{words}, 断网，掉线, {words}]\n")
    assert "…" in line
    assert "断网, 掉线, 词0" in line
    assert len(line) < 250


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        pytest.param(198, "5:8: the colon is full width (全角冒号) - write: any: 断网", id="near"),
        pytest.param(
            199,
            "205:9: a colon stands where none can (此处不能有冒号) - "
            "quote a text that holds ': ', or look at the indentation and at the line above",
            id="too far",
        ),
    ],
)
def test_a_full_width_colon_is_found_two_hundred_lines_above_where_yaml_gives_up(
    between: int, expected: str, mistaken: Mistaken
) -> None:
    words = "      词\n" * between
    assert told(mistaken(f"{SCENARIO}    any：断网\n{words}    none: [招聘]\n")) == [expected]


def test_mistakes_of_all_files_are_told_at_once_in_the_order_of_files_and_lines(mistaken: Mistaken) -> None:
    lines = mistaken(
        a="brands:\n  云帆: {any: [云帆, 5], ayn: []}\n",
        b="lists: {断网: [断网\n",
        c="scenarios:\n  报障: {any: [a，b]}\n  离网: {all: [x], match: exact}\n",
    )
    assert [line.split(": ")[0] for line in lines] == [
        "rules/a.yaml:2:18",
        "rules/a.yaml:2:22",
        "rules/b.yaml:1:13",
        "rules/c.yaml:2:14",
        "rules/c.yaml:3:25",
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            "brands: {云帆: {any: [云帆]}}",
            "brands: {云帆: {any: [云帆科技]}}",
            "rules/b.yaml:1:10: brand '云帆' is defined twice, first at rules/a.yaml:1:10 (重复定义) - "
            "put the two together, or rename one",
            id="brand",
        ),
        pytest.param(
            "scenarios: {报障: {any: [断网]}}",
            "\nscenarios:\n  报障: {any: [断网]}",
            "rules/b.yaml:3:3: scenario '报障' is defined twice, first at rules/a.yaml:1:13 (重复定义) - "
            "put the two together, or rename one",
            id="scenario",
        ),
        pytest.param(
            "lists: {断网: [断网]}",
            "lists: {断网: [掉线]}",
            "rules/b.yaml:1:9: list '断网' is defined twice, first at rules/a.yaml:1:9 (重复定义) - "
            "put the two together, or rename one",
            id="list",
        ),
        pytest.param(
            "competitors: {长河: {any: [长河]}}",
            "brands: {长河: {any: [长河]}}",
            "rules/b.yaml:1:10: '长河' is a brand here and a competitor at rules/a.yaml:1:15 (名称冲突) - "
            "rename one of them",
            id="competitor and brand",
        ),
    ],
)
def test_a_name_defined_in_two_files_is_told_with_both_places(
    first: str, second: str, expected: str, mistaken: Mistaken
) -> None:
    assert mistaken(a=first, b=second, z="brands: {另一个: {any: [另一个]}}") == [expected]


def test_a_broken_file_brings_no_talk_of_names_that_may_stand_in_it(mistaken: Mistaken) -> None:
    lines = mistaken(
        a="brands: {云帆: {any: [云帆]}\n",
        b="scenarios:\n  报障: {any: [$断网], of: [长河]}\n  挖角: {any: [涨价], of: competitors}\n",
    )
    assert lines == [
        "rules/a.yaml:1:9: the '{' here is not closed (括号没有闭合) - add '}' at the end, half width; "
        "items are separated by ','"
    ]


def test_terms_asked_for_by_the_million_are_refused(mistaken: Mistaken) -> None:
    words = ", ".join(f"词{n}" for n in range(2000))
    lists = "".join(f"  l{n}: [$words]\n" for n in range(1000))
    [line] = mistaken(f"{BRAND}lists:\n  words: [{words}]\n{lists}")
    assert line == (
        "rules/a.yaml:1004:10: more than 2,000,000 terms when all lists are spelled out (词条过多) - "
        "use a list in fewer rules"
    )
