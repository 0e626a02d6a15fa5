"""A little of what test_agreement.py asks, the same each time: a few rule sets, each with a few posts."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from listening.rules.ruleset import RuleSet
from tests.match.agreement import disagreements
from tests.reference import generator

SHARDS = 12
RULE_SETS = 4 * SHARDS
TEXTS = 40


@cache
def _drawn() -> list[RuleSet]:
    drawn: list[RuleSet] = []

    @settings(
        max_examples=RULE_SETS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generator.rule_sets())
    def draw(ruleset: RuleSet) -> None:
        drawn.append(ruleset)

    draw()
    return drawn


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_same_rule_sets_mean_the_same_to_both(shard: int) -> None:
    for seed, ruleset in list(enumerate(_drawn()))[shard::SHARDS]:
        assert disagreements(ruleset, generator.texts(seed, ruleset, TEXTS)) == []
