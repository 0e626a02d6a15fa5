"""One walk through archived posts: how terms stand in them, what each rule meets, what exclusions cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from listening.match.decide.decide import Decider, Present
from listening.match.plan.plan import Plan, ScenarioPlan, SubjectPlan
from listening.match.plan.probe import Probe
from listening.match.reading.asked import Asked
from listening.match.reading.reading import Reading
from listening.match.reading.tokens import Standing
from listening.match.scan.scan import Scan
from listening.model import Post
from listening.rules.expression import Term, TermKind

SAMPLE = 40
"""Characters of a post that are shown as a sample."""

Exclusion = tuple[str, str, Term]
"""(rule, none or except or ignore, the term)."""


@dataclass(slots=True)
class Standings:
    """How often a word stood in longer tokens, and across tokens, by these tokens."""

    nested: Counter[str] = field(default_factory=Counter)
    crossed: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Cost:
    """What an exclusion took away: so many posts, and the beginning of one of them."""

    posts: int = 0
    sample: str = ""


@dataclass(slots=True)
class Seen:
    """`met` holds, for each rule by sort and name, the numbers of the posts that meet it."""

    posts: int = 0
    standings: dict[str, Standings] = field(default_factory=lambda: defaultdict(Standings))
    met: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    costs: dict[Exclusion, Cost] = field(default_factory=lambda: defaultdict(Cost))


def seen_in(archive: Iterable[Sequence[Post]], plan: Plan) -> Seen | None:
    """What these posts say of the rules; None if there are no posts."""
    seen, scan = Seen(), Scan(plan)
    for posts in archive:
        for n in scan.candidates(posts):
            _Walk(Decider(Reading(posts[n], plan)), seen, seen.posts + n).go()
        seen.posts += len(posts)
    return seen if seen.posts else None


@dataclass(slots=True)
class _Walk:
    """One candidate: everything that it says."""

    decider: Decider
    seen: Seen
    number: int

    def go(self) -> None:
        plan = self.decider.plan
        present = [found for each in plan.subjects if (found := self._subject(each))]
        if self.decider.excluded():
            self._ignored(present)
            return
        for each in present:
            self.seen.met[str(each.subject.side), each.subject.name].append(self.number)
        for scenario in plan.scenarios if present else ():
            self._scenario(scenario, present)

    def _subject(self, plan: SubjectPlan) -> Present | None:
        asked = self.decider.asked(plan)
        self._stand(asked)
        found = self.decider.subject(plan)
        if found is None and not self.decider.reading.unmet(plan.conditions):
            self._cost(plan.subject.name, asked)
        return found

    def _scenario(self, plan: ScenarioPlan, present: Sequence[Present]) -> None:
        pairs = self.decider.scenario(plan, present)
        if not pairs:
            return
        asked = self.decider.asked(plan)
        self._stand(asked)
        if any(counted.holds for _, counted in pairs):
            self.seen.met["scenario", plan.scenario.name].append(self.number)
        else:
            self._cost(plan.scenario.name, asked)

    def _stand(self, asked: Asked) -> None:
        for probe in asked.conditions.bringing():
            if probe.term.kind is not TermKind.WORD:
                continue
            for found in asked.occurrences(probe):
                if asked.guard(found):
                    continue
                standings, verdict = self.seen.standings[probe.literal], found.verdict
                if verdict.token and verdict.standing is not Standing.ALIGNED:
                    nested = verdict.standing is Standing.NESTED
                    (standings.nested if nested else standings.crossed)[verdict.token] += 1

    def _cost(self, rule: str, asked: Asked) -> None:
        """The rule does not hold: would it without one of its exclusions?"""
        counted = asked.counted()
        if not asked.conditions.states_terms:
            return
        if not counted.none and counted.any and counted.all and counted.when:
            for probe in asked.conditions.none:
                if asked.counting(probe):
                    self._add(rule, "none", probe)
        elif counted.none and asked.conditions.except_ and self._holds_unguarded(asked):
            for probe in asked.conditions.except_:
                if any(True for each in asked.fields for _ in each.anywhere(probe)):
                    self._add(rule, "except", probe)

    def _holds_unguarded(self, asked: Asked) -> bool:
        conditions = replace(asked.conditions, except_=())
        return Asked(asked.fields, conditions, names=asked.takes_names).counted().holds

    def _ignored(self, present: Sequence[Present]) -> None:
        asked = self.decider.reading.asked(self.decider.plan.ignore, names=False)
        for probe in asked.conditions.any if present else ():
            if asked.counting(probe):
                self._add("", "ignore", probe)

    def _add(self, rule: str, key: str, probe: Probe) -> None:
        cost = self.seen.costs[rule, key, probe.term]
        cost.posts += 1
        cost.sample = cost.sample or " ".join(self.decider.post.text[:SAMPLE].split())


def most(counter: Counter[str], number: int) -> Iterator[tuple[str, int]]:
    """The most frequent ones, of equal ones in the order of their texts."""
    yield from sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:number]
