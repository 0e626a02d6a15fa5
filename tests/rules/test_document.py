"""The rule set as plain values and back, and what its digest is of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from listening.errors import RuleMistakes
from listening.rules import RuleSet, rules_from_document, rules_to_document
from listening.rules.expression import NOWHERE
from listening.rules.ruleset import Examples
from tests.rules.conftest import Read

FULL = """\
lists: {断网: [断网, {text: 没网}]}
brands:
  云帆:
    any: [云帆, '/云.{0,2}帆/', 'raw/[A-Z]F/', yf*, {case: YF}]
    all: [宽带]
    none: [招聘]
    except: [云帆杯]
    match: strict
    accounts: {weibo: ['1', '@云帆'], mastodon: ['@yf@example.social']}
    sources: [云帆论坛]
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
        pytest.param("[$断网]", "[$断网, 断网]", id="a term twice"),
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
