"""The one place where a store is named."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from listening.errors import StoreError
from listening.store import DEFAULT, migrate_store, open_existing, open_store, prepare_store
from listening.store.memory import MemoryStore
from tests.store.records import hit


def test_a_path_is_taken_from_the_base(tmp_path: Path) -> None:
    with closing(open_store(DEFAULT, tmp_path)) as store:
        store.save([hit()])
    assert (tmp_path / "var" / "listening.sqlite").is_file()


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:{tmp_path}/a b/断网.sqlite", tmp_path / "elsewhere")):
        pass
    assert (tmp_path / "a b" / "断网.sqlite").is_file()
    assert not (tmp_path / "elsewhere").exists()


def test_memory_is_forgotten(tmp_path: Path) -> None:
    store = open_store("memory:", tmp_path)
    assert isinstance(store, MemoryStore)
    store.save([hit()])
    assert open_store("memory:", tmp_path).get(hit().id) is None
    assert list(tmp_path.iterdir()) == []


THERE_ARE = (
    "there are memory:, sqlite:, elasticsearch+https:, elasticsearch+http:, opensearch+https:, "
    "opensearch+http: as in sqlite:var/listening.sqlite"
)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("my:x", f"my:x: there is no such store - {THERE_ARE}"),
        ("", f"there is no such store - {THERE_ARE}"),
        ("sqlite:", f"sqlite:: has no file - write it with one, as in {DEFAULT}"),
    ],
)
def test_mistakes_name_what_there_is(tmp_path: Path, url: str, line: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url, tmp_path)
    assert str(caught.value) == line


def test_a_store_to_read_from_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_existing(DEFAULT, tmp_path)
    assert str(caught.value) == f"{tmp_path / 'var' / 'listening.sqlite'}: is not there - check its name"
    assert list(tmp_path.iterdir()) == []
    open_store(DEFAULT, tmp_path).close()
    open_existing(DEFAULT, tmp_path).close()


def test_what_needs_no_preparing_is_ready(tmp_path: Path) -> None:
    for _ in range(2):
        assert prepare_store(DEFAULT, tmp_path) == "is ready"
    assert (tmp_path / "var" / "listening.sqlite").is_file()
    assert prepare_store("memory:", tmp_path) == "is ready, and empty each time"


def test_what_was_written_by_this_version_needs_no_migration(tmp_path: Path) -> None:
    with closing(open_store(DEFAULT, tmp_path)) as store:
        store.save([hit()])
    for url in (DEFAULT, "memory:"):
        assert migrate_store(url, tmp_path, lambda _what, _n: None) == "has the layout of this version"
    with closing(open_store(DEFAULT, tmp_path)) as store:
        assert store.get(hit().id) == hit()


@pytest.mark.parametrize("given", [{"shards": 3}, {"replicas": 0}], ids=["shards", "replicas"])
@pytest.mark.parametrize("url", ["memory:", DEFAULT])
def test_one_file_has_no_shards(tmp_path: Path, url: str, given: dict[str, int]) -> None:
    with pytest.raises(StoreError, match="has no shards and no replicas - leave --shards and --replicas out"):
        prepare_store(url, tmp_path, **given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["my:x", "sqlite:"])
def test_the_same_mistakes_are_told_by_every_door(tmp_path: Path, url: str) -> None:
    for door in (open_existing, prepare_store, lambda u, b: migrate_store(u, b, lambda _what, _n: None)):
        with pytest.raises(StoreError, match=r"there is no such store|has no file"):
            door(url, tmp_path)
