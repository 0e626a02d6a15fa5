"""Where records, events and documents are kept: three ports, and an implementation a file or package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from listening.errors import StoreError
from listening.store.memory import MemoryStore
from listening.store.ports import Store
from listening.store.sqlite import SqliteStore

DEFAULT = "sqlite:var/listening.sqlite"


def _memory(_place: str, _base: Path) -> Store:
    return MemoryStore()


def _sqlite(place: str, base: Path) -> Store:
    if not place:
        raise StoreError("sqlite:", "has no file", f"write it with one, as in {DEFAULT}")
    return SqliteStore(base / place)


_SCHEMES: dict[str, Callable[[str, Path], Store]] = {"memory": _memory, "sqlite": _sqlite}


def open_store(url: str, base: Path) -> Store:
    """The store named `memory:` or `sqlite:PATH`, the path taken from `base`. Raises `StoreError`."""
    scheme, _, place = url.partition(":")
    if scheme not in _SCHEMES:
        known = ", ".join(f"{name}:" for name in _SCHEMES)
        raise StoreError(url, "there is no such store", f"there are {known} as in {DEFAULT}")
    return _SCHEMES[scheme](place, base)


__all__ = ["DEFAULT", "MemoryStore", "SqliteStore", "Store", "open_store"]
