"""What is promised of a case: the shortest limits, in the queue's hours, and what becomes of them later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.calendar import Workdays
from listening.model import Case, Escalation, Hit, ListeningClass, Post, Priority, Status
from listening.review.levels import ServiceLevels, Target
from listening.rules.ruleset import EscalationRule, Queue, RuleSet, Scenario

SHANGHAI = ZoneInfo("Asia/Shanghai")
DESK, OTHER = "workdays 08:30-17:30", "workdays 08:30-17:30; holidays 10:00-16:00"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = RuleSet(
    scenarios=(
        Scenario(name="断网", respond_within=30 * MINUTE, category=("报障", "宽带"), priority=Priority.HIGH),
        Scenario(name="网速慢", respond_within=2 * HOUR, resolve_within=4 * HOUR, category=("报障",)),
        Scenario(name="投诉", priority=Priority.URGENT),
    ),
    queues=(
        Queue(
            name="技术支持",
            hours=DESK,
            respond_within=HOUR,
            resolve_within=16 * HOUR,
            warn_before=10 * MINUTE,
        ),
        Queue(name="投诉处理", hours=OTHER, respond_within=15 * MINUTE, resolve_within=8 * HOUR),
        Queue(name="市场拓展"),
    ),
    escalations=(
        EscalationRule(level=Escalation.SENSITIVE, followers=100_000),
        EscalationRule(level=Escalation.CRISIS, respond_within=10 * MINUTE, resolve_within=6 * HOUR),
    ),
)
LEVELS = ServiceLevels(RULES, SHANGHAI, Workdays())
MONDAY = "2025-09-22"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def shown(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else None


def hit(*scenarios: str, queue: str | None = "技术支持", found: str | None = f"{MONDAY} 09:00") -> Hit:
    return Hit(
        post=Post(id="weibo:1", text="星河宽带断网了"),
        level=2,
        listening_class=ListeningClass.KEYWORD,
        rules_version="0",
        scenarios=tuple(f"星河宽带/{name}" for name in scenarios),
        queue=queue,
        found_at=at(found) if found else None,
    )


def case(found: str = f"{MONDAY} 09:00", scenarios: tuple[str, ...] = (), **fields: Any) -> Case:
    """An open case of 技术支持, as it was promised when it was found."""
    target = LEVELS.target_of(scenarios, "技术支持", at(found))
    plain = Case(
        id="a",
        n=1,
        status=Status.OPEN,
        opened_at=at(found),
        found_at=at(found),
        queue="技术支持",
        scenarios=tuple(f"星河宽带/{name}" for name in scenarios),
        hours=target.hours,
        respond_by=target.respond_by,
        resolve_by=target.resolve_by,
        assumed=target.assumed,
    )
    return replace(plain, **fields)


@pytest.mark.parametrize(
    ("scenarios", "queue", "within"),
    [
        pytest.param((), "技术支持", (HOUR, 16 * HOUR), id="the queue's"),
        pytest.param(
            ("断网",), "技术支持", (30 * MINUTE, 16 * HOUR), id="the scenario's, as far as it says any"
        ),
        pytest.param(("断网", "网速慢"), "技术支持", (30 * MINUTE, 4 * HOUR), id="the shortest of several"),
        pytest.param(("网速慢",), "投诉处理", (2 * HOUR, 4 * HOUR), id="longer than the queue's, and said"),
        pytest.param(("投诉",), "投诉处理", (15 * MINUTE, 8 * HOUR), id="a scenario that says none"),
        pytest.param(("投诉",), "市场拓展", (None, None), id="nobody says any"),
        pytest.param(("断网",), "夜班", (30 * MINUTE, None), id="a queue that is not listed"),
        pytest.param(("断网",), None, (30 * MINUTE, None), id="no queue: the usual one"),
        pytest.param(("从前有的",), "技术支持", (HOUR, 16 * HOUR), id="a scenario that is no more"),
    ],
)
def test_the_shortest_limit_of_the_scenarios_counts_or_else_the_queues(
    scenarios: tuple[str, ...], queue: str | None, within: tuple[timedelta | None, timedelta | None]
) -> None:
    target = LEVELS.target(hit(*scenarios, queue=queue))
    assert (target.respond_within, target.resolve_within) == within
    assert (target.respond_by is None, target.resolve_by is None) == (within[0] is None, within[1] is None)


@pytest.mark.parametrize(
    ("queue", "found", "respond_by", "resolve_by"),
    [
        pytest.param("技术支持", f"{MONDAY} 09:00", f"{MONDAY} 10:00", "2025-09-23 16:00", id="on a workday"),
        pytest.param(
            "技术支持", f"{MONDAY} 17:00", "2025-09-23 09:00", "2025-09-24 15:00", id="in the evening"
        ),
        pytest.param(
            "技术支持", "2025-09-27 11:00", "2025-09-28 09:30", "2025-09-29 15:30", id="to a worked Sunday"
        ),
        pytest.param(
            "技术支持", "2025-09-30 17:00", "2025-10-09 09:00", "2025-10-10 15:00", id="National Day"
        ),
        pytest.param(
            "投诉处理", "2025-09-30 17:20", "2025-10-01 10:05", "2025-10-02 11:50", id="hours of holidays"
        ),
        pytest.param("市场拓展", "2025-09-30 17:00", None, None, id="nothing promised"),
    ],
)
def test_deadlines_are_working_time_from_when_it_was_found(
    queue: str, found: str, respond_by: str | None, resolve_by: str | None
) -> None:
    target = LEVELS.target(hit(queue=queue, found=found))
    assert (shown(target.respond_by), shown(target.resolve_by)) == (respond_by, resolve_by)
    assert (target.queue, target.hours) == (queue, RULES.queue(queue).hours)
    assert target.assumed == ()


def test_a_record_that_was_not_found_yet_has_limits_and_no_deadlines() -> None:
    assert LEVELS.target(hit("断网", found=None)) == Target(
        queue="技术支持", hours=DESK, respond_within=30 * MINUTE, resolve_within=16 * HOUR
    )


def test_what_a_target_says_in_an_event() -> None:
    assert LEVELS.target(hit("断网", queue="市场拓展")).data() == {
        "respond_by": "2025-09-22T01:30:00.000Z",
        "resolve_by": None,
        "respond_within_ms": 1_800_000,
        "resolve_within_ms": None,
        "hours": "24x7",
        "assumed": [],
    }


@pytest.mark.parametrize(
    ("scenarios", "level", "within"),
    [
        pytest.param(("断网",), Escalation.CRISIS, (10 * MINUTE, 6 * HOUR), id="shorter"),
        pytest.param(
            ("网速慢",), Escalation.CRISIS, (10 * MINUTE, 4 * HOUR), id="only one of them is shorter"
        ),
        pytest.param(("断网",), Escalation.SENSITIVE, (30 * MINUTE, 16 * HOUR), id="a level without any"),
        pytest.param(("断网",), Escalation.NORMAL, (30 * MINUTE, 16 * HOUR), id="normal"),
    ],
)
def test_a_level_has_targets_of_its_own_where_they_are_shorter(
    scenarios: tuple[str, ...], level: Escalation, within: tuple[timedelta, timedelta]
) -> None:
    target = LEVELS.target(hit(*scenarios), level)
    assert (target.respond_within, target.resolve_within) == within


def test_another_queue_counts_from_when_it_was_found_in_its_own_hours() -> None:
    moved = LEVELS.moved(case("2025-09-30 17:20"), "投诉处理")
    assert moved == LEVELS.target_of((), "投诉处理", at("2025-09-30 17:20"))
    assert (shown(moved.respond_by), shown(moved.resolve_by)) == ("2025-10-01 10:05", "2025-10-02 11:50")


def test_what_scenarios_promised_other_queues_promise_too() -> None:
    moved = LEVELS.moved(case(scenarios=("断网",)), "市场拓展")
    assert (shown(moved.respond_by), moved.resolve_by, moved.hours) == (f"{MONDAY} 09:30", None, "24x7")


def test_an_answer_that_was_given_keeps_its_deadline_in_another_queue() -> None:
    moved = LEVELS.moved(case(responded_at=at(f"{MONDAY} 09:10")), "投诉处理")
    assert (shown(moved.respond_by), shown(moved.resolve_by)) == (f"{MONDAY} 10:00", f"{MONDAY} 17:00")


def test_what_was_put_off_stays_put_off_in_another_queue() -> None:
    given = case()
    assert given.resolve_by is not None
    later = LEVELS.extend(given.hours, given.resolve_by, at(f"{MONDAY} 10:00"), at(f"{MONDAY} 13:00"))
    moved = LEVELS.moved(replace(given, resolve_by=later), "投诉处理")
    assert shown(moved.resolve_by) == "2025-09-23 11:00"
    asked = LEVELS.moved(
        replace(given, resolve_by=None, paused=later, asked_at=at(f"{MONDAY} 14:00")), "投诉处理"
    )
    assert asked.resolve_by == moved.resolve_by


def test_moving_puts_off_nothing_that_was_escalated() -> None:
    given = case(
        escalation=Escalation.CRISIS, respond_by=at(f"{MONDAY} 09:10"), resolve_by=at(f"{MONDAY} 15:00")
    )
    moved = LEVELS.moved(given, "投诉处理")
    assert (shown(moved.respond_by), shown(moved.resolve_by)) == (f"{MONDAY} 09:10", f"{MONDAY} 15:00")


def test_going_up_a_level_brings_deadlines_forward_from_that_moment() -> None:
    up = LEVELS.escalated(case(), Escalation.CRISIS, at(f"{MONDAY} 09:40"))
    assert (shown(up.respond_by), shown(up.resolve_by)) == (f"{MONDAY} 09:50", f"{MONDAY} 15:40")
    late = LEVELS.escalated(case(), Escalation.CRISIS, at("2025-09-23 15:00"))
    assert (shown(late.respond_by), shown(late.resolve_by)) == (f"{MONDAY} 10:00", "2025-09-23 16:00")


def test_a_level_without_targets_of_its_own_changes_no_deadline() -> None:
    given = case()
    up = LEVELS.escalated(given, Escalation.SENSITIVE, at(f"{MONDAY} 09:40"))
    assert (up.respond_by, up.resolve_by, up.hours) == (given.respond_by, given.resolve_by, given.hours)


def test_what_nobody_had_promised_is_promised_on_a_higher_level() -> None:
    plain = case(respond_by=None, resolve_by=None, hours=None, queue="市场拓展")
    up = LEVELS.escalated(plain, Escalation.CRISIS, at(f"{MONDAY} 20:00"))
    assert (shown(up.respond_by), shown(up.resolve_by)) == (f"{MONDAY} 20:10", "2025-09-23 02:00")


def test_an_answered_case_and_a_customer_who_is_asked_are_not_hurried() -> None:
    given = case(responded_at=at(f"{MONDAY} 09:30"), asked_at=at(f"{MONDAY} 09:35"), resolve_by=None)
    up = LEVELS.escalated(given, Escalation.CRISIS, at(f"{MONDAY} 09:40"))
    assert (up.respond_by, up.resolve_by) == (given.respond_by, None)


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        pytest.param(f"{MONDAY} 10:00", f"{MONDAY} 13:00", "2025-09-24 10:00", id="three hours"),
        pytest.param(f"{MONDAY} 17:00", "2025-09-23 09:00", "2025-09-23 17:00", id="over a night"),
        pytest.param(
            f"{MONDAY} 18:00", "2025-09-23 08:00", "2025-09-23 16:00", id="outside the hours: nothing"
        ),
    ],
)
def test_a_pause_puts_the_deadline_off_by_its_working_time(asked: str, answered: str, due: str) -> None:
    assert shown(LEVELS.extend("技术支持", at("2025-09-23 16:00"), at(asked), at(answered))) == due


@pytest.mark.parametrize(
    ("queue", "due", "warned"),
    [
        pytest.param("技术支持", f"{MONDAY} 10:00", f"{MONDAY} 09:50", id="as long before as the queue says"),
        pytest.param("技术支持", "2025-09-23 08:35", f"{MONDAY} 17:25", id="in working time"),
        pytest.param(
            "投诉处理", f"{MONDAY} 10:00", f"{MONDAY} 09:45", id="at a quarter, where it does not say"
        ),
        pytest.param(
            "技术支持", f"{MONDAY} 09:08", f"{MONDAY} 09:06", id="at a quarter, where it would be at once"
        ),
        pytest.param("市场拓展", f"{MONDAY} 13:00", f"{MONDAY} 12:00", id="round the clock"),
        pytest.param("技术支持", f"{MONDAY} 08:00", f"{MONDAY} 09:00", id="a deadline that is past"),
    ],
)
def test_it_is_warned_before_a_deadline(queue: str, due: str, warned: str) -> None:
    assert shown(LEVELS.warn_at(queue, at(f"{MONDAY} 09:00"), at(due))) == warned


def test_it_is_warned_in_the_hours_of_the_promise() -> None:
    begin, due = at(f"{MONDAY} 17:00"), at("2025-09-23 09:00")
    assert shown(LEVELS.warn_at("技术支持", begin, due)) == "2025-09-23 08:50"
    assert shown(LEVELS.warn_at("市场拓展", begin, due, DESK)) == "2025-09-23 08:45"


def test_warnings_are_whole_milliseconds() -> None:
    begin = at(f"{MONDAY} 09:00")
    warned = LEVELS.warn_at("市场拓展", begin, begin + timedelta(milliseconds=1003))
    assert warned - begin == timedelta(milliseconds=753)


@pytest.mark.parametrize(
    ("hours", "worked"),
    [
        pytest.param("技术支持", 10 * HOUR, id="a queue's name"),
        pytest.param("Mo-Fr 09:00-10:00", 2 * HOUR, id="hours"),
        pytest.param("夜班", 25 * HOUR, id="a queue that is not listed"),
        pytest.param(None, 25 * HOUR, id="nothing"),
    ],
)
def test_working_time_is_asked_of_a_queue_or_of_hours(hours: str | None, worked: timedelta) -> None:
    begin, end = at(f"{MONDAY} 09:00"), at("2025-09-23 10:00")
    assert LEVELS.working(hours, begin, end) == worked
    assert LEVELS.add(hours, begin, worked) == end


def test_the_most_urgent_scenario_that_suggests_a_category_is_heard() -> None:
    assert LEVELS.category(hit("网速慢", "断网", "投诉")) == ("报障", "宽带")
    assert LEVELS.category(hit("投诉")) == ()


UNKNOWN = Workdays(unknown=frozenset({2026}))
OWN = Workdays(holidays=frozenset({date(2026, 1, 1)}))
FOUND = "2025-12-31 17:00"


def promised(workdays: Workdays = UNKNOWN, **fields: Any) -> Case:
    """A case of the last evening of 2025, as it was promised when nobody knew 2026."""
    target = ServiceLevels(RULES, SHANGHAI, workdays).target_of((), "技术支持", at(FOUND))
    due = {"respond_by": target.respond_by, "resolve_by": target.resolve_by, "assumed": target.assumed}
    return replace(case(FOUND), **due | fields)


def test_deadlines_over_a_year_that_nobody_knows_say_so() -> None:
    given = promised()
    assert (shown(given.respond_by), given.assumed) == ("2026-01-01 09:00", (2026,))


def test_deadlines_are_renewed_when_the_year_is_known() -> None:
    renewed = LEVELS.renewed(promised())
    assert renewed is not None
    fresh = LEVELS.target_of((), "技术支持", at(FOUND))
    assert (renewed.respond_by, renewed.resolve_by) == (fresh.respond_by, fresh.resolve_by)
    assert (shown(renewed.respond_by), renewed.hours, renewed.assumed) == ("2026-01-04 09:00", DESK, ())


@pytest.mark.parametrize(
    ("levels", "given"),
    [
        pytest.param(LEVELS, case(), id="nothing was assumed"),
        pytest.param(ServiceLevels(RULES, SHANGHAI, UNKNOWN), promised(), id="nobody knows the year yet"),
        pytest.param(LEVELS, promised(asked_at=at("2025-12-31 17:10")), id="the customer is asked"),
    ],
)
def test_there_is_nothing_to_renew(levels: ServiceLevels, given: Case) -> None:
    assert levels.renewed(given) is None


def test_what_is_renewed_is_the_promise_whatever_became_of_the_rules() -> None:
    longer = replace(RULES, queues=(Queue(name="技术支持", respond_within=9 * HOUR, resolve_within=9 * DAY),))
    renewed = ServiceLevels(longer, SHANGHAI, Workdays()).renewed(promised())
    assert renewed == LEVELS.renewed(promised())


def test_a_pause_is_renewed_with_the_rest() -> None:
    levels, given = ServiceLevels(RULES, SHANGHAI, UNKNOWN), promised()
    assert given.resolve_by is not None
    later = levels.add(given.hours, given.resolve_by, 3 * HOUR)
    renewed, plain = LEVELS.renewed(replace(given, resolve_by=later)), LEVELS.renewed(given)
    assert renewed is not None and plain is not None and plain.resolve_by is not None
    assert renewed.resolve_by == LEVELS.add(given.hours, plain.resolve_by, 3 * HOUR)


def test_own_entries_that_came_after_the_promise_are_not_taken_for_part_of_it() -> None:
    """Nobody had entered New Year's Day yet: the promise counted it as worked."""
    fresh = ServiceLevels(RULES, SHANGHAI, OWN).target_of((), "技术支持", at(FOUND))
    renewed = ServiceLevels(RULES, SHANGHAI, OWN).renewed(promised())
    assert renewed is not None
    assert (renewed.respond_by, renewed.resolve_by) == (fresh.respond_by, fresh.resolve_by)


