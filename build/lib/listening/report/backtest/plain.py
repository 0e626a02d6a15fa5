"""The outlook as plain values, for a machine. Days are those of the zone, times are UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from listening.archive import Held
from listening.codec import time_text
from listening.report.backtest.labels import Precision
from listening.report.backtest.outlook import Outlook, QueueLoad, RuleOutlook
from listening.report.backtest.rules import Named
from listening.report.backtest.tally import Sample

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def to_plain(told: Outlook) -> dict[str, Any]:
    """Everything there is to tell, in one object."""
    return {
        "old": _named(told.old),
        "new": _named(told.new),
        "zone": told.zone,
        "since": _time(told.since),
        "source": told.source,
        "posts": told.posts,
        "first": _time(told.first),
        "last": _time(told.last),
        "outcomes": [{"outcome": o, "old": old, "new": new} for o, old, new in told.outcomes()],
        "moves": [{"old": old, "new": new, "posts": posts} for old, new, posts in told.moved()],
        "rules": [{"kind": r.key.kind, "name": r.key.name, **_rule(r)} for r in told.rules],
        "pairs": [{**_pair(r.key.name), **_rule(r)} for r in told.pairs],
        "hits_per_day": _days(told.days),
        "queues": list(map(_queue, told.queues)),
        "archived_days": told.archived_days,
        "not_queued": {"old": told.late_old, "new": told.late_new},
        "archive": {
            "posts": told.held_posts,
            "sources": list(map(_held, told.held)),
            "unread_posts": told.unread_posts,
            "unread": [{"why": each.why, "posts": each.posts} for each in told.unread],
        },
        "precision": list(map(_precision, told.precisions)),
    }


def moment(milliseconds: int) -> datetime:
    """A time of the archive's index."""
    return _BEGIN + timedelta(milliseconds=milliseconds)


def _named(rules: Named) -> dict[str, Any]:
    return {"name": rules.name, "digest": rules.ruleset.digest}


def _time(at: datetime | None) -> str | None:
    return time_text(at) if at else None


def _pair(name: str) -> dict[str, Any]:
    subject, _, scenario = name.partition("/")
    return {"subject": subject, "scenario": scenario}


def _rule(rule: RuleOutlook) -> dict[str, Any]:
    figures = {name: getattr(rule, name) for name in ("only", "old", "new", "gained", "lost", "changed")}
    samples = {change: list(map(_sample, chosen)) for change, chosen in rule.samples.items() if chosen}
    return figures | ({"samples": samples} if samples else {})


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "published_at": _time(sample.published_at),
        "source": sample.source,
        "text": sample.text,
        "marks": [list(span) for span in sample.marks],
        "old": list(sample.old),
        "new": list(sample.new),
    }


def _days(days: Sequence[tuple[date, int, int]]) -> list[dict[str, Any]]:
    return [{"day": day.isoformat(), "old": old, "new": new} for day, old, new in days]


def _queue(queue: QueueLoad) -> dict[str, Any]:
    return {"queue": queue.name, "old": queue.old, "new": queue.new, "days": _days(queue.days)}


def _held(held: Held) -> dict[str, Any]:
    times = {"first": _time(moment(held.first)), "last": _time(moment(held.last))}
    return {"source": held.source, "posts": held.posts, **times}


def _precision(each: Precision) -> dict[str, Any]:
    interval = {"precision": each.share, "low": each.low, "high": each.high}
    missing = {"no_labels_of": list(each.missing)} if each.missing else {}
    return {"rule": str(each.rule), "rules": each.side, "labels": each.labels, **interval, **missing}
