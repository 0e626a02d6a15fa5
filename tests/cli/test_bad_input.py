"""What bad input gets: it is counted, told with file and line, kept in quarantine, and the rest goes on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from listening.cli.entry import run
from tests.cli.place import Place, json_line, post

BAD_LINES = [
    pytest.param(b'{"id": "weibo:2", "text": "cut off\n', "is not a JSON value", id="broken JSON"),
    pytest.param(b'["weibo:2"]\n', "is not a JSON object - write one post as {...} per line", id="a list"),
    pytest.param(json_line(post(2, id=2)), "'id': Expected `str`, got `int`", id="a number as id"),
    pytest.param(
        json_line(post(2, text=["断网"])), "'text': Expected `str`, got `array`", id="a list as text"
    ),
    pytest.param(json_line(post(2, id=None)), "missing required field `id`", id="no id"),
    pytest.param(json_line(post(2, id="")), "has an empty id - give every post its own id", id="empty id"),
    pytest.param(json_line({"id": "2", "platform": "x"}), "missing required field `text`", id="no text"),
    pytest.param(json_line(post(2, published_at="昨天")), "'published_at': Invalid RFC3339", id="no time"),
    pytest.param(
        json_line(post(2, published_at="2026-11-23T16:00:00")), "has a time without a zone", id="zone"
    ),
    pytest.param(json_line(post(2, "断" * 1_000_001)), "has a text of 1,000,001 characters", id="too long"),
    pytest.param(b'{"id": "2", "text": "\\ud83d"}\n', "a lone surrogate", id="lone surrogate"),
    pytest.param(
        b'{"id": "2", "text": "a\\u0000b"}\n', "holds a NUL character - remove it", id="escaped NUL"
    ),
    pytest.param(b'{"id": "2", "text": "a\x00b"}\n', "holds a NUL character - remove it", id="NUL"),
    pytest.param('{"id": "2", "text": "断网"}\n'.encode("gbk"), "is not UTF-8 (byte 21)", id="GBK"),
    pytest.param(b'{"id": "2", "text": ' + b"[" * 200 + b"\n", "nested more than 100 deep", id="too deep"),
]


def entries(place: Place) -> list[Any]:
    return place.call("quarantine list", "--json").records


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_kept_with_its_place_and_reason_and_the_rest_goes_on(
    place: Place, line: bytes, reason: str
) -> None:
    answer = place.take(post(1), line, post(3))
    assert answer.code == 3
    assert answer.out == "posts.jsonl: 3 posts: 2 hit, 1 invalid [ok]\n"
    (entry,) = entries(place)
    assert (entry["file"], entry["line"]) == (str(place.folder / "posts.jsonl"), 2)
    assert entry["source"] == "posts.jsonl"
    assert reason in entry["reason"]
    assert place.call("search", "--json").ids == ["weibo:1", "weibo:3"]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_the_quarantine_shows_a_bad_line_as_it_was_up_to_a_million_bytes(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], line: bytes, reason: str
) -> None:
    place = Place(tmp_path, capfdbinary).lay_out()
    assert run(["import", "--config", str(place.config), str(place.write(line))]) == 3
    capfdbinary.readouterr()
    assert run(["quarantine", "show", "--config", str(place.config), "1"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.rstrip(b"\n") == line[:1_000_000].rstrip(b"\n")
    assert "posts.jsonl:1: " in err.decode()
    assert reason in err.decode()
    assert (f"only the first 1,000,000 of {len(line):,} bytes were kept" in err.decode()) == (len(line) > 1e6)


def test_lines_that_say_nothing_are_no_posts(place: Place) -> None:
    answer = place.take(b"\n", b"  \t\n", post(1), b"\r\n")
    assert (answer.code, answer.out) == (0, "posts.jsonl: 1 posts: 1 hit [ok]\n")


def test_what_editors_leave_behind_is_no_mistake(place: Place) -> None:
    windows = b"\xef\xbb\xbf" + json_line(post(1)).replace(b"\n", b"\r\n") + json_line(post(2)).rstrip()
    answer = place.take(windows)
    assert (answer.code, answer.out) == (0, "posts.jsonl: 2 posts: 2 hit [ok]\n")


def test_a_gzip_that_was_cut_off_gives_what_can_be_read_and_one_bad_line(place: Place) -> None:
    whole = gzip.compress(b"".join(json_line(post(n)) for n in range(1, 200)))
    answer = place.take(whole[: len(whole) // 2], name="posts.jsonl.gz")
    assert answer.code == 3
    read = len(place.call("export").records)
    assert 0 < read < 199
    assert answer.out == f"posts.jsonl.gz: {read + 1} posts: {read} hit, 1 invalid [ok]\n"
    (entry,) = entries(place)
    assert (entry["line"], "the file is cut off here" in entry["reason"]) == (read + 1, True)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        pytest.param({"platform": None}, "has no platform, which a stored post needs", id="platform"),
        pytest.param({"published_at": None}, "has no published_at, which a stored", id="published_at"),
        pytest.param(
            {"platform": None, "published_at": None}, "has no platform and no published_at", id="both"
        ),
    ],
)
def test_a_post_that_can_be_matched_but_not_stored_is_told_with_its_line(
    place: Place, missing: dict[str, Any], reason: str
) -> None:
    line = json_line(post(2, **missing))
    answer = place.take(post(1), line)
    assert (answer.code, answer.out) == (3, "posts.jsonl: 2 posts: 1 hit, 1 invalid [ok]\n")
    (entry,) = entries(place)
    assert (entry["line"], entry["raw"]) == (2, line.decode())
    assert reason in entry["reason"]


def test_the_same_bad_line_of_the_same_file_is_kept_once(place: Place) -> None:
    for _ in range(2):
        assert place.take(b"{\n").code == 3
    assert len(entries(place)) == 1


def test_a_file_of_nothing_but_bad_lines_ends_with_3(place: Place) -> None:
    answer = place.take(b"{\n", b"}\n")
    assert (answer.code, answer.out) == (3, "posts.jsonl: 2 posts: 2 invalid [ok]\n")


def test_bad_rows_of_a_table_are_kept_with_the_line_an_editor_shows(place: Place) -> None:
    column_map = place.folder / "map.yaml"
    column_map.write_text("platform: weibo\ncolumns: {text: 内容, published_at: 时间}\n", "utf-8")
    rows = '内容,时间\n"星河宽带\n断网",2026-11-20\n断网,刚刚\n断网\n断网,\n'.encode()
    answer = place.call("import", place.write(rows, name="a.csv"), "--map", column_map)
    assert (answer.code, answer.out) == (3, "a.csv: 4 posts: 1 hit, 3 invalid [ok]\n")
    assert [entry["line"] for entry in entries(place)] == [4, 5, 6]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_match_refuses_the_same_lines_for_the_same_reasons(place: Place, line: bytes, reason: str) -> None:
    rejects = place.folder / "bad.jsonl"
    answer = place.run(
        "match", "--rules", place.rules, "--rejects", rejects, place.write(post(1), line, post(3))
    )
    assert (answer.code, answer.ids) == (3, ["weibo:1", "weibo:3"])
    (kept,) = map(json.loads, Path(rejects).read_text("utf-8").splitlines())
    assert kept["line"] == 2
    assert reason in kept["reason"]
