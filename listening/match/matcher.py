"""The matcher: a rule set against batches of posts. Scan, then decide; a post alone has the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from listening.match.decide.decide import decide
from listening.match.decide.record import to_hit
from listening.match.plan.plan import Plan
from listening.match.scan.scan import Scan, Scannable
from listening.model import Hit, Outcome, Post
from listening.rules.ruleset import RuleSet
from listening.text import fold, segment

MEANING = 2
"""Grows when docs/matching.md changes what a match means."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One post and what became of it; `hit` for hits and mentions, with the shortest respond_within."""

    post: Post
    outcome: Outcome
    hit: Hit | None = None
    respond_within: timedelta | None = None


class Matcher:
    """Holds posts against one rule set. Immutable, so it may be shared between threads."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.plan = Plan(ruleset)
        self._scan = Scan(self.plan)
        self.rules_version = rules_version(ruleset)

    def match(self, posts: Sequence[Post]) -> list[Matched]:
        """One result a post, in the order given."""
        results = [Matched(post, Outcome.UNMATCHED) for post in posts]
        for n in self.candidates(posts):
            results[n] = self.decide(posts[n])
        return results

    def candidates(self, posts: Sequence[Scannable]) -> list[int]:
        """The positions of the posts that need be decided, in order; all others are unmatched."""
        return self._scan.candidates(posts)

    def match_all(self, batches: Iterable[Sequence[Post]]) -> Iterator[Matched]:
        """The same over any number of batches."""
        for batch in batches:
            yield from self.match(batch)

    def decide(self, post: Post) -> Matched:
        """What became of one post."""
        decision = decide(post, self.plan)
        if decision.outcome not in (Outcome.HIT, Outcome.MENTION):
            return Matched(post, decision.outcome)
        limits = [s.respond_within for _, s in decision.pairs if s.respond_within is not None]
        hit = to_hit(post, decision, self.rules_version)
        return Matched(post, decision.outcome, hit, min(limits, default=None))


def rules_version(ruleset: RuleSet) -> str:
    """What made a hit: rules, dictionary, segmenter, fold tables, pattern engine, meaning. 16 hex digits."""
    parts = [
        ruleset.digest,
        segment.digest(),
        fold.digest(),
        f"google-re2 {version('google-re2')}",
        f"meaning {MEANING}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
