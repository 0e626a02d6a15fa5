"""A tally as it is told: rules in their order, samples, days, queues. Tables, JSON and page say this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import inf

from listening.archive import Held
from listening.model import Outcome
from listening.report.backtest.compare import Asked
from listening.report.backtest.labels import Precision
from listening.report.backtest.rules import Named
from listening.report.backtest.tally import (
    BRAND,
    COMPETITOR,
    PAIR,
    SCENARIO,
    Change,
    RuleKey,
    Sample,
    Side,
    Tally,
    Unread,
)
from listening.rules import RuleSet
from listening.rules.ruleset import Side as Owner

SHOWN = (Change.GAINED, Change.LOST, Change.CHANGED)
_SOURCES = 20
_STEPS = 60
"""So many bars at most: longer stretches are told by week, month or year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutlook:
    """One rule, or a pair of subject and scenario. `only`: it stands in one of the two rule sets alone."""

    key: RuleKey
    only: Side | None
    old: int
    new: int
    gained: int
    lost: int
    changed: int
    samples: Mapping[Change, Sequence[Sample]] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        return bool(self.gained or self.lost or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLoad:
    """Hits that would have been queued when they came in, and the most on one day."""

    name: str
    old: int
    new: int
    most_old: int
    most_new: int
    days: Sequence[tuple[date, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What changing the rules would do to the posts of the archive."""

    old: Named
    new: Named
    zone: str
    since: datetime | None
    source: str | None
    posts: int
    first: datetime | None
    last: datetime | None
    moves: Sequence[tuple[Outcome, Outcome, int]]
    rules: Sequence[RuleOutlook]
    pairs: Sequence[RuleOutlook]
    days: Sequence[tuple[date, int, int]]
    queues: Sequence[QueueLoad]
    archived_days: int
    queue_max_age: timedelta
    late_old: int
    late_new: int
    held: Sequence[Held]
    unread: Sequence[Unread]
    precisions: Sequence[Precision] = ()

    def outcomes(self) -> list[tuple[Outcome, int, int]]:
        """Posts by outcome, old and new."""
        before: Counter[Outcome] = Counter()
        after: Counter[Outcome] = Counter()
        for old, new, posts in self.moves:
            before[old] += posts
            after[new] += posts
        return [(each, before[each], after[each]) for each in Outcome if before[each] or after[each]]

    def moved(self) -> list[tuple[Outcome, Outcome, int]]:
        """Posts whose outcome is another one."""
        return [(old, new, posts) for old, new, posts in self.moves if old is not new]

    @property
    def held_posts(self) -> int:
        """Posts that the archive's index has of this time."""
        return sum(each.posts for each in self.held)

    def sources(self) -> tuple[list[Held], list[Held]]:
        """The sources with the most posts, and those that are only summed up."""
        ordered = sorted(self.held, key=lambda held: (-held.posts, held.source))
        return ordered[:_SOURCES], ordered[_SOURCES:]

    @property
    def unread_posts(self) -> int:
        return sum(each.posts for each in self.unread)


def outlook(
    tally: Tally,
    old: Named,
    new: Named,
    asked: Asked,
    *,
    held: Sequence[Held],
    since: datetime | None = None,
    source: str | None = None,
    precisions: Sequence[Precision] = (),
) -> Outlook:
    """The outlook of a tally; `held` is what the archive has of the posts since then and of this source."""
    keys = {side: set(rule_keys(each.ruleset)) for side, each in ((Side.OLD, old), (Side.NEW, new))}
    every = all_keys(old.ruleset, new.ruleset)
    return Outlook(
        old=old,
        new=new,
        zone=asked.zone,
        since=since,
        source=source,
        posts=tally.posts,
        first=tally.first,
        last=tally.last,
        moves=[(o, n, tally.moves[o, n]) for o in Outcome for n in Outcome if tally.moves[o, n]],
        rules=[_rule(key, tally, _only(key, keys), asked.samples) for key in every],
        pairs=[_rule(key, tally, None, 0) for key in _pairs(tally, every)],
        days=_in_order(tally.days, lambda day: day),
        queues=[_queue(name, tally) for name in sorted({name for name, _, _ in tally.queued})],
        archived_days=len(tally.archived_on),
        queue_max_age=asked.queue_max_age,
        late_old=tally.late[Side.OLD],
        late_new=tally.late[Side.NEW],
        held=held,
        unread=tally.unread,
        precisions=precisions,
    )


def rule_keys(ruleset: RuleSet) -> list[RuleKey]:
    """Brands, competitors and scenarios in the order of the files."""
    brands = [RuleKey(BRAND, s.name) for s in ruleset.subjects if s.side is Owner.BRAND]
    others = [RuleKey(COMPETITOR, s.name) for s in ruleset.subjects if s.side is Owner.COMPETITOR]
    return [*brands, *others, *(RuleKey(SCENARIO, s.name) for s in ruleset.scenarios)]


def all_keys(old: RuleSet, new: RuleSet) -> list[RuleKey]:
    """The rules of the new set in their order, then those that only the old one has."""
    return list(dict.fromkeys([*rule_keys(new), *rule_keys(old)]))


def _only(key: RuleKey, keys: Mapping[Side, set[RuleKey]]) -> Side | None:
    sides = [side for side in Side if key in keys[side]]
    return sides[0] if len(sides) == 1 else None


def _rule(key: RuleKey, tally: Tally, only: Side | None, samples: int) -> RuleOutlook:
    pools = {change: tally.pools.get((key, change)) for change in SHOWN}
    return RuleOutlook(
        key=key,
        only=only,
        old=tally.rules[key, Side.OLD],
        new=tally.rules[key, Side.NEW],
        gained=tally.rules[key, Change.GAINED],
        lost=tally.rules[key, Change.LOST],
        changed=tally.rules[key, Change.CHANGED],
        samples={change: pool.samples[:samples] for change, pool in pools.items() if pool},
    )


def _pairs(tally: Tally, rules: Sequence[RuleKey]) -> list[RuleKey]:
    """Pairs that occurred, by scenario and then by subject, both in the order of the rules."""
    order = {key.name: n for n, key in enumerate(rules) if key.kind == SCENARIO}
    subjects = {key.name: n for n, key in enumerate(rules) if key.kind != SCENARIO}
    found = {key for key, _ in tally.rules if key.kind == PAIR}

    def place(key: RuleKey) -> tuple[int, int]:
        subject, _, scenario = key.name.partition("/")
        return order[scenario], subjects[subject]

    return sorted(found, key=place)


def _queue(name: str, tally: Tally) -> QueueLoad:
    days = {(day, side): n for (queue, day, side), n in tally.queued.items() if queue == name}
    rows = _in_order(days, lambda day: day)
    return QueueLoad(
        name=name,
        old=sum(old for _, old, _ in rows),
        new=sum(new for _, _, new in rows),
        most_old=max(old for _, old, _ in rows),
        most_new=max(new for _, _, new in rows),
        days=rows,
    )


def steps(days: Sequence[tuple[date, int, int]]) -> tuple[str, list[tuple[str, int, int]]]:
    """The days, or the weeks (by their Monday), months or years where there would be too many rows."""
    if not days:
        return "day", []
    span = (days[-1][0] - days[0][0]).days + 1
    name, begin = next((name, begin) for name, length, begin in _LENGTHS if span <= _STEPS * length)
    counted = {(day, side): n for day, old, new in days for side, n in ((Side.OLD, old), (Side.NEW, new))}
    cut = _WRITTEN.get(name)
    return name, [(day.isoformat()[:cut], old, new) for day, old, new in _in_order(counted, begin)]


_Begin = Callable[[date], date]
_LENGTHS: tuple[tuple[str, float, _Begin], ...] = (
    ("day", 1, lambda day: day),
    ("week", 7, lambda day: day - timedelta(days=day.weekday())),
    ("month", 30, lambda day: day.replace(day=1)),
    ("year", inf, lambda day: day.replace(month=1, day=1)),
)
_WRITTEN = {"month": len("2026-11"), "year": len("2026")}


def _in_order(counted: Mapping[tuple[date, Side], int], begin: _Begin) -> list[tuple[date, int, int]]:
    sums: dict[date, list[int]] = {}
    for (day, side), posts in counted.items():
        sums.setdefault(begin(day), [0, 0])[side is Side.NEW] += posts
    return [(day, old, new) for day, (old, new) in sorted(sums.items())]
