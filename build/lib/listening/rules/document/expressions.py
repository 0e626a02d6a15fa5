"""Terms and expressions as plain values, and back. What is absent is as it mostly is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind, Via


def terms_to(terms: Iterable[Term]) -> list[list[Any]]:
    """Each as [kind, text], with a third value for what few terms have."""
    return [_term_to(term) for term in terms]


def terms_from(records: Iterable[Sequence[Any]]) -> tuple[Term, ...]:
    return tuple(_term_from(*record) for record in records)


def _term_to(term: Term) -> list[Any]:
    more: dict[str, Any] = {}
    if term.via is not None:
        more["via"] = str(term.via)
    if term.stands_for:
        more["stands_for"] = term.stands_for
    if term.weak:
        more["weak"] = True
    return [str(term.kind), term.text, *([more] if more else [])]


def _term_from(kind: str, text: str, more: Mapping[str, Any] | None = None) -> Term:
    more = more or {}
    via = more.get("via")
    return Term(
        TermKind(kind),
        text,
        via=Via(via) if via is not None else None,
        stands_for=more.get("stands_for", ""),
        weak=more.get("weak", False),
    )


def expression_to(expression: Expression) -> dict[str, Any]:
    """One key, the operator, and what it is of."""
    match expression:
        case Stands(terms):
            return {"stands": terms_to(terms)}
        case Near(left, right, within, ordered):
            sides = {"left": terms_to(left), "right": terms_to(right), "within": within}
            return {"before" if ordered else "near": sides}
        case Not(inner):
            return {"not": expression_to(inner)}
        case And(parts):
            return {"and": list(map(expression_to, parts))}
        case Or(parts):
            return {"or": list(map(expression_to, parts))}


def expression_from(record: Mapping[str, Any]) -> Expression:
    [(operator, value)] = record.items()
    match operator:
        case "stands":
            return Stands(terms_from(value))
        case "near" | "before":
            left, right = terms_from(value["left"]), terms_from(value["right"])
            return Near(left, right, value["within"], operator == "before")
        case "not":
            return Not(expression_from(value))
        case "and":
            return And(tuple(map(expression_from, value)))
        case "or":
            return Or(tuple(map(expression_from, value)))
        case _:
            raise ValueError(f"no operator is called {operator!r}")
