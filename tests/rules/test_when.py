"""`when`: from text to expression, with the place of every term."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.errors import Place
from listening.rules.expression import (
    And,
    Expression,
    Near,
    Not,
    Or,
    Stands,
    Term,
    TermKind,
    both,
    either,
    terms_of,
)
from listening.rules.findings import Findings
from listening.rules.lists import Lists
from listening.rules.when.grammar import MAX_DEPTH, read_when
from listening.rules.yaml_tree.reader import parse
from listening.rules.yaml_tree.tree import Document, Scalar, Sequence
from tests.rules.conftest import Mistaken, Read

BRAND = "brands:\n  云帆: {any: [云帆]}\nlists:\n  慢: [慢, 卡]\n  变: [{word: 投诉, like: [pinyin]}]\n"
When = Callable[[str], Expression]


@pytest.fixture
def when(read: Read) -> When:
    """The expression behind `    when: `."""

    def expression(written: str) -> Expression:
        [scenario] = read(f"{BRAND}scenarios:\n  报障:\n    when: {written}\n").scenarios
        assert scenario.conditions.when is not None
        return scenario.conditions.when

    return expression


def spelled(expression: Expression) -> str:
    """An expression with all its brackets."""
    match expression:
        case Stands(terms):
            return "|".join(map(kind_and_text, terms))
        case Near(left, right, within, ordered):
            name = "before" if ordered else "near"
            return f"[{spelled(Stands(left))} {name}/{within} {spelled(Stands(right))}]"
        case Not(inner):
            return f"not({spelled(inner)})"
        case And(parts):
            return f"and({', '.join(map(spelled, parts))})"
        case Or(parts):
            return f"or({', '.join(map(spelled, parts))})"


def kind_and_text(term: Term) -> str:
    return term.text if term.kind is TermKind.WORD else f"{term.kind}:{term.text}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("断网", "断网", id="one word"),
        pytest.param("断网 or 掉线", "断网|掉线", id="or of words is one group"),
        pytest.param(
            "断网 or (掉线 or (卡 or 断网))", "断网|掉线|卡", id="nested or is flat, each word once"
        ),
        pytest.param("断网 and 掉线 and (卡 and 慢)", "and(断网, 掉线, 卡, 慢)", id="nested and is flat"),
        pytest.param("a or b and c", "or(a, and(b, c))", id="and binds closer than or"),
        pytest.param("(a or b) and c", "and(a|b, c)", id="brackets first"),
        pytest.param("not a and b", "and(not(a), b)", id="not binds closer than and"),
        pytest.param("c and not (a and b)", "and(c, not(and(a, b)))", id="not of brackets"),
        pytest.param("a and not not b", "and(a, not(not(b)))", id="not twice"),
        pytest.param("a near/5 b and c", "and([a near/5 b], c)", id="near binds closest"),
        pytest.param("c and not a before/0 b", "and(c, not([a before/0 b]))", id="not of a before"),
        pytest.param("(a or b) near/1000 (c or d)", "[a|b near/1000 c|d]", id="near of groups"),
        pytest.param("((a)) near/5 (b)", "[a near/5 b]", id="brackets around single words"),
        pytest.param("a near/5 b or c", "or([a near/5 b], c)", id="near and or"),
        pytest.param("a or b near/5 c or d", "or(a|d, [b near/5 c])", id="words of an or stay together"),
        pytest.param("$慢 near/5 断网", "[慢|卡 near/5 断网]", id="list"),
        pytest.param("断网 and $变", "and(断网, 投诉|投su|tou诉|tousu)", id="variants by way of a list"),
        pytest.param("$subject near/9 $慢", "[subject:$subject near/9 慢|卡]", id="subject"),
        pytest.param("a AND b Or NOT c and d", "or(and(a, b), and(not(c), d))", id="any case"),
        pytest.param("a 且 b 或 非 c 且 d", "or(and(a, b), and(not(c), d))", id="Chinese operators"),
        pytest.param("（a 或 b）near/5（c or d）", "[a|b near/5 c|d]", id="full-width brackets, no blanks"),
        pytest.param("a NEAR／２０ b", "[a near/20 b]", id="full-width near"),
        pytest.param("(a)and(b)", "and(a, b)", id="brackets need no blanks"),
        pytest.param('\'"and" or "断 网" or "say ""a"""\'', 'and|断 网|say "a"', id="quoted words"),
        pytest.param("x and “断网” and 「掉线」 and ＂卡＂", "and(x, 断网, 掉线, 卡)", id="Chinese quotes"),
        pytest.param("text:“断网，真的” or text:断网", "text:断网，真的|text:断网", id="texts"),
        pytest.param('case:LTE and Case:"5G SA"', "and(case:LTE, case:5G SA)", id="case"),
        pytest.param('iphone* or prefix:"a*b"', "prefix:iphone|prefix:a*b", id="prefixes"),
        pytest.param(
            "/换.{0,4}宽带/ or raw/[A-Z]{3}/", "pattern:换.{0,4}宽带|raw pattern:[A-Z]{3}", id="patterns"
        ),
        pytest.param(
            r"/a\/(b|c)/ near/5 d", r"[pattern:a\/(b|c) near/5 d]", id="slash and brackets in a pattern"
        ),
        pytest.param(
            "断..网 or 说..好话 both ways and x",
            "or(separable:断..网, and(separable:说..好话 both ways, x))",
            id="separable words",
        ),
        pytest.param(
            "10086 and nearby and beforehand and 或者",
            "and(10086, nearby, beforehand, 或者)",
            id="words that look alike",
        ),
        pytest.param("移*动 or C++ or L’Oréal or AT&T", "移*动|C++|L’Oréal|AT&T", id="signs inside words"),
        pytest.param(
            "|\n      断网 # 注释\n      # 整行\n      near/5 (怎么 or\n\n      想)",
            "[断网 near/5 怎么|想]",
            id="block with comments",
        ),
        pytest.param(">\n      断网\n      near/5\n\n      怎么", "[断网 near/5 怎么]", id="folded block"),
        pytest.param("断网\n      near/5\n      怎么 # 注释", "[断网 near/5 怎么]", id="several lines"),
    ],
)
def test_an_expression_is_read_as_it_binds(written: str, expected: str, when: When) -> None:
    assert spelled(when(written)) == expected


