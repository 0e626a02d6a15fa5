"""Generated rule sets and posts reach every corner of the page, the same way each time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from listening.model import Outcome, Post
from listening.rules.expression import Via
from listening.rules.ruleset import RuleSet
from tests.reference.generator import rule_sets, texts
from tests.reference.judging import Verdict
from tests.reference.making import brand, conditions, rules, scenario
from tests.reference.matcher import match_prepared
from tests.reference.occurrences import has_gap
from tests.reference.operators import CHANGES
from tests.reference.reading import Judged, Prepared, judged, prepare, read
from tests.reference.segmenters import jieba_factory

RULES = rules(
    brand(
        "星河",
        conditions(["星河宽带", "移动", "5G"], except_=["移动硬盘"]),
        accounts={"weibo": ("@星河客服",)},
    ),
    scenario("报障", conditions(["断网", "text:掉线", "iphone*"]), "星河"),
)


def _drawn(count: int) -> list[RuleSet]:
    """The same rule sets each time."""
    drawn: list[RuleSet] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(rule_sets())
    def draw(ruleset: RuleSet) -> None:
        drawn.append(ruleset)

    draw()
    return drawn


def _judged(post: Post, prepared: Prepared) -> list[Judged]:
    reading = read(post, prepared)
    asked = [rule.conditions for rule in prepared.ruleset.subjects]
    asked += [rule.conditions for rule in prepared.ruleset.scenarios]
    return [found for c in asked for found in judged((*c.any, *c.all, *c.none), c, reading)]


def _decisions(enough: int) -> Counter[str]:
    """On so many posts each operator decides: without it the page says something else of them."""
    decided: Counter[str] = Counter()
    for seed, ruleset in enumerate(_drawn(400)):
        waiting = {n: change(ruleset) for n, change in CHANGES.items() if decided[n] < enough}
        if not waiting:
            break
        prepared = prepare(ruleset, jieba_factory)
        posts = texts(seed, ruleset, 20)
        said = [match_prepared(post, prepared) for post in posts]
        for name, changed in waiting.items():
            if changed != ruleset:
                without = Prepared(changed, prepared.words)
                decided[name] += sum(
                    match_prepared(p, without) != r for p, r in zip(posts, said, strict=True)
                )
    return decided


def test_every_operator_decides() -> None:
    """It occurs, and it both holds and fails where that makes the difference."""
    decided = _decisions(3)
    assert {name: decided[name] for name in CHANGES if decided[name] < 3} == {}


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    """What a small run meets: outcomes, verdicts, and the ways around a plain hit."""
    counts: Counter[str] = Counter()
    for seed, ruleset in enumerate(_drawn(60)):
        prepared = prepare(ruleset, jieba_factory)
        for post in texts(seed, ruleset, 30):
            result = match_prepared(post, prepared)
            counts[result.outcome] += 1
            counts.update(f"class {result.listening_class}" for _ in range(result.level is not None))
            counts.update(f"channel {result.channel}" for _ in range(result.level is not None))
            counts.update("field " + m.field.partition(".")[0] for m in result.matches)
            counts.update(f"part {m.part}" for m in result.matches)
            counts.update(mark for m in result.matches for mark in m.marks)
            counts.update(f"via {m.via}" for m in result.matches)
            for found in _judged(post, prepared):
                counts[found.judgement.verdict.value] += 1
                counts["guarded"] += found.guarded
                counts["in a name"] += found.in_name
                counts["gap"] += has_gap(found.field, found.occurrence)
    return counts


@pytest.mark.parametrize(
    "corner",
    [
        *(Outcome.HIT, Outcome.MENTION, Outcome.UNMATCHED, Outcome.EXCLUDED),
        *(verdict.value for verdict in Verdict),
        *("guarded", "in a name", "gap", "negated", "question", "hypothetical", "part own"),
        "part quoted",
        *(f"via {via}" for via in (None, *Via)),
        *(f"field {name}" for name in ("title", "text", "tags", "mentions", "parent", "root", "source")),
        *(f"class {name}" for name in ("own", "keyword", "competitor")),
        *(f"channel {name}" for name in ("at", "comment", "message", "repost", "post")),
    ],
)
def test_generated_posts_meet(corner: str, seen: Counter[str]) -> None:
    assert seen[corner] >= 5, seen


def test_the_same_seed_gives_the_same_posts() -> None:
    assert texts(7, RULES, 50) == texts(7, RULES, 50)
    assert texts(7, RULES, 50) != texts(8, RULES, 50)


def test_a_digest_tells_rule_sets_apart() -> None:
    drawn = _drawn(50)
    assert len({ruleset.digest for ruleset in drawn}) == len({repr(ruleset) for ruleset in drawn})
