"""Coverage as it is told: of each query in a window of time, and of each brand over all that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from listening.collect.coverage.knowledge import all_known
from listening.collect.coverage.pulse import unusual
from listening.collect.coverage.stretches import merged, total, unlooked, within, without
from listening.model import Coverage, Gap, Known, RunStatus, Stretch
from listening.store.ports import Documents

CURES: Mapping[RunStatus, str] = {
    RunStatus.PARTIAL: "raise max_pages or crawl more often; then: listening crawl SOURCE --fill-gaps",
    RunStatus.BLOCKED: "respect it; import what other tools export",
    RunStatus.LOGIN: "renew your own cookie or token in the environment",
    RunStatus.RATE_LIMITED: "crawl less often, raise delay",
    RunStatus.LAYOUT: "the site has changed; the spider must learn its new shape",
    RunStatus.FAILED: "look at the reason; the next run tries again",
}
"""What to do about a source, by how its last run ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """One query of a source in a window of time. `share` is of the window, 0 to 1; None: it never can.

    The window is parted without rest into `vouched`, `gaps` (whose reasons are known) and `unlooked`.
    """

    source: str
    query: str
    brands: tuple[str, ...]
    order: str
    share: float | None
    vouched: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    unlooked: tuple[Stretch, ...]
    status: RunStatus | None
    reason: str | None
    last_run: datetime | None
    last_good: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandVouched:
    """A brand in a window of time: how much of it all that carries its words was seen, and how much any was.

    `unable` are the sources that can vouch for nothing, sorted by activity or rank as they are.
    """

    brand: str
    sources: tuple[str, ...]
    unable: tuple[str, ...]
    all_share: float
    any_share: float


def vouched(source: str, known: Known, window: Stretch) -> Iterator[Vouched]:
    """The queries of a source, the least seen first; one that was never crawled has none."""
    told = [_told(source, each, window) for each in known.queries]
    yield from sorted(told, key=lambda each: (-1.0 if each.share is None else each.share, each.query))


def never_crawled(source: str, window: Stretch) -> Vouched:
    """A configured source of which nothing is known yet."""
    return _told(source, Coverage(), window)


def vouched_by_all(
    documents: Documents, configured: Iterable[str], window: Stretch, names: Sequence[str] = ()
) -> list[Vouched]:
    """Every configured source, and those of before that are still remembered; only the named ones, if any."""
    known = dict(all_known(documents))
    told: list[Vouched] = []
    for name in dict.fromkeys([*configured, *known]):
        if names and name not in names:
            continue
        queries = known[name].queries if name in known else ()
        told += vouched(name, known[name], window) if queries else [never_crawled(name, window)]
    return told


def by_brand(told: Sequence[Vouched], brands: Iterable[str], window: Stretch) -> list[BrandVouched]:
    """For each brand what carries it: its own queries, and the listings that carry everything."""
    carrying = {brand: [each for each in told if not each.brands or brand in each.brands] for brand in brands}
    return [together(brand, those, window) for brand, those in carrying.items()]


def doubt(known: Known, now: datetime) -> str | None:
    """What is strange about a source whose runs are well; None where nothing is."""
    return unusual(known.pulse, now)


def _told(source: str, known: Coverage, window: Stretch) -> Vouched:
    seen = within(known.vouched, window)
    able = known.order == "created"
    gaps = tuple(
        Gap(
            stretch=part,
            opened_at=gap.opened_at,
            status=gap.status,
            reason=gap.reason,
            capped=gap.capped,
        )
        for gap in known.gaps
        for part in within([gap.stretch], window)
    )
    return Vouched(
        source=source,
        query=known.query,
        brands=known.brands,
        order=known.order,
        share=_share(seen, window) if able else None,
        vouched=tuple(seen),
        gaps=gaps,
        unlooked=tuple(unlooked(known, window)) if able else (),
        status=known.status,
        reason=known.reason,
        last_run=known.last_run,
        last_good=known.last_good,
    )


def together(brand: str, carrying: Sequence[Vouched], window: Stretch) -> BrandVouched:
    """All of these as one: for a brand, or ("") for whatever is counted."""
    able = [each for each in carrying if each.share is not None]
    both: tuple[Stretch, ...] = (window,) if able else ()
    in_all = reduce(_common, (each.vouched for each in able), both)
    in_any = merged(stretch for each in able for stretch in each.vouched)
    return BrandVouched(
        brand=brand,
        sources=tuple(dict.fromkeys(each.source for each in able)),
        unable=tuple(dict.fromkeys(each.source for each in carrying if each.share is None)),
        all_share=_share(in_all, window),
        any_share=_share(in_any, window),
    )


def _common(one: Sequence[Stretch], other: Sequence[Stretch]) -> tuple[Stretch, ...]:
    return tuple(without(one, without(one, other)))


def _share(stretches: Iterable[Stretch], window: Stretch) -> float:
    return total(stretches) / (window.end - window.begin)
