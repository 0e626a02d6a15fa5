"""A rule set made ready: every literal numbered once, one automaton over them, patterns compiled.

Nothing here looks at a post. The plan is built once per rule set and shared by scan, decide and explain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from daachorse import CharwiseDoubleArrayAhoCorasick

from listening.match.lazy import lazy
from listening.match.plan.choice import Choice
from listening.match.plan.patterns import Patterns
from listening.match.plan.probe import ASCII_WORD, Probe, probe
from listening.rules.expression import Expression, Term, TermKind, holds_without_terms
from listening.rules.ruleset import (
    BindKind,
    Conditions,
    Keep,
    MatchMode,
    RuleSet,
    Scenario,
    Side,
    Subject,
    Where,
)
from listening.text.fold import fold
from listening.text.neighbours import Neighbours
from listening.text.segment import Segmenter
from listening.text.views import compacted

EVERYWHERE = Where()


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """The conditions of one rule as probes; those of `when` by their terms."""

    any: tuple[Probe, ...] = ()
    all: tuple[Probe, ...] = ()
    none: tuple[Probe, ...] = ()
    except_: tuple[Probe, ...] = ()
    context: tuple[Probe, ...] = ()
    context_within: int = 0
    when: Expression | None = None
    of_when: Mapping[Term, Probe] = field(default_factory=dict)
    where: Where = EVERYWHERE
    match: MatchMode = MatchMode.WORD

    @property
    def states_terms(self) -> bool:
        return bool(self.any or self.all or self.when is not None)

    def bringing(self) -> Iterable[Probe]:
        """Probes of which one must stand in the post for the rule to hold by its terms."""
        return (*self.any, *self.all, *self.of_when.values())

    def needed(self) -> Sequence[Probe] | None:
        """Probes of which one must stand for the terms to hold; None where they may hold without any."""
        if self.any or self.all:
            return self.any or self.all[:1]
        if self.when is None or holds_without_terms(self.when):
            return None
        return tuple(self.of_when.values())

    def probes(self) -> Iterable[Probe]:
        return (*self.bringing(), *self.none, *self.except_, *self.context)


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    subject: Subject
    conditions: Conditioned
    accounts: dict[str, tuple[tuple[str, str], ...]]
    """By platform: (account as compared, account as written)."""

    def needed(self) -> Sequence[Probe] | None:
        """Probes of which one must stand for it to be present by its terms."""
        return self.conditions.needed() if self.conditions.states_terms else ()


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """`limits`: its occurrences may count for one subject and not for another, or not at all."""

    scenario: Scenario
    conditions: Conditioned
    of: frozenset[str]
    limits: bool


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


class Plan:
    """Everything that matching needs to know of a rule set."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.subjects = [SubjectPlan(s, _conditioned(s.conditions), _accounts(s)) for s in ruleset.subjects]
        self.scenarios = list(map(_scenario, ruleset.scenarios))
        self.subject_choice = Choice([s.needed() for s in self.subjects])
        self.scenario_choice = Choice([s.conditions.needed() for s in self.scenarios])
        self.ignore = Conditioned(any=tuple(map(probe, ruleset.ignore.any)))
        self.ignored_authors = frozenset(map(account_form, ruleset.ignore.authors))
        self.accounts = self._accounts_of(*Side)
        self.own_accounts = self._accounts_of(Side.BRAND)
        self.by_account = self._by_account()
        self.by_source = self._by_source()
        self.account_names = self._account_names()
        self.words = frozenset(filter(None, map(compacted, ruleset.words())))
        self.own_words = Literals(self.words)
        self.known_names = self._known_names()
        self.literals = Literals(literal for p in self._probes() for literal in p.literals())
        self.patterns = Patterns(self._probes())
        self.first = [*self.ignore.any, *(p for s in self.subjects for p in s.conditions.bringing())]
        self.first_standing = Patterns(self.first)
        self.reads_authors = any("author" in c.where.fields for c in self._all_conditions())
        self.neighbours = Neighbours(self.words)

    @lazy
    def segmenter(self) -> Segmenter:
        """Built when a verdict first needs it, as that takes longer than all the rest; many never do."""
        return Segmenter(word for word in self.words if not ASCII_WORD.search(word))

    def _all_conditions(self) -> Iterable[Conditioned]:
        return [*(s.conditions for s in self.subjects), *(s.conditions for s in self.scenarios)]

    def _probes(self) -> Iterable[Probe]:
        yield from self.ignore.any
        for conditions in self._all_conditions():
            yield from conditions.probes()

    def _accounts_of(self, *sides: Side) -> dict[str, frozenset[str]]:
        """By platform: the accounts of these sides, as they are compared."""
        found: dict[str, set[str]] = {}
        for plan in self.subjects:
            if plan.subject.side in sides:
                for platform, accounts in plan.accounts.items():
                    found.setdefault(platform, set()).update(form for form, _ in accounts)
        return {platform: frozenset(forms) for platform, forms in found.items()}

    def _by_account(self) -> dict[str, dict[str, list[int]]]:
        """By platform and account, as it is compared: the positions of its subjects."""
        found: dict[str, dict[str, list[int]]] = {}
        for n, subject in enumerate(self.subjects):
            for platform, accounts in subject.accounts.items():
                for form, _ in accounts:
                    found.setdefault(platform, {}).setdefault(form, []).append(n)
        return found

    def _by_source(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for n, each in enumerate(self.subjects):
            for source in each.subject.sources:
                found.setdefault(source, []).append(n)
        return found

    def _account_names(self) -> dict[str, frozenset[str]]:
        """By platform: the accounts as names behind an @."""
        found: dict[str, set[str]] = {}
        for subject in self.subjects:
            for platform, accounts in subject.accounts.items():
                found.setdefault(platform, set()).update(name_form(name) for _, name in accounts)
        return {platform: frozenset(filter(None, names)) for platform, names in found.items()}

    def _known_names(self) -> frozenset[str]:
        """A name after @ ends behind the longest of these that it begins with. Weak words are none."""
        kinds = (TermKind.WORD, TermKind.TEXT)
        terms = (p.term for s in self.subjects for p in (*s.conditions.any, *s.conditions.all))
        names = (name_form(term.text) for term in terms if term.kind in kinds and not term.weak)
        return frozenset(filter(None, names))


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


def _scenario(scenario: Scenario) -> ScenarioPlan:
    conditions = _conditioned(scenario.conditions)
    marks = {scenario.negated, scenario.question, scenario.hypothetical}
    names_subject = any(term.kind is TermKind.SUBJECT for term in conditions.of_when)
    limits = scenario.bind.kind is not BindKind.POST or marks != {Keep.KEEP} or names_subject
    return ScenarioPlan(scenario, conditions, frozenset(scenario.of), limits)


def _conditioned(conditions: Conditions) -> Conditioned:
    return Conditioned(
        any=tuple(map(probe, conditions.any)),
        all=tuple(map(probe, conditions.all)),
        none=tuple(map(probe, conditions.none)),
        except_=tuple(map(probe, conditions.except_)),
        context=tuple(map(probe, conditions.context)),
        context_within=conditions.context_within,
        when=conditions.when,
        of_when={term: probe(term) for term in conditions.when_terms()},
        where=EVERYWHERE if conditions.where == EVERYWHERE else conditions.where,
        match=conditions.match,
    )
