"""What the service tells: one kind of line, for people and for machines."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from listening.model import Run


class Kind(enum.StrEnum):
    """What happened."""

    STARTED = "started"
    RUN = "run"
    """A crawl or an import has ended; the run says how."""
    FILE = "file"
    """A dropped file could not be read."""
    LEFT_OUT = "left_out"
    """A source was due again before its last turn was done."""
    MISSED = "missed"
    """A turn comes late, or does not come: the machine slept, or was busy."""
    HELD = "held"
    """Somebody else is at the source."""
    FAILED = "failed"
    """A source could not be crawled."""
    AWAY = "away"
    """Store or archive cannot be used."""
    BACK = "back"
    RECOVERED = "recovered"
    RULES = "rules"
    CONFIG = "config"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell. `count`: of how many turns it speaks, where it speaks of turns."""

    at: datetime
    kind: Kind
    says: str
    source: str | None = None
    count: int | None = None
    run: Run | None = None


Tell = Callable[[News], None]
