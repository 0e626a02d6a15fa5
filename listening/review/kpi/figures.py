"""Events to figures: every case's story is read once, and what it adds goes to its periods and groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from listening.model import ReviewEvent
from listening.review.kpi.asked import Asked, Dimension
from listening.review.kpi.definition import Definition, Item, Method, Number, Read
from listening.review.kpi.definitions import DEFINITIONS
from listening.review.kpi.joining import joined
from listening.review.kpi.story import Story, stories
from listening.store.ports import Progress

_TOLD_EVERY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """For how much of the time asked for the sources can vouch, from 0 to 1: for all of it, for any of it."""

    begin: datetime
    end: datetime
    sources: tuple[str, ...]
    unable: tuple[str, ...]
    all_share: float
    any_share: float
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number: of one period and group, or of all that was asked for (`total`).

    `period` is its first day; `group` a value of the dimension, None for what has none. `value` is exact: a
    rate is numerator / denominator, None where the denominator is 0; a percentile is in milliseconds, None
    without any value. `left_out` counts what is in neither, by reason. `cases` are the ids behind the
    denominator (of a count: behind the number), `above` those of them that are in the numerator, in
    alphabetical order.
    """

    definition: Definition
    total: bool
    period: date | None
    group: str | None
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    left_out: Mapping[str, int]
    cases: tuple[str, ...]
    above: tuple[str, ...]
    coverage: Seen | None = None


def figures(
    events: Iterable[ReviewEvent],
    asked: Asked,
    definitions: Sequence[Definition] = DEFINITIONS,
    *,
    coverage: Seen | None = None,
    progress: Progress = lambda _what, _n: None,
) -> list[Figure]:
    """The figures in the order of their definitions; of each the periods and groups in order, the total last.

    `events` come by case and step, in any order of cases. A period is shown although nothing is in it, a
    group only where something is.
    """
    tallies = _Tallies(asked, definitions)
    for n, story in enumerate(joined(stories(events, asked.as_of)), 1):
        tallies.add(story)
        if n % _TOLD_EVERY == 0:
            progress("cases", n)
    return [figure for each in definitions for figure in tallies.figures(each, coverage)]


class _Place(NamedTuple):
    """Where an item is added up: a span's number, a value of the dimension; in the total both."""

    span: int = -1
    group: str | None = None


_TOTAL = _Place()


@dataclass(slots=True)
class _Sums:
    """What was added up in one place."""

    numerator: Number = 0
    denominator: Number = 0
    values: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)

    def add(self, case: str, item: Item, *, keep: bool) -> None:
        """`keep`: every single value is needed."""
        self.cases.append(case)
        self.denominator += item.below
        if keep:
            self.values.append(int(item.above))
        elif item.above:
            self.numerator += item.above
            self.above.append(case)


@dataclass(frozen=True, slots=True)
class _Tally:
    """One way of reading stories, and what came of it. Figures that are read alike are added up once."""

    definition: Definition
    keep: bool
    sums: defaultdict[_Place, _Sums] = field(default_factory=lambda: defaultdict(_Sums))


