"""Contacts that a sheet declares to be one: read as a whole or not at all, and as often as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from listening.errors import InputMistake
from listening.review.contacts import contact, joins
from listening.review.same_as import Declared, declare, read_pairs
from listening.store.memory import MemoryStore
from tests.store.records import NOW

A, B, C, D = "weibo:1001", "bilibili:42", "tieba:77", "weibo:2002"


def sheet(folder: Path, *rows: str, encoding: str = "utf-8", header: str = "contact,same_as") -> Path:
    file = folder / "pairs.csv"
    file.write_bytes("\r\n".join([header, *rows]).encode(encoding))
    return file


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        pytest.param([f"{A},{B}", f"{A},{C}"], [(A, B), (A, C)], id="one pair a row"),
        pytest.param([f" {A} , {B}"], [(A, B)], id="blanks around them"),
        pytest.param(["", ",", f"{A},{B}", " , "], [(A, B)], id="empty rows"),
        pytest.param([], [], id="no pair"),
        pytest.param(
            ["weibo:张 三,discourse/bbs.example:8443:12"],
            [("weibo:张 三", "discourse/bbs.example:8443:12")],
            id="odd keys",
        ),
    ],
)
def test_pairs_are_read_as_they_stand(tmp_path: Path, rows: list[str], pairs: list[tuple[str, str]]) -> None:
    assert read_pairs(sheet(tmp_path, *rows)) == pairs


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    file = sheet(tmp_path, f"老客户;weibo:张三;{A}", header="备注;same_as;contact", encoding=encoding)
    assert read_pairs(file) == [(A, "weibo:张三")]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = sheet(tmp_path, f"{A},{B}", "weibo：1001,tieba:1", f"{A},", f"{A},{A}", "张三,李四")
    with pytest.raises(InputMistake) as error:
        read_pairs(file)
    cure = "write two keys, such as weibo:1234567890,bilibili:42"
    assert str(error.value).splitlines() == [
        f"{file}:3: 'weibo：1001' is no contact - {cure}",
        f"{file}:4: '' is no contact - {cure}",
        f"{file}:5: says of {A} that it is itself - {cure}",
        f"{file}:6: '张三' is no contact - {cure}",
    ]


def test_a_sheet_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputMistake, match="has no column contact and no same_as - write contact,same_as above"
    ):
        read_pairs(sheet(tmp_path, f"{A},{B}", header="a,b"))


def test_declared_pairs_are_joined_through_each_other(tmp_path: Path) -> None:
    store = MemoryStore()
    pairs = read_pairs(sheet(tmp_path, f"{A},{B}", f"{C},{D}", f"{D},{B}", f"{A},{C}"))
    assert declare(store, pairs, person="李雷", at=NOW) == Declared(joined=3, known=1)
    assert set(contact(store, A).members) == {A, B, C, D}
    assert {each.why for each in joins(store, contact(store, A))} == {"declared"}


def test_the_same_pairs_again_change_nothing() -> None:
    store = MemoryStore()
    declare(store, [(A, B), (C, B)], person="李雷", at=NOW)
    before = list(store.documents(""))
    assert declare(store, [(A, B), (C, B)], person="韩梅梅", at=NOW) == Declared(joined=0, known=2)
    assert list(store.documents("")) == before
