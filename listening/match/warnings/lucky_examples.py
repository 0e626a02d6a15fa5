"""Examples that pass for the wrong reason: a miss that would miss whatever the rule said."""

from __future__ import annotations

from collections.abc import Iterator

from listening.errors import Place
from listening.match.explain import explain
from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.model import Post


def look(study: Study) -> Iterator[RuleWarning]:
    for rule in study.rules:
        for post, place in rule.said.examples.miss:
            if why := _luck(study, rule, post):
                yield _warning(rule, place, why)


def _luck(study: Study, rule: Rule, post: Post) -> str:
    explanation = explain(post, study.plan)
    if explanation.decision.because:
        return f"it is excluded: {explanation.decision.because}"
    level = 1 if rule.subject else 2
    seen = [each for each in explanation.rules if (each.level, each.name) == (level, rule.name)]
    if level == 2 and all(each.subject is None for each in seen):
        return "none of its brands or competitors stands in it"
    if not any(each.occurrences for each in seen):
        return "none of the rule's words stands in it"
    return ""


def _warning(rule: Rule, place: Place, why: str) -> RuleWarning:
    what = f"this example would miss whatever '{rule.name}' said: {why}"
    cure = "let it hold what could be taken for a match"
    return RuleWarning("lucky_examples", Severity.LOW, place, what, cure)