class _Tallies:
    """Adds up stories."""

    def __init__(self, asked: Asked, definitions: Sequence[Definition]) -> None:
        self._asked = asked
        self._last = asked.begun - 1
        self._tallies: dict[Read, _Tally] = {}
        for each in definitions:
            self._tallies.setdefault(each.read, _Tally(each, each.method.percentile is not None))

    def add(self, story: Story) -> None:
        places, asked, case, out = self._finder(story), self._asked, story.case, story.out
        acts_out = out if case.merged_into is None else None
        for read, tally in self._tallies.items():
            definition = tally.definition
            if definition.acts and story.taken:
                continue
            overruled = acts_out if definition.acts else out
            for item in read(story, asked):
                why = overruled or item.out
                for place in places(item, definition.snapshot):
                    if why is None:
                        tally.sums[place].add(case.id, item, keep=tally.keep)
                    else:
                        tally.sums[place].left_out[why] += 1

    def _finder(self, story: Story) -> Callable[[Item, bool], Sequence[_Place]]:
        """Finds the places of an item of this story. Most items of a case have one time and one person."""
        groups = _groups(story, self._asked.dimension)
        known: dict[tuple[datetime, str | None, bool], tuple[_Place, ...]] = {}

        def places(item: Item, snapshot: bool) -> Sequence[_Place]:
            key = (item.at, item.person, snapshot)
            if key not in known:
                known[key] = tuple(self._places(item, groups, snapshot=snapshot))
            return known[key]

        return places

    def _places(self, item: Item, groups: Sequence[str | None], *, snapshot: bool) -> Iterator[_Place]:
        """None outside of the window; of a snapshot only the last one is in the total."""
        asked = self._asked
        span = asked.window.place(item.at)
        if span is None:
            return
        whole = not snapshot or span == self._last
        if whole:
            yield _TOTAL
        if asked.dimension is Dimension.PERSON:
            groups = (item.person,)
        if asked.period is not None:
            yield from (_Place(span, group) for group in groups)
        elif asked.dimension is not None and whole:
            yield from (_Place(0, group) for group in groups)

    def figures(self, definition: Definition, coverage: Seen | None) -> Iterator[Figure]:
        found = self._tallies[definition.read].sums
        shown = [place for place in found if place != _TOTAL]
        if self._asked.period is not None and self._asked.dimension is None:
            shown = [_Place(span) for span in range(self._asked.begun)]
        for place in (*sorted(shown, key=_order), _TOTAL):
            yield self._figure(definition, place, found.get(place, _Sums()), coverage)

    def _figure(self, definition: Definition, place: _Place, sums: _Sums, coverage: Seen | None) -> Figure:
        parted = self._asked.period is not None and place != _TOTAL
        value, numerator, denominator = _result(definition.method, sums)
        counted = definition.method is Method.COUNT
        return Figure(
            definition=definition,
            total=place == _TOTAL,
            period=self._asked.window.spans[place.span].name if parted else None,
            group=place.group,
            value=value,
            numerator=numerator,
            denominator=denominator,
            left_out=dict(sorted(sums.left_out.items())),
            cases=tuple(sorted(set(sums.above if counted else sums.cases))),
            above=() if definition.method.percentile else tuple(sorted(set(sums.above))),
            coverage=coverage,
        )


def nearest_rank(values: Iterable[int], percent: int) -> int | None:
    """The value at rank ceil(percent/100 x n) of the sorted ones; None without any."""
    ordered = sorted(values)
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def _result(method: Method, sums: _Sums) -> tuple[Number | None, Number | None, Number | None]:
    """Value, numerator and denominator."""
    if method.percentile is not None:
        return nearest_rank(sums.values, method.percentile), None, len(sums.values)
    if method is Method.COUNT:
        return sums.numerator, sums.numerator, None
    if method is Method.PART:
        return sums.numerator, sums.numerator, sums.denominator
    value = Fraction(sums.numerator) / Fraction(sums.denominator) if sums.denominator else None
    return value, sums.numerator, sums.denominator


def _groups(story: Story, dimension: Dimension | None) -> Sequence[str | None]:
    """What a case stands under, as it is at `as_of`; a person depends on what is counted."""
    case = story.case
    match dimension:
        case Dimension.QUEUE:
            return (case.queue,)
        case Dimension.BRAND:
            return tuple(dict.fromkeys(case.brands or case.competitors)) or (None,)
        case Dimension.SCENARIO:
            return tuple(dict.fromkeys(case.scenarios)) or (None,)
        case Dimension.CATEGORY:
            return ("/".join(case.category) if case.category else None,)
    return (None,)


def _order(place: _Place) -> tuple[int, bool, str]:
    """Periods as they follow each other, groups by name, what has none last."""
    return place.span, place.group is None, place.group or ""
