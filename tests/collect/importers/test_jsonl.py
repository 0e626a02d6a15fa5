"""Our own JSON lines: every bad line is told of, and reading goes on."""

from __future__ import annotations

import gzip
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening import codec
from listening.collect.importers import BadLine, Options, find, formats, read_posts
from listening.collect.lines import KEPT, MAX_LINE
from listening.errors import InputMistake
from listening.model import Post

POST = Post(id="demo:1", text="又断网啦", platform="demo", published_at=datetime(2026, 11, 23, 8, tzinfo=UTC))
GOOD = codec.post_to_json(POST)


def read(path: Path) -> list[Post | BadLine]:
    return list(read_posts(path, find("jsonl")))


def written(tmp_path: Path, data: bytes, name: str = "posts.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


FORMS = {
    "plain": GOOD + b"\n" + GOOD + b"\n",
    "no newline at the end": GOOD + b"\n" + GOOD,
    "byte order mark": b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD + b"\n",
    "windows line ends": GOOD + b"\r\n" + GOOD + b"\r\n",
    "blank lines": b"\n" + GOOD + b"\n \t\n\n" + GOOD + b"\n\n",
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain file", "gz"])
@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_posts_are_read_in_every_usual_form(tmp_path: Path, data: bytes, packed: bool) -> None:
    name = "posts.jsonl.gz" if packed else "posts.jsonl"
    path = written(tmp_path, gzip.compress(data) if packed else data, name)
    assert read(path) == [POST, POST]


BAD = {
    "broken JSON": (b'{"id": "demo:1", ', "is not a JSON value"),
    "no object": (b"[1, 2]", "is not a JSON object"),
    "wrong type": (b'{"id": 7, "text": "x"}', "'id': Expected `str`, got `int`"),
    "no id": (b'{"text": "x"}', "missing required field `id`"),
    "empty id": (b'{"id": "", "text": "x"}', "has an empty id"),
    "no text": (b'{"id": "demo:1"}', "missing required field `text`"),
    "unparsable time": (b'{"id": "1", "text": "x", "published_at": "soon"}', "'published_at'"),
    "time without a zone": (
        b'{"id": "1", "text": "x", "published_at": "2026-01-01T00:00:00"}',
        "without a zone",
    ),
    "text too long": (b'{"id": "1", "text": "' + b"x" * 1_000_001 + b'"}', "1,000,001 characters"),
    "lone surrogate": (rb'{"id": "1", "text": "\ud800"}', "lone surrogate"),
    "NUL escaped": (rb'{"id": "1", "text": "\u0000"}', "NUL"),
    "NUL raw": (b'{"id": "1", "text": "\x00"}', "NUL"),
    "wrong encoding": ('{"id": "1", "text": "断网"}'.encode("gb18030"), "is not UTF-8"),
    "longer than any post": (b'{"id": "' + b"x" * MAX_LINE + b'"}', "is longer than 32,000,000 bytes"),
    "deeply nested": (
        b'{"id":"1","text":"x","extra":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        "nested more than 100 deep",
    ),
}


@pytest.mark.parametrize(("raw", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_one_entry_and_the_rest_goes_on(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = written(tmp_path, GOOD + b"\n" + raw + b"\n" + GOOD + b"\n")
    before, bad, after = read(path)
    assert (before, after) == (POST, POST)
    assert isinstance(bad, BadLine)
    assert (bad.file, bad.line) == (str(path), 2)
    assert reason in bad.reason
    assert bad.raw == raw + b"\n" if len(raw) < MAX_LINE else raw.startswith(bad.raw[:KEPT])


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_give_posts_or_bad_lines_one_for_each_line(
    tmp_path_factory: pytest.TempPathFactory, raw_lines: list[bytes]
) -> None:
    clean = [line.replace(b"\n", b"") for line in raw_lines]
    path = written(tmp_path_factory.mktemp("any"), b"id\n" + b"\n".join([*clean, GOOD]))
    *bad, last = read(path)
    assert last == POST
    numbers = [n for n, line in enumerate([b"id", *clean], 1) if line.strip()]
    assert [found.line for found in bad if isinstance(found, BadLine)] == numbers


def test_a_gz_cut_off_at_any_byte_gives_what_can_be_read_then_one_bad_line(tmp_path: Path) -> None:
    texts = [os.urandom(40).hex() for _ in range(12)]
    posts = [replace(POST, id=f"demo:{n}", text=text) for n, text in enumerate(texts)]
    packed = gzip.compress(b"".join(codec.post_to_json(post) + b"\n" for post in posts))
    path = tmp_path / "posts.jsonl.gz"
    most = 0
    for length in range(2, len(packed)):
        path.write_bytes(packed[:length])
        *whole, bad = read(path)
        assert whole == posts[: len(whole)]
        assert isinstance(bad, BadLine)
        assert bad.line == len(whole) + 1
        assert "the file is cut off here" in bad.reason
        most = max(most, len(whole))
    assert most == 12, "with only the checksum missing, all posts are there"


def test_a_last_post_that_lacks_only_its_newline_is_read_from_a_cut_off_gz(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD)
    post, bad = read(written(tmp_path, packed[:-4], "posts.jsonl.gz"))
    assert post == POST
    assert isinstance(bad, BadLine)
    assert (bad.line, bad.raw) == (2, b"")


def test_several_gz_files_in_one_are_read_to_the_end(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD + b"\n") * 3 + b"\0" * 512
    assert read(written(tmp_path, packed, "posts.jsonl.gz")) == [POST] * 3


def test_a_gz_damaged_in_the_middle_ends_with_a_bad_line(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD + b"\n") + b"garbage"
    post, bad = read(written(tmp_path, packed, "posts.jsonl.gz"))
    assert post == POST
    assert isinstance(bad, BadLine)
    assert "the file is damaged from here on" in bad.reason


def test_an_empty_file_holds_no_posts(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"")) == []


def test_a_packed_file_needs_no_special_name(tmp_path: Path) -> None:
    assert read(written(tmp_path, gzip.compress(GOOD), "posts.jsonl")) == [POST]


def a_folder(path: Path) -> None:
    path.mkdir()


def nothing(_path: Path) -> None:
    pass


def a_false_gz(path: Path) -> None:
    path.write_bytes(GOOD)


def utf_16(path: Path) -> None:
    path.write_bytes(GOOD.decode().encode("utf-16"))


UNUSABLE = {
    "a folder": ("x", a_folder, "x: is not a file - name a file"),
    "missing": ("x", nothing, "x: there is no such file - check the name"),
    "no gzip": ("x.gz", a_false_gz, "x.gz: is not a gzip file - unpack it"),
    "UTF-16": ("x", utf_16, "x: is UTF-16 - convert it: iconv -f utf-16 -t utf-8 x"),
    "a pipe": ("x", lambda path: os.mkfifo(path), "x: is not a file"),
}


@pytest.mark.parametrize(("name", "make", "message"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_file_is_told_before_anything_is_read(
    tmp_path: Path, name: str, make: object, message: str
) -> None:
    assert callable(make)
    make(tmp_path / name)
    with pytest.raises(InputMistake) as caught:
        read_posts(tmp_path / name, find("jsonl"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    path.chmod(stat.S_IWUSR)
    with pytest.raises(InputMistake, match=r"cannot be read \(Permission denied\) - check its rights"):
        read_posts(path, find("jsonl"))


def test_reading_is_lazy(tmp_path: Path) -> None:
    path = written(tmp_path, (GOOD + b"\n") * 20_000)
    posts = read_posts(path, find("jsonl"))
    assert next(posts) == POST
    path.write_bytes(b"")  # what was not asked for has not been read
    assert sum(1 for _ in posts) < 19_000


def test_the_formats_are_the_files_there_are() -> None:
    others = {"bazhuayu", "mediacrawler", "weibo_search", "weibospider", "zeeschuimer"}
    assert list(formats()) == sorted({"jsonl", "mapped"} | others)
    assert all(says and "\n" not in says for says in formats().values())
    assert formats()["jsonl"].startswith("our own JSON lines")
    assert "--map" in formats()["mapped"]


MISTAKES = {
    "misspelt": ("jsonll", Options(), "unknown format 'jsonll' - did you mean 'jsonl'?"),
    "unknown": (
        "parquet",
        Options(),
        "unknown format 'parquet' - there are: bazhuayu, jsonl, mapped, mediacrawler",
    ),
    "a helper": ("_table", Options(), "unknown format '_table'"),
    "map for jsonl": ("jsonl", Options(map=Path("m.yaml")), "m.yaml: the format 'jsonl' takes no column map"),
    "no map": ("mapped", Options(), "mapped: this format needs a column map - add --map MAP.yaml"),
}


@pytest.mark.parametrize(("name", "options", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_wrong_choice_of_format_is_told_with_its_cure(name: str, options: Options, message: str) -> None:
    with pytest.raises(InputMistake) as caught:
        find(name, options)
    assert message in str(caught.value)
