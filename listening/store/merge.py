"""What becomes of a record that is there already, the same in every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from listening.codec import utc
from listening.model import Hit, Metrics, Observation, Status


def merged(old: Hit, new: Hit) -> Hit:
    """The new record with what the old one keeps: when it was found, its deadline, history and status.

    One that was withdrawn and matches again, and a mention that becomes a hit, come to the desk with the new
    status; and with the new deadline if they never had one.
    """
    comes = old.status is Status.WITHDRAWN or _becomes_a_hit(old, new)
    kept_status = None if comes else old.status
    fresh_deadline = new.respond_by if comes or old.found_at is None else None
    return replace(
        new,
        found_at=old.found_at or new.found_at,
        status=kept_status or new.status,
        respond_by=old.respond_by or fresh_deadline,
        metrics_history=old.metrics_history,
    )


def _becomes_a_hit(old: Hit, new: Hit) -> bool:
    """Not what was open as a hit before, whatever it was meanwhile."""
    return old.level < new.level and old.status is Status.KEPT


def withdrawn(old: Hit) -> Hit:
    """The record, marked as matching no longer."""
    return replace(old, status=Status.WITHDRAWN)


def observed(old: Hit, at: datetime, metrics: Metrics) -> Hit:
    """The record with newer engagement; the very same one where the figures are those it has."""
    if metrics == old.post.metrics:
        return old
    history = (*old.metrics_history, Observation(at=utc(at), metrics=metrics))
    return replace(old, post=replace(old.post, metrics=metrics), metrics_history=history)
