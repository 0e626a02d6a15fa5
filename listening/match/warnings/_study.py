"""A rule set under study: its rules and terms, what the dictionary and the archive say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from listening.errors import Place
from listening.match.matcher import Matcher
from listening.match.plan.plan import Conditioned, Plan
from listening.match.plan.probe import Probe
from listening.match.reading.asked import Asked
from listening.match.reading.fields import Field
from listening.match.warnings._archive import Seen, seen_in
from listening.model import Post
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import RuleSet, Scenario, Subject
from listening.text.segment import longer_words


@dataclass(frozen=True, slots=True)
class Rule:
    """A brand, a competitor or a scenario: one of `subject` and `scenario` is there."""

    conditions: Conditioned
    subject: Subject | None = None
    scenario: Scenario | None = None

    @property
    def said(self) -> Subject | Scenario:
        found = self.subject or self.scenario
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return self.said.name

    @property
    def sort(self) -> str:
        return str(self.subject.side) if self.subject else "scenario"

    @property
    def place(self) -> Place:
        return self.said.place


class Study:
    """`archive`: posts in batches to hold the rules against; None where there are none to be had."""

    def __init__(self, matcher: Matcher, archive: Iterable[Sequence[Post]] | None = None) -> None:
        self.matcher = matcher
        self.plan: Plan = matcher.plan
        self.ruleset: RuleSet = matcher.plan.ruleset
        self._archive = archive

    @cached_property
    def rules(self) -> list[Rule]:
        subjects = [Rule(s.conditions, subject=s.subject) for s in self.plan.subjects]
        return [*subjects, *(Rule(s.conditions, scenario=s.scenario) for s in self.plan.scenarios)]

    @cached_property
    def words(self) -> dict[str, Term]:
        """Every bare word that can bring a rule, folded and compacted, with the term of its first place."""
        found: dict[str, Term] = {}
        for _, word, term in self._stated_words():
            found.setdefault(word, term)
        return found

    @cached_property
    def rules_of(self) -> dict[str, set[tuple[str, str]]]:
        """For each of the words the rules that it can bring, by sort and name."""
        found: dict[str, set[tuple[str, str]]] = {}
        for rule, word, _ in self._stated_words():
            found.setdefault(word, set()).add((rule.sort, rule.name))
        return found

    def _stated_words(self) -> Iterator[tuple[Rule, str, Term]]:
        for rule in self.rules:
            for probe in rule.conditions.bringing():
                if probe.term.kind is TermKind.WORD and probe.literal:
                    yield rule, probe.literal, probe.term

    @cached_property
    def excepted(self) -> frozenset[str]:
        """The words and texts that stand under some `except`, folded and compacted."""
        return frozenset(p.literal for rule in self.rules for p in rule.conditions.except_ if p.literal)

    @cached_property
    def longer(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """For each word and text the dictionary's longer words that hold it, with their frequencies."""
        kinds = (TermKind.WORD, TermKind.TEXT)
        stated = (probe for rule in self.rules for probe in rule.conditions.bringing())
        return longer_words(p.literal for p in stated if p.term.kind in kinds and len(p.literal) > 1)

    @cached_property
    def seen(self) -> Seen | None:
        """What the archive's posts say of the rules; None without an archive, or with an empty one."""
        return seen_in(self._archive, self.plan) if self._archive is not None else None

    def alone(self, rule: Rule, probe: Probe) -> Asked:
        """The rule asked of a post that consists of this term and nothing else."""
        field = Field("text", probe.term.text, 0, self.plan)
        return Asked([field], rule.conditions, names=rule.subject is not None)
