"""Events to the case they make: pure, in the order of their steps, the same on every machine.

    case = fold(events)             from the first event on
    case = apply(case, event)       one further

Times are those the events carry. What cannot follow (a log that was written by hand, or by a newer program)
is not judged here: it takes effect as far as it says something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from listening.model import (
    LIVE,
    Case,
    Escalation,
    EventKind,
    ListeningClass,
    Priority,
    Reach,
    Reply,
    Result,
    ReviewEvent,
    Status,
    Ticket,
)
from listening.review.transitions import TRANSITIONS

_Change = Callable[[Case, ReviewEvent], dict[str, Any]]
_NAMES = tuple(field.name for field in fields(Case))
_BY_SYSTEM = frozenset(
    {EventKind.OPEN, EventKind.DEADLINE, EventKind.WARN, EventKind.BREACH, EventKind.ERASE}
)
"""Kinds after which a case is as untouched as before."""


def fold(events: Iterable[ReviewEvent]) -> Case | None:
    """The case after all of them; None without any. Quicker than `apply` again and again."""
    draft: Any = None
    for event in events:
        if draft is None:
            first = begun(event)
            draft = SimpleNamespace(**{name: getattr(first, name) for name in _NAMES})
        else:
            vars(draft).update(_change(draft, event))
    return Case(**vars(draft)) if draft is not None else None


def begun(event: ReviewEvent) -> Case:
    """The case after its first event."""
    data = event.data
    case = Case(id=event.case, n=event.n, status=Status.OPEN, opened_at=event.at, last_at=event.at)
    if event.kind == EventKind.JOIN:
        return replace(case, status=Status.MERGED, merged_into=data["into"])
    return replace(
        case,
        published_at=moment(data, "published_at"),
        found_at=moment(data, "found_at"),
        queue=data.get("queue"),
        priority=Priority(data.get("priority", Priority.NORMAL)),
        reach=Reach(data.get("reach", Reach.INDIRECT)),
        listening_class=ListeningClass(data.get("class", ListeningClass.KEYWORD)),
        brands=_texts(data, "brands"),
        competitors=_texts(data, "competitors"),
        scenarios=_texts(data, "scenarios"),
        platform=data.get("platform"),
        source=data.get("source"),
        contact=data.get("contact"),
        hours=data.get("hours"),
        respond_by=moment(data, "respond_by"),
        resolve_by=moment(data, "resolve_by"),
        assumed=tuple(data.get("assumed", ())),
        escalation=Escalation(data.get("escalation", Escalation.NORMAL)),
        customer_at=tuple(filter(None, [moment(data, "published_at")])),
        again=data.get("again"),
        opportunity=bool(data.get("opportunity")),
        versions=_version(case, event),
        touched=data.get("why") == "by_hand",
    )


def apply(case: Case, event: ReviewEvent) -> Case:
    """The case after one further event. A kind that is not known changes nothing else."""
    return replace(case, **_change(case, event))


def _change(case: Case, event: ReviewEvent) -> dict[str, Any]:
    """What of the case is another after the event. Of the case only its fields are asked."""
    kind = EventKind(event.kind) if event.kind in _KINDS else None
    changed: dict[str, Any] = {"n": event.n, "last_at": max(case.last_at or event.at, event.at)}
    if kind is not None:
        if kind in TRANSITIONS and (to := TRANSITIONS[kind].to) is not None:
            changed["status"] = to
        if event.person != "system" and kind not in _BY_SYSTEM:
            changed["touched"] = True
        changed |= _CHANGES.get(kind, _nothing)(case, event)
    return changed


def moment(data: Mapping[str, Any], key: str) -> datetime | None:
    """A time that stands in an event's data as text."""
    text = data.get(key)
    return datetime.fromisoformat(text) if text else None


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(data.get(key) or ())


def _nothing(_case: Case, _event: ReviewEvent) -> dict[str, Any]:
    return {}


def _limits(case: Case, event: ReviewEvent) -> dict[str, Any]:
    """New deadlines, where the event says any; null takes one away."""
    names = [name for name in ("respond_by", "resolve_by") if name in event.data]
    changed: dict[str, Any] = {name: moment(event.data, name) for name in names}
    if "hours" in event.data:
        changed["hours"] = event.data["hours"]
    if "assumed" in event.data:
        changed["assumed"] = tuple(event.data["assumed"])
    if "resolve_by" in names:
        changed["paused"] = None
    if "paused" in event.data:
        changed["paused"] = moment(event.data, "paused")
    if names:
        changed["warned"] = tuple(each for each in case.warned if f"{each}_by" not in names)
    return changed