@pytest.mark.parametrize(
    ("written", "places"),
    [
        pytest.param("断网 and 掉线", {"断网": (8, 11), "掉线": (8, 18)}, id="bare"),
        pytest.param(
            "'断网 and ''a'' or 掉线'", {"断网": (8, 12), "a": (8, 19), "掉线": (8, 28)}, id="single quotes"
        ),
        pytest.param(
            '"\\u65ad网 and \\"a\\" or 掉线"', {"断网": (8, 12), "a": (8, 24), "掉线": (8, 33)}, id="escapes"
        ),
        pytest.param(
            '"\\x61 and \\u65ad网 and \\U000065ad了 and 掉线"',
            {"a": (8, 12), "断网": (8, 21), "断了": (8, 33), "掉线": (8, 49)},
            id="escapes of every length",
        ),
        pytest.param('"断网 and\\\n      \\ 掉线"', {"断网": (8, 12), "掉线": (9, 9)}, id="escaped line end"),
        pytest.param(
            "断网\n      and\n\n        掉线", {"断网": (8, 11), "掉线": (11, 9)}, id="several lines"
        ),
        pytest.param(
            "'断网\n\n      and 掉线'", {"断网": (8, 12), "掉线": (10, 11)}, id="quoted, several lines"
        ),
        pytest.param("|\n\n      断网 and\n        掉线", {"断网": (10, 7), "掉线": (11, 9)}, id="block"),
        pytest.param(
            ">-\n      断网\n\n      and 掉线", {"断网": (9, 7), "掉线": (11, 11)}, id="folded block"
        ),
    ],
)
def test_every_term_knows_its_place(written: str, places: dict[str, tuple[int, int]], when: When) -> None:
    found = {term.text: (term.place.line, term.place.column) for term in terms_of(when(written))}
    assert found == places


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        *((word, "and") for word in ("和", "与", "并", "并且", "而且", "同时")),
        ("或者", "or"),
        ("不", "not"),
    ],
)
def test_a_chinese_word_that_is_no_operator_is_told_with_the_one_meant(
    word: str, meant: str, mistaken: Mistaken
) -> None:
    assert mistaken(f"{BRAND}scenarios:\n  报障:\n    when: 断网 {word} 掉线\n") == [
        f"rules/a.yaml:8:14: '{word}' is a word here, no operator (不是运算符) - "
        f'write {meant}, or quote it: "{word}"'
    ]


def test_ten_thousand_brackets_are_refused_in_words(mistaken: Mistaken) -> None:
    deep = "(" * 10_000
    [line] = mistaken(f"{BRAND}scenarios:\n  报障:\n    when: {deep}断网{deep.replace('(', ')')}\n")
    assert line == (
        f"rules/a.yaml:8:{11 + MAX_DEPTH}: brackets and `not` stand more than {MAX_DEPTH} deep (嵌套过深) - "
        "write it flatter, or as two rules"
    )


def test_ten_thousand_nots_are_refused_in_words(mistaken: Mistaken) -> None:
    [line] = mistaken(f"{BRAND}scenarios:\n  报障:\n    when: 掉线 and {'not ' * 10_000}断网\n")
    assert f"more than {MAX_DEPTH} deep" in line


