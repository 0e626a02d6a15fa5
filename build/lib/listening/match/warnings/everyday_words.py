"""A brand's word that is an everyday word too: 移动, 苹果, 平安."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.warnings._study import Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.expression import Term, TermKind
from listening.text.segment import frequencies

EVERYDAY = 1_000
"""A frequency in jieba's dictionary, from which on a word is an everyday one: 苹果 has 1,334, 联通 437."""


def look(study: Study) -> Iterator[RuleWarning]:
    terms = dict(_strong_words(study))
    for word, frequency in frequencies(terms).items():
        if frequency >= EVERYDAY:
            what = f"'{terms[word].text}' is an everyday word ({frequency:,} times in the dictionary's texts)"
            cure = f"put it under weak with a context: weak: [{terms[word].text}], context: [words near it]"
            yield RuleWarning("everyday_words", Severity.MEDIUM, terms[word].place, what, cure)


def _strong_words(study: Study) -> Iterator[tuple[str, Term]]:
    for rule in study.rules:
        for probe in rule.conditions.any if rule.subject else ():
            if probe.term.kind is TermKind.WORD and not probe.term.weak:
                yield probe.literal, probe.term
