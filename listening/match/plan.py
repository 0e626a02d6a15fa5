"""A rule set made ready: every literal numbered once, one automaton over them, patterns compiled.

Nothing here looks at a post. The plan is built once per rule set and shared by scan, decide and explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from daachorse import CharwiseDoubleArrayAhoCorasick

from listening.rules.expression import Term, TermKind
from listening.rules.patterns import compiled, folded_pattern
from listening.rules.ruleset import Conditions, MatchMode, RuleSet, Scenario, Side, Subject
from listening.text.fold import fold
from listening.text.segment import Segmenter, plain
from listening.text.views import compacted, views

_ASCII_WORD = re.compile("[0-9a-z]")
_PATTERNS = (TermKind.PATTERN, TermKind.RAW_PATTERN)


@dataclass(frozen=True, slots=True)
class Probe:
    """A term ready to be looked for: `literal` is its folded, compacted spelling, or `pattern` is compiled.

    `by_ends`: each end is judged by itself (it holds an ASCII letter or digit, or is a `case` word).
    `spelling`: the original characters that a `case` word stands for, without blanks that folding drops.
    """

    term: Term
    literal: str = ""
    pattern: Any = None
    by_ends: bool = False
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Conditioned:
    """The conditions of one rule as probes."""

    any: tuple[Probe, ...]
    all: tuple[Probe, ...]
    none: tuple[Probe, ...]
    except_: tuple[Probe, ...]
    match: MatchMode

    @property
    def states_terms(self) -> bool:
        return bool(self.any or self.all)


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    subject: Subject
    conditions: Conditioned
    accounts: dict[str, tuple[tuple[str, str], ...]]
    """By platform: (account as compared, account as written)."""


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    scenario: Scenario
    conditions: Conditioned
    of: frozenset[str]


class Literals:
    """Finds many strings at once, overlapping ones too."""

    def __init__(self, literals: Iterable[str]) -> None:
        self.strings = sorted(set(literals))
        self._automaton = CharwiseDoubleArrayAhoCorasick(self.strings) if self.strings else None

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """(literal, start, end) of each place where one stands, by end, then longest first."""
        if self._automaton is None:
            return []
        return [(self.strings[n], start, end) for start, end, n in self._automaton.find_overlapping(text)]

    def any_in(self, text: str) -> bool:
        return self._automaton is not None and bool(self._automaton.find_overlapping(text))


class Plan:
    """Everything that matching needs to know of a rule set."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.subjects = [SubjectPlan(s, _conditioned(s.conditions), _accounts(s)) for s in ruleset.subjects]
        self.scenarios = [
            ScenarioPlan(s, _conditioned(s.conditions), frozenset(s.of)) for s in ruleset.scenarios
        ]
        self.ignored = tuple(map(_probe, ruleset.ignore.any))
        self.ignored_authors = frozenset(map(account_form, ruleset.ignore.authors))
        self.own_accounts = self._own_accounts()
        self.sources = {source for s in ruleset.subjects for source in s.sources}
        self.words = frozenset(filter(None, map(compacted, ruleset.words())))
        self.own_words = Literals(self.words)
        self.known_names = self._known_names()
        self.literals = Literals(p.literal for p in self._probes(with_scenarios=True) if p.literal)
        first = list(self._probes(with_scenarios=False))
        self.first_literals = Literals(p.literal for p in first if p.literal)
        self.first_patterns = [p for p in first if p.pattern is not None]
        self.plain = plain()
        self.segmenter = Segmenter(word for word in self.words if not _ASCII_WORD.search(word))

    def _probes(self, *, with_scenarios: bool) -> Iterable[Probe]:
        """All probes; without scenarios those that decide whether a post is a candidate."""
        yield from self.ignored
        for subject in self.subjects:
            yield from (*subject.conditions.any, *subject.conditions.all)
            if with_scenarios:
                yield from (*subject.conditions.none, *subject.conditions.except_)
        if with_scenarios:
            for scenario in self.scenarios:
                c = scenario.conditions
                yield from (*c.any, *c.all, *c.none, *c.except_)

    def _own_accounts(self) -> dict[str, frozenset[str]]:
        own: dict[str, set[str]] = {}
        for plan in self.subjects:
            if plan.subject.side is Side.BRAND:
                for platform, accounts in plan.accounts.items():
                    own.setdefault(platform, set()).update(form for form, _ in accounts)
        return {platform: frozenset(forms) for platform, forms in own.items()}

    def _known_names(self) -> frozenset[str]:
        """Words and texts of subjects: a name after @ ends behind the longest it begins with."""
        kinds = (TermKind.WORD, TermKind.TEXT)
        probes = (p for s in self.subjects for p in (*s.conditions.any, *s.conditions.all))
        return frozenset(filter(None, (name_form(p.term.text) for p in probes if p.term.kind in kinds)))


def account_form(account: str) -> str:
    """An account, id or name as it is compared: folded, without a leading @."""
    return fold(account).removeprefix("@")


def name_form(name: str) -> str:
    """A known name as it is looked for behind an @ of the written view."""
    return compacted(name).removeprefix("@")


def _accounts(subject: Subject) -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        platform: tuple((account_form(account), account) for account in accounts)
        for platform, accounts in subject.accounts.items()
    }


def _conditioned(conditions: Conditions) -> Conditioned:
    return Conditioned(
        tuple(map(_probe, conditions.any)),
        tuple(map(_probe, conditions.all)),
        tuple(map(_probe, conditions.none)),
        tuple(map(_probe, conditions.except_)),
        conditions.match,
    )


def _probe(term: Term) -> Probe:
    if term.kind is TermKind.PATTERN:
        return Probe(term, pattern=compiled(folded_pattern(term.text)))
    if term.kind is TermKind.RAW_PATTERN:
        return Probe(term, pattern=compiled(term.text))
    seen = views(term.text)
    literal = seen.compact.text
    places = (seen.written.back(*seen.compact.back(n, n + 1))[0] for n in range(len(literal)))
    spelling = "".join(term.text[place] for place in places)
    by_ends = term.kind is TermKind.CASE or _ASCII_WORD.search(literal) is not None
    return Probe(term, literal=literal, by_ends=by_ends, spelling=spelling)
