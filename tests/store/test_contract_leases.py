"""The contract of leases over every store: one owner at a time, by clocks that are turned by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from listening.errors import Conflict, LeaseLost, Locked, StoreError
from listening.store import Store
from listening.store.lease import Contender, Lease, acquire, held
from listening.store.memory import MemoryStore
from listening.store.owner import Owner
from listening.store.ports import Document

TTL = 30.0


class Watch:
    """A monotonic clock that goes when it is told to, and each starts anywhere."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += seconds


class Machine:
    """Another computer: a clock of its own, and a process that we cannot see."""

    def __init__(self, store: Store, name: str = "晚报", *, at: float = 0.0) -> None:
        self.clock = Watch(at)
        self._contender = Contender(store, name, ttl=TTL, clock=self.clock)

    def is_told_of_life(self) -> bool:
        return self._contender.is_alive

    def tries(self) -> Lease | None:
        return self._contender.try_acquire()

    def takes(self) -> Lease:
        lease = self.tries()
        assert lease is not None
        return lease

    def watches(self, seconds: float) -> Lease | None:
        """Looks, lets time pass, looks again."""
        assert self.tries() is None
        self.clock.passes(seconds)
        return self.tries()


@pytest.fixture
def here(store: Store) -> Machine:
    return Machine(store, at=1_000.0)


@pytest.fixture
def there(store: Store) -> Machine:
    return Machine(store, at=7.0)


def is_lost(lease: Lease) -> bool:
    try:
        lease.check()
    except LeaseLost:
        return True
    return False


def lease_document(store: Store, name: str = "晚报") -> Document:
    found = store.get_document(f"lease/{name}")
    assert found is not None
    return found


def test_what_nobody_has_is_taken_at_once(here: Machine, store: Store) -> None:
    lease = here.takes()
    lease.check()
    body = lease_document(store).body
    assert (lease.name, lease.fencing, body["fencing"], body["ttl"]) == ("晚报", 1, 1, TTL)
    assert (body["owner"]["pid"], len(body["owner"]["token"])) == (os.getpid(), 16)


def test_what_somebody_has_is_not_given_to_another(here: Machine, there: Machine) -> None:
    here.takes()
    assert there.watches(TTL - 0.001) is None


def test_leases_of_other_names_are_no_obstacle(here: Machine, store: Store) -> None:
    here.takes()
    assert Machine(store, "晚报/外地").takes().fencing == 1


def test_what_is_given_back_is_free_at_once_with_the_next_number(here: Machine, there: Machine) -> None:
    here.takes().release()
    assert there.takes().fencing == 2


def test_the_next_number_is_over_what_was_written_under_an_earlier_lease(store: Store) -> None:
    assert acquire(store, "晚报", above=7).fencing == 8


def test_a_silent_owner_is_replaced_after_its_time_by_the_waiters_clock(
    here: Machine, there: Machine
) -> None:
    lost = here.takes()
    taken = there.watches(TTL)
    assert taken is not None and taken.fencing == 2
    here.clock.passes(TTL)
    assert is_lost(lost)
    assert not is_lost(taken)


def test_an_owner_that_is_heard_of_keeps_it_and_the_waiter_is_told(here: Machine, there: Machine) -> None:
    lease = here.takes()
    assert there.watches(TTL - 1) is None
    assert not there.is_told_of_life()
    lease.renew()
    there.clock.passes(2)
    assert there.tries() is None
    assert there.is_told_of_life()
    there.clock.passes(TTL - 1)
    assert there.tries() is None, "the time begins anew"
    there.clock.passes(1)
    assert there.tries() is not None


def test_the_time_that_counts_is_the_owners(store: Store, there: Machine) -> None:
    acquire(store, "晚报", ttl=5)
    assert there.watches(4.9) is None
    there.clock.passes(0.1)
    assert there.tries() is not None


def test_the_owner_knows_that_it_is_late_before_a_waiter_may_take_over(here: Machine, there: Machine) -> None:
    """The worst case: seen in the moment it was written, clocks that go alike."""
    lease = here.takes()
    assert there.tries() is None
    for clock in (here.clock, there.clock):
        clock.passes(TTL)
    assert there.tries() is not None
    assert is_lost(lease)


