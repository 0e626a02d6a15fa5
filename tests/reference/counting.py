"""Section 3 of the page, its end: which occurrences count, weak words held against their context."""

from __future__ import annotations

from collections.abc import Iterable

from listening.rules.expression import Term
from listening.rules.ruleset import Conditions
from tests.reference.clauses import between
from tests.reference.reading import Judged, Reading, judged


def counting(terms: Iterable[Term], rule: Conditions, reading: Reading, *, in_names: bool) -> list[Judged]:
    """What counts for a subject (in names too), or for a scenario and `ignore`."""
    found = [one for one in judged(terms, rule, reading) if one.counts(in_names=in_names)]
    if not any(one.term.weak for one in found):
        return found
    contexts = _counting_contexts(rule, reading, in_names=in_names)
    return [one for one in found if not one.term.weak or _has_context(one, contexts, rule)]


def _counting_contexts(rule: Conditions, reading: Reading, *, in_names: bool) -> list[Judged]:
    return [one for one in judged(rule.context, rule, reading) if one.counts(in_names=in_names)]


def _has_context(weak: Judged, contexts: Iterable[Judged], rule: Conditions) -> bool:
    return any(is_near(weak, context, rule.context_within) for context in contexts)


def is_near(one: Judged, other: Judged, within: int, *, ordered: bool = False) -> bool:
    """In one field, not overlapping, at most so many characters between; `ordered`: the one comes first."""
    if one.field.name != other.field.name:
        return False
    apart = between(one.occurrence, other.occurrence, one.field)
    in_order = one.occurrence < other.occurrence or not ordered
    return apart is not None and apart <= within and in_order
