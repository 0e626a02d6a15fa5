"""What a run leaves of the past: stretches vouched for, gaps opened, narrowed and closed. Arithmetic only.

    wanted          seen_from                    seen_until
      |-- a gap ------|-- vouched for from now on --|
                                                    … the next run reads down to here

A gap that had a cause (an error, a wall, a run that died) is tried again by the next run. One that was too
much for a run (`capped`) waits for somebody who asks for it, or it would be met again by every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.listing import NEWEST, Asked, Look
from listening.model import Coverage, Gap, RunStatus, Stretch

GOOD = (RunStatus.OK, RunStatus.EMPTY)


def asked_of(known: Coverage, *, now: datetime, days_back: float) -> Asked:
    """What the next run is to look at: down to what is known, and to the lowest gap that had a cause."""
    wanted = now - timedelta(days=days_back)
    if known.order == "activity" and NEWEST in known.marks:
        wanted = datetime.fromisoformat(known.marks[NEWEST])  # it moves only where nothing was missed
    if known.vouched:
        wanted = known.vouched[-1].end
        wanted = min([wanted, *(gap.stretch.begin for gap in known.gaps if not gap.capped)])
    return _asked(known, wanted)


def filling(known: Coverage) -> list[Asked]:
    """What has to be looked at to close each gap, the newest first."""
    return [_asked(known, gap.stretch.begin, gap.stretch.end) for gap in reversed(known.gaps)]


def _asked(known: Coverage, wanted: datetime, start: datetime | None = None) -> Asked:
    return Asked(
        query=known.query,
        wanted=wanted,
        start=start,
        marks=_marks(known, wanted, start),
        digest=known.digest,
        brands=known.brands,
    )


def _marks(known: Coverage, wanted: datetime, start: datetime | None) -> dict[str, str]:
    """A first page that has not changed is enough only where there is nothing to be looked for below it."""
    if start or not known.vouched or wanted < known.vouched[-1].end:
        return {key: value for key, value in known.marks.items() if key == NEWEST and not start}
    return dict(known.marks)


def after(known: Coverage, asked: Asked, look: Look, verdict: Trouble, *, began: datetime) -> Coverage:
    """What is known after a run that `began` then and saw this."""
    good = verdict.status in GOOD
    capped = look.facts.capped is not None and verdict.status is RunStatus.PARTIAL
    seen = _seen(look)
    vouched = merged([*known.vouched, *seen])
    missed = _missed(asked, look, seen, began) if known.order == "created" and not look.reached else []
    gaps = _gaps(known.gaps, missed, vouched, verdict, began, capped)
    return replace(
        known,
        vouched=vouched,
        gaps=tuple(_lost(gap, look.lost_before) for gap in gaps),
        marks=_moved(known, asked, look) if seen or good else known.marks,
        status=verdict.status,
        reason=verdict.reason or None,
        last_run=began,
        last_good=began if good else known.last_good,
    )


def died(known: Coverage, asked: Asked, verdict: Trouble, *, began: datetime) -> Coverage:
    """What is known after a run of which no account is left: nothing but that it was no good."""
    missed = [Stretch(asked.wanted, asked.start or began)] if _is_open(asked, known, began) else []
    gaps = _gaps(known.gaps, missed, known.vouched, verdict, began, False)
    return replace(known, gaps=gaps, status=verdict.status, reason=verdict.reason, last_run=began)


def _is_open(asked: Asked, known: Coverage, began: datetime) -> bool:
    return known.order == "created" and asked.wanted < (asked.start or began)


def _seen(look: Look) -> list[Stretch]:
    if look.seen_from is None or look.seen_until is None or look.seen_from >= look.seen_until:
        return []
    return [Stretch(look.seen_from, look.seen_until)]


def _missed(asked: Asked, look: Look, seen: Sequence[Stretch], began: datetime) -> list[Stretch]:
    end = seen[0].begin if seen else look.seen_until or asked.start or began
    return [Stretch(asked.wanted, end)] if asked.wanted < end else []


def _gaps(
    old: Sequence[Gap],
    missed: Sequence[Stretch],
    vouched: Sequence[Stretch],
    verdict: Trouble,
    now: datetime,
    capped: bool,
) -> tuple[Gap, ...]:
    """The old gaps as far as they are still open, and what was missed now, once."""
    reason = verdict.reason or "the listing ended before it came to what is known"
    left = [replace(gap, stretch=part) for gap in old for part in without([gap.stretch], vouched)]
    known = [gap.stretch for gap in left]
    fresh = [
        Gap(stretch=part, opened_at=now, status=verdict.status, reason=reason, capped=capped)
        for part in without(without(missed, vouched), known)
    ]
    met = [_met_again(gap, missed, verdict, capped) for gap in left]
    return tuple(_joined(sorted([*met, *fresh], key=lambda gap: gap.stretch)))


def _moved(known: Coverage, asked: Asked, look: Look) -> Mapping[str, str]:
    """The marks for the next run; a gap that is filled below says nothing of what is newest."""
    return known.marks if asked.start else {**known.marks, **look.marks}


def _lost(gap: Gap, before: datetime | None) -> Gap:
    """What a listing does not show any more is not looked for again by every run."""
    if before is None or gap.stretch.end > before or gap.capped:
        return gap
    return replace(gap, reason=f"{gap.reason} - the listing shows nothing so old any more", capped=True)


def _met_again(gap: Gap, missed: Sequence[Stretch], verdict: Trouble, capped: bool) -> Gap:
    """A gap that was looked for once more, in vain, has the newer cause."""
    if not any(_overlap(gap.stretch, stretch) for stretch in missed) or not verdict.reason:
        return gap
    return replace(gap, status=verdict.status, reason=verdict.reason, capped=capped)


def _joined(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Neighbours of one cause are one gap, open since the first of them was."""
    last: Gap | None = None
    for gap in gaps:
        if last is None:
            last = gap
        elif last.stretch.end == gap.stretch.begin and _cause(last) == _cause(gap):
            opened = min(last.opened_at, gap.opened_at)
            last = replace(last, stretch=Stretch(last.stretch.begin, gap.stretch.end), opened_at=opened)
        else:
            yield last
            last = gap
    if last is not None:
        yield last


