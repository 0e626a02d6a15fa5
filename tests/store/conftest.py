"""Which stores there are. What a test with `store` promises, every row of `BACKENDS` must keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from listening.store import Store, open_store

BACKENDS = [
    pytest.param("memory:", id="memory"),
    pytest.param("sqlite:var/hits.sqlite", id="sqlite"),
]
DURABLE = [row for row in BACKENDS if row.id != "memory"]
"""Those that several processes can share, and that outlive one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is kept, to open it as often as a test wants."""

    url: str
    base: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Store:
        store = open_store(self.url, self.base)
        self.stack.callback(store.close)
        return store


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store in turn, empty."""
    place = Place(request.param, tmp_path)
    with place.stack:
        yield place.open()


@pytest.fixture(params=DURABLE)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Every store that can be opened twice, not opened yet."""
    place = Place(request.param, tmp_path)
    with place.stack:
        yield place
