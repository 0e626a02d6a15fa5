"""Which event may follow which: one table, and the few questions that go beyond it.

Drawn in docs/review.md, which is tested against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listening.errors import TransitionRefused
from listening.model import LIVE, SYSTEM, Case, EventKind, Result, Status

_OPEN, _CLAIMED, _RESPONDED = Status.OPEN, Status.CLAIMED, Status.RESPONDED
_ENDED = frozenset({Status.CLOSED, Status.ABANDONED, Status.WITHDRAWN})
_ALL = LIVE | _ENDED
_IN_HANDS = frozenset({_CLAIMED, _RESPONDED})


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states an event may come, and which one it leads to (None: it stays).

    `by_holder`: only whoever holds the case may, and the system, and who leads the desk.
    """

    from_: frozenset[Status]
    to: Status | None = None
    by_holder: bool = False


TRANSITIONS: Mapping[EventKind, Rule] = {
    EventKind.POST: Rule(_ALL),
    EventKind.CHANGED: Rule(_ALL),
    EventKind.DELETED: Rule(_ALL),
    EventKind.WITHDRAWN: Rule(_ALL),
    EventKind.CLAIM: Rule(LIVE, _CLAIMED),
    EventKind.RELEASE: Rule(_IN_HANDS, _OPEN, by_holder=True),
    EventKind.ASSIGN: Rule(LIVE, _CLAIMED, by_holder=True),
    EventKind.SNOOZE: Rule(LIVE, _OPEN, by_holder=True),
    EventKind.TRANSFER: Rule(LIVE, _OPEN, by_holder=True),
    EventKind.RETURN: Rule(LIVE, _OPEN, by_holder=True),
    EventKind.RESPOND: Rule(_IN_HANDS, _RESPONDED, by_holder=True),
    EventKind.CLASSIFY: Rule(_IN_HANDS | {Status.CLOSED}, by_holder=True),
    EventKind.NOTE: Rule(_ALL),
    EventKind.REPLY: Rule(frozenset({_RESPONDED}), by_holder=True),
    EventKind.TICKET: Rule(frozenset({_RESPONDED}), by_holder=True),
    EventKind.RECEIPT: Rule(LIVE),
    EventKind.ESCALATE: Rule(LIVE),
    EventKind.CLOSE: Rule(LIVE, Status.CLOSED, by_holder=True),
    EventKind.FOLLOW_UP: Rule(frozenset({Status.CLOSED})),
    EventKind.REOPEN: Rule(_ENDED, _OPEN),
    EventKind.ABANDON: Rule(LIVE, Status.ABANDONED),
    EventKind.VERDICT: Rule(_ALL),
    EventKind.CONVERT: Rule(_ALL),
    EventKind.INVITE: Rule(_ALL),
    EventKind.SATISFACTION: Rule(_ALL),
    EventKind.CHECK: Rule(_ALL),
    EventKind.SCORE: Rule(_ALL),
    EventKind.JOIN: Rule(_ALL, Status.MERGED),
    EventKind.ABSORB: Rule(_ALL),
    EventKind.SPLIT: Rule(_ALL),
    EventKind.DEADLINE: Rule(LIVE),
    EventKind.WARN: Rule(LIVE),
    EventKind.BREACH: Rule(LIVE),
    EventKind.ERASE: Rule(_ALL | {Status.MERGED}),
}
"""Everything but `open` and `join`, with which alone a case may begin."""

_FOR_NOBODYS = frozenset({EventKind.CLASSIFY, EventKind.ASSIGN})
"""Steps of a holder that anybody may take while nobody holds the case."""

NEEDS_NO_WORK = frozenset({Result.IRRELEVANT, Result.DUPLICATE})
"""A case may end so without a category, and before anybody has opened it."""


def check(
    case: Case, kind: EventKind, person: str, at: datetime, data: Mapping[str, Any], *, leads: bool = False
) -> None:
    """May this happen to the case now? Raises `TransitionRefused`. `leads`: the person leads the desk."""
    if case.merged_into is not None and kind is not EventKind.ERASE:
        raise _refused(case, kind, f"was joined to {case.merged_into}", f"work on {case.merged_into}")
    rule = TRANSITIONS[kind]
    if person == SYSTEM and kind in (EventKind.REPLY, EventKind.CLOSE):
        return  # what stands on the platform is so, whoever holds the case
    if case.status not in rule.from_:
        allowed = ", ".join(sorted(rule.from_))
        raise _refused(case, kind, f"is {case.status}", f"this is for cases that are {allowed}")
    if rule.by_holder and person not in (SYSTEM, case.assignee) and not leads:
        _check_holder(case, kind, at, data)
    _check_more(case, kind, person, at, data)


def _check_holder(case: Case, kind: EventKind, at: datetime, data: Mapping[str, Any]) -> None:
    if held := _holder(case, at):
        raise _refused(case, kind, f"is in the hands of {held}", "let them do it or release it")
    unopened = kind is EventKind.CLOSE and Result(data["result"]) in NEEDS_NO_WORK
    if kind not in _FOR_NOBODYS and not unopened:
        raise _refused(case, kind, "is in nobody's hands", "claim it first")


def _check_more(case: Case, kind: EventKind, person: str, at: datetime, data: Mapping[str, Any]) -> None:
    match kind:
        case EventKind.CLAIM if (held := _holder(case, at)) and held != person:
            raise _refused(case, kind, f"is in the hands of {held}", "take another one")
        case EventKind.CLAIM if case.snoozed_until and at < case.snoozed_until and case.assignee != person:
            raise _refused(case, kind, "sleeps", "take another one, or assign it")
        case EventKind.RECEIPT if not any(each.id == data["ticket"] for each in case.tickets):
            known = ", ".join(each.id for each in case.tickets) or "none"
            raise _refused(case, kind, f"has no ticket {data['ticket']}", f"its tickets: {known}")
        case EventKind.RETURN if case.came_from is None:
            raise _refused(case, kind, "came from no other queue", "transfer it by the queue's name")
        case EventKind.CLOSE:
            _check_close(case, Result(data["result"]))
        case EventKind.CHECK | EventKind.SCORE if person == case.assignee:
            raise _refused(case, kind, "is your own work", "let somebody else look at it")


def _check_close(case: Case, result: Result) -> None:
    kind = EventKind.CLOSE
    if result in NEEDS_NO_WORK:
        return
    if case.responded_at is None:
        raise _refused(case, kind, "was not opened by anybody", "respond first")
    if not case.category:
        raise _refused(case, kind, "has no category", "classify it first")
    received = [each.received_at for each in case.tickets if each.received_at]
    told = [each.at for each in case.replies if each.carries_result]
    if received and result is not Result.NO_NEED and (not told or max(told) < max(received)):
        what = "has a receipt whose result the customer was not told"
        raise _refused(case, kind, what, "reply with the result first, or close it as no_need")


def _holder(case: Case, at: datetime) -> str | None:
    """Who has it at a moment; nobody where the claim has run out."""
    if case.assignee is None or (case.held_until is not None and case.held_until <= at):
        return None
    return case.assignee


def _refused(case: Case, kind: EventKind, what: str, cure: str) -> TransitionRefused:
    return TransitionRefused(case.id, f"{kind} is not possible, it {what}", cure)
