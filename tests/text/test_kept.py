"""A kept table is the computed one, and nothing that is wrong with its file or folder gets in the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from listening.text import fold
from listening.text.kept import kept


class Maker:
    """Computes a table and counts how often it had to."""

    def __init__(self, *values: int) -> None:
        self.values = values
        self.times = 0

    def __call__(self) -> npt.NDArray[np.uint32]:
        self.times += 1
        return np.array(self.values, np.uint32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "listening" / "tables"


def ask(make: Maker, made_from: str = "rules 1") -> list[int]:
    return list(map(int, kept("table", made_from, np.uint32, make)))


def test_a_table_is_computed_once(folder: Path) -> None:
    make = Maker(1, 2, 2**32 - 1)
    assert ask(make) == ask(make) == [1, 2, 2**32 - 1]
    assert make.times == 1
    assert len(list(folder.iterdir())) == 1, "nothing half-written stays behind"


@pytest.mark.usefixtures("folder")
def test_a_table_made_from_something_else_is_another() -> None:
    assert ask(Maker(1), "rules 1") == [1]
    assert ask(Maker(2), "rules 2") == [2]
    assert ask(Maker(3), "rules 1") == [1]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-1], id="cut off"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:-1] + b"\x07", id="another byte"),
        pytest.param(lambda data: b"\x07" + data[1:], id="another digest"),
    ],
)
def test_a_spoilt_file_is_made_anew(folder: Path, spoil: object) -> None:
    ask(Maker(1, 2))
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))  # type: ignore[operator]
    assert ask(make := Maker(1, 2)) == [1, 2]
    assert (make.times, file.read_bytes()) == (1, whole)


def test_without_a_folder_it_is_computed_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    make = Maker(5)
    assert ask(make) == ask(make) == [5]
    assert make.times == 2


@pytest.mark.usefixtures("folder")
def test_a_table_cannot_be_changed() -> None:
    table = kept("table", "x", np.uint32, Maker(1))
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 2


def test_the_fold_table_is_the_one_that_would_be_computed() -> None:
    assert np.array_equal(fold.table(), fold.compute())
