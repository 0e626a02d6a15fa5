"""How far up a hit is reported: by words, found as a scenario's are, and by the author's followers."""

from __future__ import annotations

from pathlib import Path

import pytest

from listening.match.matcher import Matcher
from listening.model import Author, Escalation, Hit, Mention, Post
from listening.review.escalation import EscalationPlan, escalation_of
from listening.rules import RuleSet, read_rules
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import EscalationRule

RULES = """\
brands:
  星河宽带: {any: [星河宽带], accounts: {weibo: ['1234567890', 星河客服]}}
competitors:
  长河宽带: {any: [长河宽带]}
lists:
  监管: [工信部, '12315']
scenarios:
  报障: {any: [断网, 掉线], of: both}
escalations:
  sensitive: {any: [$监管, 律师, 通报, '/起诉.{0,3}你们/', {text: 媒体}], followers: 100000}
  crisis: {any: [曝光, 轻生, {word: 投诉信, like: [pinyin]}]}
"""
SENSITIVE, CRISIS = Escalation.SENSITIVE, Escalation.CRISIS


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    file = tmp_path_factory.mktemp("rules") / "rules.yaml"
    file.write_text(RULES, encoding="utf-8")
    return read_rules(Path(file))


@pytest.fixture(scope="module")
def plan(rules: RuleSet) -> EscalationPlan:
    return EscalationPlan(rules)


@pytest.fixture(scope="module")
def matcher(rules: RuleSet) -> Matcher:
    return Matcher(rules)


def hit(matcher: Matcher, text: str, *, followers: int | None = None, title: str | None = None) -> Hit:
    author = Author(id="7", name="路人", followers=followers)
    mentions = (Mention(name="星河客服"),) if "@星河客服" in text else ()
    post = Post(id="weibo:1", text=text, title=title, platform="weibo", author=author, mentions=mentions)
    found = matcher.decide(post).hit
    assert found is not None and found.level == 2
    return found


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        pytest.param("星河宽带断网，我要找律师", (SENSITIVE, "律师"), id="a word"),
        pytest.param("星河宽带断网，打12315", (SENSITIVE, "12315"), id="a number, of a list"),
        pytest.param("星河宽带断网，电话是123150", None, id="a number inside a longer one"),
        pytest.param("星河宽带断网，起诉也要起诉你们", (SENSITIVE, "/起诉.{0,3}你们/"), id="a pattern"),
        pytest.param("星河宽带断网，全媒体都来看看", (SENSITIVE, "媒体"), id="a text, wherever it stands"),
        pytest.param("星河宽带断网，曝光你们", (CRISIS, "曝光"), id="a crisis"),
        pytest.param(
            "星河宽带断网，律师说了先曝光", (CRISIS, "曝光"), id="the highest level, wherever it stands"
        ),
        pytest.param("星河宽带断网，先找律师再找工信部", (SENSITIVE, "律师"), id="the first word of a level"),
        pytest.param("星河宽带断网，曝 光 你们", (CRISIS, "曝光"), id="with blanks inside"),
        pytest.param("星河寬帶斷網，找律師", (SENSITIVE, "律师"), id="traditional characters"),
        pytest.param(
            "星河宽带断网，toususin寄了，tousuxin也寄了", (CRISIS, "投诉信"), id="another form of a word"
        ),
        pytest.param("星河宽带断网，我不找律师", (SENSITIVE, "律师"), id="negated, it counts all the same"),
        pytest.param("星河宽带断网，要找律师吗？", (SENSITIVE, "律师"), id="asked, it counts all the same"),
        pytest.param(
            "断网//@老王:星河宽带断网，我找律师", (SENSITIVE, "律师"), id="quoted, it counts all the same"
        ),
        pytest.param("星河宽带掉线，风险自负", None, id="nothing"),
        pytest.param("星河宽带掉线，要全网通报", (SENSITIVE, "通报"), id="a short word"),
        pytest.param("星河宽带掉线，交通报警都打不了", None, id="the same only across the ends of words"),
        pytest.param("@律师老王 星河宽带断网", None, id="in a name after @"),
        pytest.param("@星河客服曝光你们断网", (CRISIS, "曝光"), id="behind the name of an account after @"),
        pytest.param("@星河宽带曝光你们断网", (CRISIS, "曝光"), id="behind a brand after @"),
        pytest.param("星河宽带断网 https://example.com/12315", None, id="in an address"),
        pytest.param("长河宽带断网，曝光他们", None, id="about a competitor alone"),
        pytest.param("星河宽带和长河宽带都断网，曝光他们", (CRISIS, "曝光"), id="about a competitor too"),
    ],
)
def test_words_raise_a_hit(
    text: str, raised: tuple[Escalation, str] | None, matcher: Matcher, plan: EscalationPlan
) -> None:
    assert escalation_of(hit(matcher, text), plan) == raised


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        pytest.param("星河宽带掉线，又双叒断网啦", (CRISIS, "断网"), id="a word"),
        pytest.param("星河宽带掉线，请先判断网络是否正常", None, id="inside two others"),
    ],
)
def test_words_are_found_as_those_of_scenarios_are(
    text: str, raised: tuple[Escalation, str] | None, matcher: Matcher, rules: RuleSet
) -> None:
    crisis = EscalationRule(level=CRISIS, any=(Term(TermKind.WORD, "断网"),))
    plan = EscalationPlan(RuleSet(subjects=rules.subjects, escalations=(crisis,)))
    assert escalation_of(hit(matcher, text), plan) == raised


def test_the_title_is_read_too_and_first(matcher: Matcher, plan: EscalationPlan) -> None:
    found = hit(matcher, "星河宽带断网，找律师", title="给工信部的信")
    assert escalation_of(found, plan) == (SENSITIVE, "工信部")


@pytest.mark.parametrize(
    ("followers", "raised"),
    [
        pytest.param(100_000, (SENSITIVE, "followers >= 100000"), id="just so many"),
        pytest.param(99_999, None, id="one less"),
        pytest.param(None, None, id="nobody knows"),
    ],
)
def test_so_do_large_accounts(
    followers: int | None, raised: tuple[Escalation, str] | None, matcher: Matcher, plan: EscalationPlan
) -> None:
    assert escalation_of(hit(matcher, "星河宽带断网", followers=followers), plan) == raised


def test_a_word_is_the_better_cue_than_followers(matcher: Matcher, plan: EscalationPlan) -> None:
    found = hit(matcher, "星河宽带断网，找律师", followers=1_000_000)
    assert escalation_of(found, plan) == (SENSITIVE, "律师")


def test_without_escalations_nothing_is_raised(matcher: Matcher) -> None:
    found = hit(matcher, "星河宽带断网，曝光你们", followers=1_000_000)
    assert escalation_of(found, EscalationPlan(RuleSet())) is None


def test_followers_are_enough_for_a_rule_without_words(rules: RuleSet, matcher: Matcher) -> None:
    bare = RuleSet(escalations=tuple(rule for rule in rules.escalations if rule.level is SENSITIVE))
    assert escalation_of(hit(matcher, "星河宽带断网", followers=100_000), EscalationPlan(bare)) is not None


def test_what_raises_hits_changes_no_match(matcher: Matcher, rules: RuleSet) -> None:
    plain = Matcher(RuleSet(subjects=rules.subjects, scenarios=rules.scenarios, ignore=rules.ignore))
    post = Post(id="weibo:1", text="星河宽带断网，曝光你们，找律师", platform="weibo")
    one, other = matcher.decide(post).hit, plain.decide(post).hit
    assert one is not None and other is not None
    assert one.matches == other.matches
