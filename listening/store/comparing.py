"""Do two stores hold the same? Both are read once, side by side, and nothing but sums is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from listening.codec import canonical
from listening.store.contents import documents, events, place, records
from listening.store.ports import Progress, Store

SHOWN = 10
"""So many differences are kept to be told one by one."""


class Difference(NamedTuple):
    """Something of one side that is missing, or is another, on the other side."""

    kind: str
    name: str
    what: str


class Side(NamedTuple):
    """What one store holds, and the sha256 over the canonical lines of all of it."""

    records: int
    events: int
    documents: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two stores; they hold the same where there are no differences. Only the `first` ones are kept."""

    left: Side
    right: Side
    differences: int
    first: tuple[Difference, ...]


class _Item(NamedTuple):
    """`key` is what orders it, `line` all that it says."""

    key: tuple[Any, ...]
    name: str
    line: bytes


@dataclass(slots=True)
class _Sum:
    """One side, item by item."""

    counts: Counter[str] = field(default_factory=Counter)
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, kind: str, item: _Item) -> None:
        self.counts[kind] += 1
        self.hash.update(item.line + b"\n")

    def side(self) -> Side:
        return Side(
            records=self.counts["record"],
            events=self.counts["event"],
            documents=self.counts["document"],
            sha256=self.hash.hexdigest(),
        )


def compare(left: Store, right: Store, progress: Progress) -> Comparison:
    """Read both to their ends."""
    sums, count, first = (_Sum(), _Sum()), 0, []
    for kind in _KINDS:
        for one, other in _pairs(kind, left, right):
            for total, item in zip(sums, (one, other), strict=True):
                if item is not None:
                    total.add(kind, item)
            if what := _told(one, other):
                count += 1
                first += [Difference(kind, (one or other or _NOTHING).name, what)] if count <= SHOWN else []
            progress(f"{kind}s compared", max(total.counts[kind] for total in sums))
    return Comparison(sums[0].side(), sums[1].side(), count, tuple(first))


def digest(store: Store, progress: Progress) -> Side:
    """One store alone."""
    total = _Sum()
    for kind, items in _KINDS.items():
        for item in items(store):
            total.add(kind, item)
            progress(f"{kind}s looked at", total.counts[kind])
    return total.side()


def _told(one: _Item | None, other: _Item | None) -> str:
    if other is None:
        return "is missing"
    if one is None:
        return "stands only"
    return "" if one.line == other.line else "differs"


def _pairs(kind: str, left: Store, right: Store) -> Iterator[tuple[_Item | None, _Item | None]]:
    """Items with the same key together, others alone, in order."""
    ones, others = _KINDS[kind](left), _KINDS[kind](right)
    newest_first = kind == "record"
    one, other = next(ones, None), next(others, None)
    while one is not None or other is not None:
        if one is not None and other is not None and one.key == other.key:
            yield one, other
            one, other = next(ones, None), next(others, None)
        elif other is None or (one is not None and (one.key > other.key) == newest_first):
            yield one, None
            one = next(ones, None)
        else:
            yield None, other
            other = next(others, None)


def _records(store: Store) -> Iterator[_Item]:
    return (_Item(place(hit), hit.id, canonical(hit)) for hit in records(store))


def _events(store: Store) -> Iterator[_Item]:
    return (_Item((each.case, each.n), f"{each.case}#{each.n}", canonical(each)) for each in events(store))


def _documents(store: Store) -> Iterator[_Item]:
    for each in documents(store):
        line = canonical({"key": each.key, "version": each.version, "body": each.body})
        yield _Item((each.key,), each.key, line)


_KINDS: dict[str, Callable[[Store], Iterator[_Item]]] = {
    "record": _records,
    "event": _events,
    "document": _documents,
}
_NOTHING = _Item((), "", b"")
