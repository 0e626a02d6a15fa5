"""Which stores there are. What a test with `store` promises, every row of `BACKENDS` must keep."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from listening.store import Store, open_store, prepare_store
from tests.store.cluster import forget

SERVERS = ["elasticsearch", "opensearch"]
"""Real ones, of which a test gets a corner of its own: indices under a prefix that nobody else has."""

BACKENDS = [
    pytest.param("memory:", id="memory"),
    pytest.param("sqlite:var/hits.sqlite", id="sqlite"),
    *(pytest.param(name, id=name) for name in SERVERS),
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


def corner(request: pytest.FixtureRequest, server: str, stack: ExitStack) -> str:
    """The URL of an empty store on a real server, which is cleared away with the stack."""
    address = request.getfixturevalue(f"{server}_url")
    prefix = f"test-{secrets.token_hex(6)}"
    stack.callback(forget, address, prefix)
    url = f"elasticsearch+{address}/{prefix}?patience=20"
    prepare_store(url, Path())
    return url


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store in turn, empty."""
    with ExitStack() as stack:
        yield _place(request, tmp_path, stack).open()


@pytest.fixture(params=DURABLE)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Every store that can be opened twice, not opened yet."""
    with ExitStack() as stack:
        yield _place(request, tmp_path, stack)


def _place(request: pytest.FixtureRequest, base: Path, stack: ExitStack) -> Place:
    url = corner(request, request.param, stack) if request.param in SERVERS else request.param
    return Place(url, base, stack)
