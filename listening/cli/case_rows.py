"""Cases as rows: of a table on the terminal, of JSON for a machine, or as the one line a step ends with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from listening.cli.output import excerpt, table, write_line
from listening.codec import to_json
from listening.model import Case, Escalation, Hit
from listening.review.aloud import span, when
from listening.review.showing import Sight, case_facts, record_facts
from listening.store.ports import HitStore

_NEWS = {"post": "new post", "receipt": "receipt came", "joined": "case joined"}
_MOST = 2
"""Scenarios that a row of the table names."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case, and the first of its records that is still kept, as whoever asks may see it."""

    case: Case
    hit: Hit | None


def rows_of(cases: Iterable[Case], store: HitStore, sight: Sight) -> list[CaseRow]:
    """One record a case is read."""
    return [CaseRow(case, sight.hit(hit) if (hit := _first(case, store)) else None) for case in cases]


def _first(case: Case, store: HitStore) -> Hit | None:
    return next((hit for post in case.posts if (hit := store.get(post)) is not None), None)


def case_table(rows: Sequence[CaseRow], zone: str, now: datetime) -> None:
    """For reading; the whole is in `listening case show`."""
    headers = [
        "case",
        "priority",
        "escalation",
        "queue",
        "in hands",
        "due",
        "news",
        "platform",
        "about",
        "text",
    ]
    table(headers, (_cells(row, zone, now) for row in rows))


def _cells(row: CaseRow, zone: str, now: datetime) -> tuple[str, ...]:
    case = row.case
    return (
        case.id,
        case.priority,
        "" if case.escalation is Escalation.NORMAL else case.escalation,
        case.queue or "",
        hands(case, zone, now),
        due(case, now),
        news(case),
        case.platform or "",
        _about(case),
        excerpt(row.hit) if row.hit else "",
    )


def case_lines(rows: Iterable[CaseRow], now: datetime) -> None:
    """For a machine: `id` is that of the record, `case` that of the case."""
    for row in rows:
        write_line(to_json((record_facts(row.hit) if row.hit else {}) | desk_facts(row.case, now)))


def desk_facts(case: Case, now: datetime) -> dict[str, Any]:
    """Where a case stands, with all that the desk goes by."""
    facts = {
        "priority": case.priority,
        "escalation": case.escalation,
        "held_until": case.held_until,
        "snoozed_until": case.snoozed_until,
        "respond_by": case.respond_by,
        "resolve_by": case.resolve_by,
        "target": case.target if case.deadline else None,
        "late": is_late(case, now) if case.deadline and case.is_live else None,
        "news": list(case.news),
        "platform": case.platform,
        "source": case.source,
        "brands": list(case.brands),
        "competitors": list(case.competitors),
        "posts": len(case.posts),
        "merged_into": case.merged_into,
    }
    return case_facts(case) | {name: value for name, value in facts.items() if value not in (None, [])}


def standing(case: Case, zone: str, now: datetime) -> str:
    """`k3v7q2mxw4ab: responded in 技术支持, in the hands of 李娜 until 20:45, resolve in 2 h`."""
    if case.merged_into is not None:
        return f"{case.id}: joined to {case.merged_into}"
    result = f" as {case.result.replace('_', ' ')}" if case.result else ""
    queue = f" in {case.queue}" if case.queue else ""
    holder = holder_of(case, now)
    held = hands(case, zone, now)
    parts = (f"in the hands of {held}" if holder else held, due(case, now)) if case.is_live else ()
    return ", ".join(filter(None, (f"{case.id}: {case.status}{result}{queue}", *parts)))


def holder_of(case: Case, now: datetime) -> str | None:
    """Who has it; nobody where the claim has run out, or the case is done with."""
    if not case.is_live or (case.held_until is not None and case.held_until <= now):
        return None
    return case.assignee


def hands(case: Case, zone: str, now: datetime) -> str:
    """Who has it and how long, or until when it sleeps."""
    if (holder := holder_of(case, now)) is not None:
        until = f" until {_clock(case.held_until, zone, now)}" if case.held_until else ""
        return f"{holder}{until}"
    if case.is_live and case.snoozed_until is not None and case.snoozed_until > now:
        return f"sleeps until {_clock(case.snoozed_until, zone, now)}"
    return ""


def due(case: Case, now: datetime) -> str:
    """What has to be done next, and how long there is for it."""
    if not case.is_live:
        return ""
    if case.asked_at is not None and case.deadline is None:
        return f"the customer is asked since {span(now - case.asked_at)}"
    if case.deadline is None:
        return ""
    left = case.deadline - now
    return f"{case.target} {span(-left)} late" if is_late(case, now) else f"{case.target} in {span(left)}"


def is_late(case: Case, now: datetime) -> bool:
    return case.deadline is not None and case.deadline < now


def news(case: Case) -> str:
    """What nobody has looked at yet, each once."""
    return ", ".join(_NEWS.get(each, each) for each in dict.fromkeys(case.news))


def _about(case: Case) -> str:
    """Brand and scenario."""
    pairs = case.scenarios or (*case.brands, *case.competitors)
    more = f" +{len(pairs) - _MOST}" if len(pairs) > _MOST else ""
    return "、".join(pairs[:_MOST]) + more


def _clock(moment: datetime, zone: str, now: datetime) -> str:
    """Without the day where it is today."""
    told, today = when(moment, ZoneInfo(zone)), when(now, ZoneInfo(zone))[:10]
    return told.removeprefix(f"{today} ")
