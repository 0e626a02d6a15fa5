"""What each exclusion takes away, and the ones that take more than they leave."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.warnings._study import Study
from listening.match.warnings._warning import RuleWarning, Severity

SOME = 10
"""With fewer posts than that nothing is said about the share that an exclusion takes."""


def look(study: Study) -> Iterator[RuleWarning]:
    if study.seen is None:
        return
    met = {rule.name: len(study.seen.met.get((rule.sort, rule.name), ())) for rule in study.rules}
    for (rule, key, term), cost in study.seen.costs.items():
        left = met.get(rule, sum(met.values()))
        where = f"{key} of '{rule}'" if rule else "ignore"
        removed = f"removed {cost.posts:,} of {cost.posts + left:,} posts"
        what = f"'{term}' under {where} {removed}, such as: {cost.sample}"
        too_much = cost.posts >= SOME and cost.posts > left
        severity = Severity.MEDIUM if too_much else Severity.LOW
        cure = "look at them: listening backtest without it shows what comes back"
        yield RuleWarning("costly_exclusions", severity, term.place, what, cure)
