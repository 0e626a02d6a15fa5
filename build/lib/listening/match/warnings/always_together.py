"""Two scenarios that always meet the same posts: one of them is enough, or something is missing in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.ruleset import Scenario

ENOUGH = 20
"""In fewer posts two rules may meet by chance."""


def look(study: Study) -> Iterator[RuleWarning]:
    scenarios = [rule for rule in study.rules if rule.scenario is not None]
    for first, second in _alike(scenarios):
        what = f"'{second.name}' asks for the same as '{first.name}'"
        yield RuleWarning("always_together", Severity.MEDIUM, second.place, what, "make one of the two")
    if study.seen is None:
        return
    groups: dict[tuple[int, ...], list[Rule]] = defaultdict(list)
    for rule in scenarios:
        posts = tuple(study.seen.met.get(("scenario", rule.name), ()))
        if len(posts) >= ENOUGH:
            groups[posts].append(rule)
    for posts, (first, *others) in groups.items():
        for other in others:
            what = f"'{other.name}' and '{first.name}' meet the same {len(posts):,} posts in your archive"
            yield RuleWarning("always_together", Severity.LOW, other.place, what, "is one of the two enough?")


def _alike(scenarios: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Each scenario that states just what an earlier one does, for the same subjects."""
    first: dict[object, Rule] = {}
    for rule in scenarios:
        key = _asks(rule.scenario)
        if key in first:
            yield first[key], rule
        first.setdefault(key, rule)


def _asks(scenario: Scenario | None) -> object:
    if scenario is None:
        return None
    c = scenario.conditions
    terms = tuple(map(frozenset, (c.any, c.all, c.none, c.except_, c.context)))
    limits = (scenario.bind, scenario.negated, scenario.question, scenario.hypothetical)
    return (terms, c.when, c.where, c.match, frozenset(scenario.of), limits)
