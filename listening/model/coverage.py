"""Coverage: the time a query of a source can vouch for, and the gaps of which nobody knows anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from listening.model.run import RunStatus

ListingOrder = Literal["created", "activity", "rank"]
"""What a listing is sorted by. Only `created` can vouch for everything."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A stretch of time, `end` not included. Never empty: `begin < end`."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch that was looked for and not seen, since when that is known, and why.

    `capped`: there was more than a run may read. Such a gap waits for `crawl --fill-gaps`; all others are
    tried again by the next run.
    """

    stretch: Stretch
    opened_at: datetime
    status: RunStatus
    reason: str
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is known of one query of a source. `query` is "" where the source is one listing.

    `digest` tells what was asked (address, tag …): what was vouched for another one counts no more. `brands`
    are the subjects whose words or accounts the query carries; none means that it carries all. `vouched` and
    `gaps` are sorted and do not overlap. `marks` is what the spider begins with the next time: the newest
    time seen, the validators of the first page. `status` and `reason` are those of the last run.
    """

    query: str = ""
    digest: str = ""
    order: ListingOrder = "created"
    brands: tuple[str, ...] = ()
    vouched: tuple[Stretch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    status: RunStatus | None = None
    reason: str | None = None
    last_run: datetime | None = None
    last_good: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How often a source has something new: when it last had, and the longest silence that ended on a day.

    `silences` is by day (UTC, ISO), in seconds.
    """

    last_new: datetime | None = None
    silences: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a source: of each query, of its pulse, and whether it wants to be left alone.

    `refusals` is how many runs in a row were turned away or broke; `not_before` is until when it is left in
    peace for it.
    """

    queries: tuple[Coverage, ...] = ()
    pulse: Pulse = Pulse()
    refusals: int = 0
    not_before: datetime | None = None
