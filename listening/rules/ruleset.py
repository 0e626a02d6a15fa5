"""The rule set as nouns: what the YAML says, with lists resolved and every term's place kept.

Reading is in `listening.rules.reader`; matching is in `listening.match`. Nothing here evaluates anything.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from listening.calendar import ROUND_THE_CLOCK
from listening.errors import Place
from listening.model import Escalation, Kind, Post, Priority
from listening.rules.expression import NOWHERE, Expression, Term, TermKind, terms_of

DEFAULT_QUEUE = "默认"
CONTEXT_WITHIN = 30


class Side(enum.StrEnum):
    """Whose subject it is."""

    BRAND = "brand"
    COMPETITOR = "competitor"


class MatchMode(enum.StrEnum):
    """How a rule's bare words are taken."""

    WORD = "word"
    STRICT = "strict"
    TEXT = "text"


class BindKind(enum.StrEnum):
    """How close a scenario's words must stand to a subject to be said of it."""

    POST = "post"
    SENTENCE = "sentence"
    NEAR = "near"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Bind:
    """`within` is of `near`: at most so many characters of the compact view between the two."""

    kind: BindKind = BindKind.POST
    within: int = 0

    def __str__(self) -> str:
        return f"near/{self.within}" if self.kind is BindKind.NEAR else str(self.kind)


class Keep(enum.StrEnum):
    """What becomes of occurrences with a mark: they count, they do not, or only they do."""

    KEEP = "keep"
    DROP = "drop"
    ONLY = "only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Limits a rule to some posts, or to some fields of a post; what is empty limits nothing.

    What a post does not say (no region, no follower count) does not meet a limit on it. `fields` are title,
    text, tags and author; without it the first three are searched. `hours` are from and to, local to `zone`,
    the end not included, and may run over midnight. `followers` are the least and the most, both included.
    """

    platforms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    followers: tuple[int | None, int | None] = (None, None)
    verified: bool | None = None
    hours: tuple[time, time] | None = None
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a rule looks for. All that is stated must hold; an empty tuple states nothing.

    `any`: at least one counts (nicknames and weak words are among them); `all`: each one counts; `none`: not
    one counts; `except_`: longer words, inside which no term of this rule counts; `when`: an expression that
    must hold; `where`: which posts and fields it is asked of at all. `context`: of these words one must stand
    at most `context_within` characters of the compact view from a weak one.
    """

    any: tuple[Term, ...] = ()
    all: tuple[Term, ...] = ()
    none: tuple[Term, ...] = ()
    except_: tuple[Term, ...] = ()
    match: MatchMode = MatchMode.WORD
    when: Expression | None = None
    where: Where = Where()
    context: tuple[Term, ...] = ()
    context_within: int = CONTEXT_WITHIN

    def when_terms(self) -> tuple[Term, ...]:
        """Every term of `when`, from left to right."""
        return tuple(terms_of(self.when)) if self.when is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Posts that must and must not meet the rule, each with its place in the file."""

    hit: tuple[tuple[Post, Place], ...] = ()
    miss: tuple[tuple[Post, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A brand or a competitor: level 1. `accounts` are ids and names by platform."""

    name: str
    side: Side
    conditions: Conditions = Conditions()
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    note: str | None = None
    examples: Examples = Examples()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is happening to a subject: level 2. `of` holds the names of the subjects it is asked for.

    `bind` and the three marks limit which occurrences of `any`, `all` and `when` count for a subject.
    `category` is the class that the desk is suggested for its cases, as a path. `opportunity`: its cases are
    customers to be kept or won, whose conversion is counted.
    """

    name: str
    conditions: Conditions = Conditions()
    of: tuple[str, ...] = ()
    bind: Bind = Bind()
    negated: Keep = Keep.KEEP
    question: Keep = Keep.KEEP
    hypothetical: Keep = Keep.KEEP
    queue: str = DEFAULT_QUEUE
    priority: Priority = Priority.NORMAL
    respond_within: timedelta | None = None
    resolve_within: timedelta | None = None
    category: tuple[str, ...] = ()
    opportunity: bool = False
    note: str | None = None
    examples: Examples = Examples()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """What takes a post out altogether: terms, and authors by id or name."""

    any: tuple[Term, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Where cases wait, and what is promised of them. `hours` is the text of listening.calendar's `Hours`.

    Durations are working time of these hours. The two targets are for scenarios that say nothing themselves;
    `warn_before` is how long before either of them it is warned.
    """

    name: str
    hours: str = ROUND_THE_CLOCK
    respond_within: timedelta | None = None
    resolve_within: timedelta | None = None
    warn_before: timedelta | None = None
    note: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRule:
    """What makes a case sensitive or a crisis: one of the terms, or an author with at least `followers`.

    `to` is who is told. The two targets are the level's own, beside those of scenario and queue.
    """

    level: Escalation
    any: tuple[Term, ...] = ()
    followers: int | None = None
    to: str | None = None
    respond_within: timedelta | None = None
    resolve_within: timedelta | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """How long the desk waits, on the wall's clock. What each is for: docs/service-levels.md."""

    join_within: timedelta = timedelta(days=7)
    claim_for: timedelta = timedelta(minutes=30)
    abandon_after: timedelta = timedelta(days=14)
    unreachable_after: timedelta = timedelta(days=3)


DEFAULT_CATEGORIES: tuple[tuple[str, ...], ...] = tuple(
    (kind,) for kind in ("咨询", "查询", "办理", "报障", "投诉", "建议", "表扬")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All enabled rules, in the order of files and lines. `digest` names what they mean.

    Matching knows nothing of queues, categories, escalations and desk, and the digest is not of them.
    `categories` holds every path of the tree, each behind the one above it.
    """

    subjects: tuple[Subject, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    ignore: Ignore = Ignore()
    queues: tuple[Queue, ...] = ()
    categories: tuple[tuple[str, ...], ...] = DEFAULT_CATEGORIES
    escalations: tuple[EscalationRule, ...] = ()
    desk: DeskSettings = DeskSettings()
    digest: str = ""

    def queue(self, name: str) -> Queue:
        """The queue of this name; one that no file speaks of works round the clock and promises nothing."""
        return next((each for each in self.queues if each.name == name), Queue(name=name))

    def escalation(self, level: Escalation) -> EscalationRule | None:
        """What the rules say of a level."""
        return next((each for each in self.escalations if each.level is level), None)

    def words(self) -> frozenset[str]:
        """Its own words, as written: bare words under any, all, none, when and context, and of ignore."""
        stated = [s.conditions for s in self.subjects] + [s.conditions for s in self.scenarios]
        terms = [t for c in stated for t in (*c.any, *c.all, *c.none, *c.context, *c.when_terms())]
        terms += self.ignore.any
        return frozenset(term.text for term in terms if term.kind is TermKind.WORD)
