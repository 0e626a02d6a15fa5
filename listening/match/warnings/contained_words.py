"""A word of a scenario that adds nothing: a shorter one of its `any` stands inside it and counts there."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.plan.plan import Literals
from listening.match.plan.probe import Probe
from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.expression import TermKind
from listening.rules.ruleset import MatchMode


def look(study: Study) -> Iterator[RuleWarning]:
    for rule in study.rules:
        # a subject's longer words also say where a name after @ ends
        if rule.scenario is not None and rule.conditions.match is not MatchMode.STRICT:
            yield from _in_rule(study, rule)


def _in_rule(study: Study, rule: Rule) -> Iterator[RuleWarning]:
    words = {p.literal: p for p in rule.conditions.any if _is_plain(p)}
    inside = Literals(words)
    for longer, probe in words.items():
        shorter = sorted({word for word, _, _ in inside.find(longer) if word != longer}, key=len)
        found = next((word for word in shorter if study.alone(rule, probe).counting(words[word])), None)
        if found is not None:
            term, shorter_term = probe.term, words[found].term
            what = f"'{term.text}' adds nothing: '{shorter_term.text}' stands inside it and counts there"
            yield RuleWarning("contained_words", Severity.LOW, term.place, what, "remove the longer one")


def _is_plain(probe: Probe) -> bool:
    return probe.term.kind is TermKind.WORD and probe.term.via is None and not probe.term.weak
