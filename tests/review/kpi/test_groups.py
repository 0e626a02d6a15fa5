"""By periods and by other things; each under its own, the total over all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from listening.errors import QueryMistake
from listening.review.kpi import DEFINITIONS, Asked, figures, named
from tests.review.kpi.logs import COMPETITOR, DAY, HOUR, Log, asked, at, events, parts, said

THREE = events(
    Log("甲", brands=["星河宽带", "星河移动"], scenarios=["星河宽带/宽带报障", "星河移动/信号差"])
    .claim(1)
    .respond(2)
    .add("classify", 3, "小李", category=["报障", "宽带"])
    .reply(5)
    .close(9),
    Log("乙", DAY, queue="账务", scenarios=["星河宽带/资费争议"])
    .claim(DAY + 1, "小王")
    .respond(DAY + 2, "小王"),
    Log("丙", 8 * DAY, queue=None, brands=None, competitors=["长河通信"], scenarios=None),
)


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        pytest.param("", {"total": 3}, id="nothing"),
        pytest.param(
            "day", {"2026-11-02": 1, "2026-11-03": 1, "2026-11-04": 0, "2026-11-10": 1, "total": 3}, id="day"
        ),
        pytest.param("week", {"2026-11-02": 2, "2026-11-09": 1, "total": 3}, id="week"),
        pytest.param("month", {"2026-11-01": 3, "total": 3}, id="month"),
        pytest.param("queue", {"技术支持": 1, "账务": 1, "None": 1, "total": 3}, id="queue, and none"),
        pytest.param(
            "brand",
            {"星河宽带": 2, "星河移动": 1, "长河通信": 1, "total": 3},
            id="each brand, else competitors",
        ),
        pytest.param(
            "scenario",
            {"星河宽带/宽带报障": 1, "星河宽带/资费争议": 1, "星河移动/信号差": 1, "None": 1, "total": 3},
            id="each scenario",
        ),
        pytest.param("category", {"报障/宽带": 1, "None": 2, "total": 3}, id="category as a path"),
        pytest.param("person", {"小李": 1, "小王": 1, "None": 1, "total": 3}, id="person"),
        pytest.param(
            "week queue",
            {"2026-11-02 技术支持": 1, "2026-11-02 账务": 1, "2026-11-09 None": 1, "total": 3},
            id="a period and another thing",
        ),
    ],
)
def test_a_case_counts_under_each_of_its_own_and_once_in_the_total(by: str, wanted: dict[str, int]) -> None:
    found = parts(THREE, "offered", by, last=date(2026, 11, 15))
    assert wanted.items() <= found.items()
    if by != "day":
        assert found == wanted


def test_the_total_comes_last_and_what_has_no_name_before_it() -> None:
    assert list(parts(THREE, "offered", "queue", last=date(2026, 11, 15))) == [
        "技术支持",
        "账务",
        "None",
        "total",
    ]


def test_a_period_without_anything_is_shown_a_group_without_anything_is_not() -> None:
    assert len(parts([], "offered", "day")) == 7 + 1
    assert parts([], "offered", "queue") == {"total": 0}


def test_periods_that_have_not_begun_by_then_are_not_shown() -> None:
    assert list(parts(THREE, "offered", "day", as_of=at(DAY))) == ["2026-11-02", "2026-11-03", "total"]


def test_a_day_begins_in_the_zone() -> None:
    evening = events(Log("甲", 15 * HOUR - 1), Log("乙", 15 * HOUR))
    assert list(parts(evening, "offered", "day").items())[:2] == [("2026-11-02", 1), ("2026-11-03", 1)]


def test_a_backlog_is_as_it_was_at_the_end_of_each_period() -> None:
    log = events(
        Log("甲").claim(1).close(DAY + 1),
        Log("乙", DAY).claim(DAY + 1),
        Log("丙", 3 * DAY).close(3 * DAY + 5, "duplicate"),
    )
    found = parts(log, "backlog", "day", as_of=at(4 * DAY))
    assert list(found.values()) == [1, 1, 1, 1, 1, 1]
    older = parts(log, "backlog_1d", "day", as_of=at(4 * DAY))
    assert list(older.values()) == [1, 1, 0, 0, 0, 0]


def test_a_backlog_by_group_without_a_period_is_that_of_the_end() -> None:
    log = events(Log("甲").claim(1).close(DAY + 1), Log("乙", DAY, queue="账务").claim(DAY + 1))
    assert parts(log, "backlog", "queue") == {"账务": 1, "total": 1}
    assert parts(log, "backlog", "person") == {"小李": 1, "total": 1}


def test_a_case_stands_under_the_queue_it_has_at_as_of() -> None:
    log = Log().add("transfer", 5 * DAY, "小李", queue="账务").steps
    assert parts(log, "offered", "queue") == {"账务": 1, "total": 1}
    assert parts(log, "offered", "queue", as_of=at(DAY)) == {"技术支持": 1, "total": 1}


PEOPLE = events(
    Log("甲", respond_by=said(1))
    .claim(1, "持")
    .respond(2, "应", in_time=True, natural_ms=1)
    .reply(3, "答", carries_result=True, cycle_natural_ms=5)
    .add("ticket", 4, system="s", ticket="t")
    .add("receipt", 5, "收", ticket="t", natural_ms=1)
    .close(6, person="结", handling_ms=1)
    .add("invite", 7)
    .add("satisfaction", 8, satisfied=True)
    .add("check", 9, "查", agrees=True)
    .add("score", 9, "查", score=1, scale=5)
    .add("convert", 9, "售", outcome="sold")
)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("services", "答"),
        ("offered", "持"),
        ("accepted", "应"),
        ("response_desk_median", "应"),
        ("response_in_target", "应"),
        ("detection_median", "持"),
        ("cycle_median", "答"),
        ("ticket_median", "收"),
        ("resolution", "结"),
        ("handling_median", "结"),
        ("abandonment", "持"),
        ("conversion", "持"),
        ("satisfaction", "持"),
        ("satisfaction_answered", "持"),
        ("repeat", "持"),
        ("escalation", "持"),
        ("agreement", "持"),
        ("quality", "持"),
    ],
)
def test_each_figure_counts_for_the_person_of_its_definition(name: str, person: str) -> None:
    found = parts(PEOPLE, name, "person", opportunities=["宽带报障"])
    assert list(found) == [person, "total"]


def test_a_missed_case_counts_for_who_held_it_last() -> None:
    log = events(Log("甲", respond_by=said(9)).claim(1, "小李"), Log("乙", respond_by=said(9)))
    assert parts(log, "response_in_target", "person") == {"小李": 0, "None": 0, "total": 0}


MOMENTS: dict[str, tuple[Any, str]] = {
    "services": (Log(minutes=-DAY).reply(HOUR), "2026-11-02"),
    "response_desk_median": (Log().respond(3 * DAY, natural_ms=1), "2026-11-02"),
    "accepted": (Log().respond(3 * DAY), "2026-11-05"),
    "cycle_median": (
        Log().respond(2).reply(3 * DAY, carries_result=True, cycle_natural_ms=1, published_at=said(2 * DAY)),
        "2026-11-04",
    ),
    "ticket_median": (
        Log().add("ticket", 2, system="s", ticket="t").add("receipt", 3 * DAY, ticket="t", natural_ms=1),
        "2026-11-05",
    ),
    "resolution": (Log().claim(1).close(3 * DAY), "2026-11-05"),
    "abandonment": (Log().add("abandon", 3 * DAY, why="old"), "2026-11-02"),
    "conversion": (Log(**COMPETITOR).reply(DAY).add("convert", 3 * DAY, "售", outcome="sold"), "2026-11-03"),
    "satisfaction": (Log().add("invite", DAY).add("satisfaction", 3 * DAY, satisfied=True), "2026-11-05"),
    "satisfaction_answered": (
        Log().add("invite", DAY).add("satisfaction", 3 * DAY, satisfied=True),
        "2026-11-03",
    ),
    "agreement": (Log().add("check", 3 * DAY, "查", agrees=True), "2026-11-05"),
    "quality": (Log().add("score", 3 * DAY, "查", score=1, scale=5), "2026-11-05"),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_each_figure_is_in_the_period_of_its_moment(name: str) -> None:
    log, day = MOMENTS[name]
    told = figures(log.steps, asked(by=["day"]), named([name]))
    found = [each for each in told if each.definition.name == name and each.cases and not each.total]
    assert [str(each.period) for each in found] == [day]


@pytest.mark.parametrize(
    ("by", "wrong"),
    [
        pytest.param(["year"], "year: unknown grouping - ", id="unknown"),
        pytest.param(
            ["day", "week"],
            "day week: cannot be grouped by all of them - take one of day, week",
            id="two periods",
        ),
        pytest.param(["queue", "brand"], "queue brand: cannot be grouped", id="two other things"),
    ],
)
def test_groupings_that_cannot_be_are_refused(by: list[str], wrong: str) -> None:
    with pytest.raises(QueryMistake, match=wrong):
        asked(by=by)


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(QueryMistake, match="ends before it begins"):
        asked(date(2026, 11, 8), date(2026, 11, 2))


def test_the_same_grouping_twice_is_one() -> None:
    assert isinstance(asked(by=["day", "day"]), Asked)


def test_figures_are_named_by_themselves_or_by_their_family() -> None:
    assert [each.name for each in named(["accepted"])] == ["accepted"]
    assert [each.name for each in named(["abandonment", "offered"])] == [
        "offered",
        "abandonment",
        "unreachable",
    ]
    assert named([]) == DEFINITIONS
    with pytest.raises(QueryMistake, match="resolutoin: unknown figure - did you mean 'resolution'"):
        named(["resolutoin"])


def test_progress_is_told() -> None:
    told: list[tuple[str, int]] = []
    logs = [Log(f"{n:05}") for n in range(2_500)]
    figures(events(*logs), asked(), named(["offered"]), progress=lambda what, n: told.append((what, n)))
    assert told == [("cases", 1000), ("cases", 2000)]
