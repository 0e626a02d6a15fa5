"""What a step says of time: how long things took, and what is due when. Written once, when it happens.

Working time hangs on a calendar that is known better next year than today; so it is not computed again
from the log, but stands in it. A figure that is replayed comes to the same digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from listening.codec import time_text
from listening.model import Case, Escalation, EventKind, Result, ReviewEvent
from listening.review.levels import ServiceLevels
from listening.rules.ruleset import DeskSettings

_KEEPS_CLAIM = frozenset(
    {
        EventKind.RESPOND,
        EventKind.CLASSIFY,
        EventKind.NOTE,
        EventKind.REPLY,
        EventKind.TICKET,
        EventKind.RECEIPT,
    }
)
_TAKES = frozenset({EventKind.CLAIM, EventKind.ASSIGN})
_GIVES_BACK = frozenset(
    {EventKind.RELEASE, EventKind.SNOOZE, EventKind.TRANSFER, EventKind.RETURN, EventKind.CLOSE}
)


def milliseconds(span: timedelta) -> int:
    """A duration as it stands in events."""
    return span // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is about to be taken."""

    case: Case
    events: Sequence[ReviewEvent]
    at: datetime
    data: Mapping[str, Any]


class Timing:
    """Completes the data of steps by the service levels and the settings of the desk."""

    def __init__(self, levels: ServiceLevels, settings: DeskSettings) -> None:
        self._levels = levels
        self._settings = settings

    def completed(
        self,
        case: Case,
        events: Sequence[ReviewEvent],
        kind: EventKind,
        person: str,
        at: datetime,
        data: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The data with all that it has to say of time; what it says already stays."""
        said: dict[str, Any] = {}
        if kind is EventKind.CLAIM or (kind in _KEEPS_CLAIM and case.held_until and person == case.assignee):
            said["until"] = time_text(at + self._settings.claim_for)
        completes: Mapping[EventKind, Callable[[Step], dict[str, Any]]] = {
            EventKind.POST: self._post,
            EventKind.RESPOND: self._respond,
            EventKind.REPLY: self._reply,
            EventKind.RECEIPT: self._receipt,
            EventKind.CLOSE: self._close,
            EventKind.REOPEN: self._reopen,
            EventKind.FOLLOW_UP: self._follow_up,
            EventKind.ESCALATE: self._escalate,
            EventKind.TRANSFER: self._transfer,
            EventKind.RETURN: self._transfer,
        }
        if kind in completes:
            said |= completes[kind](Step(case, events, at, data))
        return said | dict(data)

    def _both(self, case: Case, begin: datetime, end: datetime, prefix: str = "") -> dict[str, int]:
        """On the wall and by the queue's hours. What is entered late may lie before its beginning: then 0."""
        natural = max(end - begin, timedelta(0))
        return {
            f"{prefix}natural_ms": milliseconds(natural),
            f"{prefix}working_ms": milliseconds(self._levels.working(case.hours, begin, end)),
        }

    def _respond(self, step: Step) -> dict[str, Any]:
        """Only the first time a person opens the case."""
        case, at = step.case, step.at
        if case.responded_at is not None:
            return {}
        said: dict[str, Any] = self._both(case, case.found_at or case.opened_at, at)
        if case.published_at and case.found_at:
            said["detection_ms"] = milliseconds(max(case.found_at - case.published_at, timedelta(0)))
        if case.published_at:
            said |= self._both(case, case.published_at, at, "customer_")
        return said | _in_time(case.respond_by, at)

    def _reply(self, step: Step) -> dict[str, Any]:
        case, data = step.case, step.data
        at = _published(data) or step.at
        said: dict[str, Any] = {}
        is_first = not any(each.carries_result for each in case.replies)
        if data.get("carries_result") and is_first and case.responded_at:
            said = self._both(case, case.responded_at, at, "cycle_")
        return said if data.get("asks") else said | self._resumed(case, step.at)

    def _post(self, step: Step) -> dict[str, Any]:
        return self._resumed(step.case, step.at)

    def _resumed(self, case: Case, at: datetime) -> dict[str, Any]:
        """The deadline that was set aside while the customer was asked, later by as long as that took."""
        if case.paused is None or case.asked_at is None:
            return {}
        return self._due(case, at, self._levels.extend(case.hours, case.paused, case.asked_at, at))

    def _due(self, case: Case, begin: datetime, due: datetime) -> dict[str, Any]:
        """A new deadline of the end, and the years on the way to it that nobody knows yet."""
        assumed = sorted({*case.assumed, *self._levels.assumed(case.hours, begin, due)})
        return {"resolve_by": time_text(due)} | ({"assumed": assumed} if assumed else {})

    def _receipt(self, step: Step) -> dict[str, Any]:
        ticket = next((each for each in step.case.tickets if each.id == step.data["ticket"]), None)
        return self._both(step.case, ticket.at, step.at) if ticket else {}

    def _close(self, step: Step) -> dict[str, Any]:
        case, at = step.case, step.at
        said: dict[str, Any] = self._both(case, case.found_at or case.opened_at, at)
        said["handling_ms"] = milliseconds(in_hands(step.events, at))
        if step.data["result"] == Result.RESOLVED:
            said["first_contact"] = _at_first_contact(case)
        due = case.resolve_by or (case.paused if case.asked_at else None)
        return said | _in_time(due, at)

    def _reopen(self, step: Step) -> dict[str, Any]:
        """As long to end it as it had the first time."""
        first = step.events[0].data.get("resolve_within_ms")
        said: dict[str, Any] = {}
        if step.case.closed_at:
            said["since_ms"] = milliseconds(step.at - step.case.closed_at)
        if first is not None:
            due = self._levels.add(step.case.hours, step.at, timedelta(milliseconds=first))
            said |= self._due(step.case, step.at, due)
        return said

    def _follow_up(self, step: Step) -> dict[str, Any]:
        return {} if step.data["confirmed"] else self._reopen(step)

    def _escalate(self, step: Step) -> dict[str, Any]:
        """A level may have targets of its own, which only ever bring a deadline forward."""
        case = step.case
        target = self._levels.escalated(case, Escalation(step.data["level"]), step.at)
        said: dict[str, Any] = {}
        if target.respond_by != case.respond_by and case.responded_at is None:
            said["respond_by"] = _text(target.respond_by)
        if target.resolve_by != case.resolve_by and case.asked_at is None:
            said["resolve_by"] = _text(target.resolve_by)
        return said | ({"assumed": list(target.assumed)} if said and target.assumed else {})

    def _transfer(self, step: Step) -> dict[str, Any]:
        """The new queue's targets, counted from where the case was found; what is answered stays answered."""
        case = step.case
        queue = step.data.get("queue") or case.came_from
        target = self._levels.moved(case, queue)
        return {
            "queue": queue,
            "hours": target.hours,
            "assumed": list(target.assumed),
            "respond_by": _text(target.respond_by),
            "resolve_by" if case.asked_at is None else "paused": _text(target.resolve_by),
        }


def in_hands(events: Sequence[ReviewEvent], end: datetime) -> timedelta:
    """How long the case was in somebody's hands until then; a claim that ran out counts until it did."""
    total, since, until = timedelta(0), None, None
    for event in events:
        if since is not None and until is not None and event.at > until and event.kind in _TAKES:
            total, since = total + (until - since), None
        if event.kind in _TAKES:
            since = event.at if since is None else since
        if event.kind in _GIVES_BACK and since is not None:
            total, since = total + (_earlier(event.at, until) - since), None
        if since is not None and ("until" in event.data or event.kind == EventKind.ASSIGN):
            until = datetime.fromisoformat(event.data["until"]) if "until" in event.data else None
    return total + (_earlier(end, until) - since) if since is not None else total


def _earlier(moment: datetime, until: datetime | None) -> datetime:
    return moment if until is None else min(moment, until)


def _in_time(due: datetime | None, at: datetime) -> dict[str, bool]:
    """Nothing, where nobody promised anything."""
    return {} if due is None else {"in_time": at <= due}


def _at_first_contact(case: Case) -> bool:
    """One answer (however many posts it took), no other system, no return."""
    turns = 0
    spoke = "customer"
    for _, who in sorted(
        [*((at, "customer") for at in case.customer_at), *((r.at, "us") for r in case.replies)]
    ):
        turns += who == "us" and spoke != "us"
        spoke = who
    return turns <= 1 and not case.tickets and not case.reopened


def _text(moment: datetime | None) -> str | None:
    return time_text(moment) if moment else None


def _published(data: Mapping[str, Any]) -> datetime | None:
    text = data.get("published_at")
    return datetime.fromisoformat(text) if text else None
