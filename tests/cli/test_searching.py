"""`search`, `count` and `export`: finding, counting and handing out records."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from listening.codec import hit_from_json
from tests.cli.place import HIT, MENTION, UNMATCHED, Place, post


@pytest.fixture
def full(place: Place) -> Place:
    """Three hits and a mention of today, two hits of last week, one post that matches nothing."""
    place.take(
        post(1, HIT, author={"id": "7", "name": "=SUM(A1)"}, title="求助", region="云州"),
        post(2, MENTION),
        post(3, "长河通信又涨价", kind="comment"),
        post(4, "星河光纤掉线，招聘也没用"),
        post(5, UNMATCHED),
        post(10_000, HIT),
        post(10_001, "@星河宽带 断网"),
    )
    return place


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param([], [1, 2, 3, 4, 10_000, 10_001], id="everything, newest first"),
        pytest.param(["断网"], [1, 10_000, 10_001], id="a word"),
        pytest.param(["level:2", "since:2d"], [1, 3, 4], id="several words are one search"),
        pytest.param(["brand:星河宽带 level:1"], [2], id="one argument for all"),
        pytest.param(["level:2", "-招聘"], [1, 3, 10_000, 10_001], id="a minus is no option"),
        pytest.param(["-brand:星河宽带"], [3], id="a field with a minus"),
        pytest.param(["status:open", "scenario:宽带报障"], [1, 4], id="only what is queued"),
        pytest.param(['"又涨价"'], [3], id="a phrase"),
        pytest.param(["--", "-招聘", "掉线"], [], id="behind two dashes"),
        pytest.param(["今天"], [], id="what matched no rule is no record"),
    ],
)
def test_search_count_and_export_find_the_same_records(full: Place, query: list[str], ids: list[int]) -> None:
    wanted = [f"weibo:{n}" for n in ids]
    found = full.call("search", "--json", *query)
    assert (found.code, found.ids, found.err) == (0, wanted, f"{len(ids)} found\n")
    exported = full.call("export", *query)
    assert (exported.code, exported.ids, exported.err) == (0, wanted, f"{len(ids):,} records\n")
    assert full.call("count", *query).out == f"{len(ids)}\n"


def test_the_table_shows_time_subjects_scenarios_and_the_marked_evidence(full: Place) -> None:
    head, row, *_ = full.call("search").out.splitlines()
    assert head.split() == ["published", "level", "subjects", "scenarios", "status", "text", "id"]
    assert row.split()[2:] == ["2", "星河宽带", "宽带报障", "open", "【星河宽带】又【断网】了", "weibo:1"]


def test_times_are_shown_in_the_zone_of_the_config(place: Place) -> None:
    line = post(1, published_at="2026-11-20T23:30:00Z")
    place.lay_out(timezone="Asia/Shanghai").take(line)
    assert place.call("search").out.splitlines()[1].startswith("2026-11-21 07:30")
    place.lay_out(timezone="UTC")
    assert place.call("search").out.splitlines()[1].startswith("2026-11-20 23:30")


def test_a_limit_shows_the_newest_and_tells_how_many_there_are(full: Place) -> None:
    answer = full.call("search", "--json", "--limit", "2")
    assert (answer.ids, answer.err) == (["weibo:1", "weibo:2"], "6 found, the newest 2 are shown\n")


def test_withdrawn_records_are_found_only_by_asking_for_them(full: Place) -> None:
    full.take(post(1, "通了"), name="edited.jsonl")
    assert "weibo:1" not in full.call("export").ids
    assert full.call("count").out == "5\n"
    assert full.call("search", "--json", "status:withdrawn").ids == ["weibo:1"]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        pytest.param("brand", [("星河宽带", 5)], id="brand"),
        pytest.param("competitor", [("长河通信", 1)], id="competitor"),
        pytest.param("scenario", [("星河宽带/宽带报障", 4), ("长河通信/挖角机会", 1)], id="scenario"),
        pytest.param("level", [("2", 5), ("1", 1)], id="level"),
        pytest.param("region", [("云州", 1)], id="what few of them have"),
    ],
)
def test_count_by_a_field_gives_each_value_the_most_frequent_first(
    full: Place, by: str, rows: list[tuple[str, int]]
) -> None:
    head, *lines = full.call("count", "--by", by).out.splitlines()
    assert head.split() == [by, "records"]
    assert [tuple(line.split()) for line in lines] == [(value, str(n)) for value, n in rows]
    (found,) = full.call("count", "--by", by, "--json").records
    assert [(str(row[by]), row["records"]) for row in found] == rows


def test_count_by_day_begins_days_in_the_zone_of_the_config(place: Place) -> None:
    times = ["2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z", "2026-11-21T03:00:00Z"]
    place.take(*(post(n, published_at=time) for n, time in enumerate(times)))
    (rows,) = place.call("count", "--by", "day", "--json").records
    assert rows == [
        {"day": "2026-11-20T00:00+08:00", "records": 1},
        {"day": "2026-11-21T00:00+08:00", "records": 2},
    ]


def test_count_tells_the_total_to_a_machine(full: Place) -> None:
    assert full.call("count", "--json", "level:2").records == [{"total": 5}]


def test_nothing_found_is_no_failure(place: Place) -> None:
    for verb in ("search", "count", "export"):
        assert place.call(verb, "断网").code == 0
    assert place.call("count", "断网").out == "0\n"
    assert place.call("count", "--by", "brand").out == "brand  records\n"


def test_an_export_can_be_imported_elsewhere(full: Place) -> None:
    exported = full.call("export").out.encode()
    assert [hit_from_json(line).id for line in exported.splitlines()] == full.call("export").ids
    full.lay_out(store="sqlite:other.sqlite", archive="other")
    answer = full.take(exported, name="export.jsonl")
    assert (answer.code, answer.out) == (0, "export.jsonl: 6 posts: 5 hit, 1 mention [ok]\n")


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_is_for_a_spreadsheet(full: Place) -> None:
    answer = full.call("export", "--csv", "level:2", "since:2d")
    assert (answer.code, answer.err) == (0, "3 records\n")
    assert answer.out.startswith("\ufeffid,platform,source,kind,published_at,level,class,")
    rows = table_of(answer.out)
    assert [row["id"] for row in rows] == ["weibo:1", "weibo:3", "weibo:4"]
    assert (rows[0]["title"], rows[0]["matched"]) == ("求助", "星河宽带；断网")
    assert rows[1]["scenarios"] == "长河通信/挖角机会"
    assert datetime.fromisoformat(rows[0]["published_at"]).utcoffset() is not None


def test_csv_lets_no_post_become_a_formula(full: Place) -> None:
    rows = {row["id"]: row for row in table_of(full.call("export", "--csv").out)}
    assert rows["weibo:1"]["author"] == "'=SUM(A1)"
    assert rows["weibo:10001"]["text"] == "'@星河宽带 断网"


def test_csv_of_nothing_is_its_header(place: Place) -> None:
    answer = place.call("export", "--csv")
    assert (answer.code, len(answer.out.splitlines()), answer.err) == (0, 1, "0 records\n")
