"""From a decision to the record that is printed, stored and queued."""

from __future__ import annotations

from listening.match.decide.decide import Decision
from listening.model import Channel, Hit, Kind, ListeningClass, Outcome, Post, Reach
from listening.rules.ruleset import Scenario, Side

_BY_KIND = {
    Kind.MESSAGE: Channel.MESSAGE,
    Kind.COMMENT: Channel.COMMENT,
    Kind.ANSWER: Channel.COMMENT,
    Kind.REPOST: Channel.REPOST,
}


def to_hit(post: Post, decision: Decision, rules_version: str) -> Hit:
    """The record of a hit or a mention. What depends on the time of finding is left to whoever stores it."""
    brands = tuple(s.name for s in decision.subjects if s.side is Side.BRAND)
    leading = leading_scenario(decision)
    return Hit(
        post=post,
        level=2 if decision.outcome is Outcome.HIT else 1,
        listening_class=_class(decision, brands),
        brands=brands,
        competitors=tuple(s.name for s in decision.subjects if s.side is Side.COMPETITOR),
        scenarios=tuple(f"{subject.name}/{scenario.name}" for subject, scenario in decision.pairs),
        reach=Reach.DIRECT if decision.addressed else Reach.INDIRECT,
        channel=_channel(post, decision),
        matches=decision.matches,
        queue=leading.queue if leading else None,
        priority=leading.priority if leading else None,
        rules_version=rules_version,
    )


def leading_scenario(decision: Decision) -> Scenario | None:
    """The scenario whose queue the case waits in: the most urgent one, the first of equal ones."""
    scenarios = [scenario for _, scenario in decision.pairs]
    return max(scenarios, key=lambda scenario: scenario.priority.rank, default=None)


def _class(decision: Decision, brands: tuple[str, ...]) -> ListeningClass:
    if decision.addressed:
        return ListeningClass.OWN
    return ListeningClass.KEYWORD if brands else ListeningClass.COMPETITOR


def _channel(post: Post, decision: Decision) -> Channel:
    if post.kind in _BY_KIND:
        return _BY_KIND[post.kind]
    return Channel.AT if decision.addressed else Channel.POST
