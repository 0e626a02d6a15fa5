"""What happens to cases because time passes."""

from __future__ import annotations

import pytest

from listening.calendar import workdays
from listening.model import Result, Status
from tests.review.kit import LI, STRANGER, Bench, below, moment, post


def test_a_deadline_that_comes_near_is_warned_of_once(bench: Bench) -> None:
    case = bench.open()
    bench.later(minutes=20)
    assert bench.desk.ticker.tick() == {}
    bench.later(minutes=3)
    assert bench.desk.ticker.tick() == {"warn": 1}
    assert bench.desk.ticker.tick() == {}
    assert bench.last(case).data == {"target": "respond", "by": "2026-11-24T12:30:00.000Z"}


def test_a_missed_one_is_marked_once(bench: Bench) -> None:
    case = bench.open()
    bench.later(minutes=31)
    assert bench.desk.ticker.tick() == {"breach": 1}
    assert bench.desk.ticker.tick() == {}
    assert bench.desk.log.case(case.id).breached == ("respond",)
    assert bench.desk.queue.next(LI) is not None, "it waits all the same"


def test_a_look_in_time_is_no_breach_of_the_answer_but_the_end_may_be_missed(bench: Bench) -> None:
    case = bench.worked()
    bench.later(hours=23)
    assert bench.desk.ticker.tick() == {"warn": 1}
    bench.later(hours=2)
    assert bench.desk.ticker.tick() == {"breach": 1}
    assert bench.desk.log.case(case.id).breached == ("resolve",)


def test_what_is_closed_is_never_late(bench: Bench) -> None:
    bench.closed()
    bench.later(days=9)
    assert bench.desk.ticker.tick() == {} and bench.desk.ticker.sweep() == {}


def test_the_clock_of_office_hours_stands_still_at_night(bench: Bench) -> None:
    bench.clock.at = moment("2026-11-25 17:30")
    bench.open("星河宽带乱扣费")  # two hours of office time: until 10:30
    bench.clock.at = moment("2026-11-26 09:30")
    assert bench.desk.ticker.tick() == {}
    bench.clock.at = moment("2026-11-26 10:01")
    assert bench.desk.ticker.tick() == {"warn": 1}
    bench.clock.at = moment("2026-11-26 10:31")
    assert bench.desk.ticker.tick() == {"breach": 1}


def test_waiting_for_the_customer_is_not_late(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.reply(case.id, LI, asks=True)
    bench.later(hours=30)
    assert bench.desk.ticker.tick() == {}


def test_a_customer_who_never_answers_is_unreachable(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.reply(case.id, LI, asks=True)
    bench.later(days=3)
    assert bench.desk.ticker.sweep() == {}
    bench.later(minutes=1)
    assert bench.desk.ticker.sweep() == {"unreachable": 1}
    ended = bench.desk.log.case(case.id)
    assert (ended.status, ended.result) == (Status.CLOSED, Result.UNREACHABLE)
    assert bench.last(case).person == "system"


def test_one_who_answers_is_not(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.reply(case.id, LI, asks=True)
    bench.later(days=2)
    bench.take(post(2, "是十月的", parent=below(1), root=below(1)))
    bench.later(days=2)
    assert bench.desk.ticker.sweep() == {}


def test_what_nobody_ever_answered_is_given_up_in_the_end(bench: Bench) -> None:
    case, held = bench.open(), bench.open("星河宽带断网", name=2, author=STRANGER)
    bench.desk.queue.assign(held.id, LI, LI)
    bench.later(days=14, minutes=1)
    assert bench.desk.ticker.sweep() == {"abandon": 1}
    assert bench.last(case).data == {"why": "old"}
    assert bench.desk.log.case(held.id).is_live


def test_deadlines_are_set_anew_when_a_year_becomes_known(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knew that the first of January is a holiday; then it is announced."""
    known = {2025}
    knows = workdays._known
    monkeypatch.setattr(
        workdays, "_known", lambda country, year: knows(country, year) if year in known else None
    )
    bench.clock.at = moment("2025-12-31 17:30")
    case = bench.open("星河宽带乱扣费")
    assert case.assumed == (2026,) and case.respond_by == moment("2026-01-01 10:30")
    assert bench.desk.ticker.sweep() == {}
    known.add(2026)
    assert bench.desk.ticker.sweep() == {"deadline": 1}
    renewed = bench.desk.log.case(case.id)
    assert (renewed.assumed, renewed.respond_by) == ((), moment("2026-01-04 10:30"))
    assert bench.last(case).data["why"] == "year"
    assert bench.desk.ticker.sweep() == {}


def test_a_second_machine_says_nothing_twice(bench: Bench) -> None:
    case = bench.open()
    bench.later(minutes=31)
    stale = bench.kept(case)
    bench.desk.ticker.tick()
    bench.store.put_cases([stale], anyway=True)
    bench.desk.ticker.tick()
    assert bench.kinds(case).count("breach") == 1


def test_a_window_of_warning_never_passes_unseen(bench: Bench) -> None:
    bench.open()
    bench.later(minutes=30)
    assert bench.desk.ticker.tick() == {"warn": 1}, "at the very deadline it is not missed yet"
