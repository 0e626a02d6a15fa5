"""`listening kpi`: the figures of the desk, as tables, lines for machines and sheets."""

from __future__ import annotations

import csv
import io
import re
import shlex
from typing import Any

import pytest

from listening.app import open_app
from listening.review.kpi import DEFINITIONS
from tests.cli.place import Place
from tests.conftest import ROOT
from tests.review.kpi.logs import DAY, Log, events, said

NOVEMBER = ("--from", "2026-11-02", "--to", "2026-11-08")
WEEK = events(
    Log("甲").claim(1).respond(2, natural_ms=3_723_999).reply(5).close(9),
    Log("乙", DAY, queue="账务")
    .claim(DAY + 1, "小王")
    .respond(DAY + 2, "小王")
    .close(DAY + 9, "unresolved", "小王"),
    Log("丙", 2 * DAY, queue="=账务").close(2 * DAY + 5, "duplicate", "小王"),
    Log("丁", 2 * DAY, respond_by=said(2 * DAY + 30)),
)


@pytest.fixture
def desk(place: Place) -> Place:
    """A desk with four cases in the first week of November 2026, in Shanghai."""
    place.lay_out(timezone="Asia/Shanghai", sources={})
    with open_app(place.config) as app:
        app.store.put_events(WEEK)
    return place


def rows(answer: Any) -> dict[str, list[str]]:
    """Figure -> its cells of the first line."""
    found: dict[str, list[str]] = {}
    for line in answer.out.splitlines()[1:]:
        if not line:
            break
        cells = re.split(r"\s{2,}", line)
        found.setdefault(cells[0], cells[1:])
    return found


def test_every_figure_has_a_line_with_value_parts_and_what_is_left_out(desk: Place) -> None:
    answer = desk.call("kpi", *NOVEMBER)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0].split() == ["figure", "指标", "value", "of", "left", "out"]
    found = rows(answer)
    assert list(found) == [each.name for each in DEFINITIONS]
    assert found["offered"] == ["进件数", "4"]
    assert found["resolution"] == ["解决率", "50.00 %", "1/2", "duplicate 1"]
    assert found["response_desk_median"] == [
        "坐席响应时间中位数",
        "1:02:03",
        "n=1",
        "duplicate 1, not_measured 1, unanswered 1",
    ]
    assert found["conversion"] == ["转化率", "–", "0/0"]


def test_what_was_seen_of_that_time_is_told_below(desk: Place) -> None:
    last = desk.call("kpi", *NOVEMBER).out.splitlines()[-1]
    assert last == "coverage 2026-11-02 00:00 – 2026-11-09 00:00: no source vouches for any of it"


def test_sources_that_cannot_vouch_are_told_as_such(desk: Place) -> None:
    desk.lay_out(timezone="Asia/Shanghai", sources=desk.feed("https://feed.example/rss"))
    last = desk.call("kpi", *NOVEMBER).out.splitlines()[-1]
    assert last.startswith("coverage 2026-11-02 00:00 – 2026-11-09 00:00: ")


def test_only_the_figures_asked_for_are_told(desk: Place) -> None:
    assert list(rows(desk.call("kpi", *NOVEMBER, "--figure", "accepted"))) == ["accepted"]
    assert list(rows(desk.call("kpi", *NOVEMBER, "--figure", "abandonment", "--figure", "repeat"))) == [
        "abandonment",
        "unreachable",
        "repeat",
    ]


def test_periods_and_groups_have_columns_of_their_own(desk: Place) -> None:
    lines = desk.call(
        "kpi", *NOVEMBER, "--by", "day", "--by", "queue", "--figure", "offered"
    ).out.splitlines()
    assert lines[0].split() == ["figure", "指标", "day", "queue", "value", "of", "left", "out"]
    assert [line.split()[2:5] for line in lines[1:6]] == [
        ["2026-11-02", "技术支持", "1"],
        ["2026-11-03", "账务", "1"],
        ["2026-11-04", "=账务", "1"],
        ["2026-11-04", "技术支持", "1"],
        ["total", "total", "4"],
    ]


def test_machines_get_a_line_for_each_figure_and_one_for_the_coverage(desk: Place) -> None:
    answer = desk.call("kpi", *NOVEMBER, "--json", "--by", "week", "--figure", "resolution")
    *told, coverage = answer.records
    assert len(told) == 4 * 2
    assert told[0]["figure"] == "resolution"
    assert (told[0]["period"], told[0]["value"], told[0]["numerator"], told[0]["denominator"]) == (
        "2026-11-02",
        0.5,
        1,
        2,
    )
    assert told[0]["left_out"] == {"duplicate": 1}
    assert told[0]["definition"].startswith("Closings as resolved")
    assert (told[1]["total"], told[1]["period"]) == (True, None)
    assert "cases" not in told[0]
    assert coverage["coverage"]["all_share"] == 0
    assert set(coverage) == {"as_of", "coverage"}


def test_machines_may_have_the_cases_behind_each_figure(desk: Place) -> None:
    told = desk.call("kpi", *NOVEMBER, "--json", "--cases", "--figure", "resolution").records[0]
    assert (told["cases"], told["above"]) == (["乙", "甲"], ["甲"])


