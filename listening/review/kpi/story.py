"""What a case's events tell the figures: its moments and turns, in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from listening.model import Case, Escalation, EventKind, Reply, Result, ReviewEvent, Status
from listening.review.fold import apply, begun, moment
from listening.review.kpi.reasons import JOINED, WITHDRAWN

REVOKED_WITHIN = timedelta(days=7)
"""Whoever is back so soon was not helped."""
_IRRELEVANT = frozenset({Result.IRRELEVANT, Result.DUPLICATE})
_ACTS = frozenset(
    {
        EventKind.RECEIPT,
        EventKind.CONVERT,
        EventKind.INVITE,
        EventKind.SATISFACTION,
        EventKind.CHECK,
        EventKind.SCORE,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done in a case. `holder`: who had claimed it, or been assigned it, last by then."""

    kind: str
    case: str
    n: int
    at: datetime
    person: str
    holder: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Closing:
    """A case was closed. `revoked`: reopened within 7 days, or the customer denied it, whenever that was."""

    at: datetime
    person: str
    result: Result
    data: Mapping[str, Any]
    confirmed: bool = False
    revoked: bool = False


class Service(NamedTuple):
    """A turn of the customer that was answered. `at`: by the first reply to it."""

    at: datetime
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case as it stood, and what happened in it.

    `acts` and `replies` are in the order of time, also those of cases that were joined to it. `live`: the
    stretches in which something was left to do; the last one may have no end. `level`: the highest it ever
    had. `absorbed`: others were joined to it. `taken`: it was joined to another, which tells its acts.
    """

    case: Case
    response: Act | None
    result_reply: Act | None
    closings: tuple[Closing, ...]
    live: tuple[tuple[datetime, datetime | None], ...]
    level: Escalation
    holder: str | None
    acts: tuple[Act, ...]
    replies: tuple[Reply, ...]
    absorbed: bool
    taken: bool = False

    @property
    def out(self) -> str | None:
        """Why it counts in no figure."""
        if self.case.merged_into is not None:
            return JOINED
        return WITHDRAWN if self.case.status is Status.WITHDRAWN else None

    @property
    def found_at(self) -> datetime:
        """When the desk could know of it: found, or opened by hand."""
        return self.case.found_at or self.case.opened_at

    @property
    def irrelevant(self) -> str | None:
        """`irrelevant` or `duplicate`, where it stands closed so."""
        return str(self.case.result) if self.case.result in _IRRELEVANT else None

    def acts_of(self, *kinds: EventKind) -> Iterator[Act]:
        return (act for act in self.acts if act.kind in kinds)

    def services(self) -> Iterator[Service | Reply]:
        """The turns that were answered, in order; a reply before anybody had asked comes as it is.

        Posts without a reply between them are one turn, replies without a post between them one answer. At
        the same moment the post comes first.
        """
        asked = list(self.case.customer_at)
        if self.case.published_at is None:
            asked.append(self.found_at)
        first, waits, place = min(asked), False, 0
        asked.sort()
        for reply in self.replies:
            while place < len(asked) and asked[place] <= reply.at:
                waits, place = True, place + 1
            if waits:
                yield Service(reply.at, reply.person)
            elif reply.at < first:
                yield reply
            waits = False

    def with_acts_of(self, others: Sequence[Story]) -> Story:
        """The same with what was done in cases that were joined to it."""
        if not others:
            return self
        told = sorted([self, *others], key=lambda story: story.case.id)
        acts = sorted((act for story in told for act in story.acts), key=attrgetter("at"))
        replies = sorted((reply for story in told for reply in story.replies), key=attrgetter("at"))
        return replace(self, acts=tuple(acts), replies=tuple(replies))


def stories(events: Iterable[ReviewEvent], as_of: datetime) -> Iterator[Story]:
    """The story of each case, from what was recorded until then; `events` come by case and step.

    Raises ValueError where a case comes twice.
    """
    seen: set[str] = set()
    for name, steps in groupby(events, key=attrgetter("case")):
        if name in seen:
            raise ValueError(f"the events of case {name} do not come together")
        seen.add(name)
        story = tell(step for step in steps if step.at <= as_of)
        if story is not None:
            yield story


def tell(events: Iterable[ReviewEvent]) -> Story | None:
    """The story of one case; None without events. A step that was told already says nothing new."""
    case: Case | None = None
    telling = _Telling()
    for event in events:
        if case is None:
            case = begun(event)
            telling.open(event, case)
        elif event.n > case.n:
            before, case = case, apply(case, event)
            telling.go_on(before, event, case)
    return telling.story(case) if case is not None else None


class _Telling:
    """What has been told so far."""

    def __init__(self) -> None:
        self.response: Act | None = None
        self.result_reply: Act | None = None
        self.closings: list[Closing] = []
        self.live: list[tuple[datetime, datetime | None]] = []
        self.level = Escalation.NORMAL
        self.holder: str | None = None
        self.acts: list[Act] = []
        self.absorbed = False

    def open(self, event: ReviewEvent, case: Case) -> None:
        self.level = case.escalation
        if case.is_live:
            self.live.append((event.at, None))

    def go_on(self, before: Case, event: ReviewEvent, case: Case) -> None:
        self._watch(before, event.at, case)
        if case.assignee is not None:
            self.holder = case.assignee
        kind = event.kind
        if kind in _ACTS:
            self.acts.append(self._act(event))
        elif kind == EventKind.RESPOND:
            self.response = self.response or self._act(event)
        elif kind == EventKind.REPLY:
            if event.data.get("carries_result"):
                self.result_reply = self.result_reply or self._act(event)
        elif kind == EventKind.ESCALATE:
            self.level = max(self.level, case.escalation, key=attrgetter("rank"))
        elif kind == EventKind.ABSORB:
            self.absorbed = True
        elif kind == EventKind.CLOSE and before.is_live:
            result = Result(event.data["result"])
            self.closings.append(Closing(event.at, event.person, result, event.data))
        elif before.status is Status.CLOSED and self.closings:
            self._look_back(event)

    def _watch(self, before: Case, at: datetime, case: Case) -> None:
        if before.is_live and not case.is_live:
            self.live[-1] = (self.live[-1][0], at)
        elif case.is_live and not before.is_live:
            self.live.append((at, None))

    def _look_back(self, event: ReviewEvent) -> None:
        """What became of the closing that the case stands by."""
        closing = self.closings[-1]
        if event.kind == EventKind.FOLLOW_UP:
            known = bool(event.data["confirmed"])
            self.closings[-1] = replace(
                closing, confirmed=closing.confirmed or known, revoked=closing.revoked or not known
            )
        elif event.kind == EventKind.REOPEN and event.at - closing.at <= REVOKED_WITHIN:
            self.closings[-1] = replace(closing, revoked=True)

    def _act(self, event: ReviewEvent) -> Act:
        at = moment(event.data, "published_at") if event.kind == EventKind.REPLY else None
        return Act(event.kind, event.case, event.n, at or event.at, event.person, self.holder, event.data)

    def story(self, case: Case) -> Story:
        return Story(
            case=case,
            response=self.response,
            result_reply=self.result_reply,
            closings=tuple(self.closings),
            live=tuple(self.live),
            level=self.level,
            holder=self.holder,
            acts=tuple(self.acts),
            replies=tuple(sorted(case.replies, key=attrgetter("at"))),
            absorbed=self.absorbed,
        )
