"""What holds of the figures of any log, also of one that no desk would write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening.model import EventKind, Result, ReviewEvent
from listening.review.kpi import DEFINITIONS, Figure, Method, figures
from listening.store.memory import MemoryStore
from tests.review.kpi.logs import COMPETITOR, DAY, LATER, Log, Steps, asked, at, said

NAMES = ("甲", "乙", "丙")
PEOPLE = ("小李", "小王", "system")
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 30)
ADDED_UP = [each for each in DEFINITIONS if not each.snapshot]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Each draws three cases of a dozen steps, and most ask several times."""
Data = Callable[[st.DataObject, float], dict[str, Any]]


def one_of(data: st.DataObject, *values: Any) -> Any:
    return data.draw(st.sampled_from(values))


SAYS: dict[str, Data] = {
    EventKind.POST: lambda d, m: {"published_at": said(m - one_of(d, 0, 1, 600))},
    EventKind.WITHDRAWN: lambda d, _: {"whole": one_of(d, True, False)},
    EventKind.CLAIM: lambda _d, m: {"until": said(m + 30)},
    EventKind.RELEASE: lambda _d, _m: {},
    EventKind.ASSIGN: lambda d, _: {"to": one_of(d, "小李", "小张")},
    EventKind.TRANSFER: lambda d, _: {"queue": one_of(d, "账务", "技术支持")},
    EventKind.RESPOND: lambda d, _: one_of(
        d,
        {},
        {"natural_ms": 5, "customer_natural_ms": 9, "in_time": True},
        {"working_ms": 7, "customer_working_ms": 8, "in_time": False},
    ),
    EventKind.CLASSIFY: lambda d, _: {"category": [one_of(d, "报障", "投诉")]},
    EventKind.REPLY: lambda d, m: one_of(
        d,
        {},
        {"seen": True, "published_at": said(m - 9)},
        {"carries_result": True, "cycle_natural_ms": 3, "cycle_working_ms": 2},
    ),
    EventKind.TICKET: lambda _d, _m: {"system": "s", "ticket": "t"},
    EventKind.RECEIPT: lambda d, _: {"ticket": "t"} | one_of(d, {}, {"natural_ms": 4, "working_ms": 1}),
    EventKind.ESCALATE: lambda d, _: {"level": one_of(d, "normal", "sensitive", "crisis")},
    EventKind.CLOSE: lambda d, _: (
        {"result": one_of(d, *map(str, Result))} | one_of(d, {}, {"handling_ms": 8, "first_contact": True})
    ),
    EventKind.FOLLOW_UP: lambda d, _: {"confirmed": one_of(d, True, False)},
    EventKind.REOPEN: lambda _d, _m: {"why": "by_hand"},
    EventKind.ABANDON: lambda _d, _m: {"why": "old"},
    EventKind.CONVERT: lambda d, _: {
        "outcome": one_of(d, "sold", "kept", "won_over", "none"),
        "confirmed": one_of(d, True, False),
    },
    EventKind.INVITE: lambda _d, _m: {},
    EventKind.SATISFACTION: lambda d, _: {"satisfied": one_of(d, True, False)},
    EventKind.CHECK: lambda d, _: one_of(d, {}, {"agrees": True}, {"agrees": False}),
    EventKind.SCORE: lambda d, _: one_of(d, {}, {"score": 3, "scale": 5}, {"score": 1.5, "scale": 2}),
    EventKind.JOIN: lambda d, _: {"into": one_of(d, *NAMES), "why": "rule"},
    EventKind.ABSORB: lambda d, m: {"from": one_of(d, *NAMES), "customer_at": [said(m - 1)]},
    EventKind.DEADLINE: lambda d, m: {"respond_by": one_of(d, None, said(m + 30))},
}


@st.composite
def cases(draw: st.DrawFn, name: str) -> Steps:
    """A case of usual steps and of others in any order, minutes or days apart."""
    data = draw(st.data())
    minutes = float(draw(st.integers(-3 * DAY, 30 * DAY)))
    first: dict[str, Any] = one_of(
        data,
        {},
        {"respond_by": said(minutes + 30)},
        COMPETITOR,
        {"again": "庚", "published_at": None, "queue": None},
    )
    log = Log(name, minutes, **first)
    usual = one_of(data, [], ["claim", "respond", "reply"], ["claim", "respond", "reply", "close"])
    more = draw(st.lists(st.sampled_from(sorted(set(SAYS) - {EventKind.JOIN})), max_size=8))
    end = one_of(data, [], [], [], ["join"])
    for kind in (*usual, *more, *end):
        minutes += one_of(data, 0, 1, 90, DAY, 8 * DAY)
        log.add(kind, minutes, one_of(data, *PEOPLE), **SAYS[kind](data, minutes))
    return log.steps


@st.composite
def logs(draw: st.DrawFn) -> list[Steps]:
    """Up to three cases."""
    return [draw(cases(name)) for name in NAMES[: draw(st.integers(0, 3))]]


