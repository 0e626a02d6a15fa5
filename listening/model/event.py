"""Review events: the append-only log a case's life is told by."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SYSTEM = "system"
"""Who did it, where no person did."""


class EventKind(enum.StrEnum):
    """What happened to a case. Which may follow which: listening/review/transitions.py; what each says in
    `data`: docs/review.md.
    """

    OPEN = "open"
    POST = "post"
    CHANGED = "changed"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"
    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    TRANSFER = "transfer"
    RETURN = "return"
    RESPOND = "respond"
    CLASSIFY = "classify"
    NOTE = "note"
    REPLY = "reply"
    TICKET = "ticket"
    RECEIPT = "receipt"
    ESCALATE = "escalate"
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
    REOPEN = "reopen"
    ABANDON = "abandon"
    VERDICT = "verdict"
    CONVERT = "convert"
    INVITE = "invite"
    SATISFACTION = "satisfaction"
    CHECK = "check"
    SCORE = "score"
    JOIN = "join"
    ABSORB = "absorb"
    SPLIT = "split"
    DEADLINE = "deadline"
    WARN = "warn"
    BREACH = "breach"
    ERASE = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent:
    """Step `n` (from 1) in the life of a case. Whoever creates step n owns it; nothing is overwritten.

    `at` is when it was recorded, never before the step before it. `key` makes it once: the same key a second
    time is the same event.
    """

    case: str
    n: int
    kind: str
    at: datetime
    person: str
    data: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
