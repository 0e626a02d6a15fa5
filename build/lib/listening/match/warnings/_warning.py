"""A warning: legal, but suspicious."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from listening.errors import Place


class Severity(enum.StrEnum):
    """How likely the rules do not do what was meant. `note` only tells a figure."""

    NOTE = "note"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """One thing to look at, where it stands, and what to do. `kind` names the file that looked for it."""

    kind: str
    severity: Severity
    place: Place
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} - {self.cure}"
