"""The positioned tree that rules, config and column maps are read from."""

from __future__ import annotations

import pytest

from listening.rules.yaml_tree.reader import MAX_DEPTH, parse
from listening.rules.yaml_tree.tree import (
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    plain_value,
    reads_as,
    yes_or_no,
)


def tree(text: str) -> Document:
    return parse(text.encode(), "f.yaml")


def root(text: str) -> Node:
    document = tree(text)
    assert document.mistakes == ()
    assert document.root is not None
    return document.root


def value(text: str) -> Scalar:
    """The scalar behind `a: `."""
    node = root(f"a: {text}")
    assert isinstance(node, Mapping)
    found = node.get("a")
    assert isinstance(found, Scalar)
    return found


def places(node: Node) -> list[str]:
    """Each text with its line and column, depth first."""
    match node:
        case Scalar():
            return [f"{node.text}@{node.place.line}:{node.place.column}"]
        case Sequence():
            return [place for item in node.items for place in places(item)]
        case Mapping():
            return [place for pair in node.pairs for part in pair for place in places(part)]


def test_every_text_has_its_place_counted_in_code_points_from_one() -> None:
    text = "𠮷野家: [断网, '𠮷𠮷', x]\n键:\n  - \"a\"\n  - {b: c}\n"
    assert places(root(text)) == [
        "𠮷野家@1:1",
        "断网@1:7",
        "𠮷𠮷@1:11",
        "x@1:17",
        "键@2:1",
        "a@3:5",
        "b@4:6",
        "c@4:9",
    ]


def test_a_byte_order_mark_does_not_move_the_first_column() -> None:
    assert parse(b"\xef\xbb\xbfa: b", "f.yaml").root == root("a: b")


@pytest.mark.parametrize("text", ["", "\n\n", "# comment\n", "---\n", "\ufeff"])
def test_a_file_that_says_nothing_is_no_mistake(text: str) -> None:
    document = tree(text)
    assert document.mistakes == ()
    assert document.root is None or document.root == Scalar("", document.root.place)


@pytest.mark.parametrize(
    ("written", "text", "style"),
    [
        ("断网", "断网", ""),
        ("'it''s'", "it's", "'"),
        ('"a\\tb"', "a\tb", '"'),
        ("|\n  a\n  b", "a\nb", "|"),
        (">\n  a\n  b", "a b", ">"),
        ("no", "no", ""),
        ("010", "010", ""),
        ("2024-01-01", "2024-01-01", ""),
        ("~", "~", ""),
    ],
)
def test_texts_are_kept_as_written_with_their_style(written: str, text: str, style: str) -> None:
    scalar = value(written)
    assert (scalar.text, scalar.style, scalar.plain) == (text, style, style == "")


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        pytest.param("10086", "a number", id="integer"),
        pytest.param("010", "a number", id="octal of old"),
        pytest.param("1_000", "a number", id="with underscores"),
        pytest.param("-4.5e3", "a number", id="float"),
        pytest.param("0x1F", "a number", id="hexadecimal"),
        pytest.param(".inf", "a number", id="infinity"),
        pytest.param("12:30", "a time", id="sexagesimal"),
        pytest.param("2024-01-01", "a date", id="date"),
        pytest.param("2024-1-1 10:00", "a date", id="date and time"),
        pytest.param("NO", "yes or no", id="no"),
        pytest.param("on", "yes or no", id="on"),
        pytest.param("~", "nothing", id="null"),
        pytest.param("'10086'", None, id="quoted number"),
        pytest.param("5G", None, id="word with a digit"),
        pytest.param("1.2.3", None, id="version"),
        pytest.param("１０", None, id="full-width digits"),
        pytest.param("北京", None, id="word"),
    ],
)
def test_what_yaml_programs_take_a_bare_text_for_is_known(written: str, taken: str | None) -> None:
    assert reads_as(value(written)) == taken


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("true", True),
        ("YES", True),
        ("'on'", True),
        ("off", False),
        ("No", False),
        ("0", None),
        ("[yes]", None),
    ],
)
def test_yes_and_no_in_all_their_spellings(written: str, answer: bool | None) -> None:
    node = root(f"a: {written}")
    assert isinstance(node, Mapping)
    assert yes_or_no(node.pairs[0][1]) is answer


