"""Every figure over small logs, with what it must come to worked out by hand.

A week from Monday, 2 November 2026, seen long afterwards. Where a row says nothing else, times are minutes
after Monday, nine in the morning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from listening.review.kpi import DEFINITIONS, Figure, Method
from tests.review.kpi.logs import (
    COMPETITOR,
    DAY,
    HOUR,
    MINUTE,
    Log,
    Steps,
    asked,
    at,
    events,
    joined,
    ms,
    said,
    tell,
)

NOTHING: Mapping[str, int] = {}


def outcome(figure: Figure) -> Any:
    """`2/3` for shares and parts, else the value."""
    if figure.definition.method in (Method.RATE, Method.PART):
        return f"{figure.numerator}/{figure.denominator}"
    return figure.value


def opened(n: int = 1, minutes: float = 0, **more: Any) -> Log:
    return Log(f"个案{n}", minutes, **more)


def responded(n: int, **data: Any) -> Log:
    return opened(n).claim(1).respond(2, **data)


def answered(n: int = 1, **more: Any) -> Log:
    return opened(n, **more).claim(1).respond(2).reply(5)


def closed(n: int = 1, result: str = "resolved", **data: Any) -> Log:
    return answered(n).close(10, result, **data)


def withdrawn(n: int = 9) -> Log:
    return opened(n).add("withdrawn", 3, post="p", whole=True)


def opportunity(n: int = 1) -> Log:
    return answered(n, **COMPETITOR)


def durations(kind: str, key: str) -> Steps:
    """Five cases with 5, 1, 4, 2 and 3 minutes: the third is the median, the fifth (rank 4.5) the p90."""
    logs = [responded(n, **ms(key, value)) for n, value in enumerate((5, 1, 4, 2, 3), 1)]
    if kind == "cycle":
        logs = [
            responded(n).reply(9, carries_result=True, **ms(key, value))
            for n, value in enumerate((5, 1, 4, 2, 3), 1)
        ]
    if kind == "ticket":
        logs = [
            answered(n).add("ticket", 6, system="s", ticket="t").add("receipt", 9, ticket="t", **ms(key, v))
            for n, v in enumerate((5, 1, 4, 2, 3), 1)
        ]
    if kind == "handling":
        logs = [closed(n, **ms(key, value)) for n, value in enumerate((5, 1, 4, 2, 3), 1)]
    return events(*logs)


class Row(NamedTuple):
    """What a figure must come to."""

    name: str
    spoken: str
    log: Steps
    wanted: Any
    left_out: Mapping[str, int]


def row(name: str, spoken: str, log: Steps, wanted: Any, left_out: Mapping[str, int] = NOTHING) -> Row:
    return Row(name, spoken, log, wanted, left_out)


RESPONSES = {
    "response_customer": "customer_natural_ms",
    "response_customer_working": "customer_working_ms",
    "response_desk": "natural_ms",
    "response_desk_working": "working_ms",
}
UNOPENED = opened(7, respond_by=said(30))
PROMISED: dict[str, Any] = {"respond_by": said(30)}
TABLE: list[Row] = [
    row("services", "a post and its reply", events(answered()), 1),
    row("services", "two replies in a row are one answer", events(answered().reply(6)), 1),
    row(
        "services",
        "two posts in a row are one turn",
        events(opened().post(1).claim(2).respond(3).reply(5)),
        1,
    ),
    row("services", "a post, a reply, a post, a reply", events(answered().post(20).reply(30)), 2),
    row("services", "a turn that waits is none", events(answered().post(20)), 1),
    row("services", "a post at the moment of the reply comes first", events(opened().reply(5).post(5)), 1),
    row(
        "services",
        "a reply that was entered, then seen, is one although a post lies between",
        events(answered().post(8).reply(10, "system", seen=True, published_at=said(7))),
        1,
    ),
    row("services", "also of an irrelevant case", events(answered().close(9, "irrelevant")), 1),
    row(
        "services",
        "a reply from before the first post answers nothing",
        events(opened().reply(1, "system", seen=True, published_at=said(-20))),
        0,
        {"no_question": 1},
    ),
    row(
        "services",
        "where no time of publication is known, being found is the question",
        events(opened(published_at=None).reply(-1), opened(2, published_at=None).reply(1)),
        1,
        {"no_question": 1},
    ),
    row(
        "services",
        "none of a case that was withdrawn",
        events(opened().reply(1, "system", seen=True).add("withdrawn", 3)),
        0,
        {"withdrawn": 1},
    ),
    row(
        "offered",
        "every case once, whatever it turned out to be",
        events(opened(1), closed(2, "duplicate"), closed(3).add("reopen", 20)),
        3,
    ),
    row("offered", "without found_at it counts when it was opened", events(opened(found_at=None)), 1),
    row("offered", "found before the week", events(opened(1, -9 * HOUR - 1), opened(2, -9 * HOUR)), 1),
    row(
        "offered",
        "not what was withdrawn or joined",
        events(opened(1), withdrawn(), joined("个案2", "个案1", 5)),
        1,
        {"withdrawn": 1, "joined": 1},
    ),
    row(
        "offered",
        "a withdrawn post of a case that somebody had touched takes it away from nobody",
        events(opened(1).claim(1).add("withdrawn", 2, whole=True)),
        1,
    ),
    row("offered", "an erased case stays in it", events(opened(1).add("erase", 5, "小王")), 1),
    row("accepted", "opened by a person, once", events(responded(1).respond(9), opened(2)), 1),
    row(
        "accepted", "opened in the week, found before it", events(Log("旧", -3 * DAY).claim(1).respond(2)), 1
    ),
    *(
        row(f"{name}_{method}", "of 5, 1, 4, 2 and 3 minutes", durations("response", key), minutes * 60_000)
        for name, key in RESPONSES.items()
        for method, minutes in (("median", 3), ("p90", 5))
    ),
    *(
        row(
            f"{name}_median",
            "what is left out",
            events(
                responded(1, **ms(key, 7)),
                responded(2),
                responded(3, **ms(key, 1)).close(9, "irrelevant"),
                opened(4).close(3, "duplicate"),
                opened(5),
                opened(6).add("abandon", 5, why="old"),
                opened(7).reply(3, "system", seen=True),
            ),
            7 * 60_000,
            {"not_measured": 2, "irrelevant": 1, "duplicate": 1, "unanswered": 2},
        )
        for name, key in RESPONSES.items()
    ),
    row("response_desk_median", "the lower of two", events(*(responded(n, natural_ms=n) for n in (1, 2))), 1),
    row(
        "response_desk_p90",
        "the ninth of ten",
        events(*(responded(n, natural_ms=n) for n in range(1, 11))),
        9,
    ),
    row("response_desk_median", "nothing", [], None),
    row(
        "response_desk_median",
        "only the first respond says it",
        events(responded(1, natural_ms=3).respond(9, natural_ms=8)),
        3,
    ),
    row(
        "response_in_target",
        "in time, and late",
        events(responded(1, in_time=True), responded(2, in_time=True), responded(3, in_time=False)),
        "2/3",
    ),
    row(
        "response_in_target",
        "unanswered past its target is missed",
        events(responded(1, in_time=True), UNOPENED),
        "1/2",
    ),
    row(
        "response_in_target",
        "abandoned unanswered after its target had passed is missed",
        events(opened(1, **PROMISED).add("abandon", 31, why="old")),
        "0/1",
    ),
    row(
        "response_in_target",
        "ended by its target exactly is not missed",
        events(opened(1, **PROMISED).add("abandon", 30, why="deleted")),
        "0/0",
        {"ended_early": 1},
    ),
    row(
        "response_in_target",
        "the target that counts is the last one",
        events(
            opened(1, **PROMISED).add("deadline", 5, respond_by=None),
            opened(2).add("deadline", 5, respond_by=said(9)),
        ),
        "0/1",
        {"no_target": 1},
    ),
    row(
        "response_in_target",
        "its target has not passed yet",
        events(opened(1, respond_by=said(200 * DAY))),
        "0/0",
        {"not_due": 1},
    ),
    row(
        "response_in_target",
        "what is left out",
        events(
            responded(1),
            opened(2),
            responded(3, in_time=True).close(9, "irrelevant"),
            opened(4, **PROMISED).close(40, "duplicate"),
            opened(5, **PROMISED).reply(50, "system", seen=True),
        ),
        "0/0",
        {"no_target": 2, "irrelevant": 1, "duplicate": 1, "not_measured": 1},
    ),
    row(
        "detection_median",
        "published ten minutes before",
        events(opened(1), closed(2, "irrelevant")),
        600_000,
    ),
    row(
        "detection_p90", "the longer of two", events(opened(1), opened(2, published_at=said(-20))), 1_200_000
    ),
    row("detection_median", "seemingly published later", events(opened(1, published_at=said(5))), 0),
    row(
        "detection_p90",
        "times that are not known",
        events(opened(1, published_at=None), opened(2, found_at=None)),
        None,
        {"no_time": 2},
    ),
    *(
        row(f"{name}_{method}", "of 5, 1, 4, 2 and 3 minutes", durations(kind, key), minutes * 60_000)
        for name, kind, key in (
            ("cycle", "cycle", "cycle_natural_ms"),
            ("cycle_working", "cycle", "cycle_working_ms"),
            ("ticket", "ticket", "natural_ms"),
            ("ticket_working", "ticket", "working_ms"),
            ("handling", "handling", "handling_ms"),
        )
        for method, minutes in (("median", 3), ("p90", 5))
    ),
    row(
        "cycle_median",
        "only the first reply that carries a result",
        events(answered().reply(8, carries_result=True, cycle_natural_ms=6).reply(9, carries_result=True)),
        6,
    ),
    row(
        "cycle_median",
        "by the time at which the reply stood there",
        events(
            answered().reply(9 * DAY, carries_result=True, cycle_natural_ms=6, published_at=said(3 * DAY))
        ),
        6,
    ),
    row(
        "cycle_median",
        "what is left out",
        events(
            opened(1).reply(3, carries_result=True),
            answered(2),
            answered(3).reply(7, carries_result=True, cycle_natural_ms=1).close(9, "irrelevant"),
            answered(4).reply(7, carries_result=True, cycle_natural_ms=1).close(9, "duplicate"),
        ),
        None,
        {"not_measured": 1, "irrelevant": 1, "duplicate": 1},
    ),
    row(
        "ticket_median",
        "each receipt, also of a case that turned out to be irrelevant",
        events(
            answered()
            .add("ticket", 6, system="s", ticket="t")
            .add("receipt", 7, ticket="t", natural_ms=3)
            .add("receipt", 8, ticket="t", natural_ms=9)
            .add("receipt", 9, ticket="t")
            .close(10, "irrelevant")
        ),
        3,
        {"not_measured": 1},
    ),
    row(
        "resolution",
        "resolved, unresolved, unreachable",
        events(closed(1), closed(2, "unresolved"), closed(3, "unreachable")),
        "1/3",
    ),
    row(
        "resolution",
        "what is left out",
        events(closed(1, "irrelevant"), closed(2, "duplicate"), closed(3, "no_need"), closed(4)),
        "1/1",
        {"irrelevant": 1, "duplicate": 1, "no_need": 1},
    ),
    row(
        "resolution",
        "reopened after seven days to the millisecond revokes",
        events(closed().add("reopen", 10 + 7 * DAY)),
        "0/1",
    ),
    row(
        "resolution",
        "reopened later does not",
        events(closed().add("reopen", 10 + 7 * DAY + MINUTE / 60_000)),
        "1/1",
    ),
    row(
        "resolution",
        "closed again counts again",
        events(closed().add("reopen", 20).claim(21).close(30)),
        "1/2",
    ),
    row(
        "resolution",
        "denied by a follow-up, however late",
        events(closed().add("follow_up", 40 * DAY, "小王", confirmed=False)),
        "0/1",
    ),
    row(
        "resolution",
        "a reopening counts for the closing before it only",
        events(
            closed()
            .add("reopen", 10 + 7 * DAY + 1)
            .add("abandon", 10 + 7 * DAY + 2, why="by_hand")
            .add("reopen", 10 + 7 * DAY + 3)
        ),
        "1/1",
    ),
    row(
        "resolution",
        "a case that is not live is not closed",
        events(closed().close(12, "unresolved", "system")),
        "1/1",
    ),
    row(
        "resolution",
        "closed before the week, or after it",
        events(Log("早", -3 * DAY).claim(-3 * DAY).close(-2 * DAY), answered(2).close(7 * DAY)),
        "0/0",
    ),
    row(
        "resolution_confirmed",
        "confirmed, denied, not asked",
        events(
            closed(1).add("follow_up", 20, "小王", confirmed=True),
            closed(2).add("follow_up", 20, "小王", confirmed=False),
            closed(3),
            closed(4, "no_need"),
        ),
        "1/3",
        {"no_need": 1},
    ),
    row(
        "resolution_confirmed",
        "confirmed, then reopened all the same",
        events(closed(1).add("follow_up", 20, "小王", confirmed=True).add("reopen", 30)),
        "0/1",
    ),
    row(
        "resolution_self_marked",
        "confirmed, denied, not asked",
        events(
            closed(1).add("follow_up", 20, "小王", confirmed=True),
            closed(2).add("follow_up", 20, "小王", confirmed=False),
            closed(3),
            closed(4, "unresolved"),
        ),
        "1/4",
    ),
    row(
        "resolution_first_contact",
        "at first contact, later, revoked, unresolved",
        events(
            closed(1, first_contact=True),
            closed(2, first_contact=False),
            closed(3, first_contact=True).add("reopen", 20),
            closed(4, "unresolved"),
        ),
        "1/4",
    ),
    row(
        "resolution_first_contact",
        "what is left out",
        events(closed(1), closed(2, "no_need")),
        "0/0",
        {"not_measured": 1, "no_need": 1},
    ),
    row(
        "handling_median",
        "what is left out",
        events(
            closed(1, "irrelevant", handling_ms=1),
            closed(2, "duplicate", handling_ms=1),
            closed(3),
            closed(4, "no_need", handling_ms=9),
        ),
        9,
        {"irrelevant": 1, "duplicate": 1, "not_measured": 1},
    ),
    row(
        "abandonment",
        "abandoned without and with a reply, closed, waiting",
        events(
            opened(1).add("abandon", 5, why="old"),
            answered(2).add("abandon", 6, why="by_hand"),
            closed(3),
            opened(4),
        ),
        "1/4",
    ),
    row(
        "abandonment",
        "reopened it is no more",
        events(opened(1).add("abandon", 5, why="old").add("reopen", 9, "小王")),
        "0/1",
    ),
    row(
        "abandonment",
        "closed as irrelevant it was offered too; withdrawn it was not",
        events(opened(1).add("abandon", 5, why="deleted"), closed(2, "irrelevant"), withdrawn()),
        "1/2",
        {"withdrawn": 1},
    ),
    row(
        "unreachable",
        "closed as unreachable, and otherwise",
        events(closed(1, "unreachable"), closed(2), opened(3), closed(4, "unreachable").add("reopen", 20)),
        "1/4",
    ),
    row(
        "conversion",
        "won over, kept, sold, none, nothing said",
        events(
            *(
                opportunity(n).add("convert", 20, "小张", outcome=said_, confirmed=n == 1)
                for n, said_ in enumerate(("won_over", "kept", "sold", "none"), 1)
            ),
            opportunity(5),
        ),
        "3/5",
    ),
    row(
        "conversion",
        "within thirty days of the first reply",
        events(
            opportunity(1).add("convert", 5 + 30 * DAY, "小张", outcome="sold"),
            opportunity(2).add("convert", 5 + 30 * DAY + 1, "小张", outcome="sold"),
        ),
        "1/2",
    ),
    row(
        "conversion",
        "the last word counts",
        events(
            opportunity(1)
            .add("convert", 20, "小张", outcome="sold")
            .add("convert", 50 * DAY, "小张", outcome="none")
        ),
        "0/1",
    ),
    row(
        "conversion",
        "a late confirmation of an early success",
        events(
            opportunity(1)
            .add("convert", 20, "小张", outcome="sold")
            .add("convert", 50 * DAY, "小张", outcome="sold", confirmed=True)
        ),
        "1/1",
    ),
    row(
        "conversion",
        "what is left out",
        events(
            opportunity(1).close(9, "irrelevant"),
            opportunity(2).close(9, "duplicate"),
            Log("未复", **COMPETITOR),
            answered(3).add("convert", 20, "小张", outcome="kept"),
            answered(4).add("convert", 20, "小张", outcome="none"),
        ),
        "0/0",
        {"irrelevant": 1, "duplicate": 1, "no_reply": 1, "not_opportunity": 1},
    ),
    row(
        "conversion_confirmed",
        "one of two",
        events(
            opportunity(1).add("convert", 20, "小张", outcome="sold", confirmed=True),
            opportunity(2).add("convert", 20, "小张", outcome="sold", confirmed=False),
        ),
        "1/2",
    ),
    row(
        "conversion_self_reported",
        "one of three",
        events(
            opportunity(1).add("convert", 20, "小张", outcome="sold", confirmed=True),
            opportunity(2).add("convert", 20, "小张", outcome="sold"),
            opportunity(3),
        ),
        "1/3",
    ),
    *(
        row(
            f"conversion_{word}",
            "one of each",
            events(
                *(
                    opportunity(n).add("convert", 20, "小张", outcome=each)
                    for n, each in enumerate(("won_over", "kept", "sold"), 1)
                )
            ),
            "1/3",
        )
        for word in ("won_over", "kept", "sold")
    ),
    row(
        "satisfaction",
        "two of three, one of them uninvited",
        events(
            closed(1).add("invite", 11).add("satisfaction", 12, satisfied=True, score=5, scale=5),
            closed(2).add("invite", 11).add("satisfaction", 12, satisfied=False, score=1, scale=5),
            closed(3).add("satisfaction", 12, satisfied=True, score=9, scale=10),
            closed(4).add("invite", 11),
        ),
        "2/3",
    ),
    row(
        "satisfaction",
        "of two answers to one invitation the last one",
        events(
            closed(1)
            .add("invite", 11)
            .add("satisfaction", 12, satisfied=True)
            .add("satisfaction", 13, satisfied=False)
        ),
        "0/1",
    ),
    row(
        "satisfaction",
        "each invitation has an answer of its own",
        events(
            closed(1)
            .add("invite", 11)
            .add("satisfaction", 12, satisfied=True)
            .add("invite", 13)
            .add("satisfaction", 14, satisfied=False)
        ),
        "1/2",
    ),
    row(
        "satisfaction_answered",
        "answered twice, once, not, and not asked",
        events(
            closed(1)
            .add("invite", 11)
            .add("satisfaction", 12, satisfied=True)
            .add("satisfaction", 13, satisfied=True),
            closed(2).add("invite", 11).add("invite", 13).add("satisfaction", 14, satisfied=True),
            closed(4).add("satisfaction", 12, satisfied=True),
        ),
        "2/3",
        {"uninvited": 1},
    ),
    row(
        "backlog",
        "open, claimed and responded at the end of the week; closed, abandoned, reopened",
        events(
            opened(1),
            opened(2).claim(5),
            responded(3),
            closed(4),
            opened(5).add("abandon", 9, why="old"),
            closed(6).add("reopen", 20),
        ),
        4,
    ),
    row(
        "backlog",
        "closed after the week, or opened then",
        events(opened(1).claim(5).close(20 * DAY), opened(2, 7 * DAY)),
        1,
    ),
    row(
        "backlog",
        "closed by the last moment of the week, and by the first one after it",
        events(
            opened(1).close(6 * DAY + 15 * HOUR - MINUTE / 60_000, "duplicate"),
            opened(2).close(6 * DAY + 15 * HOUR, "duplicate"),
        ),
        1,
    ),
    row(
        "backlog",
        "what was withdrawn since",
        events(opened(1).add("withdrawn", 20 * DAY)),
        0,
        {"withdrawn": 1},
    ),
    row(
        "backlog",
        "irrelevant in the end, but it lay there",
        events(opened(1).close(20 * DAY, "irrelevant")),
        1,
    ),
    *(
        row(
            name,
            "of ages up to the border and from it on",
            events(
                *(
                    opened(n, 6 * DAY + 15 * HOUR - age)
                    for n, age in enumerate(
                        (HOUR, DAY - 1, DAY, 3 * DAY - 1, 3 * DAY, 7 * DAY - 1, 7 * DAY, 30 * DAY, 400 * DAY)
                    )
                )
            ),
            wanted,
        )
        for name, wanted in (
            ("backlog_1d", "2/9"),
            ("backlog_3d", "2/9"),
            ("backlog_7d", "2/9"),
            ("backlog_older", "3/9"),
        )
    ),
    row(
        "repeat",
        "one that comes again of three",
        events(opened(1), opened(2, again="个案1"), closed(3, "irrelevant")),
        "1/3",
    ),
    row(
        "escalation",
        "raised at the beginning, later, and lowered again",
        events(
            opened(1, escalation="sensitive"),
            opened(2).add("escalate", 3, "小李", level="crisis"),
            opened(3),
            opened(4)
            .add("escalate", 3, "小李", level="sensitive")
            .add("escalate", 4, "小李", level="normal"),
        ),
        "3/4",
    ),
    row(
        "escalation_crisis",
        "a crisis, also one that is over",
        events(
            opened(1, escalation="sensitive"),
            opened(2, escalation="crisis").add("escalate", 3, "小李", level="normal"),
        ),
        "1/2",
    ),
    row(
        "agreement",
        "two of three looks, two of them at one case",
        events(
            closed(1).add("check", 20, "小王", agrees=True).add("check", 21, "小张", agrees=False),
            closed(2).add("check", 20, "小王", agrees=True),
            closed(3).add("check", 20, "小王"),
        ),
        "2/3",
        {"not_measured": 1},
    ),
    row(
        "quality",
        "points of points, whatever the scale",
        events(
            closed(1).add("score", 20, "小王", score=4, scale=5),
            closed(2).add("score", 20, "小王", score=7, scale=10),
        ),
        "11/15",
    ),
    row(
        "quality",
        "half points are exact",
        events(
            closed(1).add("score", 20, "小王", score=4.1, scale=5),
            closed(2).add("score", 21, "小王", score=4.2, scale=5),
        ),
        "83/10/10",
    ),
    row(
        "quality",
        "what says nothing is left out",
        events(closed(1).add("score", 20, "小王", score="好", scale=5).add("score", 21, "小王", score=1)),
        "0/0",
        {"not_measured": 2},
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda each: f"{each.name}: {each.spoken}")
def test_a_figure_is_what_it_comes_to_by_hand(row: Row) -> None:
    figure = tell(row.log)[row.name]
    assert (outcome(figure), figure.left_out) == (row.wanted, row.left_out)


def test_every_definition_has_a_row() -> None:
    assert {each.name for each in DEFINITIONS} == {each.name for each in TABLE}


@pytest.mark.parametrize("family", dict.fromkeys(each.family for each in DEFINITIONS))
def test_every_reason_of_a_family_is_met_in_some_row(family: str) -> None:
    members = [each for each in DEFINITIONS if each.family == family]
    met = {reason for each in TABLE if each.name in {m.name for m in members} for reason in each.left_out}
    assert {reason for each in members for reason in each.reasons} <= met


@pytest.mark.parametrize(
    ("minutes", "wanted", "left_out"),
    [
        pytest.param(29, "0/0", {"not_due": 1}, id="before its target"),
        pytest.param(30, "0/0", {"not_due": 1}, id="by its target"),
        pytest.param(31, "0/1", {}, id="after it"),
    ],
)
def test_an_unanswered_case_is_missed_once_its_target_has_passed(
    minutes: int, wanted: str, left_out: Mapping[str, int]
) -> None:
    figure = tell(UNOPENED.steps, asked(as_of=at(minutes)))["response_in_target"]
    assert (outcome(figure), figure.left_out) == (wanted, left_out)


@pytest.mark.parametrize("scenario", ["宽带报障", "星河宽带/宽带报障"])
def test_a_scenario_may_be_listed_as_an_opportunity(scenario: str) -> None:
    log = events(
        answered(1).add("convert", 20, "小张", outcome="kept"), answered(2, scenarios=["星河移动/资费"])
    )
    figure = tell(log, asked(opportunities=[scenario]))["conversion"]
    assert (outcome(figure), figure.left_out) == ("1/1", {})


@pytest.mark.parametrize("name", [each.name for each in DEFINITIONS])
def test_a_figure_of_nothing_is_nothing(name: str) -> None:
    figure = tell([])[name]
    counts = figure.definition.method in (Method.COUNT, Method.PART)
    assert (figure.value, figure.left_out, figure.cases) == (0 if counts else None, {}, ())


def test_ids_behind_a_figure_are_those_of_its_denominator_and_of_its_numerator() -> None:
    figure = tell(events(closed(2), closed(1, "unresolved"), closed(3, "irrelevant")))["resolution"]
    assert (figure.cases, figure.above) == (("个案1", "个案2"), ("个案2",))
    assert tell(events(answered(1).post(8).reply(9)))["services"].cases == ("个案1",)
