"""The rule set as plain values and back, and what its digest is of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.errors import RuleMistakes
from listening.model import Kind
from listening.rules import RuleSet, rules_from_document, rules_to_document
from listening.rules.document.rules import with_digest
from listening.rules.expression import (
    NOWHERE,
    And,
    Expression,
    Near,
    Not,
    Or,
    Stands,
    Term,
    TermKind,
    Via,
)
from listening.rules.ruleset import (
    Bind,
    BindKind,
    Conditions,
    Examples,
    Ignore,
    Keep,
    MatchMode,
    Scenario,
    Side,
    Subject,
    Where,
)
from tests.rules.conftest import Read

FULL = """\
lists: {断网: [断网, {text: 没网}], 投诉: [{word: 投诉, like: [pinyin, initials, marks, split]}]}
brands:
  云帆:
    any: [云帆, '/云.{0,2}帆/', 'raw/[A-Z]F/', yf*, {case: YF}]
    all: [宽带]
    none: [招聘]
    except: [云帆杯]
    match: strict
    accounts: {weibo: ['1', '@云帆'], mastodon: ['@yf@example.social']}
    sources: [云帆论坛]
    nicknames: [小帆]
    note: 说明
    examples:
      hit:
        - {text: 云帆, published_at: 2026-11-23T16:00:00+08:00, author: {id: '7', followers: 3}}
      miss: [云帆杯]
competitors: {长河: {any: [长河]}}
scenarios:
  报障:
    any: [$断网]
    of: both
    queue: 客服
    priority: 紧急
    respond_within: 30m
    resolve_within: 2d
  投诉:
    any: [断..网]
    weak: [移动]
    when: ($投诉 or $subject) near/20 (怎么 or 想) and not (套餐 before/5 贵)
    context: {any: [宽带], near: 20}
    where: {platform: weibo, kind: comment, followers: {min: 5}, verified: yes, field: [title, author]}
    bind: near/20
    negated: drop
    question: keep
    hypothetical: only
  夜里:
    any: [$断网]
    where: {source: 论坛, region: 广东, followers: {max: 9}, hours: '22:00-06:00', zone: Asia/Tokyo}
    bind: sentence
