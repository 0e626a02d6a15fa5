"""`listening import`: files into the archive, the matcher and the store."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from listening.collect.importers import formats
from tests.cli.place import EXCLUDED, HIT, MENTION, UNMATCHED, Place, json_line, post


def test_every_post_ends_in_one_outcome_and_the_sum_is_told_on_stdout(place: Place) -> None:
    again = post(1)  # made once: a later one would be a millisecond younger
    posts = [again, post(2, MENTION), post(3, UNMATCHED), post(4, EXCLUDED), again]
    answer = place.take(*posts)
    assert answer.code == 0
    assert answer.out == "posts.jsonl: 5 posts: 1 hit, 1 mention, 1 unmatched, 1 excluded, 1 repeat [ok]\n"
    assert answer.err == ""


def test_json_is_the_account_of_each_run(place: Place) -> None:
    files = [place.write(post(n), name=f"{n}.jsonl") for n in (1, 2)]
    answer = place.call("import", "--json", *files)
    assert [(run["source"], run["verb"], run["status"]) for run in answer.records] == [
        ("1.jsonl", "import", "ok"),
        ("2.jsonl", "import", "ok"),
    ]
    assert [(run["read"], run["outcomes"]["hit"]) for run in answer.records] == [(1, 1), (1, 1)]


def test_importing_again_changes_nothing(place: Place) -> None:
    place.take(post(1), post(2, MENTION))
    before = place.call("export").out
    assert place.call("import", place.folder / "posts.jsonl").out.endswith("2 posts: 2 repeat [ok]\n")
    assert place.call("export").out == before


def test_an_empty_file_is_told_as_empty_and_is_no_failure(place: Place) -> None:
    answer = place.take()
    assert (answer.code, answer.out) == (0, "posts.jsonl: 0 posts: none [empty]\n")


def test_posts_carry_the_name_of_their_source(place: Place) -> None:
    file = place.write(post(1), post(2, source="论坛"))
    place.call("import", "--source", "客服导出", file)
    found = place.call("search", "--json").records
    assert {record["id"]: record["source"] for record in found} == {"weibo:1": "客服导出", "weibo:2": "论坛"}


@pytest.mark.parametrize("name", ["posts.jsonl.gz", "posts.jsonl"], ids=["named so", "without the name"])
def test_gzip_is_unpacked(place: Place, name: str) -> None:
    answer = place.take(gzip.compress(json_line(post(1)) + json_line(post(2))), name=name)
    assert (answer.code, answer.out) == (0, f"{name}: 2 posts: 2 hit [ok]\n")


def test_somebody_elses_table_comes_in_by_a_map(place: Place) -> None:
    rows = "编号,内容,时间\n7,星河宽带断网,2026-11-20 08:00\n".encode("gb18030")
    column_map = place.folder / "map.yaml"
    column_map.write_text("platform: weibo\ncolumns: {id: 编号, text: 内容, published_at: 时间}\n", "utf-8")
    answer = place.call(
        "import", place.write(rows, name="留言.csv"), "--map", column_map, "--zone", "Asia/Tokyo"
    )
    assert (answer.code, answer.out) == (0, "留言.csv: 1 posts: 1 hit [ok]\n")
    (record,) = place.call("search", "--json").records
    assert (record["id"], record["published_at"]) == ("weibo:7", "2026-11-19T23:00:00.000Z")


def test_an_edited_post_is_matched_again_and_its_record_replaced(place: Place) -> None:
    place.take(post(1, HIT))
    answer = place.take(post(1, "星河光纤掉线"), name="later.jsonl")
    assert answer.out == "later.jsonl: 1 posts: 1 hit [ok]\n"
    assert place.record("weibo:1")["text"] == "星河光纤掉线"
    assert place.call("count").out == "1\n"


def test_an_edit_that_matches_no_more_withdraws_the_record(place: Place) -> None:
    place.take(post(1))
    place.take(post(1, "通了，谢谢"), name="later.jsonl")
    assert place.call("search", "--json").records == []
    assert place.call("queue list", "--json").records == []
    assert place.record("weibo:1")["status"] == "withdrawn"


def test_an_edit_that_makes_a_hit_of_a_mention_brings_it_into_the_queue(place: Place) -> None:
    place.take(post(1, MENTION))
    assert place.call("queue list", "--json").ids == []
    place.take(post(1, HIT), name="later.jsonl")
    assert place.call("queue list", "--json").ids == ["weibo:1"]


def test_a_deleted_post_keeps_its_words_and_is_marked(place: Place) -> None:
    place.take(post(1))
    answer = place.take(post(1, "", deleted=True), name="later.jsonl")
    assert answer.out == "later.jsonl: 1 posts: 1 hit [ok]\n"
    record = place.record("weibo:1")
    assert (record["deleted"], record["text"], record["level"]) == (True, HIT, 2)


def test_new_figures_of_a_repeat_are_added_to_its_history(place: Place) -> None:
    first = post(1, metrics={"likes": 1})
    place.take(first)
    assert "1 repeat" in place.take(first | {"metrics": {"likes": 9}}, name="later.jsonl").out
    history = place.record("weibo:1")["metrics_history"]
    assert [seen["metrics"] for seen in history] == [{"likes": 1}, {"likes": 9}]


def test_a_post_older_than_the_queue_takes_is_kept_but_not_queued(place: Place) -> None:
    place.lay_out(queue_max_age="2h").take(post(1), post(180))
    assert place.call("queue list", "--json").ids == ["weibo:1"]
    old = place.record("weibo:180")
    assert (old["status"], old["level"], "respond_by" in old) == ("kept", 2, False)


def unusable(place: Place) -> dict[str, Path]:
    """Files that are none, with the words they are refused with."""
    return {
        "there is no such file - check the name": place.folder / "nowhere.jsonl",
        "is not a file - name a file; a folder's files: folder/*": place.rules.parent,
        "is not a gzip file - unpack it, or drop the .gz": place.write(post(1), name="a.jsonl.gz"),
        "is UTF-16 - convert it: iconv": place.write("字".encode("utf-16"), name="utf16.jsonl"),
    }


def test_unusable_files_are_told_all_at_once_and_nothing_is_done(place: Place) -> None:
    bad = unusable(place)
    answer = place.call("import", place.write(post(1)), *bad.values())
    assert (answer.code, answer.out) == (1, "")
    for told, file in bad.items():
        assert f"{file}: {told}" in answer.err
    assert len(answer.err.splitlines()) == len(bad)
    assert not place.archive.exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(
            ["--as", "jsonlines"], "--as: unknown format 'jsonlines' - did you mean 'jsonl'?", id="as"
        ),
        pytest.param(["--as", "mapped"], "mapped: this format needs a column map - add --map", id="no map"),
        pytest.param(["--map", "nowhere.yaml"], "nowhere.yaml: the column map cannot be read", id="lost map"),
    ],
)
def test_an_unusable_format_ends_with_1(place: Place, args: list[str], told: str) -> None:
    answer = place.call("import", *args, place.write(post(1)))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(told)
    assert len(answer.err.splitlines()) == 1


def test_formats_are_listed_by_the_help(place: Place) -> None:
    text = place.run("import", "--help").out
    for name in formats():
        assert f"    {name} " in text


EXPORT = "标题,txt,from1\n小明,星河宽带断网,2026-11-20 08:00\n".encode()


def test_an_export_of_another_tool_comes_in_by_its_name(place: Place) -> None:
    file = place.write(EXPORT, name="微博.csv")
    answer = place.call("import", file, "--as", "bazhuayu", "--zone", "Asia/Tokyo")
    assert (answer.code, answer.out) == (0, "微博.csv: 1 posts: 1 hit [ok]\n")
    (record,) = place.call("search", "--json").records
    assert record["published_at"] == "2026-11-19T23:00:00.000Z"
    assert "1 repeat" in place.call("import", file, "--as", "bazhuayu", "--zone", "Asia/Tokyo").out


def test_an_export_that_is_not_said_to_be_one_is_recognised_and_nothing_is_done(place: Place) -> None:
    file = place.write(EXPORT, name="微博.csv")
    answer = place.call("import", place.write(post(1)), file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"{file}: looks like bazhuayu - add --as bazhuayu\n"
    assert not place.archive.exists()