def _cause(gap: Gap) -> tuple[RunStatus, str, bool]:
    return gap.status, gap.reason, gap.capped


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.begin < other.end and other.begin < one.end


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time as few stretches, sorted; those that touch become one."""
    found: list[Stretch] = []
    for stretch in sorted(stretches):
        if found and stretch.begin <= found[-1].end:
            found[-1] = Stretch(found[-1].begin, max(found[-1].end, stretch.end))
        else:
            found.append(stretch)
    return tuple(found)


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """The parts of the stretches that nothing of the other ones covers."""
    covered, left = merged(taken), []
    for stretch in stretches:
        begin = stretch.begin
        for other in covered:
            if other.end > begin and other.begin < stretch.end:
                left += [Stretch(begin, other.begin)] if begin < other.begin else []
                begin = max(begin, other.end)
        left += [Stretch(begin, stretch.end)] if begin < stretch.end else []
    return left


def within(stretches: Iterable[Stretch], window: Stretch) -> list[Stretch]:
    """The parts of the stretches that lie in the window."""
    cut = (Stretch(max(s.begin, window.begin), min(s.end, window.end)) for s in _meeting(stretches, window))
    return list(cut)


def _meeting(stretches: Iterable[Stretch], window: Stretch) -> Iterator[Stretch]:
    return (stretch for stretch in stretches if _overlap(stretch, window))


def total(stretches: Iterable[Stretch]) -> timedelta:
    """How long they are together; they must not overlap."""
    return sum((stretch.end - stretch.begin for stretch in stretches), timedelta())


def unlooked(known: Coverage, window: Stretch) -> list[Stretch]:
    """The parts of the window of which neither a run nor a gap tells anything."""
    return without([window], [*known.vouched, *(gap.stretch for gap in known.gaps)])
