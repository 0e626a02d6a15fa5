"""Where records, events and documents are kept: the ports, and an implementation a file or package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from listening.errors import StoreError
from listening.store.memory import MemoryStore
from listening.store.ports import Progress, Store
from listening.store.sqlite import SqliteStore
from listening.store.urls import masked

DEFAULT = "sqlite:var/listening.sqlite"
T = TypeVar("T")


def _memory(_place: str, _base: Path) -> Store:
    return MemoryStore()


def _sqlite(place: str, base: Path) -> Store:
    if not place:
        raise StoreError("sqlite:", "has no file", f"write it with one, as in {DEFAULT}")
    return SqliteStore(base / place)


def _prepare_memory(_place: str, _base: Path, shards: int | None, replicas: int | None) -> str:
    _refuse_servers("memory:", shards, replicas)
    return "is ready, and empty each time"


def _prepare_sqlite(place: str, base: Path, shards: int | None, replicas: int | None) -> str:
    _refuse_servers(f"sqlite:{place}", shards, replicas)
    _sqlite(place, base).close()
    return "is ready"


def _migrate_memory(_place: str, _base: Path, _progress: Progress) -> str:
    return "has the layout of this version"


def _migrate_sqlite(place: str, base: Path, _progress: Progress) -> str:
    """Opening it is all: that derives the index anew where it is of an older kind."""
    _sqlite(place, base).close()
    return "has the layout of this version"


def _refuse_servers(url: str, shards: int | None, replicas: int | None) -> None:
    if shards is not None or replicas is not None:
        raise StoreError(url, "has no shards and no replicas", "leave --shards and --replicas out")


_SCHEMES: dict[str, Callable[[str, Path], Store]] = {"memory": _memory, "sqlite": _sqlite}
_PREPARE: dict[str, Callable[[str, Path, int | None, int | None], str]] = {
    "memory": _prepare_memory,
    "sqlite": _prepare_sqlite,
}
_MIGRATE: dict[str, Callable[[str, Path, Progress], str]] = {
    "memory": _migrate_memory,
    "sqlite": _migrate_sqlite,
}


def open_store(url: str, base: Path) -> Store:
    """The store named `memory:` or `sqlite:PATH`, the path taken from `base`. Raises `StoreError`."""
    make, place = _named(url, _SCHEMES)
    return make(place, base)


def open_existing(url: str, base: Path) -> Store:
    """The same, but a file that is not there is not made: what reads it was given the wrong name."""
    scheme, _, place = url.partition(":")
    if scheme == "sqlite" and place and not (base / place).exists():
        raise StoreError(str(base / place), "is not there", "check its name")
    return open_store(url, base)


def prepare_store(url: str, base: Path, *, shards: int | None = None, replicas: int | None = None) -> str:
    """Make what has to be there before the store is opened; what was done, in words that follow its name.

    Harmless where it is there already. Raises `StoreError`.
    """
    prepare, place = _named(url, _PREPARE)
    return prepare(place, base, shards, replicas)


def migrate_store(url: str, base: Path, progress: Progress) -> str:
    """Bring the store to the layout of this version; what was done, in words that follow its name.

    Harmless where it has it already, and may be killed and run again. Raises `StoreError`.
    """
    migrate, place = _named(url, _MIGRATE)
    return migrate(place, base, progress)


def _named(url: str, table: Mapping[str, T]) -> tuple[T, str]:
    scheme, _, place = url.partition(":")
    if scheme not in table:
        known = ", ".join(f"{name}:" for name in table)
        raise StoreError(masked(url), "there is no such store", f"there are {known} as in {DEFAULT}")
    return table[scheme], place


__all__ = [
    "DEFAULT",
    "MemoryStore",
    "SqliteStore",
    "Store",
    "masked",
    "migrate_store",
    "open_existing",
    "open_store",
    "prepare_store",
]
