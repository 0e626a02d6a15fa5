"""Words of one character, and words of digits alone: they stand everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.warnings._study import Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.expression import TermKind

SHORT = 5
"""Digits; prices and years have fewer, the numbers of services have five: 10086."""


def look(study: Study) -> Iterator[RuleWarning]:
    for rule in study.rules:
        for probe in rule.conditions.bringing():
            term = probe.term
            if term.kind not in (TermKind.WORD, TermKind.TEXT) or term.via is not None:
                continue
            if len(probe.literal) == 1:
                what = f"'{term.text}' is one character, which stands in many words"
                yield RuleWarning(
                    "short_words", Severity.MEDIUM, term.place, what, "write the words that you mean"
                )
            elif probe.literal.isdigit():
                severity = Severity.LOW if len(probe.literal) < SHORT else Severity.NOTE
                what = f"'{term.text}' is a number, which prices, dates and ids hold too"
                cure = "ask for a word with it: all, or when: … near/10 …"
                yield RuleWarning("short_words", severity, term.place, what, cure)
