"""What a rule missed by, told so that an analyst sees the nearest thing to a match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from listening.match.decide.binding import Binding
from listening.match.plan.probe import Probe
from listening.match.reading.asked import Asked
from listening.match.reading.judge import PARTED
from listening.match.reading.occurrence import Occurrence
from listening.match.reading.tokens import Standing
from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind

_NAMED = 8
"""So many terms of a rule are named where one of them is needed; the rest is "…"."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule asked of a post, for a subject or for none. `binding` is None where nothing is limited."""

    asked: Asked
    binding: Binding | None = None

    def refusal(self, probe: Probe, found: Occurrence) -> str:
        """Why an occurrence does not count; "" if it does."""
        if not found.verdict.counts:
            return standing(found)
        if self.asked.in_name(found):
            return "is part of a name after @"
        if guard := self.asked.guard(found):
            return f"is inside {guard.text}, which except names"
        if self.asked.lacks_context(probe, found):
            return f"is a weak word, no context within {self.asked.conditions.context_within}"
        return self._unbound(probe, found)

    def _unbound(self, probe: Probe, found: Occurrence) -> str:
        if self.binding is None:
            return ""
        if dropped := self.binding.dropped_mark(probe, found):
            return f"does not count under `{dropped}`"
        bind = self.binding.scenario.bind
        return "" if self.binding.is_bound(found) else f"does not stand close enough for `bind: {bind}`"

    def missed(self) -> Iterator[str]:
        """What of the rule does not hold, in the order of its keys."""
        conditions = self.asked.conditions
        if conditions.any and not any(map(self._counting, conditions.any)):
            yield self._needs("one of ", conditions.any)
        for probe in conditions.all:
            if not self._counting(probe):
                yield self._needs("", [probe])
        if conditions.when is not None and (why := self._of_when(conditions.when)):
            yield f"when: {why}"
        for probe in conditions.none:
            for found in self.asked.counting(probe)[:1]:
                yield f"taken away by none: {probe.term}, at {found.start}-{found.end} of {found.field.name}"

    def _counting(self, probe: Probe) -> list[Occurrence]:
        limit = self.binding.allows if self.binding else None
        return [o for o in self.asked.counting(probe) if limit is None or limit(probe, o)]

    def _needs(self, quantity: str, probes: Sequence[Probe]) -> str:
        near = [
            f"{probe.term} stands at {o.start}-{o.end} of {o.field.name} but {why}"
            for probe in probes
            for o in self.asked.occurrences(probe)
            if (why := self.refusal(probe, o))
        ]
        return "; ".join([f"needs {quantity}{named([str(p.term) for p in probes])}", *near])

    def _of_when(self, expression: Expression) -> str:
        """Why the expression does not hold; "" if it does."""
        match expression:
            case Stands(terms):
                return "" if self._found(terms) else self._lacks(terms)
            case Near():
                return self._of_near(expression)
            case Not(inner):
                return "" if self._of_when(inner) else f"{source(inner)} must not stand there, and does"
            case And(parts):
                return "; ".join(filter(None, map(self._of_when, parts)))
            case Or(parts):
                why = list(map(self._of_when, parts))
                return f"one of these: {' | '.join(why)}" if all(why) else ""

    def _of_near(self, near: Near) -> str:
        lefts, rights = self._found(near.left), self._found(near.right)
        sides = ((near.left, lefts), (near.right, rights))
        if lacking := [self._lacks(terms) for terms, found in sides if not found]:
            return "; ".join(lacking)
        pairs = [(a, b) for a in lefts for b in rights if a.field is b.field and not a.overlaps(b)]
        apart = [(a.distance(b), a, b) for a, b in pairs if not near.ordered or a.start < b.start]
        if any(distance <= near.within for distance, _, _ in apart):
            return ""
        if not apart:
            reason = "only the other way round" if pairs else "in no field together, or only one on the other"
            return f"{source(near)}: both stand {reason}"
        distance, a, b = min(apart, key=lambda pair: pair[0])
        return f"{source(near)}: {a.text} and {b.text} stand {distance} apart, not within {near.within}"

    def _found(self, terms: Iterable[Term]) -> list[Occurrence]:
        return [o for term in terms for o in self._stands(term)]

    def _stands(self, term: Term) -> Sequence[Occurrence]:
        if term.kind is TermKind.SUBJECT:
            return self.binding.places if self.binding else ()
        return self._counting(self.asked.conditions.of_when[term])

    def _lacks(self, terms: Sequence[Term]) -> str:
        known = self.asked.conditions.of_when
        return self._needs("one of " if len(terms) > 1 else "", [known[term] for term in terms])


def named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def standing(found: Occurrence) -> str:
    """How an occurrence stands among the tokens."""
    verdict = found.verdict
    if verdict is PARTED:
        return f"is aligned with {'/'.join(found.field.judge.tokens(1).between(*found.written))}"
    if verdict.token is None:
        return "counts as it stands" if verdict.counts else "is part of a longer word"
    if verdict.standing is Standing.ALIGNED:
        return f"is aligned with {verdict.token}"
    if verdict.standing is Standing.NESTED:
        return f"is nested in {verdict.token}"
    return f"crosses {verdict.token}"


def source(expression: Expression) -> str:
    """An expression as one would write it."""
    match expression:
        case Stands(terms):
            return _group(terms)
        case Near(left, right, within, ordered):
            return f"{_group(left)} {'before' if ordered else 'near'}/{within} {_group(right)}"
        case Not(inner):
            return f"not {_bracketed(inner)}"
        case And(parts):
            return " and ".join(map(_bracketed, parts))
        case Or(parts):
            return " or ".join(map(_bracketed, parts))


def _group(terms: Sequence[Term]) -> str:
    names = [str(term) for term in terms[:_NAMED]] + ["…"] * (len(terms) > _NAMED)
    return names[0] if len(names) == 1 else f"({' or '.join(names)})"


def _bracketed(expression: Expression) -> str:
    return f"({source(expression)})" if isinstance(expression, (And, Or)) else source(expression)
