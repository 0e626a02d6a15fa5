"""How far up a hit is to be reported, by the words of `escalations:` in the rules.

They are found as a scenario's words are: as words, and never in a name after an @. Negated, asked or quoted,
they count all the same: better a case too many on top than one too few.
"""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.plan.plan import Plan
from listening.match.reading.reading import Reading
from listening.model import Escalation, Hit, Post
from listening.rules.ruleset import Conditions, EscalationRule, RuleSet, Scenario


class EscalationPlan:
    """The rules of escalation made ready, the highest level first. Built once per rule set.

    A rule set of its own: the terms must not change what matches. It knows the subjects of the real one, so
    that a name after an @ ends where it ends there.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self.rules = tuple(sorted(ruleset.escalations, key=lambda rule: rule.level.rank, reverse=True))
        scenarios = (Scenario(name=rule.level, conditions=Conditions(any=rule.any)) for rule in self.rules)
        words = RuleSet(subjects=ruleset.subjects, scenarios=tuple(scenarios))
        self._plan = Plan(words) if any(rule.any for rule in self.rules) else None

    def cues(self, post: Post) -> Iterator[tuple[EscalationRule, str]]:
        """Each rule that the post meets, and what meets it: a term as the rules call it, or the followers."""
        reading = Reading(post, self._plan) if self._plan else None
        for n, rule in enumerate(self.rules):
            if reading is not None and (term := self._first_term(reading, n)) is not None:
                yield rule, term
            elif rule.followers is not None and _followers(post) >= rule.followers:
                yield rule, f"followers >= {rule.followers}"

    def _first_term(self, reading: Reading, n: int) -> str | None:
        """The first term of a rule in the post, as it stands there."""
        conditions = reading.plan.scenarios[n].conditions
        found = reading.asked(conditions, names=False).counted().evidence
        first = min(found, key=lambda each: (each[1].field.order, each[1].start), default=None)
        return first[0].name if first else None


def escalation_of(hit: Hit, plan: EscalationPlan) -> tuple[Escalation, str] | None:
    """The highest level that a hit meets, and the cue for it, which holds nothing of the post.

    None for what is normal, and for what speaks of competitors alone: there is nobody of ours to be told.
    """
    if not hit.brands:
        return None
    return next(((rule.level, cue) for rule, cue in plan.cues(hit.post)), None)


def _followers(post: Post) -> int:
    return (post.author.followers if post.author else None) or 0
