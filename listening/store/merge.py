"""What becomes of a record that is there already, the same in every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from listening.codec import utc
from listening.model import Hit, Metrics, Observation, Status
from listening.store.ports import Standing


def merged(old: Hit, new: Hit) -> Hit:
    """The new record with what the old one keeps: when it was found, its deadline, history and status.

    One that was withdrawn and matches again goes back to the desk with the new status; and with the new
    deadline if it never had one. Mentions and context were never on the desk: when one becomes a hit, it is
    found then.
    A hit that is only a mention now leaves the desk, and keeps its times in case it comes back.

    Where the desk has spoken (`step`) its word stays; but not on a hidden record that comes back, nor on a
    hit that is only a mention now: these are the new one's until the desk says it again. The case it gave
    stays even then.
    """
    returns = old.status is Status.WITHDRAWN
    was_off_desk = old.respond_by is None or old.status is Status.CONTEXT
    rises = old.level < new.level and was_off_desk
    spoken = old.step is not None
    falls = old.level == 2 > new.level
    stays = (spoken and not _is_hidden(old) and not falls) or (not returns and old.level == new.level)
    desk = spoken and stays
    fresh_deadline = new.respond_by if returns or rises or old.found_at is None else None
    return replace(
        new,
        found_at=new.found_at if rises else old.found_at or new.found_at,
        status=old.status if stays and old.status else new.status,
        respond_by=old.respond_by if desk else old.respond_by or fresh_deadline,
        case=old.case if spoken else new.case or old.case,
        thread=new.thread or old.thread,
        contact=new.contact or old.contact,
        assignee=old.assignee if desk else new.assignee,
        step=old.step if desk else new.step,
        metrics_history=old.metrics_history,
    )


def stood(old: Hit, standing: Standing) -> Hit:
    """The record with the desk's word; the very same one where it has a later one of the same case.

    Steps are those of one case: a record that goes to another case takes what that one says. A hidden record
    stays hidden: whatever comes of the case, it matches no better for it.
    """
    if old.case == standing.case and old.step is not None and old.step > standing.step:
        return old
    return replace(
        old,
        case=standing.case,
        status=old.status if _is_hidden(old) else standing.status,
        step=standing.step,
        assignee=standing.assignee,
        respond_by=utc(standing.respond_by) if standing.respond_by else None,
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


def standing_as(standing: Standing) -> Callable[[Hit], Hit]:
    """`stood` with this word of the desk, likewise."""
    return lambda hit: stood(hit, standing)


def _is_hidden(hit: Hit) -> bool:
    return hit.status is not None and hit.status.is_hidden