def test_an_answer_that_was_given_keeps_its_deadline_when_the_year_is_known() -> None:
    given = promised(responded_at=at("2025-12-31 17:20"))
    renewed = LEVELS.renewed(given)
    assert renewed is not None
    assert renewed.respond_by == given.respond_by
    assert renewed.resolve_by != given.resolve_by


def test_a_year_that_is_still_unknown_stays_assumed() -> None:
    both = Workdays(unknown=frozenset({2025, 2026}))
    given = promised(both)
    assert given.assumed == (2025, 2026)
    renewed = ServiceLevels(RULES, SHANGHAI, UNKNOWN).renewed(given)
    assert renewed is not None
    assert renewed.assumed == (2026,)


@settings(deadline=None)
@given(
    st.integers(0, 40 * 24 * 60),
    st.sampled_from(["技术支持", "投诉处理", "市场拓展"]),
    st.sampled_from(["技术支持", "投诉处理"]),
)
def test_moved_there_and_back_it_is_due_as_before(minutes: int, there: str, queue: str) -> None:
    found = at("2025-09-15 00:00") + minutes * MINUTE
    first = LEVELS.target_of((), queue, found)
    plain = Case(id="a", n=1, status=Status.OPEN, opened_at=found, found_at=found, queue=queue)
    given = replace(plain, hours=first.hours, respond_by=first.respond_by, resolve_by=first.resolve_by)
    moved = LEVELS.moved(given, there)
    away = replace(
        given, queue=there, hours=moved.hours, respond_by=moved.respond_by, resolve_by=moved.resolve_by
    )
    back = LEVELS.moved(away, queue)
    assert (back.respond_by, back.resolve_by) == (first.respond_by, first.resolve_by)
