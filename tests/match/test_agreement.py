"""The product agrees with the slow matcher written from docs/matching.md, post for post.

LISTENING_FUZZ=n asks n times as many generated rule sets.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.match.matcher import Matcher
from listening.model import Outcome, Post
from listening.rules import read_rules
from listening.rules.ruleset import RuleSet
from tests.match.agreement import ProductSegmenter, as_drawn, of_product
from tests.match.real_posts import REAL, RULES
from tests.reference import generator
from tests.reference.fields import Field, user_words
from tests.reference.matcher import match_prepared
from tests.reference.reading import Prepared, prepare
from tests.reference.segmenters import log_probability, wide_jieba_factory

SHARDS = 20
RULE_SETS = 300 * int(os.environ.get("LISTENING_FUZZ", "1")) // SHARDS
TEXTS = 200
TIE = 1e-6
MOST_TIES = 0.005


def assert_agreement(matcher: Matcher, prepared: Prepared, posts: list[Post]) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    for post, matched in zip(posts, matcher.match(posts), strict=True):
        assert of_product(matched) == match_prepared(post, prepared), post
        outcomes[matched.outcome] += 1
    return outcomes


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_rule_sets_mean_the_same_to_both(shard: int) -> None:
    """300 rule sets x 200 texts; a failing one is printed as it was drawn, since shrinking takes minutes."""

    @as_drawn(RULE_SETS)
    @given(generator.rule_sets(), st.integers(0, 2**32))
    def agrees(ruleset: RuleSet, seed: int) -> None:
        posts = generator.texts(seed * SHARDS + shard, ruleset, TEXTS)
        assert_agreement(Matcher(ruleset), prepare(ruleset, ProductSegmenter), posts)

    agrees()


@pytest.mark.parametrize("name", REAL)
def test_real_posts_mean_the_same_to_both(name: str, real_data: Path) -> None:
    posts = list(REAL[name](real_data / name))
    ruleset = read_rules(RULES)
    outcomes = assert_agreement(Matcher(ruleset), prepare(ruleset, ProductSegmenter), posts)
    assert outcomes.total() == len(posts)


@pytest.mark.parametrize("name", REAL)
def test_with_jieba_itself_only_exact_ties_differ(name: str, real_data: Path) -> None:
    """Asked are the posts that may differ: those in which anything at all of the first level stands."""
    ruleset = read_rules(RULES)
    matcher = Matcher(ruleset)
    every = list(REAL[name](real_data / name))
    posts = [every[n] for n in matcher.candidates(every)]
    prepared = prepare(ruleset, wide_jieba_factory)
    differing = 0
    for post, matched in zip(posts, matcher.match(posts), strict=True):
        if of_product(matched) != match_prepared(post, prepared):
            assert_only_ties_differ(post, matcher, prepared)
            differing += 1
    assert differing <= MOST_TIES * len(posts)


def assert_only_ties_differ(post: Post, matcher: Matcher, prepared: Prepared) -> None:
    ours = prepare(matcher.plan.ruleset, ProductSegmenter)
    for name, text in post.texts():
        mine, theirs = Field(name, text, ours.words), Field(name, text, prepared.words)
        for reading in (0, 1):
            pieces = [
                [field.written.text[a:b] for a, b in field.written_readings[reading]]
                for field in (mine, theirs)
            ]
            words = user_words(prepared.words.own) if reading == 0 else {}
            ours_chance, theirs_chance = (log_probability(words, tokens) for tokens in pieces)
            assert abs(ours_chance - theirs_chance) < TIE, (post, pieces)
