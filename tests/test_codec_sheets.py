"""Sheets for people: written so that a spreadsheet opens them, read as spreadsheets save them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.codec.sheets import as_written, read_sheet, safe, to_sheet
from listening.errors import InputMistake

CURE = "give a sheet of ours"


def read(folder: Path, text: str, encoding: str = "utf-8") -> list[tuple[int, dict[str, str]]]:
    file = folder / "sheet.csv"
    file.write_bytes(text.encode(encoding))
    return list(read_sheet(file, ("id", "label"), CURE))


def test_a_sheet_opens_as_utf_8_and_holds_what_was_given() -> None:
    data = to_sheet(("id", "text"), [("1", '两\n行，“引号”"'), ("2", "")])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["id", "text"], ["1", '两\n行，“引号”"'], ["2", ""]]


def test_no_cell_is_a_formula() -> None:
    data = to_sheet(("a", "b", "c"), [("=1+1", "@星河", "\t断网"), ("-1", "+86", "\r")]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data, newline="")) for cell in row]
    assert cells == ["a", "b", "c", "'=1+1", "'@星河", "'\t断网", "'-1", "'+86", "'\r"]


@given(st.text())
def test_what_was_made_safe_comes_back(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not (text.startswith("'") and text[1:].startswith(("=", "+", "-", "@", "\t", "\r"))):
        assert as_written(safe(text)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param("id,label\na,是\n", "utf-8", id="utf-8"),
        pytest.param("id,label\na,是\n", "utf-8-sig", id="utf-8 with a BOM"),
        pytest.param("id,label\na,是\n", "gb18030", id="a Chinese spreadsheet's CSV"),
        pytest.param("id;label\r\na;是\r\n", "utf-8", id="semicolons"),
        pytest.param("label\tid\n是\ta", "utf-8", id="tabs, and another order"),
        pytest.param("id,label\n\na,是\n", "utf-8", id="an empty line"),
    ],
)
def test_what_a_spreadsheet_makes_of_it_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    (row,) = read(tmp_path, text, encoding)
    assert row[1] == {"id": "a", "label": "是"}


def test_a_row_is_named_by_the_line_it_begins_at(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,label,text\n1,,"两\n行"\n\n2,否,x\n')
    assert [line for line, _ in rows] == [2, 5]


def test_missing_cells_are_empty_and_further_ones_dropped(tmp_path: Path) -> None:
    assert [row for _, row in read(tmp_path, "id,label\na\nb,1,2,3\n")] == [
        {"id": "a", "label": ""},
        {"id": "b", "label": "1"},
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"id\n", f":1: has no column label - {CURE}", id="a column is missing"),
        pytest.param(b"", f":1: has no column id and no label - {CURE}", id="an empty file"),
        pytest.param(
            b"\xff\xff\xff", ": is neither UTF-8 nor GB 18030 - save it as CSV in UTF-8", id="no text at all"
        ),
    ],
)
def test_what_is_no_sheet_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "sheet.csv"
    file.write_bytes(data)
    with pytest.raises(InputMistake) as error:
        list(read_sheet(file, ("id", "label"), CURE))
    assert str(error.value) == f"{file}{told}"


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path) -> None:
    most = csv.field_size_limit()
    with pytest.raises(InputMistake) as error:
        read(tmp_path, 'id,label\na,"' + "x\n" * most)
    assert f"cannot be read (field larger than field limit ({most})) - save it as CSV again" in str(
        error.value
    )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputMistake, match=r"cannot be read \(No such file or directory\) - name a labelled"):
        list(read_sheet(tmp_path / "sheet.csv", ("id",), CURE))
