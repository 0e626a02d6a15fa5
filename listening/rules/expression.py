"""What to look for: terms, and `when` as an expression over them. Evaluated in `listening.match`."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from listening.errors import Place

NOWHERE = Place("")


class TermKind(enum.StrEnum):
    """How a term is looked for."""

    WORD = "word"  # a bare word: found as a word
    TEXT = "text"  # {text: 断网}: found anywhere in the compacted copy
    PREFIX = "prefix"  # iphone*: only its left end must be a word's end
    CASE = "case"  # {case: LTE}: a word whose original spelling is equal
    PATTERN = "pattern"  # /…/: RE2 on the folded text
    RAW_PATTERN = "raw pattern"  # raw/…/: RE2 on the original text


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. `text` is as written, without the marks of its kind (no `*`, no slashes)."""

    kind: TermKind
    text: str
    place: Place = field(default=NOWHERE, compare=False)

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
