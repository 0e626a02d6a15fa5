"""What holds for every export of another tool: whose it is, in which form, and what is broken in it."""

from __future__ import annotations

import gzip
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening import codec
from listening.collect.importers import BadLine, Options, find, formats, guess
from listening.collect.importers._file import MAX_ARRAY
from listening.errors import InputMistake
from listening.model import Post
from tests.collect.importers import test_mediacrawler, test_weibo_exports, test_zeeschuimer
from tests.collect.importers.reading import as_array, as_csv, as_lines, read, reasons, written

EXPORTS: dict[str, list[dict[str, Any]]] = {
    "mediacrawler": [test_mediacrawler.WEIBO],
    "weibo_search": [test_weibo_exports.SEARCH],
    "weibospider": [test_weibo_exports.SPIDER],
    "bazhuayu": [test_weibo_exports.BAZHUAYU],
    "zeeschuimer": [test_zeeschuimer.recorded("douyin.com", test_zeeschuimer.DOUYIN)],
}
FORMS = {"csv": as_csv, "array": as_array, "lines": as_lines}


def test_every_export_is_tried_here() -> None:
    modules = {name: importlib.import_module(f"listening.collect.importers.{name}") for name in formats()}
    assert {name for name, module in modules.items() if hasattr(module, "EXPORT")} == EXPORTS.keys()
    assert all(modules[name].EXPORT.name == name for name in EXPORTS)


def test_every_format_is_in_the_docs() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "importing.md").read_text("utf-8")
    listed, _, exports = page.partition("## Exports of other tools")
    assert set(re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE)) == formats().keys()
    assert set(re.findall(r"^### (\w+)$", exports, re.MULTILINE)) == EXPORTS.keys()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EXPORTS)
def test_it_is_clear_whose_export_a_file_is(tmp_path: Path, name: str, form: str) -> None:
    text = FORMS[form](EXPORTS[name])
    for data in (
        text.encode(),
        text.encode("gb18030"),
        b"\xef\xbb\xbf" + text.encode(),
        gzip.compress(text.encode()),
    ):
        assert guess(written(tmp_path / "a", data)) == name


def test_a_broken_line_in_front_does_not_hide_it(tmp_path: Path) -> None:
    assert guess(written(tmp_path / "a", "{\n\n" + as_lines(EXPORTS["weibospider"]))) == "weibospider"


OURS = codec.post_to_json(Post(id="weibo:1", text="断网", platform="weibo", extra=test_mediacrawler.WEIBO))
NOBODYS = {
    "our own posts": OURS + b"\n",
    "a table": "编号,内容,时间\n1,断网,2025-08-12\n".encode(),
    "empty": b"",
    "blank": b"\n \n",
    "an empty array": b"[]",
    "no JSON": b"{{{",
    "binary": bytes(range(256)),
    "cut off": gzip.compress(OURS)[:20],
    "UTF-16": "标题,txt,from1".encode("utf-16"),
}


@pytest.mark.parametrize("data", NOBODYS.values(), ids=NOBODYS)
def test_of_other_files_nothing_is_guessed(tmp_path: Path, data: bytes) -> None:
    assert guess(written(tmp_path / "a", data)) is None


def test_of_no_file_nothing_is_guessed(tmp_path: Path) -> None:
    assert guess(tmp_path) is None
    assert guess(tmp_path / "nowhere") is None


@pytest.mark.parametrize("name", EXPORTS)
def test_an_empty_export_holds_no_posts(tmp_path: Path, name: str) -> None:
    assert read(written(tmp_path / "a", ""), name) == []
    assert read(written(tmp_path / "b", as_csv(EXPORTS[name]).splitlines()[0] + "\n"), name) == []
    assert read(written(tmp_path / "c", "[]"), name) == []


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_takes_no_column_map(name: str) -> None:
    with pytest.raises(InputMistake, match=f"m.yaml: the format '{name}' takes no column map - leave out"):
        find(name, Options(map=Path("m.yaml")))


# JSON arrays

WEIBO = test_mediacrawler.WEIBO
ROWS = [WEIBO | {"note_id": str(5200000000000000 + n)} for n in range(1, 5)]
IDS = [f"weibo:{row['note_id']}" for row in ROWS]
HEIGHT = len(WEIBO) + 2


def ids_of(found: list[Post | BadLine]) -> list[str]:
    return [one.id for one in found if isinstance(one, Post)]


@pytest.mark.parametrize("indent", [None, 4], ids=["in one line", "in many"])
def test_an_array_is_read_object_by_object(tmp_path: Path, indent: int | None) -> None:
    path = written(tmp_path / "a.json", json.dumps(ROWS, indent=indent))
    assert ids_of(read(path, "mediacrawler")) == IDS


