"""When sources are due next, kept for everybody; whoever moves it on has the turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listening.collect.schedule import read_due
from listening.collect.schedule.due import forget_due, take_turn
from listening.errors import StoreError
from listening.store.memory import MemoryStore
from listening.store.ports import Document

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEXT = NOW + timedelta(minutes=15)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_a_taken_turn_is_kept_as_the_next_one(store: MemoryStore) -> None:
    assert read_due(store) == {}
    assert take_turn(store, "晚报", NOW, NEXT)
    assert take_turn(store, "a/b", NOW, NEXT + timedelta(microseconds=7_000))
    assert read_due(store) == {"晚报": NEXT, "a/b": NEXT + timedelta(microseconds=7_000)}
    forget_due(store, "晚报")
    forget_due(store, "nobody")
    assert set(read_due(store)) == {"a/b"}


def test_a_turn_is_taken_once(store: MemoryStore) -> None:
    assert take_turn(store, "晚报", NOW, NEXT)
    assert not take_turn(store, "晚报", NOW + timedelta(seconds=2), NEXT)
    assert take_turn(store, "晚报", NEXT, NEXT + timedelta(minutes=15))


def test_a_time_of_another_timing_keeps_nobody_from_a_turn(store: MemoryStore) -> None:
    take_turn(store, "晚报", NOW, NOW + timedelta(days=1))
    assert take_turn(store, "晚报", NOW + timedelta(minutes=5), NEXT)
    assert read_due(store) == {"晚报": NEXT}


def test_of_two_at_the_same_moment_one_has_the_turn() -> None:
    class Contested(MemoryStore):
        """Somebody else writes between our reading and our writing."""

        def get_document(self, key: str) -> Document | None:
            found = super().get_document(key)
            super().put_document(key, {"at": "2026-11-24T12:15:00.000Z"}, found.version if found else 0)
            return found

    assert not take_turn(Contested(), "晚报", NOW, NEXT)


def test_a_store_that_is_away_is_no_answer() -> None:
    class Away(MemoryStore):
        def get_document(self, key: str) -> Document | None:
            raise StoreError("store", f"is away, and {key} with it", "wait")

    with pytest.raises(StoreError):
        take_turn(Away(), "晚报", NOW, NEXT)
