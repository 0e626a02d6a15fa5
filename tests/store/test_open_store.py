"""The one place where a store is named."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from listening.errors import StoreError
from listening.store import DEFAULT, MemoryStore, open_store
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
