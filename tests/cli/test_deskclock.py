"""The desk's clock within the service: it looks at once, goes on when the store is back, and ends in time."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from listening.cli.deskclock import desk_clock, tell_done
from listening.errors import StoreError

DEADLINE = 60.0


@dataclass(slots=True)
class Ticker:
    """A ticker that is asked, and may find the store away."""

    warns: list[int]
    looks: int = 0
    sweeps: int = 0
    seen: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def tick(self) -> Counter[str]:
        self.looks += 1
        self.seen.release()
        if not self.warns:
            return Counter()
        number = self.warns.pop(0)
        if number < 0:
            raise StoreError("store", "is away", "wait")
        return Counter(warn=number) if number else Counter()

    def sweep(self) -> Counter[str]:
        self.sweeps += 1
        return Counter(abandon=1)


class Desk:
    def __init__(self, ticker: Ticker) -> None:
        self.ticker: Any = ticker


def test_it_looks_at_once_and_again_and_tells_what_happened() -> None:
    ticker, told = Ticker([2, 0, -1, 3]), list[str]()
    with desk_clock(lambda: Desk(ticker), told.append, every=0.001):  # type: ignore[arg-type, return-value]
        for _ in range(6):
            assert ticker.seen.acquire(timeout=DEADLINE)
    assert told == [
        "2 cases come near their deadline; 1 cases were given up without an answer",
        "3 cases come near their deadline",
    ]
    assert ticker.sweeps == 1
    assert "desk clock" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_told_where_nothing_happened() -> None:
    assert tell_done(Counter()) == ""
    assert tell_done(Counter(breach=1_200)) == "1,200 cases have missed it"