def test_a_bad_object_is_told_with_the_line_it_begins_in(tmp_path: Path) -> None:
    rows: list[Any] = [ROWS[0], 7, ROWS[1] | {"note_id": "x"}, ROWS[2]]
    found = read(written(tmp_path / "a.json", as_array(rows)), "mediacrawler")
    assert ids_of(found) == [IDS[0], IDS[2]]
    assert [line for line, _ in reasons(found)] == [2 + HEIGHT, 3 + HEIGHT]
    assert "is not a JSON object" in reasons(found)[0][1]
    assert isinstance(found[2], BadLine)
    assert json.loads(found[2].raw)["note_id"] == "x"


def test_an_array_cut_off_anywhere_gives_what_is_whole_and_one_bad_line(tmp_path: Path) -> None:
    whole = as_array(ROWS).encode()
    for length in range(whole.index(b"}") + 1, len(whole) - 2, 7):
        found = read(written(tmp_path / "a.json", whole[:length]), "mediacrawler")
        told = ids_of(found)
        assert told == IDS[: len(told)]
        bad = found[-1]
        assert isinstance(bad, BadLine)
        assert bad.reason == "the array is broken from here on - get the file once more"
        assert bad.line == whole[: length - len(bad.raw)].count(b"\n") + 1
        assert len(found) == len(told) + 1


def test_a_packed_array_cut_off_says_that_the_file_is(tmp_path: Path) -> None:
    packed = gzip.compress(as_array(ROWS).encode())
    found = read(written(tmp_path / "a.json.gz", packed[:-4]), "mediacrawler")
    assert ids_of(found) == IDS
    ((_, reason),) = reasons(found)
    assert "the file is cut off here" in reason


BROKEN_ARRAYS = {
    "something behind it": (as_array(ROWS) + "\n[]", IDS, "stands behind the end of the array"),
    "nested too deeply": (as_array(ROWS)[:-2] + "," + "[" * 200_000, IDS, "nested too deeply"),
    "deep, but whole": (
        as_array([*ROWS, {"x": json.loads("[" * 101 + "]" * 101)}]),
        IDS,
        "nested more than 100",
    ),
    "a NUL": (as_array([*ROWS, WEIBO | {"content": "\0"}]), IDS, "holds a NUL character"),
    "a lone surrogate": (as_array(ROWS)[:-2] + r',{"x":"\ud800"}]', IDS, "lone surrogate"),
}


@pytest.mark.parametrize(("text", "good", "reason"), BROKEN_ARRAYS.values(), ids=BROKEN_ARRAYS)
def test_what_is_broken_in_an_array_is_told(tmp_path: Path, text: str, good: list[str], reason: str) -> None:
    found = read(written(tmp_path / "a.json", text), "mediacrawler")
    assert ids_of(found) == good
    assert [told for _, told in reasons(found) if reason in told] == [reasons(found)[-1][1]]
    assert len(reasons(found)) == 1


def test_bytes_of_another_encoding_spoil_one_object(tmp_path: Path) -> None:
    data = as_array(ROWS).encode().replace("又断网".encode(), "又断网".encode("gb18030"), 1)
    found = read(written(tmp_path / "a.json", data), "mediacrawler")
    assert ids_of(found) == IDS[1:]
    assert "is not UTF-8" in reasons(found)[0][1]


def test_an_array_too_large_to_be_held_is_read_as_far_as_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_ARRAY > 100_000_000
    text = as_array(ROWS)
    monkeypatch.setattr("listening.collect.importers._file.MAX_ARRAY", len(text.encode()) // 2)
    found = read(written(tmp_path / "a.json", text), "mediacrawler")
    assert ids_of(found) == IDS[:1]
    assert "is an array of more than" in reasons(found)[0][1]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
def test_any_values_in_the_known_columns_give_posts_or_bad_lines(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(list(EXPORTS)))
    (row,) = EXPORTS[name]
    wrong = data.draw(st.dictionaries(st.sampled_from(list(row)), values, max_size=3))
    if name == "zeeschuimer":
        wrong = wrong | {
            "data": row["data"] | data.draw(st.dictionaries(st.sampled_from(list(row["data"])), values))
        }
    text = as_lines([row, row | wrong])
    found = read(written(tmp_path_factory.mktemp("any") / "a", text), name)
    assert len(found) == 2
    for one in found:
        if isinstance(one, Post):
            assert codec.post_from_json(codec.post_to_json(one)) == one
