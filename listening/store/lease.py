"""Leases: who may do a piece of work, among machines that share nothing but a store.

    with held(store, "晚报") as lease:      Locked: somebody else is alive and has it
        lease.check()                       LeaseLost: somebody else has it by now
        store.put_document(…)

The document `lease/<name>` holds the owner, a fencing number that grows from owner to owner, and the time to
live. The owner renews it, which gives it a new version each time. Whoever wants it waits until the version
has not changed for that time, and writes over that very version. No clock is ever compared with another
machine's: the owner counts from before it asked for the renewal, a waiter from after it saw it, so the owner
knows that it is late before a waiter may take over.

Renewing runs in a thread of its own, so that a slow batch loses nothing; a process that stands still as a
whole does. What it has sent to the store before it was stopped may still arrive: the fencing number, kept in
what must not go back, tells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from listening.errors import Conflict, LeaseLost, Locked, StoreError
from listening.store.owner import Owner
from listening.store.ports import Document, Documents

TTL = 30.0
"""Seconds an owner may be silent."""

_PREFIX = "lease/"
_BEATS = 3  # renewals in that time
_LOOKS = 20  # of a waiter in that time
_UPTIME: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_FAREWELL = 1.0  # seconds for a renewal that is under way when all is done
Clock = Callable[[], float]


def uptime() -> float:
    """Seconds of this machine, also those it sleeps, where the system counts them."""
    return time.clock_gettime(_UPTIME)


class Lease:
    """Held by this process until it is released, or lost to somebody else."""

    def __init__(self, documents: Documents, document: Document, asked_at: float, clock: Clock) -> None:
        self.name = document.key.removeprefix(_PREFIX)
        self.fencing: int = document.body["fencing"]
        self.ttl: float = document.body["ttl"]
        self._documents, self._clock = documents, clock
        self._body, self._version = document.body, document.version
        self._until = asked_at + self.ttl
        self._lost: LeaseLost | None = None
        self._turn = threading.Lock()

    def check(self) -> None:
        """Ask before each write. Raises `LeaseLost` where somebody else has it, or may have it.

        Costs nothing while the last renewal is young enough. When it is not, the store is asked: as long as
        nobody has written over the version that is ours, nobody has worked in between, and it stays ours.
        """
        while self._lost is None and self._clock() >= self._until:
            self.renew()
        if self._lost is not None:
            raise self._lost

    def renew(self) -> None:
        """Tell everybody that the owner lives. Raises `LeaseLost`; `StoreError` when it could not be told."""
        with self._turn:
            if self._lost is not None:
                raise self._lost
            asked_at = self._clock()
            self._version = self._put(self._body)
            self._until = asked_at + self.ttl

    def release(self) -> None:
        """Let the next one have it at once; one that is lost is left alone."""
        with self._turn, suppress(StoreError, LeaseLost):
            if self._lost is None and self._clock() < self._until:
                self._put({**self._body, "owner": None})

    def _put(self, body: Mapping[str, Any]) -> int:
        """A write whose answer was lost has changed the version too: then it is tried over that one."""
        while True:
            try:
                return self._documents.put_document(_PREFIX + self.name, body, self._version).version
            except Conflict:
                self._version = self._still_ours()

    def _still_ours(self) -> int:
        found = self._documents.get_document(_PREFIX + self.name)
        if found is not None and found.body["owner"] == self._body["owner"]:
            return found.version
        by = _owner(found) or "somebody else"
        what = f"{by} has taken over, after nothing was heard from this one for {self.ttl:g} s"
        self._lost = LeaseLost(self.name, what, "leave it to them: nothing was written since")
        raise self._lost


class Contender:
    """Somebody who wants a lease: looks as often as it likes, and remembers since when nothing has moved."""

    def __init__(
        self, documents: Documents, name: str, *, ttl: float, above: int = 0, clock: Clock = uptime
    ) -> None:
        self._documents, self._key, self._clock = documents, _PREFIX + name, clock
        self._ttl, self._above = ttl, above
        self._seen: Document | None = None
        self._since = 0.0
        self.is_alive = False
        """Was the holder heard of between two looks?"""

    @property
    def holder(self) -> Owner | None:
        """As of the last look."""
        return _owner(self._seen)

    @property
    def pause(self) -> float:
        """Seconds until the next look is worth it."""
        return 0.0 if self._seen is None else max(0.0, min(self._left(), self._seen.body["ttl"] / _LOOKS))

    def try_acquire(self) -> Lease | None:
        """Take it if it is free, given back, its process is gone or was silent for its time to live."""
        found = self._documents.get_document(self._key)
        owner = _owner(found)
        if owner is None or owner.is_gone():
            return self._take(found)
        if found != self._seen:
            self.is_alive = self._seen is not None
            self._seen, self._since = found, self._clock()
            return None
        return self._take(found) if self._left() <= 0 else None

    def _left(self) -> float:
        """Seconds that the holder has to stay silent from now on."""
        assert self._seen is not None
        return self._since + float(self._seen.body["ttl"]) - self._clock()

    def _take(self, found: Document | None) -> Lease | None:
        """None where somebody was quicker."""
        last = found.body["fencing"] if found else 0
        me = Owner.myself().body()
        body = {"owner": me, "fencing": max(last, self._above) + 1, "ttl": self._ttl}
        asked_at = self._clock()
        try:
            taken = self._documents.put_document(self._key, body, found.version if found else 0)
        except Conflict:
            return None
        return Lease(self._documents, taken, asked_at, self._clock)


def acquire(
    documents: Documents,
    name: str,
    *,
    ttl: float | None = None,
    above: int = 0,
    clock: Clock = uptime,
    rest: Callable[[float], None] = time.sleep,
) -> Lease:
    """The lease, with a fencing number over `above`, after waiting for a dead holder's time to run out.

    Raises `Locked` as soon as the holder is heard of.
    """
    contender = Contender(documents, name, ttl=TTL if ttl is None else ttl, above=above, clock=clock)
    while (lease := contender.try_acquire()) is None:
        if contender.is_alive:
            raise Locked(name, f"{contender.holder} is at work on it", "wait until it is done")
        rest(contender.pause)
    return lease


@contextmanager
def held(documents: Documents, name: str, *, ttl: float | None = None, above: int = 0) -> Iterator[Lease]:
    """Hold a lease and keep renewing it. Raises as `acquire` does."""
    lease = acquire(documents, name, ttl=ttl, above=above)
    stop = threading.Event()
    beat = threading.Thread(target=_keep, args=(lease, stop), name=f"lease {name}", daemon=True)
    beat.start()
    try:
        yield lease
    finally:
        stop.set()
        beat.join(_FAREWELL)
        if not beat.is_alive():  # the store is away, so nothing can be given back either
            lease.release()


def _keep(lease: Lease, stop: threading.Event) -> None:
    while not stop.wait(lease.ttl / _BEATS):
        try:
            lease.renew()
        except LeaseLost:
            return  # whoever works is told when it asks
        except StoreError:
            continue  # it may be back in time


def _owner(document: Document | None) -> Owner | None:
    body = document.body["owner"] if document else None
    return Owner.read(body) if body else None
