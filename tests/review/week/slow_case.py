"""One case of the script as it must stand, and what moves do to it. Imports nothing of the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.review.week.script import CLAIMED_FOR, DAY

ENDED = ("closed", "abandoned", "withdrawn", "merged")


@dataclass(slots=True)
class Answer:
    """One of our replies; `at` is when it stood there, or was entered."""

    at: datetime
    who: str
    by_hand: bool


@dataclass(slots=True)
class Closing:
    at: datetime
    who: str
    result: str
    handling: timedelta
    first_contact: bool
    confirmed: bool = False
    revoked: bool = False


@dataclass(slots=True)
class Deed:
    """Something done in a case (`matter`). `holder`: who had claimed it last by then, or been given it."""

    what: str
    matter: int
    at: datetime
    who: str
    holder: str | None
    said: dict[str, Any]


@dataclass(slots=True)
class SlowCase:
    """One case, as far as the script has come."""

    number: int
    known_at: datetime
    """When the desk could know of it: found, or where nothing tells, begun."""
    author: int = 0
    found: datetime | None = None
    published: datetime | None = None
    queue: str | None = None
    brands: set[str] = field(default_factory=set)
    competitors: set[str] = field(default_factory=set)
    scenarios: set[str] = field(default_factory=set)
    is_competitors: bool = False
    levels: list[str] = field(default_factory=list)
    """All it ever had, the last one last."""
    category: str | None = None
    state: str = "open"
    live: list[list[datetime | None]] = field(default_factory=list)
    """From when to when it was live; None where that has no end."""
    touched: bool = False
    last_at: datetime | None = None
    again: bool = False
    into: int | None = None
    posts: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    turns: list[datetime] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    asked: datetime | None = None
    respond_by: datetime | None = None
    guessed: bool = False
    """Is `respond_by` from a calendar on which 2026 was not known?"""
    came_from: str | None = None
    holder: str | None = None
    last_holder: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    in_hands: timedelta = timedelta()
    response: Deed | None = None
    result_reply: Deed | None = None
    closings: list[Closing] = field(default_factory=list)
    result: str | None = None
    reopened: int = 0
    tickets: dict[str, datetime] = field(default_factory=dict)
    verdict: str | None = None
    deeds: list[Deed] = field(default_factory=list)
    breached: datetime | None = None
    """The deadline of the first answer that it was marked to have missed."""

    @property
    def is_live(self) -> bool:
        return self.state not in ENDED

    # In whose hands it is

    def taken(self, who: str, at: datetime, *, for_good: bool) -> None:
        self.runs_out(at)
        self.state, self.holder, self.last_holder = "claimed", who, who
        self.since = self.since or at
        self.until = None if for_good else at + CLAIMED_FOR

    def worked_on(self, who: str, at: datetime) -> None:
        """Whoever works on a claimed case keeps it for another while."""
        if self.holder == who and self.until is not None:
            self.runs_out(at)
            self.since = self.since or at
            self.until = at + CLAIMED_FOR

    def runs_out(self, at: datetime) -> None:
        """A claim that has run out by then was in hands until it did."""
        if self.since is not None and self.until is not None and at > self.until:
            self.in_hands += self.until - self.since
            self.since = None

    def given_back(self, at: datetime) -> None:
        self.runs_out(at)
        if self.since is not None:
            self.in_hands += at - self.since
        self.since = self.until = None

    def let_go(self, at: datetime) -> None:
        self.given_back(at)
        self.holder = None

    # Its end, and what comes after it

    def ends(self, at: datetime, state: str) -> None:
        if self.is_live:
            self.live[-1][1] = at
        self.state, self.last_at = state, at

    def closes(self, at: datetime, who: str, result: str) -> None:
        self.given_back(at)
        at_first = self.answer_runs() <= 1 and not self.tickets and not self.reopened
        self.closings.append(Closing(at, who, result, self.in_hands, at_first))
        self.result, self.asked = result, None
        self.ends(at, "closed")

    def gives_up(self, at: datetime) -> None:
        self.let_go(at)
        self.ends(at, "abandoned")

    def opens_again(self, at: datetime) -> None:
        if self.state == "closed" and at - self.closings[-1].at <= 7 * DAY:
            self.closings[-1].revoked = True
        self.let_go(at)
        self.state, self.result, self.last_at = "open", None, at
        self.reopened += 1
        self.live.append([at, None])

    def answer_runs(self) -> int:
        """Our answers, those in a row counted once."""
        told = [(at, 0) for at in self.turns] + [(answer.at, 1) for answer in self.answers]
        runs, before = 0, 0
        for _, ours in sorted(told):
            if ours and not before:
                runs += 1
            before = ours
        return runs
