"""`listening segment`: saved questions about contacts, their size and their export."""

from __future__ import annotations

import csv
import io

import pytest

from tests.cli.place import Place
from tests.cli.talk import WANG, ZHANG, ZHANG_ELSEWHERE, filled, staffed

BIG = ["大号报障", "--query", "scenario:宽带报障 since:30d", "--followers", "1000"]
EVERYBODY = ["全部"]


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    """With two segments."""
    filled(staffed(place))
    for words in (BIG, EVERYBODY):
        assert place.call("segment save", *words, "--as", "陈静").code == 0
    return place


def test_saving_tells_the_size_and_whether_something_was_there(desk: Place) -> None:
    answer = desk.call("segment save", "新号", "--query", "断网", "--as", "陈静")
    assert (answer.code, answer.out, answer.err) == (0, "新号: saved, 2 contacts\n", "")
    again = desk.call("segment save", "新号", "--platform", "bilibili", "--as", "李娜")
    assert again.out == "新号: saved in the place of another, 1 contacts\n"


def test_segments_are_listed_with_their_size_and_their_question(desk: Place) -> None:
    rows = [line.split("  ") for line in desk.call("segment list").out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()][:4] for row in rows]
    assert cells == [
        ["segment", "contacts", "question", "by"],
        ["全部", "2", "everybody", "陈静"],
        ["大号报障", "1", "scenario:宽带报障 since:30d, 1,000 followers or more", "陈静"],
    ]


def test_a_question_is_told_in_words(desk: Place) -> None:
    more = ["--tag", "VIP", "--tag", "老用户", "--region", "云州", "--region", "海州", "--platform", "weibo"]
    desk.call("segment save", *BIG, *more, "--as", "陈静")
    assert desk.call("segment show", "大号报障").out.splitlines()[0] == (
        "大号报障: scenario:宽带报障 since:30d, tag VIP, tag 老用户, 1,000 followers or more,"
        " from 云州 or 海州, on weibo"
    )


def test_a_machine_gets_the_parts_of_the_question(desk: Place) -> None:
    found = desk.call("segment list", "--json").records
    assert [(each["segment"], each["contacts"]) for each in found] == [("全部", 2), ("大号报障", 1)]
    assert (found[1]["query"], found[1]["followers"]) == ("scenario:宽带报障 since:30d", 1_000)


def test_a_segment_shows_the_first_of_its_contacts_masked(desk: Place) -> None:
    answer = desk.call("segment show", "全部", "--limit", "1")
    assert answer.err.splitlines() == [
        "2 contacts",
        "1 records of competitors alone are left out: class:competitor",
    ]
    assert [line.split()[:2] for line in answer.out.splitlines()[2:]] == [[ZHANG_ELSEWHERE, "小**满"]]
    (shown,) = desk.call("segment show", "全部", "--json").records
    assert [(each["contact"], each["open_cases"]) for each in shown["shown"]] == [
        (ZHANG_ELSEWHERE, 0),
        (ZHANG, 1),
    ]


def test_competitors_are_in_it_where_its_query_asks_for_them(desk: Place) -> None:
    desk.call("segment save", "挖角", "--query", "competitor:长河通信", "--as", "陈静")
    answer = desk.call("segment export", "挖角")
    assert ([each["contact"] for each in answer.records], answer.err) == ([WANG], "1 contacts\n")


@pytest.mark.parametrize("given", [[], ["--json"]])
def test_an_export_is_a_line_a_contact_with_names_masked(desk: Place, given: list[str]) -> None:
    answer = desk.call("segment export", "全部", *given)
    assert (answer.code, answer.err) == (0, "2 contacts\n")
    assert [(each["contact"], each["name"]) for each in answer.records] == [
        (ZHANG_ELSEWHERE, "小**满"),
        (ZHANG, "张**"),
    ]


def test_an_export_for_a_spreadsheet_has_a_row_a_contact(desk: Place) -> None:
    desk.call("contact describe", ZHANG, "--name", "=SUM(A1)", "--as", "王磊")
    desk.call("contact tag", ZHANG, "VIP", "老用户", "--as", "王磊")
    answer = desk.call("segment export", "大号报障", "--csv", "--unmasked", "--as", "李娜")
    assert answer.out.startswith("\ufeffcontact,name,records,")
    (row,) = csv.DictReader(io.StringIO(answer.out.removeprefix("\ufeff")))
    assert {name: row[name] for name in ("contact", "name", "followers", "tags", "scenarios", "last")} == {
        "contact": ZHANG,
        "name": "'=SUM(A1)",
        "followers": "1500",
        "tags": "VIP；老用户",
        "scenarios": "星河宽带/宽带报障 1",
        "last": "weibo:5001",
    }
    assert row["competitors"] == ""


def test_names_in_full_are_for_who_may_see_them(desk: Place) -> None:
    for verb in ("export", "show"):
        refused = desk.call(f"segment {verb}", "全部", "--unmasked", "--as", "陈静")
        assert (refused.code, refused.out) == (1, "")
        assert "张小满" in desk.call(f"segment {verb}", "全部", "--unmasked", "--as", "李娜").out


@pytest.mark.parametrize("verb", ["save", "delete"])
def test_segments_are_kept_by_who_may(desk: Place, verb: str) -> None:
    refused = desk.call(f"segment {verb}", "全部", "--as", "王磊")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("王磊: may not ")
    assert desk.call(f"segment {verb}", "全部").err.startswith("no person is named")
    assert len(desk.call("segment list", "--json").records) == 2


def test_a_segment_is_forgotten(desk: Place) -> None:
    answer = desk.call("segment delete", "全部", "--as", "陈静")
    assert (answer.code, answer.out) == (0, "全部: deleted\n")
    assert [each["segment"] for each in desk.call("segment list", "--json").records] == ["大号报障"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(
            ["save", "新号", "--query", "sinse:3d", "--as", "陈静"], 2, "unknown field 'sinse'", id="query"
        ),
        pytest.param(["save", "新号", "--followers", "0", "--as", "陈静"], 2, "--followers", id="followers"),
        pytest.param(["save", " ", "--as", "陈静"], 1, "is no name for a segment", id="name"),
        pytest.param(["export", "全部", "--csv", "--json"], 2, "cannot be had together", id="two forms"),
        pytest.param(["show", "全不"], 1, "全不: there is no such segment - did you mean '全部'?", id="slip"),
    ],
)
def test_what_cannot_be_is_told(desk: Place, words: list[str], code: int, told: str) -> None:
    answer = desk.call(f"segment {words[0]}", *words[1:])
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