def flat(log: list[Steps]) -> Steps:
    return [event for steps in log for event in steps]


def told(log: Steps, *by: str, as_of: Any = LATER) -> list[Figure]:
    return figures(log, asked(FIRST, LAST, by=by, as_of=as_of))


def totals(log: Steps, as_of: Any = LATER) -> dict[str, Figure]:
    return {each.definition.name: each for each in told(log, as_of=as_of)}


@FEW
@given(logs())
def test_a_numerator_is_part_of_its_denominator_and_so_are_its_cases(log: list[Steps]) -> None:
    for each in told(flat(log), "week", "person"):
        if each.definition.method in (Method.RATE, Method.PART):
            assert each.numerator is not None
            assert each.denominator is not None
            assert 0 <= each.numerator <= each.denominator
        assert set(each.above) <= set(each.cases)
        assert set(each.left_out) <= set(each.definition.left_out_for)


@FEW
@given(logs(), st.sampled_from(["day", "week", "month", "queue", "category", "person"]))
def test_periods_and_whatever_a_case_has_one_of_add_up_to_the_total(log: list[Steps], by: str) -> None:
    snapshots = by in ("queue", "category", "person")
    everything = told(flat(log), by)
    for definition in DEFINITIONS if snapshots else ADDED_UP:
        those = [each for each in everything if each.definition is definition]
        groups, (total,) = [each for each in those if not each.total], [each for each in those if each.total]
        assert sum(each.numerator or 0 for each in groups) == (total.numerator or 0)
        assert sum(each.denominator or 0 for each in groups) == (total.denominator or 0)
        assert sum((Counter(each.left_out) for each in groups), Counter()) == Counter(total.left_out)
        assert {case for each in groups for case in each.cases} == set(total.cases)


@FEW
@given(logs())
def test_by_nothing_or_by_anything_the_total_is_the_same(log: list[Steps]) -> None:
    alone = told(flat(log))
    for by in (["day"], ["brand"], ["week", "scenario"], ["person"]):
        assert [each for each in told(flat(log), *by) if each.total] == alone


@FEW
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_cases_is_all_the_same(log: list[Steps], chance: Any) -> None:
    mixed = list(log)
    chance.shuffle(mixed)
    assert told(flat(mixed), "week", "queue") == told(flat(log), "week", "queue")


@FEW
@given(logs())
def test_the_same_event_twice_is_once(log: list[Steps]) -> None:
    twice = [event for event in flat(log) for _ in range(2)]
    assert told(twice) == told(flat(log))


@FEW
@given(logs(), st.integers(-3 * DAY, 60 * DAY))
def test_as_of_a_moment_is_as_if_the_log_ended_there(log: list[Steps], minutes: int) -> None:
    then = at(minutes)
    known = [[event for event in steps if event.at <= then] for steps in log]
    assert told(flat(log), "day", as_of=then) == told(flat(known), "day", as_of=then)


@FEW
@given(logs())
def test_a_later_step_changes_nothing_as_of_before(log: list[Steps]) -> None:
    more = [[*steps, later(steps, "reopen", why="by_hand")] for steps in log]
    then = at(200 * DAY - 1)
    assert told(flat(more), as_of=then) == told(flat(log), as_of=then)


@FEW
@given(logs())
def test_erasure_leaves_every_figure_as_it_was(log: list[Steps]) -> None:
    erased = [[*steps, later(steps, "erase")] for steps in log]
    assert told(flat(erased), "week", "queue", as_of=at(300 * DAY)) == told(
        flat(log), "week", "queue", as_of=at(300 * DAY)
    )


def later(steps: Steps, kind: str, **data: Any) -> ReviewEvent:
    last = steps[-1]
    return ReviewEvent(case=last.case, n=last.n + 1, kind=kind, at=at(200 * DAY), person="小王", data=data)


@FEW
@given(logs())
def test_parts_of_a_figure_add_up_to_it(log: list[Steps]) -> None:
    found = totals(flat(log))

    def number(*names: str) -> Any:
        return sum(found[name].numerator or 0 for name in names)

    assert number("backlog") == number("backlog_1d", "backlog_3d", "backlog_7d", "backlog_older")
    assert number("resolution") == number("resolution_confirmed", "resolution_self_marked")
    assert number("conversion") == number("conversion_confirmed", "conversion_self_reported")
    assert number("conversion") == number("conversion_won_over", "conversion_kept", "conversion_sold")
    assert found["backlog_1d"].denominator == number("backlog")
    for name in ("abandonment", "unreachable", "repeat", "escalation", "escalation_crisis"):
        assert found[name].denominator == number("offered")


@FEW
@given(logs())
def test_a_store_gives_the_same_figures_as_the_log(log: list[Steps]) -> None:
    store = MemoryStore()
    for event in flat(log):
        assert store.append(event)
        assert not store.append(replace(event, person="somebody else")), "step n belongs to who was first"
    assert told(list(store.events()), "week", "person") == told(flat(log), "week", "person")
