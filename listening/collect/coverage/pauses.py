"""How long a source is left in peace after a run that was turned away: longer each time, across runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from listening.model import RunStatus

_FIRST = {
    RunStatus.RATE_LIMITED: timedelta(minutes=10),
    RunStatus.BLOCKED: timedelta(minutes=30),
    RunStatus.LOGIN: timedelta(minutes=30),
    RunStatus.LAYOUT: timedelta(minutes=30),
    RunStatus.FAILED: timedelta(minutes=1),
}
_LONGEST = {RunStatus.FAILED: timedelta(hours=1)}
_LONGEST_OF_ALL = timedelta(hours=12)


def pause(status: RunStatus | None, refusals: int) -> timedelta:
    """How long after the `refusals`-th such run in a row (from 1); none where the run was well received.

    It doubles: somebody who says no is asked less and less often, one whose server is down soon again.
    """
    first = _FIRST.get(status) if status else None
    if first is None:
        return timedelta()
    longest = _LONGEST.get(status, _LONGEST_OF_ALL) if status else _LONGEST_OF_ALL
    factor: int = 2 ** min(refusals - 1, 16)
    return min(first * factor, longest)


def is_refusal(status: RunStatus | None) -> bool:
    return status in _FIRST


def left_in_peace_until(status: RunStatus | None, refusals: int, now: datetime) -> datetime | None:
    """Nobody asks before; None where anybody may at once."""
    wait = pause(status, refusals)
    return now + wait if wait else None
