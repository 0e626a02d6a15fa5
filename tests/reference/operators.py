"""A rule set without one of its operators: where the two differ on a post, the operator decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from listening.rules.expression import BOTH_WAYS, And, Expression, Near, Not, Or, Stands, Term, TermKind
from listening.rules.ruleset import Bind, BindKind, Conditions, Keep, RuleSet, Scenario, Where

Change = Callable[[RuleSet], RuleSet]
Node = Callable[[Expression], Expression]

FAR = 10_000
ALWAYS = Not(Stands(()))


def _in_scenarios(change: Callable[[Scenario], Scenario], ruleset: RuleSet) -> RuleSet:
    return replace(ruleset, scenarios=tuple(map(change, ruleset.scenarios)))


def _in_rules(change: Callable[[Conditions], Conditions], ruleset: RuleSet) -> RuleSet:
    return replace(
        ruleset,
        subjects=tuple(replace(s, conditions=change(s.conditions)) for s in ruleset.subjects),
        scenarios=tuple(replace(s, conditions=change(s.conditions)) for s in ruleset.scenarios),
    )


# -- bind, marks and where --------------------------------------------------------------------------------


def _unbound(kind: BindKind, scenario: Scenario) -> Scenario:
    return replace(scenario, bind=Bind()) if scenario.bind.kind is kind else scenario


def _all_kept(mark: str, keep: Keep, scenario: Scenario) -> Scenario:
    if getattr(scenario, mark) is not keep:
        return scenario
    return replace(scenario, **{mark: Keep.KEEP})  # type: ignore[arg-type]  # one of the three marks


def _anywhere(key: str, rule: Conditions) -> Conditions:
    where = replace(rule.where, **{key: getattr(Where(), key)})
    return replace(rule, where=where)


# -- terms ------------------------------------------------------------------------------------------------


def _with_terms(change: Callable[[Term], Iterable[Term]], rule: Conditions) -> Conditions:
    def changed(terms: Iterable[Term]) -> tuple[Term, ...]:
        return tuple(new for term in terms for new in change(term))

    def node(expression: Expression) -> Expression:
        match expression:
            case Stands(terms):
                return Stands(changed(terms))
            case Near(left, right):
                return replace(expression, left=changed(left), right=changed(right))
            case _:
                return expression

    return replace(
        _with_nodes(node, rule), any=changed(rule.any), all=changed(rule.all), none=changed(rule.none)
    )


def _without(kind: TermKind, term: Term) -> tuple[Term, ...]:
    return () if term.kind is kind else (term,)


def _one_way(term: Term) -> tuple[Term]:
    return (replace(term, text=term.text.removesuffix(BOTH_WAYS)),)


def _strong(term: Term) -> tuple[Term]:
    return (replace(term, weak=False),)


def _any_context(rule: Conditions) -> Conditions:
    return replace(rule, context_within=FAR)


# -- nodes of when ----------------------------------------------------------------------------------------


def _with_nodes(node: Node, rule: Conditions) -> Conditions:
    return replace(rule, when=_walked(node, rule.when)) if rule.when is not None else rule


def _walked(node: Node, expression: Expression) -> Expression:
    match expression:
        case And(parts):
            return node(And(tuple(_walked(node, part) for part in parts)))
        case Or(parts):
            return node(Or(tuple(_walked(node, part) for part in parts)))
        case Not(inner):
            return node(Not(_walked(node, inner)))
        case _:
            return node(expression)


def _far(expression: Expression) -> Expression:
    return replace(expression, within=FAR) if isinstance(expression, Near) else expression


def _unordered(expression: Expression) -> Expression:
    return replace(expression, ordered=False) if isinstance(expression, Near) else expression


def _no_not(expression: Expression) -> Expression:
    return ALWAYS if isinstance(expression, Not) else expression


def _or_for_and(expression: Expression) -> Expression:
    return Or(expression.parts) if isinstance(expression, And) else expression


def _and_for_or(expression: Expression) -> Expression:
    return And(expression.parts) if isinstance(expression, Or) else expression


_RULES: dict[str, Callable[[Conditions], Conditions]] = {
    **{f"where {key}": partial(_anywhere, key) for key in Where.__slots__},
    "separable": partial(_with_terms, partial(_without, TermKind.SEPARABLE)),
    "both ways": partial(_with_terms, _one_way),
    "marked": partial(_with_terms, partial(_without, TermKind.MARKED)),
    "weak": partial(_with_terms, _strong),
    "context's distance": _any_context,
    "$subject": partial(_with_terms, partial(_without, TermKind.SUBJECT)),
    "near's distance": partial(_with_nodes, _far),
    "before": partial(_with_nodes, _unordered),
    "not": partial(_with_nodes, _no_not),
    "and": partial(_with_nodes, _or_for_and),
    "or": partial(_with_nodes, _and_for_or),
}
_SCENARIOS: dict[str, Callable[[Scenario], Scenario]] = {
    **{f"bind {kind}": partial(_unbound, kind) for kind in BindKind if kind is not BindKind.POST},
    **{
        f"{mark} {keep}": partial(_all_kept, mark, keep)
        for mark in ("negated", "question", "hypothetical")
        for keep in (Keep.DROP, Keep.ONLY)
    },
}
CHANGES: dict[str, Change] = {
    **{name: partial(_in_rules, change) for name, change in _RULES.items()},
    **{name: partial(_in_scenarios, change) for name, change in _SCENARIOS.items()},
}
"""By the name of the operator that is taken away."""
