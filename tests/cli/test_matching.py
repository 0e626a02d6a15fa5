"""Lines matched in batches and by several processes give what each post by itself gives, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from listening.cli.chunks import read_chunks
from listening.cli.matching import answers
from listening.codec import hit_to_json, post_to_json
from listening.follow import Generation
from listening.match.matcher import Matcher
from listening.model import Outcome, Post
from listening.rules.ruleset import RuleSet
from tests.reference import generator

TEXTS = 150
EXTREMES = [
    "",
    "今天天气真好，" * 14_000 + "断网",
    "星\u200b河" * 1_000,
    "😀" * 300 + "星河宽带断网",
    "𠮷野家" * 100,
    "寬帶斷網",
    "Ｘｉｎｇｈｅ　断　网",
    "\n".join(["断网"] * 200),
]


def one_by_one(matcher: Matcher, posts: list[Post]) -> tuple[bytes, list[Outcome]]:
    """Every post decided, whatever the scan would say of it."""
    matched = [matcher.decide(post) for post in posts]
    out = b"".join(hit_to_json(each.hit) + b"\n" for each in matched if each.hit is not None)
    return out, [each.outcome for each in matched]


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_batches_and_processes_change_nothing(workers: int, tmp_path: Path) -> None:
    @settings(
        max_examples=4,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generator.rule_sets(), st.integers(0, 2**32))
    def same(ruleset: RuleSet, seed: int) -> None:
        matcher = Matcher(ruleset)
        posts = [
            *generator.texts(seed, ruleset, TEXTS),
            *(Post(id=f"x:{n}", text=t) for n, t in enumerate(EXTREMES)),
        ]
        file = tmp_path / "posts.jsonl"
        file.write_bytes(b"".join(post_to_json(post) + b"\n" for post in posts))
        found = list(answers(read_chunks([file]), lambda: Generation(0, matcher), workers))
        out, outcomes = one_by_one(matcher, posts)
        assert b"".join(answer.out for answer in found) == out
        counted = sum((answer.outcomes for answer in found), start=type(found[0].outcomes)())
        assert {k: n for k, n in counted.items() if n} == {o: outcomes.count(o) for o in set(outcomes)}

    same()
