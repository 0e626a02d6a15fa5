"""One rule asked of one post: which occurrences of its terms count, and does all that it states hold?

`docs/matching.md` 5 is the definition. Whoever asks a scenario for a subject gives the subject's places and a
limit on the occurrences that count for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from listening.match.lazy import lazy
from listening.match.plan.plan import Conditioned
from listening.match.plan.probe import Probe
from listening.match.reading.fields import Field
from listening.match.reading.finding import occurrences_in
from listening.match.reading.occurrence import Occurrence
from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind

Found = tuple[Term, Occurrence]
Limit = Callable[[Probe, Occurrence], bool]


def unlimited(_probe: Probe, _found: Occurrence) -> bool:
    """The limit of rules that take every occurrence."""
    return True


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a rule's terms counts in a post: does each key that it states hold, and the occurrences."""

    any: bool
    all: bool
    none: bool
    when: bool
    evidence: tuple[Found, ...] = ()

    @property
    def holds(self) -> bool:
        return self.any and self.all and self.none and self.when


class Asked:
    """A rule and the fields of a post it is asked of. `names`: do names after @ count?"""

    def __init__(self, fields: Sequence[Field], conditions: Conditioned, *, names: bool) -> None:
        self.fields = fields
        self.conditions = conditions
        self.takes_names = names
        self._counting: dict[int, Sequence[Occurrence]] = {}

    def counting(self, probe: Probe) -> Sequence[Occurrence]:
        """The occurrences of a term that count, field by field from left to right."""
        if probe.literal and probe.literal not in self._literals:
            return ()
        if (known := self._counting.get(id(probe))) is None:
            known = [o for o in self.occurrences(probe) if o.verdict.counts]
            if known and (self.conditions.except_ or not self.takes_names):
                known = [o for o in known if not self.refuses(o)]
            if probe.term.weak:
                known = [o for o in known if not self.lacks_context(probe, o)]
            self._counting[id(probe)] = known
        return known

    def occurrences(self, probe: Probe) -> Sequence[Occurrence]:
        """Every occurrence, whatever its verdict."""
        mode = self.conditions.match
        if len(self.fields) == 1:
            return occurrences_in(self.fields[0], probe, mode)
        return [o for each in self.fields for o in occurrences_in(each, probe, mode)]

    def refuses(self, found: Occurrence) -> bool:
        """Does it not count, context apart?"""
        if not found.verdict.counts or self.in_name(found):
            return True
        return bool(self.conditions.except_) and self.guard(found) is not None

    def in_name(self, found: Occurrence) -> bool:
        return not self.takes_names and found.field.regions.in_name(found.start, found.end)

    def guard(self, found: Occurrence) -> Occurrence | None:
        """The longer one of `except` that it lies in."""
        return next(filter(found.lies_in, self._guards), None)

    def lacks_context(self, probe: Probe, found: Occurrence) -> bool:
        """Is it a weak word with no word of the context near?"""
        if not probe.term.weak:
            return False
        within = self.conditions.context_within
        return not any(_is_near(found, o, within) for o in self._context)

    def counted(self, limit: Limit = unlimited, places: Sequence[Occurrence] = ()) -> Counted:
        """Hold the terms against the post; `places` are where the subject stands it is asked for."""
        conditions, standing = self.conditions, self._literals
        of_any = [self._limited(p, limit) for p in conditions.any if not p.literal or p.literal in standing]
        of_all = [self._limited(p, limit) for p in conditions.all]
        when = self._when(limit, places) if conditions.when is not None else []
        return Counted(
            any=not conditions.any or any(of_any),
            all=all(of_all),
            none=not any(map(self.counting, conditions.none)),
            when=when is not None,
            evidence=tuple(found for group in (*of_any, *of_all, when or ()) for found in group),
        )

    def _limited(self, probe: Probe, limit: Limit) -> list[Found]:
        """The occurrences of a term that count and that the limit allows."""
        counting = self.counting(probe)
        if limit is unlimited:
            return [(probe.term, o) for o in counting]
        return [(probe.term, o) for o in counting if limit(probe, o)]

    def _when(self, limit: Limit, places: Sequence[Occurrence]) -> list[Found] | None:
        assert self.conditions.when is not None
        return _When(self, limit, places).evidence(self.conditions.when, limited=True)

    @lazy
    def _literals(self) -> Collection[str]:
        """What stands in the fields: of a rule's many words most do not, and cost no more than this."""
        if len(self.fields) == 1:
            return self.fields[0].literals
        return set().union(*(each.literals for each in self.fields))

    @lazy
    def _guards(self) -> list[Occurrence]:
        probes = [p for p in self.conditions.except_ if not p.literal or p.literal in self._literals]
        return [o for probe in probes for f in self.fields for o in f.anywhere(probe)]

    @lazy
    def _context(self) -> list[Occurrence]:
        return [o for p in self.conditions.context for o in self.occurrences(p) if not self.refuses(o)]


@dataclass(frozen=True, slots=True)
class _When:
    """An expression held against a post. `limited`: outside of `not`, where the limit is kept."""

    asked: Asked
    limit: Limit
    places: Sequence[Occurrence]

    def evidence(self, expression: Expression, *, limited: bool) -> list[Found] | None:
        """What it holds by; None if it does not hold."""
        match expression:
            case Stands(terms):
                return self._shown(found) if (found := self._found(terms, limited=limited)) else None
            case Near():
                return self._near(expression, limited=limited)
            case Not(inner):
                return [] if self.evidence(inner, limited=not limited) is None else None
            case And(parts):
                found_in = [self.evidence(part, limited=limited) for part in parts]
                return None if None in found_in else _joined(found_in)
            case Or(parts):
                found_in = [self.evidence(part, limited=limited) for part in parts]
                return None if all(each is None for each in found_in) else _joined(found_in)

    def _found(self, terms: Iterable[Term], *, limited: bool) -> list[Found]:
        return [(term, o) for term in terms for o in self._occurrences(term, limited=limited)]

    def _occurrences(self, term: Term, *, limited: bool) -> Iterable[Occurrence]:
        if term.kind is TermKind.SUBJECT:
            return self.places
        probe = self.asked.conditions.of_when[term]
        return [o for o in self.asked.counting(probe) if not limited or self.limit(probe, o)]

    def _near(self, near: Near, *, limited: bool) -> list[Found] | None:
        lefts, rights = self._found(near.left, limited=limited), self._found(near.right, limited=limited)
        pairs = [(left, right) for left in lefts for right in rights if _meet(left[1], right[1], near)]
        kept = dict.fromkeys(found for pair in pairs for found in pair)
        return self._shown(kept) if pairs else None

    def _shown(self, found: Iterable[Found]) -> list[Found]:
        return [each for each in found if each[0].kind is not TermKind.SUBJECT]


def _meet(left: Occurrence, right: Occurrence, near: Near) -> bool:
    return _is_near(left, right, near.within) and (not near.ordered or left.start < right.start)


def _is_near(one: Occurrence, other: Occurrence, within: int) -> bool:
    """In one field, apart from each other, and not too far."""
    return one.field is other.field and not one.overlaps(other) and one.distance(other) <= within


def _joined(parts: Iterable[list[Found] | None]) -> list[Found]:
    return [found for part in parts for found in part or ()]
