"""What a search asks for: clauses that must all hold. `str()` gives the normal form, which parses back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from listening.codec import time_text
from listening.model import Status
from listening.text.chars import HAN

_PLAIN_TEXT = re.compile(f"[{HAN}]+")
_PLAIN_VALUE = re.compile(r'[^\s"＂“”「」『』,，、\\]+')
_ESCAPED = re.compile(r'["＂\\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words as written, to be found in the title, the text or a tag.

    `whole`: one Latin word or number, found only as a whole; otherwise a run of characters, found anywhere.
    """

    text: str
    whole: bool = False
    negated: bool = False

    def __str__(self) -> str:
        bare = self.whole or _PLAIN_TEXT.fullmatch(self.text)
        return _minus(self.negated) + (self.text if bare else quoted(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the record that has one of these values; compared whole and folded, an id exactly."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        values = (v if _PLAIN_VALUE.fullmatch(v) else quoted(v) for v in self.values)
        return f"{_minus(self.negated)}{self.name}:{','.join(values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """`since` or `until` a moment in UTC, which is itself included in both."""

    name: str
    at: datetime
    negated: bool = False

    def __str__(self) -> str:
        return f"{_minus(self.negated)}{self.name}:{time_text(self.at)}"


Clause = Text | Field | Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """All clauses hold. Without any, everything that is not withdrawn."""

    clauses: tuple[Clause, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.clauses))

    @property
    def wants_withdrawn(self) -> bool:
        """Only a query that names the status `withdrawn` is shown such records."""
        named = (c for c in self.clauses if isinstance(c, Field) and c.name == "status" and not c.negated)
        return any(Status.WITHDRAWN in c.values for c in named)


def quoted(text: str) -> str:
    """In quotation marks, so that nothing in it has a meaning of its own."""
    return '"' + _ESCAPED.sub(r"\\\g<0>", text) + '"'


def _minus(negated: bool) -> str:
    return "-" if negated else ""
