"""Decide: what one post is, exactly, with the evidence for it. Only candidates come here.

`docs/matching.md` 5 is the definition: excluded, then subjects, then scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listening.match.decide.binding import Binding
from listening.match.decide.evidence import by_accounts_and_source, in_order, piece
from listening.match.plan.plan import Plan, ScenarioPlan, SubjectPlan, account_form
from listening.match.reading.asked import Asked, Counted
from listening.match.reading.occurrence import Occurrence
from listening.match.reading.reading import Reading
from listening.model import Match, Outcome, Post
from listening.rules.ruleset import Scenario, Subject


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
class Present:
    """A subject that is present: the evidence, and where in the texts it stands."""

    subject: Subject
    matches: Sequence[Match]
    places: Sequence[Occurrence]


def decide(post: Post, plan: Plan) -> Decision:
    """What the post is under these rules."""
    return Decider(Reading(post, plan)).decide()


class Decider:
    """Asks a reading the rules in their order."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.plan = reading.plan
        self.post = reading.post
        self._ours = self.plan.own_accounts.get(self.post.platform or "", frozenset())

    def decide(self) -> Decision:
        if reason := self.excluded():
            return Decision(Outcome.EXCLUDED, because=reason)
        present = [found for s in self._subjects() if (found := self.subject(s)) is not None]
        if not present:
            return Decision(Outcome.UNMATCHED)
        matches = [match for each in present for match in each.matches]
        pairs: list[tuple[Subject, Scenario]] = []
        for scenario in self._scenarios():
            for each, counted in self.scenario(scenario, present):
                if counted.holds:
                    pairs.append((each.subject, scenario.scenario))
                    name = scenario.scenario.name
                    matches.extend(piece(each.subject.name, name, found) for found in counted.evidence)
        return Decision(
            Outcome.HIT if pairs else Outcome.MENTION,
            subjects=tuple(each.subject for each in present),
            pairs=tuple(pairs),
            addressed=bool(self._ours) and not self._ours.isdisjoint(self.reading.addressed),
            matches=in_order(matches, self.reading),
        )

    def _subjects(self) -> Iterator[SubjectPlan]:
        """Those that may be present, in the order of the rules."""
        seen = self.reading
        possible = self.plan.subject_choice.possible(seen.literals, lambda: seen.patterns)
        if self.post.source is not None:
            possible.update(self.plan.by_source.get(self.post.source, ()))
        if by_account := self.plan.by_account.get(self.post.platform or ""):
            for form in seen.addressed:
                possible.update(by_account.get(form, ()))
        return (self.plan.subjects[n] for n in sorted(possible))

    def _scenarios(self) -> Iterator[ScenarioPlan]:
        """Those that may hold, in the order of the rules."""
        seen = self.reading
        possible = self.plan.scenario_choice.possible(seen.literals, lambda: seen.patterns)
        return (self.plan.scenarios[n] for n in sorted(possible))

    def excluded(self) -> str:
        """Why the post is taken out altogether; "" if it is not."""
        forms = self._author_forms() if self._ours or self.plan.ignored_authors else set()
        if forms & self._ours:
            return "written by one of our own accounts"
        if forms & self.plan.ignored_authors:
            return "its author is in ignore.authors"
        if not self.plan.ignore.any:
            return ""
        asked = self.reading.asked(self.plan.ignore, names=False)
        return next((f"ignore.any: {p.term}" for p in self.plan.ignore.any if asked.counting(p)), "")

    def _author_forms(self) -> set[str]:
        author = self.post.author
        return {account_form(each) for each in (author.id, author.name) if each} if author else set()

    def subject(self, plan: SubjectPlan) -> Present | None:
        """The evidence that a subject is present; None if it is not."""
        if self.reading.unmet(plan.conditions):
            return None
        counted = self.asked(plan).counted()
        by_terms = plan.conditions.states_terms and counted.holds
        by_other = list(by_accounts_and_source(self.reading, plan))
        if not counted.none or not (by_terms or by_other):
            return None
        own = [piece(plan.subject.name, None, found) for found in counted.evidence]
        places = [occurrence for _, occurrence in counted.evidence]
        places += [place for _, place in by_other if place is not None]
        return Present(plan.subject, [*own, *(match for match, _ in by_other)], places)

    def scenario(self, plan: ScenarioPlan, present: Sequence[Present]) -> list[tuple[Present, Counted]]:
        """The scenario asked for each of the present subjects that it is about."""
        of = [each for each in present if each.subject.name in plan.of]
        if not of or self.reading.unmet(plan.conditions):
            return []
        asked = self.asked(plan)
        if not plan.limits:
            counted = asked.counted()
            return [(each, counted) for each in of]
        return [(each, asked.counted(self.binding(plan, each, of).allows, each.places)) for each in of]

    def binding(self, plan: ScenarioPlan, subject: Present, of: Sequence[Present]) -> Binding:
        others = [place for each in of if each is not subject for place in each.places]
        return Binding(plan.scenario, subject.places, others)

    def asked(self, plan: SubjectPlan | ScenarioPlan) -> Asked:
        """The rule with its terms; a name after @ can bring a subject, never a scenario."""
        return self.reading.asked(plan.conditions, names=isinstance(plan, SubjectPlan))
