"""The desk's clock within the service: warns of, marks and gives up what time does to cases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from listening.errors import StoreError
from listening.review.desk import Desk

EVERY = 60.0
"""Seconds between two looks at deadlines."""
SWEEP_EVERY = 60
"""Every how many looks all live cases are gone through."""

_SAID = {
    "warn": "come near their deadline",
    "breach": "have missed it",
    "abandon": "were given up without an answer",
    "unreachable": "were closed, as the customer did not answer",
    "deadline": "are due at another time, as a year's holidays became known",
}


def tell_done(done: Mapping[str, int]) -> str:
    """`3 cases come near their deadline, 1 have missed it`; nothing where nothing happened."""
    return "; ".join(f"{done[kind]:,} cases {said}" for kind, said in _SAID.items() if done.get(kind))


@contextmanager
def desk_clock(desk: Callable[[], Desk], tell: Callable[[str], None], every: float = EVERY) -> Iterator[None]:
    """While the block runs. `desk` gives the one under the rules of now; what the store being away hinders
    is made up for when it is back.
    """
    end = threading.Event()
    thread = threading.Thread(target=_tick, args=(desk, tell, end, every), name="desk clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _tick(desk: Callable[[], Desk], tell: Callable[[str], None], end: threading.Event, every: float) -> None:
    looks = 0
    while not end.wait(every if looks else 0):
        with suppress(StoreError):
            ticker = desk().ticker
            done = Counter(ticker.tick())
            if looks % SWEEP_EVERY == 0:
                done.update(ticker.sweep())
            if said := tell_done(done):
                tell(said)
        looks += 1
