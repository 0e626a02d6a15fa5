"""Section 5 of the page, `when`: does an expression hold, and what stands for it as evidence?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind
from tests.reference.counting import is_near
from tests.reference.reading import Judged


class Look(Protocol):
    def __call__(self, terms: tuple[Term, ...], *, limited: bool) -> list[Judged]:
        """The occurrences of these terms that count; `limited`: that count for the subject asked for."""
        ...


def expression_holds(expression: Expression, look: Look, *, limited: bool = True) -> bool:
    """`limited` is turned around by each `not`."""
    match expression:
        case Stands(terms):
            return bool(look(terms, limited=limited))
        case Near():
            return bool(_pairs(expression, look, limited=limited))
        case Not(inner):
            return not expression_holds(inner, look, limited=not limited)
        case And(parts):
            return all(expression_holds(part, look, limited=limited) for part in parts)
        case Or(parts):
            return any(expression_holds(part, look, limited=limited) for part in parts)


def _pairs(near: Near, look: Look, *, limited: bool) -> list[tuple[Judged, Judged]]:
    return [
        (left, right)
        for left in look(near.left, limited=limited)
        for right in look(near.right, limited=limited)
        if is_near(left, right, near.within, ordered=near.ordered)
    ]


def expression_evidence(expression: Expression, look: Look) -> Iterator[Judged]:
    """Of an expression that holds; the places of `$subject` are evidence of the subject, not of this."""
    return (found for found in _standing(expression, look) if found.term.kind is not TermKind.SUBJECT)


def _standing(expression: Expression, look: Look) -> Iterator[Judged]:
    match expression:
        case Stands(terms):
            yield from look(terms, limited=True)
        case Near():
            pairs = _pairs(expression, look, limited=True)
            yield from (left for left, _ in pairs)
            yield from (right for _, right in pairs)
        case And(parts):
            for part in parts:
                yield from _standing(part, look)
        case Or(parts):
            for part in parts:
                if expression_holds(part, look):
                    yield from _standing(part, look)
        case Not():
            return