class _Slow(MemoryStore):
    """Takes five seconds: to say what it has just read, or before it writes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Watch()
        self.writes = 0

    def get_document(self, key: str) -> Document | None:
        found = super().get_document(key)
        self.clock.passes(5)
        return found

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        self.clock.passes(5)
        self.writes += 1
        return super().put_document(key, body, version)


def test_an_owner_counts_from_before_it_asked_and_a_waiter_from_after_it_was_told() -> None:
    store = _Slow()
    lease = acquire(store, "晚报", clock=store.clock)
    for writes in (1, 2):
        store.clock.passes(TTL - 6)
        lease.check()
        assert store.writes == writes, "its time is not over"
        store.clock.passes(1)
        lease.check()
        assert store.writes == writes + 1
    late = Contender(store, "晚报", ttl=TTL, clock=store.clock)
    assert late.try_acquire() is None
    store.clock.passes(TTL - 6)
    assert late.try_acquire() is None, "one second is missing"
    store.clock.passes(1)
    assert late.try_acquire() is not None


def test_a_late_owner_goes_on_where_nobody_took_over(here: Machine, there: Machine, store: Store) -> None:
    lease = here.takes()
    before = lease_document(store).version
    here.clock.passes(TTL * 10)
    assert not is_lost(lease)
    assert lease_document(store).version == before + 1, "the store was asked"
    assert there.watches(TTL - 1) is None


def test_a_lost_lease_stays_lost_and_is_not_touched_by_who_lost_it(
    here: Machine, there: Machine, store: Store
) -> None:
    lost = here.takes()
    taken = there.watches(TTL)
    assert taken is not None
    before = lease_document(store)
    with pytest.raises(
        LeaseLost, match=r"晚报: process \d+ on .* has taken over, after .* 30 s - leave it to"
    ):
        lost.renew()
    assert is_lost(lost)
    lost.release()
    assert lease_document(store) == before
    taken.release()
    with pytest.raises(LeaseLost):
        lost.renew()


def test_an_owner_that_hears_of_its_loss_before_its_time_is_over_stops_at_once(
    here: Machine, there: Machine
) -> None:
    lost = here.takes()
    assert there.watches(TTL) is not None
    with pytest.raises(LeaseLost):
        lost.renew()
    assert is_lost(lost), "though by its own clock no time has passed"


def test_of_many_that_wait_for_a_silent_owner_one_gets_it(here: Machine, store: Store) -> None:
    here.takes()
    waiting = [Machine(store) for _ in range(5)]
    assert [machine.tries() for machine in waiting] == [None] * 5
    for machine in waiting:
        machine.clock.passes(TTL)
    taken = [machine.tries() for machine in waiting]
    assert [lease is not None for lease in taken] == [True, False, False, False, False]


def test_who_is_quicker_between_looking_and_taking_has_it(store: Store, here: Machine) -> None:
    lease = here.takes()
    late = Contender(_Interrupted(store, lease.renew), "晚报", ttl=TTL, clock=(clock := Watch()))
    assert late.try_acquire() is None
    clock.passes(TTL)
    assert late.try_acquire() is None
    assert not is_lost(lease)


class _Interrupted(MemoryStore):
    """Something happens right before a document is written; the rest is another store's."""

    def __init__(self, store: Store, first: Callable[[], object]) -> None:
        super().__init__()
        self._store, self._first = store, first

    def get_document(self, key: str) -> Document | None:
        return self._store.get_document(key)

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        self._first()
        return self._store.put_document(key, body, version)


class _Forgetful(MemoryStore):
    """Writes, and loses the answer."""

    loses = False

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        written = super().put_document(key, body, version)
        if self.loses:
            self.loses = False
            raise Conflict(key, "has another version", "read it again")
        return written


def test_a_renewal_whose_answer_was_lost_is_made_again_and_is_no_loss() -> None:
    store = _Forgetful()
    lease = Machine(store).takes()
    store.loses = True
    lease.renew()
    assert lease_document(store).version == 3
    lease.check()


# Waiting.


def test_a_dead_owner_is_waited_for_and_replaced(store: Store, here: Machine) -> None:
    here.takes()
    clock = Watch()
    lease = acquire(store, "晚报", clock=clock, rest=clock.passes)
    assert lease.fencing == 2
    assert clock.at == pytest.approx(TTL)


