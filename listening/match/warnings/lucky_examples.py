"""Examples that pass for the wrong reason: a miss that would miss whatever the rule said."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.explain.explain import explain
from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.model import Post


def look(study: Study) -> Iterator[RuleWarning]:
    for rule in study.rules:
        for post, place in rule.said.examples.miss:
            if luck := _luck(study, rule, post):
                severity, why = luck
                what = f"this example would miss whatever '{rule.name}' said: {why}"
                cure = "let it hold what could be taken for a match"
                yield RuleWarning("lucky_examples", severity, place, what, cure)


def _luck(study: Study, rule: Rule, post: Post) -> tuple[Severity, str] | None:
    explanation = explain(post, study.plan)
    if explanation.decision.because:
        return Severity.LOW, f"it is excluded: {explanation.decision.because}"
    level = 1 if rule.subject else 2
    seen = [each for each in explanation.rules if (each.level, each.name) == (level, rule.name)]
    if not any(each.occurrences for each in seen):
        return Severity.NOTE, "none of the rule's words stands in it"
    if level == 2 and all(each.subject is None for each in seen):
        return Severity.NOTE, "none of its brands or competitors stands in it"
    return None