ignore: {any: [抽奖], authors: [机器人]}
"""


@pytest.fixture
def full(read: Read) -> RuleSet:
    return read(FULL)


def without_places(examples: Examples) -> Examples:
    return Examples(
        hit=tuple((post, NOWHERE) for post, _ in examples.hit),
        miss=tuple((post, NOWHERE) for post, _ in examples.miss),
    )


def test_what_comes_back_from_a_document_is_what_went_in(full: RuleSet) -> None:
    bare = replace(
        full,
        subjects=tuple(replace(s, examples=without_places(s.examples)) for s in full.subjects),
        scenarios=tuple(replace(s, examples=without_places(s.examples)) for s in full.scenarios),
    )
    document = json.loads(json.dumps(rules_to_document(full), ensure_ascii=False))
    assert rules_from_document(document) == bare
    assert rules_to_document(rules_from_document(document)) == document


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"version": 3}, "is of version 3, not 2", id="another version"),
        pytest.param({"digest": "0"}, "does not say what its digest stands for", id="another digest"),
        pytest.param({"ignore": {"any": [], "authors": []}}, "does not say what its digest", id="changed"),
        pytest.param({"subjects": [{}]}, "cannot be read (KeyError('name'))", id="broken subject"),
        pytest.param({"scenarios": None}, "cannot be read (TypeError(", id="broken scenarios"),
        pytest.param({"ignore": []}, "cannot be read (TypeError(", id="broken ignore"),
    ],
)
def test_a_damaged_document_is_told(change: dict[str, object], what: str, full: RuleSet) -> None:
    with pytest.raises(RuleMistakes) as caught:
        rules_from_document(rules_to_document(full) | change)
    assert str(caught.value).startswith(f"kept rule set: {what}")
    assert str(caught.value).endswith(" - mend the rules folder, it will be kept anew")


def test_an_empty_document_is_told() -> None:
    with pytest.raises(RuleMistakes, match="kept rule set: cannot be read"):
        rules_from_document({})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("    note: 说明\n", "", id="note"),
        pytest.param("miss: [云帆杯]", "miss: [云帆杯, 别的]", id="examples"),
        pytest.param("lists:", "# comment\n\nlists:", id="comments and places"),
        pytest.param("$断网", "断网, {text: 没网}", id="a list spelled out"),
        pytest.param("of: both", "of: [长河, 云帆]", id="a group spelled out"),
        pytest.param("respond_within: 30m", "respond_within: 1800s", id="another way to say a time"),
        pytest.param("priority: 紧急", "priority: urgent", id="another language"),
        pytest.param(
            "{长河: {any: [长河]}}", "{长河: {any: 长河}, 停: {any: 停, enabled: no}}", id="switched off"
        ),
        pytest.param("any: [$断网]\n    of", "any: [$断网, 断网]\n    of", id="a term twice"),
        pytest.param("(怎么 or 想)", "（怎么 或 (想)）", id="other brackets and operators"),
        pytest.param("    question: keep\n", "", id="what is usual anyway"),
        pytest.param("platform: weibo", "platform: [weibo]", id="one value as a list"),
        pytest.param(
            "weibo: ['1', '@云帆'], mastodon: ['@yf@example.social']",
            "mastodon: ['@yf@example.social'], weibo: ['1', '@云帆']",
            id="order of platforms",
        ),
    ],
)
def test_the_digest_stays_where_the_meaning_stays(before: str, after: str, full: RuleSet, read: Read) -> None:
    assert before in FULL
    assert read(FULL.replace(before, after)).digest == full.digest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("[云帆,", "[云帆科技,", id="term"),
        pytest.param("{text: 没网}", "没网", id="kind of term"),
        pytest.param("none: [招聘]", "none: [招工]", id="none"),
        pytest.param("except: [云帆杯]", "except: [云帆赛]", id="except"),
        pytest.param("match: strict", "match: word", id="match"),
        pytest.param("'1', ", "", id="account"),
        pytest.param("sources: [云帆论坛]", "sources: [论坛]", id="source"),
        pytest.param("of: both", "of: brands", id="of"),
        pytest.param("queue: 客服", "queue: 技术", id="queue"),
        pytest.param("priority: 紧急", "priority: 高", id="priority"),
        pytest.param("respond_within: 30m", "respond_within: 31m", id="respond_within"),
        pytest.param("resolve_within: 2d", "", id="resolve_within"),
        pytest.param("authors: [机器人]", "authors: [机器]", id="ignored author"),
        pytest.param("any: [抽奖]", "any: [转发抽奖]", id="ignored term"),
        pytest.param("competitors: {长河", "competitors: {大江", id="name"),
        pytest.param("断..网", "断..网 both ways", id="a separable word both ways"),
        pytest.param("[pinyin, initials,", "[initials,", id="a variant"),
        pytest.param("nicknames: [小帆]", "weak: [小帆]\n    context: [帆]", id="a nickname made weak"),
        pytest.param("weak: [移动]", "weak: [某动]", id="weak word"),
        pytest.param("near: 20}", "near: 21}", id="distance of the context"),
        pytest.param("any: [宽带], near", "any: [套餐], near", id="context"),
        pytest.param("near/20 (怎么", "near/21 (怎么", id="distance in when"),
        pytest.param("near/20 (怎么", "before/20 (怎么", id="order in when"),
        pytest.param("and not (套", "or not (套", id="operator"),
        pytest.param("platform: weibo", "platform: zhihu", id="platform"),
        pytest.param("kind: comment", "kind: post", id="kind of post"),
        pytest.param("{min: 5}", "{max: 5}", id="followers"),
        pytest.param("verified: yes", "verified: no", id="verified"),
        pytest.param("field: [title, author]", "field: title", id="field"),
        pytest.param("'22:00-06:00'", "'22:00-07:00'", id="hours"),
        pytest.param("zone: Asia/Tokyo", "zone: Asia/Seoul", id="zone"),
        pytest.param("region: 广东", "region: 广西", id="region"),
        pytest.param("bind: near/20", "bind: near/21", id="distance of bind"),
        pytest.param("bind: sentence", "bind: nearest", id="bind"),
        pytest.param("negated: drop", "negated: only", id="negated"),
        pytest.param("hypothetical: only", "hypothetical: drop", id="hypothetical"),
    ],
)
def test_the_digest_changes_with_the_meaning(before: str, after: str, full: RuleSet, read: Read) -> None:
    assert before in FULL
    assert read(FULL.replace(before, after)).digest != full.digest


def test_the_digest_does_not_know_files(full: RuleSet, read: Read) -> None:
    start = {name: FULL.index(f"\n{name}:") + 1 for name in ("brands", "competitors", "scenarios")}
    parts = [
        FULL[: start["brands"]],
        FULL[start["brands"] : start["competitors"]],
        FULL[start["competitors"] : start["scenarios"]],
        FULL[start["scenarios"] :],
    ]
    split = read(a=parts[1], b=parts[2], c=parts[3], d=parts[0])
    assert split.digest == full.digest
    assert len(full.digest) == 64


def test_what_is_usual_is_not_written_down(read: Read) -> None:
    rules = read("brands: {云帆: {any: [云帆]}}\nscenarios: {报障: {any: [断网]}}\n")
    document = rules_to_document(rules)
    assert document["subjects"][0]["any"] == [["word", "云帆"]]
    finer = {"when", "where", "context", "context_within", "bind", "negated", "question", "hypothetical"}
    assert finer.isdisjoint(document["scenarios"][0])


def test_a_document_of_the_first_version_reads_the_same(read: Read) -> None:
    rules = read("brands: {云帆: {any: [云帆]}}\nscenarios: {报障: {any: [断网]}}\n")
    assert rules_from_document(rules_to_document(rules) | {"version": 1}) == rules


NAMES = st.text("断网掉线ab", min_size=1, max_size=3)
TERMS = st.builds(
    Term,
    st.sampled_from(TermKind),
    NAMES,
    via=st.none() | st.sampled_from(Via),
    stands_for=NAMES | st.just(""),
    weak=st.booleans(),
)
GROUPS = st.lists(TERMS, max_size=3).map(tuple)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Stands, GROUPS) | st.builds(Near, GROUPS, GROUPS, st.integers(0, 1000), st.booleans()),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)
TUPLES = st.lists(NAMES, max_size=2).map(tuple)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WHERES = st.builds(
    Where,
    platforms=TUPLES,
    kinds=st.lists(st.sampled_from(Kind), max_size=2).map(tuple),
    sources=TUPLES,
    regions=TUPLES,
    fields=TUPLES,
    followers=st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
    verified=st.none() | st.booleans(),
    hours=st.none() | st.tuples(TIMES, TIMES),
    zone=st.sampled_from(["Asia/Shanghai", "UTC"]),
)
CONDITIONS = st.builds(
    Conditions,
    any=GROUPS,
    all=GROUPS,
    none=GROUPS,
    except_=GROUPS,
    match=st.sampled_from(MatchMode),
    when=st.none() | EXPRESSIONS,
    where=WHERES,
    context=GROUPS,
    context_within=st.integers(1, 1000),
)
KEEPS = st.sampled_from(Keep)
SCENARIOS = st.builds(
    Scenario,
    name=NAMES,
    conditions=CONDITIONS,
    of=TUPLES,
    bind=st.builds(Bind, st.sampled_from(BindKind), st.integers(0, 9)),
    negated=KEEPS,
    question=KEEPS,
    hypothetical=KEEPS,
)
SUBJECTS = st.builds(Subject, name=NAMES, side=st.sampled_from(Side), conditions=CONDITIONS)


@settings(deadline=None)
@given(st.lists(SUBJECTS, max_size=2), st.lists(SCENARIOS, max_size=2), GROUPS)
def test_any_rule_set_comes_back_from_its_document(
    subjects: list[Subject], scenarios: list[Scenario], ignored: tuple[Term, ...]
) -> None:
    rules = with_digest(
        RuleSet(subjects=tuple(subjects), scenarios=tuple(scenarios), ignore=Ignore(any=ignored))
    )
    document = json.loads(json.dumps(rules_to_document(rules), ensure_ascii=False))
    assert rules_from_document(document) == rules
