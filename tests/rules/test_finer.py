"""Weak words, nicknames, variants, separable words, where, bind and marks: from YAML to nouns."""

from __future__ import annotations

from datetime import time

import pytest

from listening.model import Kind
from listening.rules.expression import Term, TermKind, Via
from listening.rules.ruleset import Bind, BindKind, Keep, Scenario, Where
from tests.rules.conftest import Read

HEAD = """\
brands:
  云帆: {any: [云帆]}
lists:
  语境: [宽带, 套餐]
  投诉: [{word: 投诉, like: [pinyin, initials]}]
"""


def word(text: str, via: Via | None = None, stands_for: str = "", *, weak: bool = False) -> Term:
    return Term(TermKind.WORD, text, via=via, stands_for=stands_for, weak=weak)


def scenario(body: str, read: Read) -> Scenario:
    [found] = read(f"{HEAD}scenarios:\n  报障: {{{body}}}\n").scenarios
    return found


def test_weak_words_stand_among_any_and_need_their_context(read: Read) -> None:
    found = scenario("any: [断网], weak: [移动, 某动*], context: $语境", read).conditions
    assert found.any == (word("断网"), word("移动", weak=True), Term(TermKind.PREFIX, "某动", weak=True))
    assert (found.context, found.context_within) == ((word("宽带"), word("套餐")), 30)


@pytest.mark.parametrize(
    ("context", "within"),
    [
        pytest.param("{any: [宽带, 套餐], near: 5}", 5, id="both"),
        pytest.param("{any: $语境}", 30, id="words alone"),
        pytest.param("{any: $语境, near: 1000}", 1000, id="the farthest"),
        pytest.param("[宽带, 套餐]", 30, id="a list"),
    ],
)
def test_a_context_says_how_near_it_must_be(context: str, within: int, read: Read) -> None:
    found = scenario(f"weak: [移动], context: {context}", read).conditions
    assert (found.context, found.context_within) == ((word("宽带"), word("套餐")), within)


def test_a_single_text_may_be_context(read: Read) -> None:
    found = scenario("weak: [移动], context: {text: 宽带}", read).conditions
    assert found.context == (Term(TermKind.TEXT, "宽带"),)


def test_nicknames_stand_among_any_and_say_so(read: Read) -> None:
    nicknames = "[小帆, {word: 帆船, like: split}, {word: 移动, like: marks}]"
    [subject] = read(f"brands: {{云帆: {{any: [云帆], nicknames: {nicknames}}}}}").subjects
    assert subject.conditions.any == (
        word("云帆"),
        word("小帆", Via.NICKNAME),
        word("帆船", Via.NICKNAME),
        word("巾凡船", Via.SPLIT, "帆船"),
        word("移动", Via.NICKNAME),
        Term(TermKind.MARKED, "移动", via=Via.MARKS, stands_for="移动"),
    )


def test_a_word_with_like_becomes_itself_and_its_variants(read: Read) -> None:
    found = scenario("any: [{word: 投诉, like: [pinyin, initials, marks, split]}], context: 宽带", read)
    assert set(found.conditions.any) == {
        word("投诉"),
        word("tousu", Via.PINYIN, "投诉"),
        word("投su", Via.PINYIN, "投诉"),
        word("tou诉", Via.PINYIN, "投诉"),
        word("ts", Via.INITIALS, "投诉", weak=True),
        Term(TermKind.MARKED, "投诉", via=Via.MARKS, stands_for="投诉"),
        word("扌殳诉", Via.SPLIT, "投诉"),
        word("投讠斥", Via.SPLIT, "投诉"),
        word("扌殳讠斥", Via.SPLIT, "投诉"),
    }


@pytest.mark.parametrize(
    "key", ["none: [$投诉], any: [断网]", "any: [$投诉]", "weak: [$投诉]", "when: $投诉"]
)
def test_initials_are_weak_wherever_they_come_in(key: str, read: Read) -> None:
    found = scenario(f"{key}, context: [宽带]", read).conditions
    terms = {term.text: term for term in (*found.none, *found.any, *found.when_terms())}
    assert terms["ts"].weak
    assert terms["tousu"].weak is ("weak:" in key)


def test_variants_that_are_words_are_words_of_the_rule_set(read: Read) -> None:
    body = "any: [$投诉, 断..网], weak: [移动], context: [宽带], when: 怎么 and 卡"
    rules = read(f"{HEAD}scenarios: {{报障: {{{body}}}}}")
    assert rules.words() == {
        *("云帆", "投诉", "投su", "tou诉", "tousu", "ts", "移动", "宽带", "怎么", "卡"),
    }


def test_ignore_takes_every_variant_but_initials(read: Read) -> None:
    rules = read(f"{HEAD}ignore: {{any: [{{word: 抽奖, like: [pinyin, marks]}}]}}")
    assert [term.text for term in rules.ignore.any] == ["抽奖", "抽jiang", "chou奖", "choujiang", "抽奖"]


