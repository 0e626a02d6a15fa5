"""Each kind of warning: the rules that cause it, what it says, and the rules next to these that do not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from listening.match.warnings import Severity, kinds
from tests.match.warnings.conftest import Warned

BRAND = "brands:\n  星河: {any: [星河宽带]}\n"


@dataclass(frozen=True)
class Row:
    """Rules, archived texts (None: no archive), and the lines of one kind of warning."""

    id: str
    kind: str
    rules: str
    lines: list[str]
    archive: list[str] | None = None


def scenario(body: str) -> str:
    return f"{BRAND}scenarios:\n  报障: {body}\n"


ROWS = [
    Row(
        "one character",
        "short_words",
        scenario("{any: [断网, 网]}"),
        [
            "rules.yaml:4:18: '网' is one character, which stands in many words"
            " - write the words that you mean",
        ],
    ),
    Row(
        "digits alone",
        "short_words",
        "brands:\n  星河: {any: [星河宽带, '10086']}\n",
        [
            "rules.yaml:2:20: '10086' is a number, which prices, dates and ids hold too"
            " - ask for a word with it: all, or when: … near/10 …",
        ],
    ),
    Row("letters and digits are fine", "short_words", scenario("{any: [5G, 断网]}"), []),
    Row(
        "a brand that is an everyday word",
        "everyday_words",
        "brands:\n  移动: {any: [中国移动, 移动]}\n",
        [
            "rules.yaml:2:20: '移动' is an everyday word (3,838 times in the dictionary's texts)"
            " - put it under weak with a context: weak: [移动], context: [words near it]",
        ],
    ),
    Row("an everyday word in a scenario is fine", "everyday_words", scenario("{any: [移动]}"), []),
    Row(
        "a longer word beside the shorter one",
        "contained_words",
        scenario("{any: [断网了, 断网]}"),
        [
            "rules.yaml:4:14: '断网了' adds nothing: '断网' stands inside it and counts there"
            " - remove the longer one"
        ],
    ),
    Row(
        "a brand's longer word says where a name ends",
        "contained_words",
        "brands:\n  星河: {any: [星河宽带, 星河]}\n",
        [],
    ),
    Row(
        "under strict the longer one counts alone",
        "contained_words",
        scenario("{any: [断网了, 断网], match: strict}"),
        [],
    ),
    Row(
        "a text counts where the word inside it does not",
        "contained_words",
        scenario("{any: [断网, {text: 断网了}]}"),
        [],
    ),
    Row(
        "a weak longer word is looked at by itself",
        "contained_words",
        scenario("{any: [断网], weak: [断网了], context: [宽带]}"),
        [],
    ),
    Row(
        "a word with an exclusion inside",
        "shadowed_words",
        scenario("{any: [断网, 招聘断网], none: [招聘]}"),
        [
            "rules.yaml:4:18: '招聘断网' can never bring '报障': '招聘' of none stands inside it"
            " - take it out of one of the two",
        ],
    ),
    Row(
        "a word inside an exception",
        "shadowed_words",
        scenario("{any: [断网, 断网吧], except: [断网吧啊, 星河断网吧, /断网吧.?/, 断网]}"),
        [],
    ),
    Row(
        "a word that an ignored word stands in",
        "shadowed_words",
        scenario("{any: [断网, 断网抽奖]}") + "ignore: {any: [抽奖]}\n",
        [
            "rules.yaml:4:18: '断网抽奖' can never bring '报障': '抽奖' of ignore stands inside it"
            " - take it out of one of the two",
        ],
    ),
    Row(
        "words of two scenarios want the same character",
        "competing_words",
        scenario("{any: [断网]}") + "  网慢: {any: [网速慢]}\n",
        [
            "rules.yaml:4:14: '断网' and '网速慢' compete in 断网速慢: 断网 does not count there,"
            " the text is read 断/网速慢 - if both are meant there, add 断网速慢 to the list",
        ],
    ),
    Row("words of one scenario may compete", "competing_words", scenario("{any: [断网, 网速慢]}"), []),
    Row(
        "an archive without such a post",
        "competing_words",
        scenario("{any: [断网]}") + "  网慢: {any: [网速慢]}\n",
        [],
        ["星河宽带断网", "星河宽带网速慢"],
    ),
    Row(
        "the dictionary's longer words",
        "colliding_words",
        scenario("{any: [收费]}"),
        [
            "rules.yaml:4:14: '收费' stands inside longer words of the dictionary and counts there: 收费站"
            " - list in `except` what is not meant: except: [收费站]",
        ],
    ),
    Row(
        "what is under except is taken care of",
        "colliding_words",
        scenario("{any: [收费], except: [收费站]}"),
        [],
    ),
    Row(
        "the archive's longer words and crossings",
        "colliding_words",
        scenario("{any: [断网, 资费]}"),
        [
            "rules.yaml:4:14: '断网' crosses 判断/网络 3 times in your archive; refused there"
            " - nothing to do, if these are not meant",
        ],
        ["星河宽带判断网络"] * 3 + ["星河宽带投资费用"] * 2,
    ),
    Row(
        "nested in the archive",
        "colliding_words",
        "brands:\n  移动: {any: [移动]}\n",
        [
            "rules.yaml:2:14: '移动' stands inside 移动用户 4 times and 移动硬盘 3 times in your archive"
            " - list in `except` what is not meant: except: [移动用户]",
        ],
        ["移动用户"] * 4 + ["移动硬盘"] * 3 + ["移动电源"] * 2,
    ),
    Row(
        "a text counts across words",
        "colliding_words",
        scenario("{any: [{text: 收费}]}"),
        [
            "rules.yaml:4:21: '收费' is taken as a text, also inside and across words: 收费站"
            " - write it as a bare word, or list in `except` what is not meant: except: [收费站]",
        ],
    ),
    Row(
        "a word counts across words under match: text",
        "colliding_words",
        scenario("{any: [收费], match: text}"),
        [
            "rules.yaml:4:14: '收费' is taken as a text, also inside and across words: 收费站"
            " - write it as a bare word, or list in `except` what is not meant: except: [收费站]",
            "rules.yaml:4:14: '收费' stands inside longer words of the dictionary and counts there: 收费站"
            " - list in `except` what is not meant: except: [收费站]",
        ],
    ),
    Row(
        "what an exception holds is not told",
        "colliding_words",
        "brands:\n  移动: {any: [移动], except: [{text: 移动硬盘坏}]}\n",
        [],
        ["移动硬盘坏"] * 3,
    ),
    Row(
        "what an exclusion takes away",
        "costly_exclusions",
        scenario("{any: [断网], none: [招聘]}"),
        [
            "rules.yaml:4:26: '招聘' under none of '报障' removed 2 of 3 posts,"
            " such as: 星河宽带招聘断网维修工"
            " - look at them: listening backtest without it shows what comes back",
        ],
        ["星河宽带招聘断网维修工", "星河宽带断网，招聘", "星河宽带断网", "星河宽带招聘"],
    ),
    Row(
        "what an exception takes away",
        "costly_exclusions",
        "brands:\n  移动: {any: [移动], except: [移动硬盘, 移动电源]}\n",
        [
            "rules.yaml:2:28: '移动硬盘' under except of '移动' removed 1 of 2 posts, such as: 移动硬盘坏了"
            " - look at them: listening backtest without it shows what comes back",
        ],
        ["移动硬盘坏了", "移动硬盘是移动的"],
    ),
    Row(
        "what an ignored word takes away",
        "costly_exclusions",
        BRAND + "ignore: {any: [抽奖]}\n",
        [
            "rules.yaml:3:16: '抽奖' under ignore removed 1 of 2 posts, such as: 星河宽带抽奖"
            " - look at them: listening backtest without it shows what comes back",
        ],
        ["星河宽带抽奖", "星河宽带", "抽奖"],
    ),
    Row(
        "two scenarios that state the same",
        "always_together",
        scenario("{any: [断网, 掉线]}") + "  断线: {any: [掉线, 断网]}\n",
        ["rules.yaml:5:3: '断线' asks for the same as '报障' - make one of the two"],
    ),
    Row(
        "the same under another match is fine",
        "always_together",
        scenario("{any: [断网]}") + "  断线: {any: [断网], match: text}\n",
        [],
    ),
    Row(
        "two scenarios that meet the same posts",
        "always_together",
        scenario("{any: [断网]}") + "  断线: {any: [一直断]}\n",
        [
            "rules.yaml:5:3: '断线' and '报障' meet the same 20 posts in your archive"
            " - is one of the two enough?"
        ],
        ["星河宽带断网，一直断"] * 20,
    ),
    Row(
        "a miss without a brand",
        "lucky_examples",
        scenario("{any: [断网], examples: {miss: [判断网络]}}"),
        [
            "rules.yaml:4:37: this example would miss whatever '报障' said:"
            " none of its brands or competitors stands in it"
            " - let it hold what could be taken for a match",
        ],
    ),
    Row(
        "a miss without any of the words",
        "lucky_examples",
        scenario("{any: [断网], examples: {miss: [星河宽带很好]}}"),
        [
            "rules.yaml:4:37: this example would miss whatever '报障' said:"
            " none of the rule's words stands in it"
            " - let it hold what could be taken for a match",
        ],
    ),
    Row(
        "a miss that is excluded",
        "lucky_examples",
        scenario("{any: [断网], examples: {miss: [星河宽带断网抽奖]}}") + "ignore: {any: [抽奖]}\n",
        [
            "rules.yaml:4:37: this example would miss whatever '报障' said: it is excluded: ignore.any: 抽奖"
            " - let it hold what could be taken for a match",
        ],
    ),
    Row(
        "a miss that nearly matches is a good one",
        "lucky_examples",
        scenario("{any: [断网], examples: {miss: [星河宽带请判断网络]}}"),
        [],
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}: {row.id}")
def test_a_warning_says_what_is_suspicious_and_what_to_do(warned: Warned, row: Row) -> None:
    assert [str(warning) for warning in warned(row.rules, row.kind, row.archive)] == row.lines


def test_every_kind_of_warning_is_shown_here() -> None:
    assert {row.kind for row in ROWS if row.lines} == set(kinds())


def test_an_exclusion_that_takes_more_than_it_leaves_is_more_than_a_figure(warned: Warned) -> None:
    rules = scenario("{any: [断网], none: [招聘]}")
    posts = ["星河宽带招聘断网维修工"] * 10
    (costly,) = warned(rules, "costly_exclusions", [*posts, "星河宽带断网"])
    (fair,) = warned(rules, "costly_exclusions", [*posts, *["星河宽带断网"] * 10])
    assert (costly.severity, fair.severity) == (Severity.MEDIUM, Severity.LOW)


def test_warnings_come_in_the_order_of_the_file_and_once(warned: Warned) -> None:
    rules = "lists:\n  词: [网, 线]\n" + scenario("{any: [$词]}") + "  再来: {any: [$词, 断网]}\n"
    places = [(warning.place.line, warning.place.column) for warning in warned(rules, "short_words")]
    assert places == [(2, 7), (2, 10)]


def test_an_empty_archive_is_as_good_as_none(warned: Warned) -> None:
    rules = scenario("{any: [收费]}")
    assert warned(rules, archive=[]) == warned(rules)