def test_as_many_brackets_as_may_be_are_read(when: When) -> None:
    assert spelled(when("(" * MAX_DEPTH + "断网" + ")" * MAX_DEPTH)) == "断网"


def test_an_expression_of_a_million_characters_is_refused_in_words(mistaken: Mistaken) -> None:
    lines = mistaken(f"{BRAND}scenarios:\n  报障:\n    when: {'断网 or ' * 200_000}掉线\n")
    assert lines == [
        "rules/a.yaml:8:11: this expression is 1,200,002 characters long, more than 1,000,000 (表达式过长) - "
        "move its words to `lists` and write $name"
    ]


def test_ten_megabytes_in_when_are_refused_in_words(mistaken: Mistaken) -> None:
    [line] = mistaken(f"{BRAND}scenarios:\n  报障:\n    when: {'x' * 10_000_000}\n")
    assert line.startswith("rules/a.yaml:8:11: a text of 10,000,000 characters (文本过长)")


def test_a_hundred_thousand_terms_are_read_in_seconds(when: When) -> None:
    words = [f"词{n}" for n in range(100_000)]
    began = time.process_time()
    expression = when(" or ".join(words))
    assert time.process_time() - began < 20
    assert isinstance(expression, Stands)
    assert [term.text for term in expression.terms] == words


WORDS = st.sampled_from(
    ["断网", "掉线", "a", "and", "or", "not", "near/5", "非", "x..y", "10", "(", "|", "*"]
).map(lambda text: Term(TermKind.WORD, text))
GROUPS = st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple)
LEAVES = st.one_of(GROUPS.map(Stands), st.builds(Near, GROUPS, GROUPS, st.integers(0, 1000), st.booleans()))
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(both),
        st.lists(inner, min_size=2, max_size=3).map(either),
    ),
    max_leaves=8,
)


def source(expression: Expression) -> str:
    """The expression as somebody might write it: every word quoted, every part in brackets."""
    match expression:
        case Stands(terms):
            words = [f'"{term.text}"' for term in terms]
            return f"({' or '.join(words)})"
        case Near(left, right, within, ordered):
            return (
                f"{source(Stands(left))} {'before' if ordered else 'near'}/{within} {source(Stands(right))}"
            )
        case Not(inner):
            return f"not ({source(inner)})"
        case And(parts):
            return " and ".join(f"({source(part)})" for part in parts)
        case Or(parts):
            return " 或 ".join(f"（{source(part)}）" for part in parts)


def parsed(text: str) -> tuple[Expression | None, Findings]:
    lines = tuple(text.split("\n"))
    findings = Findings([Document("f.yaml", lines, None)])
    node = Scalar(text, Place("f.yaml", 1, 1), "'")
    return read_when(node, Lists({}, findings), findings, subject=True), findings


@settings(deadline=None)
@given(EXPRESSIONS)
def test_an_expression_written_out_reads_as_itself(expression: Expression) -> None:
    found, findings = parsed(source(expression))
    assert findings.mistakes == []
    assert found == expression


SIGNS = "()（）\"'“”＂「」|&!#$*,，、：;/\\.+- \n\t\u3000"
WORDS_OF_WHEN = [
    "断网",
    "near/5 ",
    "near",
    "before/1",
    " and ",
    " or ",
    "not ",
    "且",
    "或",
    "非",
    "text:",
    "case:",
]
PIECES = st.sampled_from(
    [*SIGNS, *WORDS_OF_WHEN, "$a", "$subject", "raw/", "/a/", "a..b", " both ways", "..", "。。", "10"]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join)))
def test_whatever_is_written_the_answer_is_an_expression_or_mistakes(text: str) -> None:
    found, findings = parsed(text)
    assert (found is None) == bool(findings.mistakes)
    for mistake in findings.mistakes:
        assert mistake.place.file == "f.yaml"
        assert mistake.cure
        assert "\n" not in str(mistake)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["断网", "掉线", "a'b", "5G网", "“没 网”"]), min_size=1, max_size=12),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(10, 40),
    st.sampled_from([" or ", " or\n", "\n\nor "]),
)
def test_places_are_those_of_the_file_however_yaml_writes_the_text(
    words: list[str], style: str | None, width: int, joint: str
) -> None:
    written = yaml.dump(
        [joint.join(words)], default_style=style, width=width, allow_unicode=True, default_flow_style=False
    )
    document = parse(written.encode(), "f.yaml")
    assert isinstance(document.root, Sequence)
    findings = Findings([document])
    expression = read_when(document.root.items[0], Lists({}, findings), findings, subject=False)
    assert findings.mistakes == []
    assert expression is not None
    for term in terms_of(expression):
        line = document.lines[term.place.line - 1]
        assert line[term.place.column - 1 :].lstrip("“")[0] == term.text[0]
