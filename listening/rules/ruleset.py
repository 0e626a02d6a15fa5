"""The rule set as nouns: what the YAML says, with lists resolved and every term's place kept.

Reading is in `listening.rules.reader`; matching is in `listening.match`. Nothing here evaluates anything.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from listening.errors import Place
from listening.model import Kind, Post, Priority
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
    note: str | None = None
    examples: Examples = Examples()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """What takes a post out altogether: terms, and authors by id or name."""

    any: tuple[Term, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All enabled rules, in the order of files and lines. `digest` names what they mean."""

    subjects: tuple[Subject, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    ignore: Ignore = Ignore()
    digest: str = ""

    def words(self) -> frozenset[str]:
        """Its own words, as written: bare words under any, all, none, when and context, and of ignore."""
        stated = [s.conditions for s in self.subjects] + [s.conditions for s in self.scenarios]
        terms = [t for c in stated for t in (*c.any, *c.all, *c.none, *c.context, *c.when_terms())]
        terms += self.ignore.any
        return frozenset(term.text for term in terms if term.kind is TermKind.WORD)