def test_csv_is_for_a_spreadsheet(desk: Place) -> None:
    answer = desk.call(
        "kpi", *NOVEMBER, "--csv", "--by", "queue", "--figure", "offered", "--figure", "resolution"
    )
    assert (answer.code, answer.out[0]) == (0, "\ufeff")
    assert answer.err == "coverage 2026-11-02 00:00 – 2026-11-09 00:00: no source vouches for any of it\n"
    found = list(csv.DictReader(io.StringIO(answer.out.removeprefix("\ufeff"))))
    assert [each["queue"] for each in found if each["figure"] == "offered"] == [
        "'=账务",
        "技术支持",
        "账务",
        "",
    ]
    (total,) = [each for each in found if each["figure"] == "resolution" and each["total"] == "true"]
    assert (total["value"], total["numerator"], total["denominator"]) == ("0.5000", "1", "2")
    assert (total["left_out"], total["coverage_all"]) == ("duplicate 1", "0.0000")
    (empty,) = [each for each in found if each["figure"] == "resolution" and each["queue"] == "'=账务"]
    assert (empty["value"], empty["denominator"]) == ("", "0")


def test_as_of_a_day_it_is_what_was_known_by_its_end(desk: Place) -> None:
    def offered(*more: str) -> str:
        return rows(desk.call("kpi", *NOVEMBER, "--figure", "offered", *more))["offered"][1]

    assert offered("--as-of", "2026-11-03") == "2"
    assert offered("--as-of", "2026-11-03T09:00") == "2"
    assert offered("--as-of", "2026-11-03T08:59") == "1"
    assert offered("--as-of", "2026-11-01") == "0"


def test_nothing_that_lies_ahead_is_covered(desk: Place) -> None:
    answer = desk.call("kpi", *NOVEMBER, "--as-of", "2026-11-01", "--figure", "offered")
    assert answer.out.endswith("\ncoverage: nothing of that time has passed\n")
    assert desk.call("kpi", *NOVEMBER, "--as-of", "2026-11-01", "--json").records[-1]["coverage"] is None


def test_without_days_it_is_the_last_seven(desk: Place) -> None:
    lines = desk.call("kpi", "--by", "day", "--figure", "accepted").out.splitlines()
    assert len([line for line in lines if line.startswith("accepted")]) == 8


def test_a_scenario_can_be_named_an_opportunity(desk: Place) -> None:
    found = rows(desk.call("kpi", *NOVEMBER, "--figure", "conversion", "--opportunity", "宽带报障"))
    assert found["conversion"] == ["转化率", "0.00 %", "0/1", "duplicate 1, no_reply 2"]


def test_definitions_stand_below_when_asked_for(desk: Place) -> None:
    answer = desk.call("kpi", *NOVEMBER, "--figure", "services", "--definitions")
    told = [line for line in answer.out.splitlines() if line.startswith("services 服务总数: ")]
    assert told == [f"services 服务总数: {DEFINITIONS[0].says} {DEFINITIONS[0].says_zh}"]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.name)
def test_each_figure_can_be_explained_without_any_store(place: Place, definition: Any) -> None:
    place.config.unlink()
    answer = place.call("kpi", "--explain", definition.name)
    assert answer.code == 0
    for told in (
        definition.name,
        definition.zh,
        definition.says,
        definition.says_zh,
        definition.numerator,
        definition.when,
    ):
        assert told in answer.out
    assert all(f"left out: {reason}" in answer.out for reason in definition.left_out_for)
    counted = "irrelevant" not in definition.reasons
    assert ("irrelevant ones           counted" in answer.out) or not counted


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(
            ["--from", "2026-11-31"], "'2026-11-31' is no day, write one like 2026-11-30", id="no day"
        ),
        pytest.param(
            ["--to", "0001-01-01"], "'0001-01-01' is outside the calendar", id="outside the calendar"
        ),
        pytest.param(
            ["--from", "2026-11-08", "--to", "2026-11-02"],
            "2026-11-08 – 2026-11-02: ends before it begins",
            id="backwards",
        ),
        pytest.param(
            ["--by", "quene"], "quene: unknown grouping - did you mean 'queue'", id="unknown grouping"
        ),
        pytest.param(
            ["--by", "day", "--by", "week"], "day week: cannot be grouped by all of them", id="two periods"
        ),
        pytest.param(["--figure", "resolve"], "resolve: unknown figure", id="unknown figure"),
        pytest.param(["--explain", "resolve"], "resolve: unknown figure", id="unknown figure to explain"),
        pytest.param(["--as-of", "soon"], "'soon' is not a time, write 2026-11-01", id="no time"),
        pytest.param(["--csv", "--json"], "--csv and --json are two answers, take one", id="two answers"),
        pytest.param(["--cases"], "--cases needs --json", id="cases in a table"),
    ],
)
def test_what_cannot_be_asked_is_told_and_ends_with_2(desk: Place, args: list[str], told: str) -> None:
    answer = desk.call("kpi", *args)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


PAGE = (ROOT / "docs" / "kpi.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ listening (.*)$", PAGE, re.MULTILINE)


def test_the_commands_of_the_page_can_be_given(desk: Place) -> None:
    assert len(COMMANDS) >= 4
    for words in COMMANDS:
        verb, *rest = shlex.split(words.partition(" > ")[0])
        answer = desk.call(verb, *rest)
        assert (answer.code, bool(answer.out)) == (0, True), (words, answer)
