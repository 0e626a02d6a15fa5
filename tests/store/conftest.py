"""Which stores there are. What a test with `store` promises, every row of `BACKENDS` must keep."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from listening.store import Store, open_store, prepare_store
from tests.store import cluster

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


class Corners:
    """Empty stores on the real servers, lent to one test after the other.

    Making indices takes ten times as long as clearing them.
    """

    def __init__(self) -> None:
        self._free: dict[str, list[str]] = {}
        self._made: list[tuple[str, str]] = []

    @contextmanager
    def lent(self, address: str) -> Iterator[str]:
        """The URL of an empty store on the server at the address."""
        free = self._free.setdefault(address, [])
        prefix = free.pop() if free else self._make(address)
        yield store_url(address, prefix)
        cluster.clear(address, prefix)
        free.append(prefix)

    def _make(self, address: str) -> str:
        prefix = f"test-{secrets.token_hex(6)}"
        self._made.append((address, prefix))
        prepare_store(store_url(address, prefix), Path())
        return prefix

    def forget(self) -> None:
        for address, prefix in self._made:
            cluster.forget(address, prefix)


def store_url(address: str, prefix: str) -> str:
    return f"elasticsearch+{address}/{prefix}?patience=20"


@pytest.fixture(scope="session")
def corners() -> Iterator[Corners]:
    """A server of the run ends with it; one of somebody's own is left as it was."""
    corners = Corners()
    yield corners
    with suppress(OSError):
        corners.forget()


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, corners: Corners) -> Iterator[Store]:
    """Every store in turn, empty."""
    with lent_place(request, corners, tmp_path) as place:
        yield place.open()


@pytest.fixture(params=DURABLE)
def place(request: pytest.FixtureRequest, tmp_path: Path, corners: Corners) -> Iterator[Place]:
    """Every store that can be opened twice, not opened yet."""
    with lent_place(request, corners, tmp_path) as place:
        yield place


@contextmanager
def lent_place(request: pytest.FixtureRequest, corners: Corners, base: Path) -> Iterator[Place]:
    with ExitStack() as corner, ExitStack() as stores:
        url = request.param
        if url in SERVERS:
            url = corner.enter_context(corners.lent(request.getfixturevalue(f"{url}_url")))
        yield Place(url, base, stores)
