"""What to look for: terms, and `when` as an expression over them. Evaluated in `listening.match`."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from listening.errors import Place

NOWHERE = Place("")
SEPARATION = 4
"""So many characters of the compact view may stand between the two pieces of a separable word."""
BOTH_WAYS = " both ways"


class TermKind(enum.StrEnum):
    """How a term is looked for."""

    WORD = "word"  # a bare word: found as a word
    TEXT = "text"  # {text: 断网}: found anywhere in the compacted copy
    PREFIX = "prefix"  # iphone*: only its left end must be a word's end
    CASE = "case"  # {case: LTE}: a word whose original spelling is equal
    PATTERN = "pattern"  # /…/: RE2 on the folded text
    RAW_PATTERN = "raw pattern"  # raw/…/: RE2 on the original text
    SEPARABLE = "separable"  # 断..网: both pieces as words, a little apart; also `断..网 both ways`
    MARKED = "marked"  # 投*诉: a word with marks between its characters (a variant of it)
    SUBJECT = "subject"  # $subject in `when`: wherever the subject itself stands


class Via(enum.StrEnum):
    """By which other form a term was found; reported apart."""

    NICKNAME = "nickname"
    PINYIN = "pinyin"  # tousu, 投su
    INITIALS = "initials"  # ts
    MARKS = "marks"  # 投*诉
    SPLIT = "split"  # 扌殳诉


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. `text` is as written, without the marks of its kind (no `*`, no slashes).

    `via` and `stands_for`: this is another form of that word. `weak`: an everyday word, or a form as short as
    one; it counts only with a word of the rule's `context` near.
    """

    kind: TermKind
    text: str
    place: Place = field(default=NOWHERE, compare=False)
    via: Via | None = None
    stands_for: str = ""
    weak: bool = False

    def __str__(self) -> str:
        match self.kind:
            case TermKind.PREFIX:
                return f"{self.text}*"
            case TermKind.PATTERN:
                return f"/{self.text}/"
            case TermKind.RAW_PATTERN:
                return f"raw/{self.text}/"
            case _:
                return self.text

    @property
    def name(self) -> str:
        """What evidence calls it: the word that it stands for, or itself."""
        return self.stands_for or str(self)

    @property
    def pieces(self) -> tuple[str, ...]:
        """Of a separable word its two pieces, of a marked one its characters, in their order."""
        if self.kind is TermKind.SEPARABLE:
            left, _, right = self.text.removesuffix(BOTH_WAYS).partition("..")
            return left, right
        return tuple(self.text)

    @property
    def both_ways(self) -> bool:
        """May the right piece of a separable word also stand first?"""
        return self.kind is TermKind.SEPARABLE and self.text.endswith(BOTH_WAYS)


SUBJECT = Term(TermKind.SUBJECT, "$subject")


@dataclass(frozen=True, slots=True)
class Stands:
    """At least one of the terms counts. `断网`, `$断网` and `(断网 or 掉线)` are the same noun."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A counting occurrence of the left and one of the right, in one field, not overlapping, at most `within`
    characters of the compact view between them; `ordered`: the left one first (`before/N`)."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    within: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    inner: Expression


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expression, ...]


Expression: TypeAlias = Stands | Near | Not | And | Or


def either(parts: Iterable[Expression]) -> Expression:
    """`or` in its one form: flat, each part once, all bare terms together at the place of the first."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, Or) else (part,))]
    stands = Stands(tuple(dict.fromkeys(t for one in flat if isinstance(one, Stands) for t in one.terms)))
    first = next((n for n, one in enumerate(flat) if isinstance(one, Stands)), -1)
    kept = (stands if n == first else one for n, one in enumerate(flat))
    once = tuple(dict.fromkeys(one for one in kept if one is stands or not isinstance(one, Stands)))
    return once[0] if len(once) == 1 else Or(once)


def both(parts: Iterable[Expression]) -> Expression:
    """`and` in its one form: flat, each part once."""
    flat = (one for part in parts for one in (part.parts if isinstance(part, And) else (part,)))
    once = tuple(dict.fromkeys(flat))
    return once[0] if len(once) == 1 else And(once)


def holds_without_terms(expression: Expression) -> bool:
    """Does it hold for a post in which none of its terms stands?"""
    match expression:
        case Stands() | Near():
            return False
        case Not(inner):
            return not holds_without_terms(inner)
        case And(parts):
            return all(map(holds_without_terms, parts))
        case Or(parts):
            return any(map(holds_without_terms, parts))


def terms_of(expression: Expression) -> Iterator[Term]:
    """Every term of an expression, from left to right."""
    match expression:
        case Stands(terms):
            yield from terms
        case Near(left, right):
            yield from (*left, *right)
        case Not(inner):
            yield from terms_of(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from terms_of(part)
