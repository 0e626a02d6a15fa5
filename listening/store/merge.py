"""What becomes of a record that is there already, the same in every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from listening.codec import utc
from listening.model import Hit, Metrics, Observation, Status


def merged(old: Hit, new: Hit) -> Hit:
    """The new record with what the old one keeps: when it was found, its deadline, history and status.

    One that was withdrawn and matches again goes back to the desk with the new status; and with the new
    deadline if it never had one. A mention was never on the desk: when it becomes a hit, it is found then.
    A hit that is only a mention now leaves the desk, and keeps its times in case it comes back.
    """
    returns = old.status is Status.WITHDRAWN
    rises = old.level < new.level and old.respond_by is None
    kept_status = old.status if not returns and old.level == new.level else None
    fresh_deadline = new.respond_by if returns or rises or old.found_at is None else None
    return replace(
        new,
        found_at=new.found_at if rises else old.found_at or new.found_at,
        status=kept_status or new.status,
        respond_by=old.respond_by or fresh_deadline,
        metrics_history=old.metrics_history,
    )


def withdrawn(old: Hit) -> Hit:
    """The record, marked as matching no longer."""
    return replace(old, status=Status.WITHDRAWN)


def observed(old: Hit, at: datetime, metrics: Metrics) -> Hit:
    """The record with newer engagement; the very same one where the figures are those it has.

    Or where this very observation was made before: a write whose answer was lost is done again.
    """
    seen = Observation(at=utc(at), metrics=metrics)
    if metrics == old.post.metrics or seen in old.metrics_history:
        return old
    return replace(old, post=replace(old.post, metrics=metrics), metrics_history=(*old.metrics_history, seen))


def watching(at: datetime, metrics: Metrics) -> Callable[[Hit], Hit]:
    """`observed` with these figures, for whoever changes records one by one."""
    return lambda hit: observed(hit, at, metrics)