def test_plain_values_are_python_values() -> None:
    text = "{a: 5, b: -0.5, c: yes, d: [x, '5', null, 007, 2024-01-01], e: {f: 99999999999999999999}, g: }"
    assert plain_value(root(text)) == {
        "a": 5,
        "b": -0.5,
        "c": True,
        "d": ["x", "5", None, "007", "2024-01-01"],
        "e": {"f": "99999999999999999999"},
        "g": None,
    }


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        pytest.param("|\n  a\n    b\n", [("a", 2, 3), ("  b", 3, 3)], id="two blanks"),
        pytest.param("|\n\n      a\n", [("", 2, 7), ("a", 3, 7)], id="empty line first"),
        pytest.param("|-\r\n    a\r\n    b\r\n", [("a", 2, 5), ("b", 3, 5)], id="windows line ends"),
        pytest.param("|2\n    a\n", [("  a", 2, 3)], id="stated indentation"),
    ],
)
def test_the_lines_of_a_block_have_their_places(block: str, lines: list[tuple[str, int, int]]) -> None:
    found = [(line, at.line, at.column) for line, at in value(block).block_lines()]
    assert found[: len(lines)] == lines


def test_a_text_over_several_lines_says_so() -> None:
    assert value("a\n  b\n  c").lines == 3
    assert value("a").lines == 1


def test_mistakes_that_do_not_break_the_file_leave_the_rest_readable() -> None:
    document = tree("a: 1\na: 2\nb: &x [c]\nd: *x\n[e]: f\ng: !t h\n")
    assert [str(mistake.place) for mistake in document.mistakes] == [
        "f.yaml:3:4",
        "f.yaml:4:4",
        "f.yaml:6:4",
        "f.yaml:2:1",
        "f.yaml:5:1",
    ]
    assert not document.broken
    assert document.root is not None
    assert plain_value(document.root) == {"a": 1, "b": ["c"], "d": "x", "g": "h"}


def test_a_billion_laughs_are_never_told() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    document = tree("\n".join(lines))
    assert len(document.mistakes) == 60 + 59 * 3
    assert document.root is not None
    assert len(places(document.root)) == 60 + 2 + 59 * 3


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_bounded_before_anything_is_built(opening: str) -> None:
    [mistake] = tree(opening * 100_000).mistakes
    assert mistake.what == f"lists and mappings stand {MAX_DEPTH} deep (嵌套过深)"


def test_the_number_of_entries_is_bounded() -> None:
    [mistake] = tree("[" + "x," * 500_001 + "]").mistakes
    assert str(mistake) == "f.yaml:1:1000002: more than 500,000 entries (条目过多) - split the file"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "{any：[断网]}",
            "1:5: the colon is full width (全角冒号) - write: any: ",
            id="full-width colon in braces",
        ),
        pytest.param(
            "%FOO\na: b",
            "1:1: a bare word cannot begin with '%' in YAML (不能直接以该符号开头) - quote it: '%FOO'",
            id="directive",
        ),
        pytest.param(
            "a: b\n...\nc: d",
            "3:1: this line is indented otherwise than the ones above (缩进不一致) - "
            "indent it like the lines above",
            id="end of document",
        ),
        pytest.param(
            "a: - b",
            "1:4: a list item cannot stand here (此处不能有列表项) - "
            "put '- ' on a line of its own below the key",
            id="item behind a key",
        ),
        pytest.param(
            "a: [b: {c]",
            "1:10: an item of this list does not end here (列表项之间缺逗号, 或括号没有闭合) - "
            "separate the items with ',' and close the bracket; quote a text that holds brackets",
            id="brackets crossed",
        ),
        pytest.param(
            "a: |\n  x\n y: z",
            "3:2: this line is indented otherwise than the ones above (缩进不一致) - "
            "indent the keys of one mapping alike",
            id="block outdented",
        ),
    ],
)
def test_errors_of_yaml_are_retold(text: str, expected: str) -> None:
    document = tree(text)
    assert document.broken
    assert [str(mistake) for mistake in document.mistakes] == [f"f.yaml:{expected}"]


def test_the_lines_of_the_file_are_kept_as_yaml_counts_them() -> None:
    assert tree("a: b\r\nc: d\re: f\n").lines == ("a: b", "c: d", "e: f", "")
