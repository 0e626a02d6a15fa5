"""Scan misses nothing: what decide would find is always a candidate, in whatever batch it stands."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from listening.match.decide.decide import decide
from listening.match.matcher import Matcher
from listening.match.plan.plan import Plan
from listening.match.scan.scan import Scan
from listening.model import Author, Mention, Outcome, Post, Reference
from listening.rules.ruleset import Ignore, RuleSet, Side, Where
from tests.reference import generator
from tests.reference.making import brand, conditions, post, rules, terms


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(generator.rule_sets(), st.integers(0, 2**32))
def test_what_is_no_candidate_is_unmatched(ruleset: RuleSet, seed: int) -> None:
    plan = Plan(ruleset)
    posts = generator.texts(seed, ruleset, 100)
    chosen = set(Scan(plan).candidates(posts))
    for n, one in enumerate(posts):
        if n not in chosen:
            assert decide(one, plan).outcome is Outcome.UNMATCHED


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(generator.rule_sets(), st.integers(0, 2**32))
def test_a_post_alone_comes_out_as_in_its_batch(ruleset: RuleSet, seed: int) -> None:
    matcher = Matcher(ruleset)
    posts = generator.texts(seed, ruleset, 40)
    assert matcher.match(posts) == [matcher.match([one])[0] for one in posts]


@pytest.mark.parametrize(
    "speaking",
    [
        pytest.param({"text": "星 河 怎么样"}, id="a word with gaps"),
        pytest.param({"text": "无", "title": "星河"}, id="in the title"),
        pytest.param({"text": "无", "tags": ("生活", "星河")}, id="in a tag"),
        pytest.param({"text": "订单 12345"}, id="a pattern"),
        pytest.param({"text": "无", "source": "星河论坛"}, id="a source"),
        pytest.param(
            {"text": "无", "platform": "weibo", "mentions": (Mention(name="xinghe"),)}, id="a mention"
        ),
        pytest.param(
            {"text": "无", "platform": "weibo", "parent": Reference(id="p", author=Author(id="xinghe"))},
            id="the parent's author",
        ),
        pytest.param({"text": "无 ＠xinghe", "platform": "weibo"}, id="a name after a full-width @"),
        pytest.param({"text": "无 ﹫xinghe", "platform": "weibo"}, id="a name after a small @"),
        pytest.param(
            {"text": "无", "platform": "weibo", "author": Author(id="xinghe")}, id="our own account"
        ),
        pytest.param({"text": "无", "author": Author(name="水军")}, id="an ignored author"),
        pytest.param({"text": "招聘启事"}, id="an ignored word"),
    ],
)
def test_each_way_a_post_can_speak_makes_it_a_candidate(speaking: dict[str, object]) -> None:
    rule = conditions(["星河", r"/订单 \d+/"])
    subject = brand("星河", rule, accounts={"weibo": ("xinghe",)}, sources=("星河论坛",))
    plan = Plan(rules(subject, ignore=Ignore(any=terms(["招聘"]), authors=("水军",))))
    fields = {"platform": None} | speaking
    one = post(str(fields.pop("text")), **fields)
    assert Scan(plan).candidates([post("无"), one, post("无")]) == [1]
    assert decide(one, plan).outcome is not Outcome.UNMATCHED


def test_everyday_posts_are_no_candidates() -> None:
    plan = Plan(
        rules(brand("星河", conditions(["星河"])), brand("长河", conditions(["长河"]), side=Side.COMPETITOR))
    )
    assert Scan(plan).candidates([Post(id=str(n), text="今天天气真好") for n in range(3)]) == []


def test_strangers_on_a_platform_of_ours_are_no_candidates() -> None:
    plan = Plan(rules(brand("星河", conditions(["星河"]), accounts={"weibo": ("xinghe",)})))
    stranger = Author(id="7", name="路人")
    reply = Reference(id="p", author=stranger)
    told = post(
        "无", platform="weibo", author=stranger, parent=reply, root=reply, mentions=(Mention(name="某"),)
    )
    assert Scan(plan).candidates([told]) == []


def test_the_authors_name_is_looked_at_where_a_rule_asks_for_it() -> None:
    rule = conditions(["星河"], where=Where(fields=("author",)))
    named = post("无", author=Author(name="星河粉"))
    assert Scan(Plan(rules(brand("星河", rule)))).candidates([named]) == [0]
    assert Scan(Plan(rules(brand("星河", conditions(["星河"]))))).candidates([named]) == []


def test_no_rules_and_no_posts() -> None:
    assert Matcher(RuleSet()).match([]) == []
    assert Matcher(RuleSet()).match([Post(id="a", text="断网")])[0].outcome is Outcome.UNMATCHED
