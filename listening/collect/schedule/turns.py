"""Whose turn it is: sources that are due wait in line until a worker is free and nobody is at their hosts."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime

from listening.collect.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Turn:
    """A source that is due; `arrived` settles between two of the same moment.

    `taken`: no other machine will crawl it for this turn.
    """

    due: datetime
    arrived: int
    source: Source = field(compare=False)
    hosts: frozenset[str] = field(compare=False)
    taken: bool = field(default=False, compare=False)


class Turns:
    """First due, first served, one at a time per source and per host. For one thread at a time."""

    def __init__(self) -> None:
        self._waiting: list[Turn] = []
        self._working: dict[str, Turn] = {}
        self._left_out: Counter[str] = Counter()
        self._arrived = 0

    @property
    def working(self) -> list[str]:
        """The sources that are being crawled."""
        return list(self._working)

    def come(self, source: Source, hosts: frozenset[str], due: datetime) -> int:
        """A source is due. Where it still waits or is at work, the turn is left out: how many were so far."""
        name = source.name
        if name in self._working or any(each.source.name == name for each in self._waiting):
            self._left_out[name] += 1
            return self._left_out[name]
        self._arrived += 1
        insort(self._waiting, Turn(due=due, arrived=self._arrived, source=source, hosts=hosts))
        return 0

    def take(self) -> Turn | None:
        """The first one that disturbs nobody. Who waits for a host is not overtaken by others on it."""
        busy = {host for turn in self._working.values() for host in turn.hosts}
        for n, turn in enumerate(self._waiting):
            if not turn.hosts & busy:
                del self._waiting[n]
                self._working[turn.source.name] = turn
                return turn
            busy |= turn.hosts
        return None

    def end(self, turn: Turn) -> int:
        """It is done; how many turns were left out meanwhile."""
        del self._working[turn.source.name]
        return self._left_out.pop(turn.source.name, 0)

    def put_back(self, turn: Turn) -> None:
        """It could not be done; it keeps its place in the line, and is nobody else's any more."""
        del self._working[turn.source.name]
        insort(self._waiting, replace(turn, taken=True))

    def keep(self, names: Container[str]) -> None:
        """All others need not wait any longer."""
        self._waiting = [turn for turn in self._waiting if turn.source.name in names]
