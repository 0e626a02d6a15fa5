"""What generated posts take from a rule set: its terms, and which of them must stand near which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind
from listening.rules.ruleset import Conditions, RuleSet

Pair = tuple[Sequence[Term], Sequence[Term], int]
"""Left, right, and so many characters between. A side without a term stands for the subject."""

Recipe = Sequence[Sequence[Term]]
"""Of each group one; an empty one stands for the subject."""

_AS_WRITTEN = (TermKind.WORD, TermKind.TEXT, TermKind.PREFIX, TermKind.CASE)


def rules_of(ruleset: RuleSet) -> list[Conditions]:
    return [*(s.conditions for s in ruleset.subjects), *(s.conditions for s in ruleset.scenarios)]


def terms_in(rule: Conditions) -> tuple[Term, ...]:
    """All that it looks for, but not under except."""
    return (*rule.any, *rule.all, *rule.none, *rule.context, *rule.when_terms())


def wanted_in(rule: Conditions) -> list[Term]:
    """What it must find, as far as it can be said."""
    return _to_say((*rule.any, *rule.all, *rule.when_terms()))


def plain_texts(terms: Iterable[Term]) -> list[str]:
    """Of those that are found as they are written."""
    return [term.text for term in terms if term.kind in _AS_WRITTEN]


def recipes_of(ruleset: RuleSet) -> list[Recipe]:
    """For each pair of a subject and a scenario what both ask for."""
    return [
        [*_recipe(subject.conditions), *_recipe(scenario.conditions)]
        for scenario in ruleset.scenarios
        for subject in ruleset.subjects
        if subject.name in scenario.of
    ]


def _recipe(rule: Conditions) -> Recipe:
    asked = [rule.any] if rule.any else []
    asked += [(term,) for term in rule.all]
    asked += _groups(rule.when) if rule.when is not None else ()
    asked += [rule.context] if rule.context else []
    return [_to_say(group) for group in asked]


def _groups(expression: Expression) -> Iterator[tuple[Term, ...]]:
    """What stands in an expression, outside of `not`."""
    match expression:
        case Stands(terms):
            yield terms
        case Near(left, right):
            yield from (left, right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _groups(part)
        case Not():
            return


def pairs_of(rule: Conditions) -> Iterator[Pair]:
    """Sides of near and before; weak words and their context."""
    if rule.when is not None:
        for near in _nears(rule.when):
            yield _to_say(near.left), _to_say(near.right), near.within
    weak = _to_say(term for term in terms_in(rule) if term.weak)
    context = _to_say(rule.context)
    if weak and context:
        yield weak, context, rule.context_within


def _to_say(terms: Iterable[Term]) -> list[Term]:
    return list(filter(can_be_said, terms))


def can_be_said(term: Term) -> bool:
    """A pattern cannot."""
    return term.kind in (*_AS_WRITTEN, TermKind.SEPARABLE, TermKind.MARKED)


def _nears(expression: Expression) -> Iterator[Near]:
    match expression:
        case Near():
            yield expression
        case Not(inner):
            yield from _nears(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _nears(part)
        case Stands():
            return
