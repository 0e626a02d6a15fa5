"""Whatever stands in a file, the answer is a rule set, or mistakes that have a place and words."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from listening.errors import RuleMistakes
from listening.rules import RuleSet, read_rules, rules_from_document, rules_to_document
from listening.rules.body import SCENARIO_KEYS
from listening.rules.keys.where import KEYS as WHERE_KEYS
from tests.rules.test_document import FULL
from tests.rules.test_reader import DESIGN

SIGNS = (
    "，、；：“”［］【】｛｝＊＄／\u3000\u200b\ufeff\t\r\n\x85\u2028 '\"[]{},:-?|>&*!%@`#$/\\~.0a断"
    "\U00020bb7\x00\ue000"
)
WORDS = [
    *(
        "lists:",
        "brands:",
        "competitors:",
        "scenarios:",
        "ignore:",
        "any:",
        "all:",
        "none:",
        "except:",
        "of:",
    ),
    *("where:", "weak:", "context:", "nicknames:", "bind:", "negated:", "question:", "hypothetical:"),
    *("{word: 投诉, like: pinyin}", "like:", "word:", "near:", "platform:", "kind:", "hours:", "followers:"),
    *("断..网", " both ways", "near/5 ", " and ", " or ", "not ", "(", ")", "$subject", "'22:00-06:00'"),
    *(
        "match:",
        "accounts:",
        "sources:",
        "queue:",
        "priority:",
        "respond_within:",
        "examples:",
        "hit:",
        "when:",
    ),
    *(
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "，",
        "：",
        "断网",
        "云帆",
        "$断网",
        "/a*/",
        "/(/",
        "raw/a/",
    ),
    *(
        "iphone*",
        "{text: a}",
        "{case: B}",
        "no",
        "10086",
        "'",
        '"',
        "|\n",
        ">\n",
        "# ",
        "&a ",
        "*a ",
        "!t ",
        "---\n",
    ),
]


def answer(data: bytes) -> RuleSet | None:
    """The rule set, or None after its mistakes were looked at."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "a.yaml")
        file.write_bytes(data)
        try:
            return read_rules(file)
        except RuleMistakes as caught:
            assert caught.mistakes
            for mistake in caught.mistakes:
                assert mistake.place.file == str(file)
                assert mistake.what
                assert "\n" not in str(mistake)
            return None


def check(data: bytes) -> None:
    if (rules := answer(data)) is not None:
        assert rules_from_document(rules_to_document(rules)).digest == rules.digest


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    check(data)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    check(text.encode("utf-8", "replace"))


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words_of_the_grammar_are_answered(words: list[str]) -> None:
    check("".join(words).encode())


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_words_in_the_place_of_terms_are_answered(words: list[str]) -> None:
    check(("brands:\n  云帆: {any: [云帆]}\nscenarios:\n  报障:\n    any: " + "".join(words)).encode())


@settings(deadline=None)
@given(
    st.sampled_from([DESIGN, FULL]),
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["cut", "put", "swap"]), st.sampled_from(SIGNS)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_good_file_with_some_characters_changed_is_answered(
    text: str, changes: list[tuple[float, str, str]]
) -> None:
    for where, how, sign in changes:
        at = int(where * (len(text) - 1))
        text = text[:at] + {"cut": "", "put": sign + text[at], "swap": sign}[how] + text[at + 1 :]
    check(text.encode())


@settings(deadline=None)
@given(st.sampled_from([DESIGN, FULL]), st.floats(0, 1))
def test_a_file_that_was_cut_off_is_answered(text: str, where: float) -> None:
    data = text.encode()
    check(data[: int(where * len(data))])


@settings(deadline=None)
@given(st.sampled_from([DESIGN, FULL]), st.integers(0, 60), st.integers(0, 60))
def test_a_file_with_two_lines_exchanged_is_answered(text: str, one: int, other: int) -> None:
    lines = text.split("\n")
    one, other = one % len(lines), other % len(lines)
    lines[one], lines[other] = lines[other], lines[one]
    check("\n".join(lines).encode())


KEYS = st.sampled_from(
    [*WHERE_KEYS, "word", "like", "any", "near", "min", "max", "text", "case", "pinyin", "hit", "post"]
)
WORTHS = [
    *("投诉", "'断网，'", "pinyin", "split", "weibo", "5", "-1", "no", "~", "''", "comment", "断..网", "$断"),
    *("'22:00-06:00'", "22:00-6:00", "UTC", "Asia/Shanghai", "near/5", "title", "/a/", "keep", "sentence"),
]
VALUES = st.sampled_from(WORTHS)
NODES: st.SearchStrategy[str] = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(KEYS, inner, max_size=4).map(
            lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"
        ),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(SCENARIO_KEYS), NODES, min_size=1, max_size=4))
def test_any_values_of_the_keys_of_a_rule_are_answered(values: dict[str, str]) -> None:
    body = ", ".join(f"{key}: {value}" for key, value in values.items())
    check(f"brands: {{云帆: {{any: [云帆]}}}}\nscenarios: {{报障: {{{body}}}}}\n".encode())
