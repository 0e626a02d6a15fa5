"""What the product says of a post, in the reference's words, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, Phase, settings

from listening.match.matcher import Matched, Matcher
from listening.model import Post
from listening.rules.ruleset import RuleSet
from listening.text.segment import Segmenter, plain
from tests.reference.matcher import ReferenceResult, match_prepared
from tests.reference.reading import prepare


def as_drawn(examples: int) -> settings:
    """So many generated rule sets; a failing one is printed as it was drawn: shrinking takes minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


class ProductSegmenter:
    """The product's segmenter in the reference's shape; it must weigh words as the reference does."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._segmenter = Segmenter(words) if words else plain()

    def cut(self, text: str) -> list[str]:
        return self._segmenter.cut(text)


def of_product(matched: Matched) -> ReferenceResult:
    hit = matched.hit
    if hit is None:
        return ReferenceResult(outcome=matched.outcome)
    return ReferenceResult(
        outcome=matched.outcome,
        level=hit.level,
        brands=hit.brands,
        competitors=hit.competitors,
        scenarios=hit.scenarios,
        listening_class=hit.listening_class,
        reach=hit.reach,
        channel=hit.channel,
        queue=hit.queue,
        priority=hit.priority,
        matches=hit.matches,
    )


def disagreements(ruleset: RuleSet, posts: list[Post]) -> list[tuple[Post, ReferenceResult, ReferenceResult]]:
    """Posts of which product and reference, with the same segmenter, say different things."""
    prepared = prepare(ruleset, ProductSegmenter)
    results = Matcher(ruleset).match(posts)
    pairs = [
        (post, of_product(m), match_prepared(post, prepared)) for post, m in zip(posts, results, strict=True)
    ]
    return [(post, ours, theirs) for post, ours, theirs in pairs if ours != theirs]