@pytest.mark.parametrize(
    ("written", "text", "pieces", "both_ways"),
    [
        pytest.param("断..网", "断..网", ("断", "网"), False, id="one way"),
        pytest.param("断..网 both ways", "断..网 both ways", ("断", "网"), True, id="both ways"),
        pytest.param("断..网  Both Ways", "断..网 both ways", ("断", "网"), True, id="any case"),
        pytest.param("'断..网'", "断..网", ("断", "网"), False, id="in YAML's quotes"),
        pytest.param("说..话a", "说..话a", ("说", "话a"), False, id="a letter"),
        pytest.param(
            f"{'断' * 99}..{'网' * 99}",
            f"{'断' * 99}..{'网' * 99}",
            ("断" * 99, "网" * 99),
            False,
            id="as long as a term may be",
        ),
    ],
)
def test_two_dots_make_a_separable_word(
    written: str, text: str, pieces: tuple[str, str], both_ways: bool, read: Read
) -> None:
    [term] = scenario(f"any: [{written}]", read).conditions.any
    assert (term.kind, term.text, term.pieces, term.both_ways) == (
        TermKind.SEPARABLE,
        text,
        pieces,
        both_ways,
    )


@pytest.mark.parametrize("written", ["{text: 断..网}", "{case: A..B}", "'/断..网/'", "a.b", "好。。", "2.5G"])
def test_other_dots_are_left_alone(written: str, read: Read) -> None:
    [term] = scenario(f"any: [{written}]", read).conditions.any
    assert term.kind is not TermKind.SEPARABLE


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("platform: weibo", Where(platforms=("weibo",)), id="one platform"),
        pytest.param("platform: [weibo, zhihu]", Where(platforms=("weibo", "zhihu")), id="platforms"),
        pytest.param("kind: [comment, post]", Where(kinds=(Kind.COMMENT, Kind.POST)), id="kinds"),
        pytest.param("source: 星河论坛", Where(sources=("星河论坛",)), id="source"),
        pytest.param("region: [广东, 广西]", Where(regions=("广东", "广西")), id="regions"),
        pytest.param("followers: {min: 1000}", Where(followers=(1000, None)), id="least"),
        pytest.param("followers: {max: 0}", Where(followers=(None, 0)), id="most"),
        pytest.param("followers: {min: 5, max: 5}", Where(followers=(5, 5)), id="both"),
        pytest.param("verified: no", Where(verified=False), id="not verified"),
        pytest.param("field: author", Where(fields=("author",)), id="field"),
        pytest.param("hours: '22:00-06:00'", Where(hours=(time(22), time(6))), id="over midnight"),
        pytest.param(
            "hours: '00:00-23:59', zone: UTC", Where(hours=(time(0), time(23, 59)), zone="UTC"), id="zone"
        ),
    ],
)
def test_where_is_read(written: str, expected: Where, read: Read) -> None:
    assert scenario(f"any: [断网], where: {{{written}}}", read).conditions.where == expected
    [subject] = read(f"brands: {{云帆: {{any: [云帆], where: {{{written}}}}}}}").subjects
    assert subject.conditions.where == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("post", Bind()),
        ("sentence", Bind(BindKind.SENTENCE)),
        ("near/0", Bind(BindKind.NEAR, 0)),
        ("Near／20", Bind(BindKind.NEAR, 20)),
        ("nearest", Bind(BindKind.NEAREST)),
    ],
)
def test_bind_is_read(written: str, expected: Bind, read: Read) -> None:
    assert scenario(f"any: [断网], bind: {written}", read).bind == expected


@pytest.mark.parametrize("key", ["negated", "question", "hypothetical"])
@pytest.mark.parametrize("keep", list(Keep))
def test_marks_are_read(key: str, keep: Keep, read: Read) -> None:
    found = scenario(f"any: [断网], {key}: {keep}", read)
    expected = {"negated": Keep.KEEP, "question": Keep.KEEP, "hypothetical": Keep.KEEP, key: keep}
    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("when: 断网 or 掉线, none: [断网]", id="one of when is left"),
        pytest.param("when: 断网 and not 掉线, none: [掉线]", id="only what is under not"),
        pytest.param("weak: [移动], context: [宽带], none: [移动硬盘]", id="a longer word under none"),
        pytest.param("any: [ts, 断网], none: [$投诉], context: [宽带]", id="a weak word under none"),
        pytest.param("any: [断..网], none: [断网]", id="a separable word and the word"),
        pytest.param("when: not 断网, any: [掉线]", id="a not beside any"),
        pytest.param("when: $subject near/5 断网", id="the subject"),
    ],
)
def test_only_rules_that_certainly_cannot_be_meant_are_refused(body: str, read: Read) -> None:
    assert scenario(body, read)
