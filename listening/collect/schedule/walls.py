"""What a clock on the wall shows, as moments: most times come once, some twice, some never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_MINUTE = timedelta(minutes=1)


def moments(wall: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """When the clocks of a zone show this time (without a zone, to the minute), in UTC.

    Two moments where clocks are put back over it. One that is left out when clocks are put forward stands
    for the moment behind the gap: what is due once a day must not fail to come.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return (first,) if first == second else (first, second)
    before = second.astimezone(zone).utcoffset()
    while second.astimezone(zone).utcoffset() == before:
        second += _MINUTE
    return (second,)
