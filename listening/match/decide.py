"""Decide: what one post is, exactly, with the evidence for it. Only candidates come here.

`docs/matching.md` 5 is the definition: excluded, then subjects, then scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from listening.match.fields import Field, Occurrence, fields
from listening.match.plan import Conditioned, Plan, Probe, ScenarioPlan, SubjectPlan, account_form, name_form
from listening.model import Match, Outcome, Post
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import MatchMode, Scenario, Subject

_REFERENCES = ("mentions", "parent", "root", "source")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a post is: its outcome, who and what it speaks of in the order of the rules, and the evidence.

    `addressed`: one of our own accounts is addressed. `because` says why it is excluded.
    """

    outcome: Outcome
    subjects: tuple[Subject, ...] = ()
    pairs: tuple[tuple[Subject, Scenario], ...] = ()
    addressed: bool = False
    matches: tuple[Match, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a rule's terms counts in a post: does all that it states hold, and the occurrences."""

    any: bool
    all: bool
    none: bool
    evidence: tuple[tuple[Term, Occurrence], ...] = ()

    @property
    def holds(self) -> bool:
        return self.any and self.all and self.none


@dataclass(frozen=True, slots=True)
class Addressed:
    """An account that the post addresses, and where: in a reference, or as a name in a field."""

    account: str
    where: str
    place: tuple[Field, int, int] | None = field(default=None)


class Reading:
    """One post under one plan: its fields, and every question the rules ask of it."""

    def __init__(self, post: Post, plan: Plan) -> None:
        self.post = post
        self.plan = plan
        self.fields = fields(post, plan, self._extra_names())

    def _extra_names(self) -> frozenset[str]:
        mentioned = [m.name for m in self.post.mentions if m.name]
        platform = self.post.platform or ""
        accounts = [name for s in self.plan.subjects for _, name in s.accounts.get(platform, ())]
        return frozenset(filter(None, map(name_form, (*mentioned, *accounts))))

    def counted(self, conditions: Conditioned, *, names: bool) -> Counted:
        """Hold the terms against the post. `names`: do names after @ count?"""
        mode = conditions.match
        guards = [o for probe in conditions.except_ for f in self.fields for o in f.anywhere(probe)]

        def count(probe: Probe) -> list[tuple[Term, Occurrence]]:
            return [(probe.term, o) for o in self.counting(probe, mode, names=names, guards=guards)]

        of_any, of_all = [list(map(count, probes)) for probes in (conditions.any, conditions.all)]
        return Counted(
            any=not conditions.any or any(of_any),
            all=all(of_all),
            none=not any(map(count, conditions.none)),
            evidence=tuple(found for group in (*of_any, *of_all) for found in group),
        )

    def counting(
        self, probe: Probe, mode: MatchMode, *, names: bool, guards: Sequence[Occurrence] = ()
    ) -> Iterator[Occurrence]:
        """The occurrences of a term that count, field by field from left to right."""
        for each in self.fields:
            for found in each.occurrences(probe, mode):
                in_name = not names and each.regions.in_name(found.start, found.end)
                if found.verdict.counts and not in_name and not any(map(found.lies_in, guards)):
                    yield found

    @cached_property
    def addressed(self) -> dict[str, list[Addressed]]:
        """Everybody the post addresses, by the form in which accounts are compared."""
        found: dict[str, list[Addressed]] = {}
        for name, where, place in self._addresses():
            if form := account_form(name):
                found.setdefault(form, []).append(Addressed(name, where, place))
        return found

    def _addresses(self) -> Iterator[tuple[str, str, tuple[Field, int, int] | None]]:
        for mention in self.post.mentions:
            yield from ((each, "mentions", None) for each in (mention.id, mention.name) if each)
        for where, reference in (("parent", self.post.parent), ("root", self.post.root)):
            if reference and reference.author:
                author = reference.author
                yield from ((each, where, None) for each in (author.id, author.name) if each)
        for each in self.fields:
            for name in each.regions.names:
                yield name.text, each.name, (each, name.start, name.end)


def decide(post: Post, plan: Plan) -> Decision:
    """What the post is under these rules."""
    return Decider(Reading(post, plan)).decide()


class Decider:
    """Asks a reading the rules in their order."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plan = reading.plan
        self.post = reading.post

    def decide(self) -> Decision:
        if reason := self.excluded():
            return Decision(Outcome.EXCLUDED, because=reason)
        present = [(s, evidence) for s in self.plan.subjects if (evidence := self.subject(s)) is not None]
        if not present:
            return Decision(Outcome.UNMATCHED)
        matches = [match for _, evidence in present for match in evidence]
        pairs: list[tuple[Subject, Scenario]] = []
        for scenario in self.plan.scenarios:
            of = [plan.subject for plan, _ in present if plan.subject.name in scenario.of]
            if of and (counted := self.scenario(scenario)).holds:
                pairs.extend((subject, scenario.scenario) for subject in of)
                matches.extend(self._scenario_evidence(of, scenario.scenario, counted))
        return Decision(
            Outcome.HIT if pairs else Outcome.MENTION,
            subjects=tuple(plan.subject for plan, _ in present),
            pairs=tuple(pairs),
            addressed=not self._our_accounts().isdisjoint(self.reading.addressed),
            matches=tuple(self._in_order(matches)),
        )

    def excluded(self) -> str:
        """Why the post is taken out altogether; "" if it is not."""
        author = self.post.author
        forms = {account_form(each) for each in (author.id, author.name) if each} if author else set()
        if forms & self._our_accounts():
            return "written by one of our own accounts"
        if forms & self.plan.ignored_authors:
            return "its author is in ignore.authors"
        for probe in self.plan.ignored:
            if next(self.reading.counting(probe, MatchMode.WORD, names=False), None):
                return f"ignore.any: {probe.term}"
        return ""

    def subject(self, plan: SubjectPlan) -> list[Match] | None:
        """The evidence that a subject is present; None if it is not."""
        counted = self.reading.counted(plan.conditions, names=True)
        by_terms = plan.conditions.states_terms and counted.holds
        by_other = list(self._by_accounts_and_source(plan))
        if not counted.none or not (by_terms or by_other):
            return None
        return [self._match(plan.subject, None, *found) for found in counted.evidence] + by_other

    def scenario(self, plan: ScenarioPlan) -> Counted:
        return self.reading.counted(plan.conditions, names=False)

    def _by_accounts_and_source(self, plan: SubjectPlan) -> Iterator[Match]:
        name = plan.subject.name
        for form, account in plan.accounts.get(self.post.platform or "", ()):
            for found in self.reading.addressed.get(form, ()):
                if found.place is None:
                    yield Match(subject=name, term=account, field=found.where, part="own")
                else:
                    each, start, end = found.place
                    yield _spanned(Match(subject=name, term=account, field=found.where), each, start, end)
        if self.post.source is not None and self.post.source in plan.subject.sources:
            yield Match(subject=name, term=self.post.source, field="source", part="own")

    def _our_accounts(self) -> frozenset[str]:
        return self.plan.own_accounts.get(self.post.platform or "", frozenset())

    def _scenario_evidence(
        self, of: Iterable[Subject], scenario: Scenario, counted: Counted
    ) -> Iterator[Match]:
        for subject in of:
            for found in counted.evidence:
                yield self._match(subject, scenario, *found)

    def _match(self, subject: Subject, scenario: Scenario | None, term: Term, found: Occurrence) -> Match:
        as_word = term.kind in (TermKind.WORD, TermKind.CASE)
        negated = found.field.judge.negated(*found.written, as_word=as_word)
        bare = Match(
            subject=subject.name,
            scenario=scenario.name if scenario else None,
            term=str(term),
            field=found.field.name,
            inside=found.verdict.inside,
            marks=("negated",) if negated else (),
        )
        return _spanned(bare, found.field, found.start, found.end)

    def _in_order(self, matches: Iterable[Match]) -> list[Match]:
        """Each piece once, sorted as it stands in the post, whatever rule it came from."""
        order = {each.name: each.order for each in self.reading.fields}
        order |= {name: len(order) + n for n, name in enumerate(_REFERENCES)}
        once: dict[tuple[object, ...], Match] = {}
        for m in matches:
            once.setdefault((m.subject, m.scenario, m.term, m.field, m.start, m.end), m)
        return sorted(
            once.values(),
            key=lambda m: (order[m.field], m.start or 0, m.end or 0, m.subject, m.scenario or "", m.term),
        )


def _spanned(match: Match, each: Field, start: int, end: int) -> Match:
    part = "quoted" if start >= each.regions.quoted else "own"
    return replace(match, start=start, end=end, text=each.views.original[start:end], part=part)
