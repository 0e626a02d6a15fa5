"""Queues, categories, escalations and the settings of the desk as plain values, and back.

What the rules do not say does not stand in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from listening.calendar.hours import hours_text, read_windows
from listening.model import Escalation
from listening.rules.document.expressions import terms_from, terms_to
from listening.rules.ruleset import DEFAULT_CATEGORIES, DeskSettings, EscalationRule, Queue, RuleSet


def desk_to(ruleset: RuleSet) -> dict[str, Any]:
    """The keys of the document that are for the desk, as far as the rules say any."""
    queues = [_queue_to(queue) for queue in ruleset.queues]
    categories = list(map(list, ruleset.categories)) if ruleset.categories != DEFAULT_CATEGORIES else []
    escalations = [_escalation_to(rule) for rule in ruleset.escalations]
    usual = asdict(DeskSettings())
    settings = {key: seconds(value) for key, value in asdict(ruleset.desk).items() if value != usual[key]}
    said = {"queues": queues, "categories": categories, "escalations": escalations, "desk": settings}
    return {key: value for key, value in said.items() if value}


def desk_from(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule set is made of, beside what matches."""
    settings = {key: timedelta(seconds=value) for key, value in document.get("desk", {}).items()}
    return {
        "queues": tuple(map(_queue_from, document.get("queues", ()))),
        "categories": tuple(map(tuple, document.get("categories", ()))) or DEFAULT_CATEGORIES,
        "escalations": tuple(map(_escalation_from, document.get("escalations", ()))),
        "desk": DeskSettings(**settings),
    }


def _queue_to(queue: Queue) -> dict[str, Any]:
    return {
        "name": queue.name,
        "hours": queue.hours,
        "respond_within": seconds(queue.respond_within),
        "resolve_within": seconds(queue.resolve_within),
        "warn_before": seconds(queue.warn_before),
        "note": queue.note,
    }


def _queue_from(record: Mapping[str, Any]) -> Queue:
    return Queue(
        name=record["name"],
        hours=hours_text(read_windows(record["hours"])),
        respond_within=duration(record["respond_within"]),
        resolve_within=duration(record["resolve_within"]),
        warn_before=duration(record["warn_before"]),
        note=record["note"],
    )


def _escalation_to(rule: EscalationRule) -> dict[str, Any]:
    return {
        "level": str(rule.level),
        "any": terms_to(rule.any),
        "followers": rule.followers,
        "to": rule.to,
        "respond_within": seconds(rule.respond_within),
        "resolve_within": seconds(rule.resolve_within),
    }


def _escalation_from(record: Mapping[str, Any]) -> EscalationRule:
    return EscalationRule(
        level=Escalation(record["level"]),
        any=terms_from(record["any"]),
        followers=record["followers"],
        to=record["to"],
        respond_within=duration(record["respond_within"]),
        resolve_within=duration(record["resolve_within"]),
    )


def seconds(length: timedelta | None) -> int | None:
    return int(length.total_seconds()) if length is not None else None


def duration(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None
