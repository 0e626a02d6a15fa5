"""Where records, events and documents are kept: three ports, and an implementation a file or package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from listening.errors import StoreError
from listening.store.elasticsearch import SCHEMES, ElasticsearchStore, prepare, read_address
from listening.store.memory import MemoryStore
from listening.store.ports import Store
from listening.store.sqlite import SqliteStore

DEFAULT = "sqlite:var/listening.sqlite"


def _memory(_url: str, _base: Path) -> Store:
    return MemoryStore()


def _sqlite(url: str, base: Path) -> Store:
    place = url.partition(":")[2]
    if not place:
        raise StoreError("sqlite:", "has no file", f"write it with one, as in {DEFAULT}")
    return SqliteStore(base / place)


def _elasticsearch(url: str, base: Path) -> Store:
    return ElasticsearchStore(read_address(url, base))


_SCHEMES: dict[str, Callable[[str, Path], Store]] = {
    "memory": _memory,
    "sqlite": _sqlite,
    **dict.fromkeys(SCHEMES, _elasticsearch),
}


def open_store(url: str, base: Path) -> Store:
    """The store of a URL, its files taken from `base`. Raises `StoreError`.

    `memory:`, `sqlite:PATH`, `elasticsearch+https://HOST:PORT/PREFIX` or the same with `opensearch`.
    """
    scheme = url.partition(":")[0]
    if scheme not in _SCHEMES:
        known = ", ".join(f"{name}:" for name in _SCHEMES)
        raise StoreError(url, "there is no such store", f"there are {known} as in {DEFAULT}")
    return _SCHEMES[scheme](url, base)


def prepare_store(
    url: str, base: Path, *, shards: int | None = None, replicas: int | None = None
) -> list[str]:
    """Make what a store needs and has not yet; the names of what was made."""
    return prepare(read_address(url, base), shards=shards, replicas=replicas)


__all__ = ["DEFAULT", "MemoryStore", "SqliteStore", "Store", "open_store", "prepare_store"]
