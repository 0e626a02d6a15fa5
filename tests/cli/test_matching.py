"""Every way of matching gives the same, byte for byte: lines in batches by 1, 2 and 4 processes, each post by
itself, and the slow matcher.

LISTENING_DIFFERENTIAL=200000 asks so many generated posts (`make soak`).
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.cli import chunks
from listening.cli.chunks import read_chunks
from listening.cli.matching import answers
from listening.codec import hit_to_json, post_to_json
from listening.follow import Generation
from listening.match.matcher import Matched, Matcher
from listening.model import Outcome, Post
from listening.rules import read_rules
from listening.rules.ruleset import RuleSet
from tests.match.agreement import ProductSegmenter, as_drawn, of_product
from tests.match.real_posts import REAL, RULES
from tests.reference import generator
from tests.reference.matcher import match_prepared
from tests.reference.reading import prepare

WORKERS = (1, 2, 4)
TEXTS = 500
SHARDS = 8
RULE_SETS = int(os.environ.get("LISTENING_DIFFERENTIAL", "8000")) // TEXTS // SHARDS
LINES = 60
"""Of a chunk: few, so that several processes have something to do."""

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


def assert_same_by_lines(matcher: Matcher, posts: list[Post], matched: list[Matched], file: Path) -> None:
    """What came of the posts one by one comes of their lines too, however many processes there are."""
    file.write_bytes(b"".join(post_to_json(post) + b"\n" for post in posts))
    out = b"".join(hit_to_json(each.hit) + b"\n" for each in matched if each.hit is not None)
    outcomes = Counter(each.outcome for each in matched)
    for workers in WORKERS:
        found = list(answers(read_chunks([file]), lambda: Generation(0, matcher), workers))
        assert b"".join(answer.out for answer in found) == out, workers
        counted = sum((answer.outcomes for answer in found), start=Counter[Outcome]())
        assert +counted == outcomes, workers


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_way_gives_the_same(shard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each generated rule set is asked of texts made of its own words, and of what is odd or very long."""
    monkeypatch.setattr(chunks, "LINES", LINES)
    odd = [Post(id=f"x:{n}", text=text) for n, text in enumerate(EXTREMES)]

    @as_drawn(RULE_SETS)
    @given(generator.rule_sets(), st.integers(0, 2**32))
    def same(ruleset: RuleSet, seed: int) -> None:
        matcher, prepared = Matcher(ruleset), prepare(ruleset, ProductSegmenter)
        posts = generator.texts(seed * SHARDS + shard, ruleset, TEXTS)
        matched = [matcher.decide(post) for post in posts]
        for each in matched:
            assert of_product(each) == match_prepared(each.post, prepared), each.post
        matched += map(matcher.decide, odd)
        assert_same_by_lines(matcher, [*posts, *odd], matched, tmp_path / "posts.jsonl")

    same()


@pytest.mark.parametrize("name", REAL)
def test_real_posts_give_the_same_every_way(name: str, real_data: Path, tmp_path: Path) -> None:
    """The slow matcher is asked for them in tests/match/test_agreement.py."""
    posts, matcher = list(REAL[name](real_data / name)), Matcher(read_rules(RULES))
    assert_same_by_lines(matcher, posts, [matcher.decide(p) for p in posts], tmp_path / "posts.jsonl")