def _version(case: Case, event: ReviewEvent) -> tuple[str, ...]:
    """What of which post this event speaks of."""
    version = event.data.get("version")
    return tuple(dict.fromkeys((*case.versions, version))) if version else case.versions


def _post(case: Case, event: ReviewEvent) -> dict[str, Any]:
    """The customer has written again: whoever waited for it waits no more. Others may only repeat it."""
    if event.data.get("repost"):
        return {"versions": _version(case, event), "news": (*case.news, "repost")}
    scenarios = dict.fromkeys((*case.scenarios, *_texts(event.data, "scenarios")))
    published = moment(event.data, "published_at") or event.at
    return {
        "customer_at": tuple(sorted((*case.customer_at, published))),
        "scenarios": tuple(scenarios),
        "brands": tuple(dict.fromkeys((*case.brands, *_texts(event.data, "brands")))),
        "competitors": tuple(dict.fromkeys((*case.competitors, *_texts(event.data, "competitors")))),
        "opportunity": case.opportunity or bool(event.data.get("opportunity")),
        "news": (*case.news, "post"),
        "asked_at": None,
        "snoozed_until": None,
        "versions": _version(case, event),
        **_limits(case, event),
    }


def _changed(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"news": (*case.news, "changed"), "versions": _version(case, event)}


def _deleted(case: Case, event: ReviewEvent) -> dict[str, Any]:
    gone = (*case.gone, str(event.data["post"]))
    return {"news": (*case.news, "deleted"), "gone": gone, "versions": _version(case, event)}


def _withdrawn(case: Case, event: ReviewEvent) -> dict[str, Any]:
    """The rules want it no more. Out of the queue, unless a person has touched it or other posts hold it."""
    whole = bool(event.data.get("whole", True)) and not case.touched and case.status in LIVE
    return {"news": (*case.news, "withdrawn"), **({"status": Status.WITHDRAWN} if whole else {})}


def _claim(_case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"assignee": event.person, "held_until": moment(event.data, "until"), "snoozed_until": None}


def _assign(_case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"assignee": event.data["to"], "held_until": None, "snoozed_until": None}


def _let_go(_case: Case, _event: ReviewEvent) -> dict[str, Any]:
    return {"assignee": None, "held_until": None}


