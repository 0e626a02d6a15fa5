"""The case: the working life of one matter, as far as its events have come."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from listening.model.hit import ListeningClass, Priority, Reach, Status

_LATEST = 10**13 - 1
"""Milliseconds since 1970 of what has no deadline: thirteen digits, like those of any moment until 2286."""


class Escalation(enum.StrEnum):
    """How far up a case is reported; `rank` sorts it, larger first."""

    NORMAL = "normal"
    SENSITIVE = "sensitive"
    CRISIS = "crisis"

    @property
    def rank(self) -> int:
        return list(Escalation).index(self)


class Result(enum.StrEnum):
    """How a case ended. `unreachable`: the customer did not answer our question."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    DUPLICATE = "duplicate"
    IRRELEVANT = "irrelevant"
    NO_NEED = "no_need"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A case in another system: its number there, and what came back."""

    system: str
    id: str
    at: datetime
    received_at: datetime | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of ours. `at` is when it stood on the platform, or was entered; `seen`: it was found there.

    `asks`: it wants an answer of the customer. `carries_result`: it tells what came of the matter.
    """

    at: datetime
    person: str
    seen: bool = False
    asks: bool = False
    carries_result: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where a case stands after its first `n` events; a function of them alone, but for `thread` and `posts`.

    These two name posts of people, which events never do: they come from the records, and go with them.
    `contact` is a pseudonym. `respond_by` and `resolve_by` are absent where nobody promised anything; while
    the customer is asked, `resolve_by` is set aside in `paused`. `held_until`: the claim's end; a case that
    was assigned has none. `versions` tells what of its posts was seen. `news`: follow-up posts, changes and
    deletions that nobody has looked at yet. `parted`: posts (pseudonyms) that were split off, and where to.
    """

    id: str
    n: int
    status: Status
    opened_at: datetime
    published_at: datetime | None = None
    found_at: datetime | None = None
    last_at: datetime | None = None
    queue: str | None = None
    came_from: str | None = None
    priority: Priority = Priority.NORMAL
    reach: Reach = Reach.INDIRECT
    listening_class: ListeningClass = ListeningClass.KEYWORD
    brands: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    platform: str | None = None
    source: str | None = None
    contact: str | None = None
    thread: str | None = None
    posts: tuple[str, ...] = ()
    opportunity: bool = False
    hours: str | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    paused: datetime | None = None
    assumed: tuple[int, ...] = ()
    assignee: str | None = None
    held_until: datetime | None = None
    snoozed_until: datetime | None = None
    responded_at: datetime | None = None
    category: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    customer_at: tuple[datetime, ...] = ()
    asked_at: datetime | None = None
    tickets: tuple[Ticket, ...] = ()
    escalation: Escalation = Escalation.NORMAL
    result: Result | None = None
    closed_at: datetime | None = None
    confirmed: bool | None = None
    reopened: int = 0
    satisfied: bool | None = None
    versions: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    touched: bool = False
    warned: tuple[str, ...] = ()
    breached: tuple[str, ...] = ()
    merged_into: str | None = None
    parted: tuple[tuple[str, str], ...] = ()
    again: str | None = None
    erased: bool = False

    @property
    def is_live(self) -> bool:
        """Is there anything left to do?"""
        return self.status in LIVE

    @property
    def deadline(self) -> datetime | None:
        """What has to be done next, and until when: the first answer, then the end."""
        return self.respond_by if self.target == "respond" else self.resolve_by

    @property
    def target(self) -> str:
        """Which of the two promises `deadline` is."""
        return "respond" if self.responded_at is None and self.respond_by else "resolve"

    @property
    def due_at(self) -> datetime | None:
        """The deadline, as long as it is not marked as missed."""
        return self.deadline if self.is_live and self.target not in self.breached else None

    @property
    def urgency(self) -> str:
        """Sorts the queue, the first one first: escalation, priority, deadline, direct before indirect, age.

        Of the same length for every case, but for the id behind it.
        """
        ranks = f"{Escalation.CRISIS.rank - self.escalation.rank}{Priority.URGENT.rank - self.priority.rank}"
        reach = 0 if self.reach is Reach.DIRECT else 1
        age = _digits(self.found_at or self.opened_at)
        return f"{ranks}-{_digits(self.deadline)}-{reach}-{age}-{self.id}"

    @property
    def free_at(self) -> datetime | None:
        """From when on anybody may claim it; None: not at all, as somebody has it, or it is done with."""
        if not self.is_live or (self.assignee is not None and self.held_until is None):
            return None
        return max(filter(None, (self.opened_at, self.held_until, self.snoozed_until)))


LIVE = frozenset({Status.OPEN, Status.CLAIMED, Status.RESPONDED})


def _digits(moment: datetime | None) -> str:
    return f"{_LATEST if moment is None else max(0, int(moment.timestamp() * 1000)):013}"
