"""Stores on real servers, reached through a proxy or killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from listening.store import Store, open_store
from tests.cli.place import Place as Installation
from tests.store.conftest import SERVERS, Corners
from tests.store.faults.proxy import Proxy

Opened = Callable[[str], Store]


@dataclass(frozen=True, slots=True)
class Corner:
    """An empty store of a test's own on a shared server."""

    address: str
    url: str

    @property
    def prefix(self) -> str:
        return urlsplit(self.url).path.strip("/")

    def through(self, proxy: Proxy, patience: float = 20) -> str:
        """The URL of the same store behind the proxy."""
        return f"elasticsearch+{proxy.url}/{self.prefix}?patience={patience}"


@pytest.fixture(params=SERVERS)
def corner(request: pytest.FixtureRequest, corners: Corners) -> Iterator[Corner]:
    """On each kind of server in turn."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    with corners.lent(address) as url:
        yield Corner(address, url)


@pytest.fixture
def proxy(corner: Corner) -> Iterator[Proxy]:
    """Before the server of the corner; it harms nothing until its rule is set."""
    with Proxy(corner.address) as between:
        yield between


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens stores, and closes them at the end of the test."""
    with ExitStack() as stack:

        def open_one(url: str) -> Store:
            store = open_store(url, tmp_path)
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def installation(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Installation:
    """For commands; its store is set by `lay_out(store=…)`."""
    return Installation(tmp_path / "installation", capfd)