def _snooze(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {**_let_go(case, event), "snoozed_until": moment(event.data, "until")}


def _transfer(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {
        **_let_go(case, event),
        "queue": event.data["queue"],
        "came_from": case.queue,
        **_limits(case, event),
    }


def _respond(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"responded_at": case.responded_at or event.at, "news": (), **_extended(case, event)}


def _extended(case: Case, event: ReviewEvent) -> dict[str, Any]:
    """Whoever works on a claimed case keeps it: its claim runs anew from here."""
    until = moment(event.data, "until")
    return {"held_until": until} if until and case.held_until and event.person == case.assignee else {}


def _classify(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"category": tuple(event.data["category"]), **_extended(case, event)}


def _reply(case: Case, event: ReviewEvent) -> dict[str, Any]:
    data = event.data
    reply = Reply(
        at=moment(data, "published_at") or event.at,
        person=event.person,
        seen=bool(data.get("seen")),
        asks=bool(data.get("asks")),
        carries_result=bool(data.get("carries_result")),
    )
    replies = _verified(case.replies, reply) if reply.seen else (*case.replies, reply)
    changed = {"replies": replies, **_extended(case, event), **_limits(case, event)}
    if reply.asks:
        aside = case.paused if case.asked_at else case.resolve_by
        changed |= {"asked_at": case.asked_at or event.at, "resolve_by": None, "paused": aside}
    elif "resolve_by" in data:
        changed["asked_at"] = None
    return changed


VERIFIES_WITHIN = timedelta(days=1)
"""An answer that is seen is the one that was entered by hand at most so long before or after it."""


def _verified(replies: tuple[Reply, ...], seen: Reply) -> tuple[Reply, ...]:
    """An answer found on the platform is the first entered one that still lacks it, or one of its own."""
    for place, each in enumerate(replies):
        if not each.seen and abs(each.at - seen.at) <= VERIFIES_WITHIN:
            found = replace(each, at=seen.at, seen=True)
            return (*replies[:place], found, *replies[place + 1 :])
    return (*replies, seen)


def _ticket(case: Case, event: ReviewEvent) -> dict[str, Any]:
    ticket = Ticket(system=event.data["system"], id=event.data["ticket"], at=event.at)
    return {"tickets": (*case.tickets, ticket), **_extended(case, event)}


def _receipt(case: Case, event: ReviewEvent) -> dict[str, Any]:
    number, result = event.data["ticket"], event.data.get("result")
    tickets = (
        replace(each, received_at=event.at, result=result) if each.id == number else each
        for each in case.tickets
    )
    return {"tickets": tuple(tickets), "news": (*case.news, "receipt"), **_extended(case, event)}


def _escalate(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"escalation": Escalation(event.data["level"]), **_limits(case, event)}


def _close(_case: Case, event: ReviewEvent) -> dict[str, Any]:
    closed = {"result": Result(event.data["result"]), "closed_at": event.at, "confirmed": None}
    return {**closed, "held_until": None, "snoozed_until": None, "asked_at": None, "news": ()}


def _follow_up(case: Case, event: ReviewEvent) -> dict[str, Any]:
    if event.data["confirmed"]:
        return {"confirmed": True}
    return {**_reopen(case, event), "status": Status.OPEN, "confirmed": False}


def _reopen(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {
        **_let_go(case, event),
        "result": None,
        "closed_at": None,
        "reopened": case.reopened + 1,
        **_limits(case, event),
    }


def _abandon(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {**_let_go(case, event), "closed_at": event.at, "snoozed_until": None}


def _satisfaction(_case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"satisfied": bool(event.data["satisfied"])}


def _join(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {**_let_go(case, event), "merged_into": event.data["into"]}


def _absorb(case: Case, event: ReviewEvent) -> dict[str, Any]:
    posts = (datetime.fromisoformat(each) for each in event.data.get("customer_at", ()))
    return {
        "customer_at": tuple(sorted((*case.customer_at, *posts))),
        "scenarios": tuple(dict.fromkeys((*case.scenarios, *_texts(event.data, "scenarios")))),
        "news": (*case.news, "joined"),
    }


def _split(case: Case, event: ReviewEvent) -> dict[str, Any]:
    return {"parted": (*case.parted, (str(event.data["post"]), str(event.data["to"])))}


def _mark(name: str) -> _Change:
    def changed(case: Case, event: ReviewEvent) -> dict[str, Any]:
        return {name: (*getattr(case, name), str(event.data["target"]))}

    return changed


def _erase(_case: Case, _event: ReviewEvent) -> dict[str, Any]:
    return {"contact": None, "thread": None, "posts": (), "erased": True}


_KINDS = frozenset(map(str, EventKind))
_CHANGES: Mapping[EventKind, _Change] = {
    EventKind.POST: _post,
    EventKind.CHANGED: _changed,
    EventKind.DELETED: _deleted,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.CLAIM: _claim,
    EventKind.RELEASE: _let_go,
    EventKind.ASSIGN: _assign,
    EventKind.SNOOZE: _snooze,
    EventKind.TRANSFER: _transfer,
    EventKind.RETURN: _transfer,
    EventKind.RESPOND: _respond,
    EventKind.CLASSIFY: _classify,
    EventKind.NOTE: _extended,
    EventKind.REPLY: _reply,
    EventKind.TICKET: _ticket,
    EventKind.RECEIPT: _receipt,
    EventKind.ESCALATE: _escalate,
    EventKind.CLOSE: _close,
    EventKind.FOLLOW_UP: _follow_up,
    EventKind.REOPEN: _reopen,
    EventKind.ABANDON: _abandon,
    EventKind.SATISFACTION: _satisfaction,
    EventKind.JOIN: _join,
    EventKind.ABSORB: _absorb,
    EventKind.SPLIT: _split,
    EventKind.DEADLINE: _limits,
    EventKind.WARN: _mark("warned"),
    EventKind.BREACH: _mark("breached"),
    EventKind.ERASE: _erase,
}