def test_a_living_owner_ends_the_waiting_when_it_is_heard_of(store: Store, here: Machine) -> None:
    lease = here.takes()
    clock = Watch()

    def rests(seconds: float) -> None:
        clock.passes(seconds)
        if clock.at > TTL / 3:
            lease.renew()

    with pytest.raises(Locked, match=r"晚报: process \d+ on .* is at work on it - wait until it is done"):
        acquire(store, "晚报", clock=clock, rest=rests)
    assert clock.at < TTL / 2
    assert not is_lost(lease)


def test_what_is_given_back_while_one_waits_is_taken(store: Store, here: Machine) -> None:
    lease = here.takes()
    assert acquire(store, "晚报", clock=Watch(), rest=lambda _: lease.release()).fencing == 2


# Processes of this machine.


def owned_by(store: Store, owner: Owner) -> None:
    store.put_document("lease/晚报", {"owner": owner.body(), "fencing": 4, "ttl": TTL}, 0)


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


@needs_proc
def test_a_process_of_this_machine_that_is_gone_is_not_waited_for(store: Store, here: Machine) -> None:
    owned_by(store, replace(Owner.myself(), pid=ended_process()))
    assert here.takes().fencing == 5


@needs_proc
def test_another_process_under_a_number_that_was_given_again_is_not_the_owner(
    store: Store, here: Machine
) -> None:
    me = Owner.myself()
    owned_by(store, replace(me, started=me.started - 1))
    assert here.takes().fencing == 5


@needs_proc
def test_a_dead_process_that_nobody_has_buried_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert replace(Owner.myself(), pid=process.pid).is_gone()
    finally:
        process.wait()


@pytest.mark.parametrize("realm", ["another boot/4026531836", ""])
def test_a_process_elsewhere_is_waited_for_also_where_the_host_has_our_name(
    store: Store, here: Machine, realm: str
) -> None:
    owned_by(store, replace(Owner.myself(), pid=ended_process(), realm=realm))
    assert here.watches(TTL - 1) is None


def test_a_living_process_of_this_machine_is_waited_for(store: Store, here: Machine) -> None:
    owned_by(store, Owner.myself())
    assert here.watches(TTL - 1) is None


# Held, with a thread that renews.


class _Listening(MemoryStore):
    """Tells when a lease was renewed."""

    def __init__(self) -> None:
        super().__init__()
        self.renewals = threading.Semaphore(0)
        self.is_away = False

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if self.is_away:
            self.renewals.release()
            raise StoreError("the store", "is not there", "start it")
        written = super().put_document(key, body, version)
        if body["owner"] is not None and written.version > 1:
            self.renewals.release()
        return written

    def waits_for(self, renewals: int) -> None:
        for _ in range(renewals):
            assert self.renewals.acquire(timeout=20)


@contextmanager
def held_quickly(store: Store) -> Iterator[Lease]:
    with held(store, "晚报", ttl=0.03) as lease:
        yield lease


def test_while_it_is_held_it_is_renewed_whatever_the_holder_does() -> None:
    store = _Listening()
    with held_quickly(store) as lease:
        store.waits_for(3)
        lease.check()
    assert lease_document(store).body["owner"] is None
    assert acquire(store, "晚报").fencing == 2


def test_it_is_given_back_when_the_work_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), held(store, "晚报"):
        _ = 1 / 0
    assert acquire(store, "晚报").fencing == 2


def test_a_store_that_is_away_for_a_while_is_no_loss() -> None:
    store = _Listening()
    with held_quickly(store) as lease:
        store.is_away = True
        store.waits_for(2)
        store.is_away = False
        store.waits_for(2)
        lease.check()


def test_the_thread_of_a_lost_lease_ends_and_the_holder_is_told_when_it_asks() -> None:
    store = _Listening()
    with held_quickly(store) as lease:
        store.waits_for(1)
        (beat,) = (thread for thread in threading.enumerate() if thread.name == "lease 晚报")
        while True:
            found = lease_document(store)
            with_other = {**found.body, "owner": Owner.myself().body(), "fencing": 2}
            try:
                taken = store.put_document(found.key, with_other, found.version)
                break
            except Conflict:
                continue
        beat.join(20)
        assert not beat.is_alive()
        assert is_lost(lease)
    assert lease_document(store) == taken, "what is somebody else's is not given back"
