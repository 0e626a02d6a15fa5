"""The index of a store held against its records, and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from listening.store.ports import Flaw, Store

_AT_ONCE = 50_000
"""Flaws held in memory and mended together."""


def mend(store: Store, tell: Callable[[Flaw], None]) -> tuple[int, int]:
    """Mend until nothing is found, or nothing gets better: the flaws found, and those that are left."""
    found, before = 0, list[Flaw]()
    while flaws := list(islice(store.check(), _AT_ONCE)):
        for flaw in _new(flaws, before):
            found += 1
            tell(flaw)
        if flaws == before:
            break
        store.mend(flaws)
        before = flaws
    return found, len(flaws)


def _new(flaws: list[Flaw], before: list[Flaw]) -> Iterator[Flaw]:
    known = frozenset(before)
    return (flaw for flaw in flaws if flaw not in known)
