"""Where records, events and documents are kept: the ports, and an implementation a file or package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from listening.errors import StoreError
from listening.store.ports import Progress, Store
from listening.store.urls import SERVERS, masked

DEFAULT = "sqlite:var/listening.sqlite"
T = TypeVar("T")


# A store is imported where it is used: a server's client takes half a second, most of a small command's time.


def _memory(_url: str, _base: Path) -> Store:
    from listening.store.memory import MemoryStore

    return MemoryStore()


def _sqlite(url: str, base: Path) -> Store:
    from listening.store.sqlite import SqliteStore

    place = url.partition(":")[2]
    if not place:
        raise StoreError("sqlite:", "has no file", f"write it with one, as in {DEFAULT}")
    return SqliteStore(base / place)


def _elasticsearch(url: str, base: Path) -> Store:
    from listening.store.elasticsearch import ElasticsearchStore, read_address

    return ElasticsearchStore(read_address(url, base))


def _prepare_memory(url: str, _base: Path, shards: int | None, replicas: int | None) -> str:
    _refuse_servers(url, shards, replicas)
    return "is ready, and empty each time"


def _prepare_sqlite(url: str, base: Path, shards: int | None, replicas: int | None) -> str:
    _refuse_servers(url, shards, replicas)
    _sqlite(url, base).close()
    return "is ready"


def _prepare_elasticsearch(url: str, base: Path, shards: int | None, replicas: int | None) -> str:
    from listening.store.elasticsearch import prepare, read_address

    made = prepare(read_address(url, base), shards=shards, replicas=replicas)
    return f"is ready, with new indices {', '.join(made)}" if made else "is ready"


def _migrate_memory(_url: str, _base: Path, _progress: Progress) -> str:
    return "has the layout of this version"


def _migrate_sqlite(url: str, base: Path, _progress: Progress) -> str:
    """Opening it is all: that derives the index anew where it is of an older kind."""
    _sqlite(url, base).close()
    return "has the layout of this version"


def _migrate_elasticsearch(url: str, base: Path, progress: Progress) -> str:
    from listening.store.elasticsearch import migrate, read_address

    made = migrate(read_address(url, base), progress)
    if not made:
        return "has the layout of this version"
    return f"has the layout of this version, in new indices {', '.join(made)}; the old ones may be removed"


def _refuse_servers(url: str, shards: int | None, replicas: int | None) -> None:
    if shards is not None or replicas is not None:
        raise StoreError(url, "has no shards and no replicas", "leave --shards and --replicas out")


_SCHEMES: dict[str, Callable[[str, Path], Store]] = {
    "memory": _memory,
    "sqlite": _sqlite,
    **dict.fromkeys(SERVERS, _elasticsearch),
}
_PREPARE: dict[str, Callable[[str, Path, int | None, int | None], str]] = {
    "memory": _prepare_memory,
    "sqlite": _prepare_sqlite,
    **dict.fromkeys(SERVERS, _prepare_elasticsearch),
}
_MIGRATE: dict[str, Callable[[str, Path, Progress], str]] = {
    "memory": _migrate_memory,
    "sqlite": _migrate_sqlite,
    **dict.fromkeys(SERVERS, _migrate_elasticsearch),
}


def open_store(url: str, base: Path) -> Store:
    """The store of a URL, its files taken from `base`. Raises `StoreError`.

    `memory:`, `sqlite:PATH`, `elasticsearch+https://HOST:PORT/PREFIX` or the same with `opensearch`.
    """
    return _named(url, _SCHEMES)(url, base)


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
    return _named(url, _PREPARE)(url, base, shards, replicas)


def migrate_store(url: str, base: Path, progress: Progress) -> str:
    """Bring the store to the layout of this version; what was done, in words that follow its name.

    Harmless where it has it already, and may be killed and run again. Raises `StoreError`.
    """
    return _named(url, _MIGRATE)(url, base, progress)


def _named(url: str, table: Mapping[str, T]) -> T:
    scheme = url.partition(":")[0]
    if scheme not in table:
        known = ", ".join(f"{name}:" for name in table)
        raise StoreError(masked(url), "there is no such store", f"there are {known} as in {DEFAULT}")
    return table[scheme]


__all__ = [
    "DEFAULT",
    "Store",
    "masked",
    "migrate_store",
    "open_existing",
    "open_store",
    "prepare_store",
]
