"""What a backtest counts. Tallies of parts add up to the same whole, whoever made them and in any order."""

from __future__ import annotations

import enum
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from listening.model import Outcome

BRAND, COMPETITOR, SCENARIO, PAIR = "brand", "competitor", "scenario", "pair"


class RuleKey(NamedTuple):
    """A rule, or a pair `subject/scenario`. Two rules of different kinds may have the same name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


class Side(enum.StrEnum):
    """Of which of the two rule sets a figure is."""

    OLD = "old"
    NEW = "new"


class Change(enum.StrEnum):
    """What becomes of a post for one rule. `kept`: both match it; `changed` ones are among these."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """A post to look at. Samples are those with the smallest `rank`: the same ones in every run.

    `text` is title, text and tags, one below the other, cut around the first mark; `marks` are spans in it.
    """

    rank: str
    id: str
    published_at: datetime | None = field(compare=False)
    source: str = field(compare=False)
    text: str = field(compare=False)
    marks: tuple[tuple[int, int], ...] = field(compare=False)
    old: tuple[str, ...] = field(compare=False)
    new: tuple[str, ...] = field(compare=False)


@dataclass(slots=True)
class Pool:
    """The samples of one rule and one change, at most `size` of them."""

    size: int
    samples: list[Sample] = field(default_factory=list)

    def takes(self, rank: str) -> bool:
        """Would a sample of this rank be kept?"""
        return self.size > 0 and (len(self.samples) < self.size or rank < self.samples[-1].rank)

    def add(self, sample: Sample) -> None:
        if self.takes(sample.rank):
            insort(self.samples, sample)
            del self.samples[self.size :]


class Unread(NamedTuple):
    """A batch of the archive that could not be read, and how many posts are missing because of it."""

    why: str
    posts: int


@dataclass(slots=True)
class Tally:
    """The figures of some batches. `rules` are by (rule, old, new, or a change)."""

    moves: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    rules: Counter[tuple[RuleKey, str]] = field(default_factory=Counter)
    days: Counter[tuple[date, Side]] = field(default_factory=Counter)
    queued: Counter[tuple[str, date, Side]] = field(default_factory=Counter)
    late: Counter[Side] = field(default_factory=Counter)
    archived_on: set[date] = field(default_factory=set)
    pools: dict[tuple[RuleKey, Change], Pool] = field(default_factory=dict)
    labelled: dict[tuple[RuleKey, str], Change] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def posts(self) -> int:
        return self.moves.total()

    def stretch(self, moment: datetime | None) -> None:
        """A post, or none, of this time was read."""
        if moment is not None:
            self.first = min(self.first or moment, moment)
            self.last = max(self.last or moment, moment)

    def pool(self, key: RuleKey, change: Change, size: int) -> Pool:
        found = self.pools.get((key, change))
        if found is None:
            found = self.pools[key, change] = Pool(size)
        return found

    def add(self, other: Tally) -> None:
        """Take in the figures of other batches."""
        self.moves.update(other.moves)
        self.rules.update(other.rules)
        self.days.update(other.days)
        self.queued.update(other.queued)
        self.late.update(other.late)
        self.archived_on |= other.archived_on
        for (key, change), pool in other.pools.items():
            mine = self.pool(key, change, pool.size)
            for sample in pool.samples:
                mine.add(sample)
        self.labelled |= other.labelled
        self.unread += other.unread
        self.stretch(other.first)
        self.stretch(other.last)
