"""Runs: one crawl of a source or one import, and what became of every post in it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from listening.model.hit import Outcome


class RunStatus(enum.StrEnum):
    """How a run ended. Only `ok` and `empty` saw everything they looked for."""

    OK = "ok"
    EMPTY = "empty"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    LOGIN = "login"
    RATE_LIMITED = "rate_limited"
    LAYOUT = "layout"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl or import: when, how it ended and why, and one outcome for each post.

    The outcomes sum up to `read`. `recovered` were left over by a run that died and are not part of `read`.
    """

    id: str
    source: str
    verb: str
    started_at: datetime
    ended_at: datetime | None = None
    status: RunStatus | None = None
    reason: str | None = None
    read: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    recovered: int = 0
    statistics: Mapping[str, int] = field(default_factory=dict)
