"""A word that can never count, because an exclusion takes it away wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.plan.probe import Probe
from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.expression import TermKind

_LITERAL = (TermKind.WORD, TermKind.TEXT, TermKind.CASE)


def look(study: Study) -> Iterator[RuleWarning]:
    for rule in study.rules:
        conditions = rule.conditions
        if not (conditions.none or conditions.except_ or study.plan.ignore.any):
            continue
        for probe in (*conditions.any, *conditions.all):
            if probe.term.kind in _LITERAL and (why := _shadow(study, rule, probe)):
                what = f"'{probe.term.text}' can never bring '{rule.name}': {why}"
                yield RuleWarning(
                    "shadowed_words", Severity.HIGH, probe.term.place, what, "take it out of one of the two"
                )


def _shadow(study: Study, rule: Rule, probe: Probe) -> str:
    asked = study.alone(rule, probe)
    for none in rule.conditions.none:
        if asked.counting(none):
            return f"'{none.term}' of none stands inside it"
    for found in asked.occurrences(probe):
        if guard := asked.guard(found):
            return f"it stands inside '{guard.text}' of except"
    ignored = type(asked)(asked.fields, study.plan.ignore, names=False)
    for each in study.plan.ignore.any:
        if ignored.counting(each):
            return f"'{each.term}' of ignore stands inside it"
    return ""
