"""Who works on what next: order, claims that run out, sleep, other queues, and many cases at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from listening.errors import DeskMistake, TransitionRefused
from listening.model import Author, Escalation, Result, Status
from listening.store import open_store
from tests.review.kit import CUSTOMER, LI, WANG, Bench, a_bench, below, post

FEE = "星河宽带乱扣费"
HEARD = "听说星河宽带要涨价"


def author(n: int) -> Author:
    return Author(id=f"u{n}")


def test_the_most_urgent_case_comes_first(bench: Bench) -> None:
    bench.take(
        post(1, HEARD, author=author(1)),  # normal, nothing promised
        post(2, FEE, author=author(2)),  # normal, two hours
        post(3, "星河宽带断网", author=author(3)),  # high
        post(4, "星河宽带乱扣费，投诉到工信部", author=author(4)),  # sensitive
    )
    bench.later(minutes=1)
    bench.take(post(5, "星河宽带又掉线", author=author(5)))  # high, but later
    claimed = [bench.desk.queue.next(LI) for _ in range(5)]
    assert [case.posts for case in claimed if case] == [(f"forum:{n}",) for n in (4, 3, 5, 2, 1)]
    assert bench.desk.queue.next(LI) is None


def test_who_speaks_to_us_comes_before_who_speaks_of_us(bench: Bench) -> None:
    asked = bench.matcher.match([post(2, "@care 星河宽带断网", author=author(2))])[0].hit
    assert asked is not None and asked.reach == "direct"
    bench.take(post(1, author=author(1)), post(2, "@care 星河宽带断网", author=author(2)))
    first = bench.desk.queue.next(LI)
    assert first is not None and first.posts == ("forum:2",)


def test_only_the_queue_that_is_asked_for_is_looked_into(bench: Bench) -> None:
    bench.take(post(1, author=author(1)), post(2, FEE, author=author(2)))
    case = bench.desk.queue.next(LI, "账务")
    assert case is not None and case.posts == ("forum:2",)
    assert bench.desk.queue.next(LI, "账务") is None


def test_a_claim_runs_out_and_the_next_person_takes_the_case(bench: Bench) -> None:
    case = bench.open()
    bench.desk.queue.claim(case.id, LI)
    bench.later(minutes=29)
    assert bench.desk.queue.next(WANG) is None
    with pytest.raises(TransitionRefused, match="is in the hands of 李娜 - take another one"):
        bench.desk.queue.claim(case.id, WANG)
    bench.later(minutes=1)
    taken = bench.desk.queue.next(WANG)
    assert taken is not None and (taken.id, taken.assignee) == (case.id, WANG)
    with pytest.raises(TransitionRefused, match="is in the hands of 王伟"):
        bench.desk.steps.respond(case.id, LI)


def test_whoever_works_on_a_case_keeps_it(bench: Bench) -> None:
    case = bench.worked()
    bench.later(minutes=25)
    bench.desk.steps.note(case.id, LI, "打电话没人接")
    bench.later(minutes=25)
    assert bench.desk.queue.next(WANG) is None
    assert [each.id for each in bench.desk.queue.held_by(LI)] == [case.id]
    bench.later(minutes=10)
    assert bench.desk.queue.held_by(LI) == []


def test_an_assigned_case_is_kept_for_good(bench: Bench) -> None:
    case = bench.open()
    bench.desk.queue.assign(case.id, LI, WANG)
    bench.later(days=30)
    assert bench.desk.queue.next(LI) is None
    assert bench.desk.steps.respond(case.id, WANG).assignee == WANG


def test_a_released_case_waits_again_where_it_waited(bench: Bench) -> None:
    bench.take(post(1, author=author(1)), post(2, author=author(2)))
    first = bench.desk.queue.next(LI)
    assert first is not None
    bench.desk.queue.release(first.id, LI)
    again = bench.desk.queue.next(WANG)
    assert again is not None and again.id == first.id


def test_a_sleeping_case_wakes_at_its_time(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.queue.snooze(case.id, LI, bench.clock.at + timedelta(hours=2), "等师傅上门")
    assert bench.desk.queue.next(WANG) is None
    with pytest.raises(TransitionRefused, match="sleeps"):
        bench.desk.queue.claim(case.id, WANG)
    bench.later(hours=2)
    woken = bench.desk.queue.next(WANG)
    assert woken is not None and woken.id == case.id


def test_a_sleeping_case_wakes_when_the_customer_writes_again(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.queue.snooze(case.id, LI, bench.clock.at + timedelta(days=2))
    bench.take(post(2, "还是不行啊", parent=below(1), root=below(1)))
    woken = bench.desk.queue.next(WANG)
    assert woken is not None and woken.id == case.id and woken.news == ("post",)


def test_sleep_needs_a_time_to_come(bench: Bench) -> None:
    case = bench.worked()
    with pytest.raises(DeskMistake, match="cannot sleep until a time that is past"):
        bench.desk.queue.snooze(case.id, LI, bench.clock.at)


def test_another_queue_has_other_targets_and_gives_it_back(bench: Bench) -> None:
    case = bench.worked(text="星河宽带乱扣费")
    assert case.queue == "账务"
    moved = bench.desk.queue.transfer(case.id, LI, "技术支持", "是线路问题")
    assert (moved.queue, moved.came_from, moved.hours, moved.assignee) == ("技术支持", "账务", "24x7", None)
    bench.desk.queue.claim(case.id, WANG)
    back = bench.desk.queue.return_(case.id, WANG)
    assert (back.queue, back.hours) == ("账务", "workdays 09:00-18:00")


def test_an_unknown_queue_is_told_with_the_one_that_was_meant(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(DeskMistake, match="there is no queue '技术支援' - did you mean '技术支持'"):
        bench.desk.queue.transfer(case.id, LI, "技术支援")


def test_a_case_that_never_moved_cannot_be_returned(bench: Bench) -> None:
    case = bench.worked()
    with pytest.raises(TransitionRefused, match="came from no other queue"):
        bench.desk.queue.return_(case.id, LI)


def test_loads_say_what_waits_is_held_and_is_late(bench: Bench) -> None:
    bench.take(*(post(n, author=author(n)) for n in range(4)), post(9, FEE, author=author(9)))
    held, slept = bench.desk.queue.next(LI, "技术支持"), bench.desk.queue.next(LI, "技术支持")
    assert held and slept
    bench.desk.queue.snooze(slept.id, LI, bench.clock.at + timedelta(days=1))
    bench.later(minutes=29)
    loads = {load.queue: load for load in bench.desk.queue.loads()}
    technical = loads["技术支持"]
    assert (technical.waiting, technical.held, technical.sleeping, technical.late) == (2, 1, 1, 0)
    assert technical.people == {LI: 1} and technical.nearest is not None
    bench.later(minutes=2)
    assert {load.queue: load.late for load in bench.desk.queue.loads()} == {"技术支持": 4, "账务": 0}


def test_one_step_on_many_cases_leaves_those_that_cannot_take_it(bench: Bench) -> None:
    bench.take(*(post(n, author=author(n)) for n in range(3)))
    cases = [bench.case_of(f"forum:{n}").id for n in range(3)]
    bench.desk.queue.claim(cases[1], WANG)
    steps = bench.desk.steps
    done = bench.desk.queue.bulk([*cases, cases[0]], lambda each: steps.close(each, LI, Result.IRRELEVANT))
    assert set(done.done) == {cases[0], cases[2]}
    assert [case for case, _ in done.refused] == [cases[1]] and "王伟" in done.refused[0][1]
    assert bench.kinds(cases[0]).count("close") == 1


def test_an_escalated_case_goes_to_the_front(bench: Bench) -> None:
    bench.take(post(1, author=author(1)), post(2, HEARD, author=author(2)))
    heard = bench.case_of("forum:2")
    bench.desk.steps.escalate(heard.id, LI, Escalation.CRISIS, "记者在问")
    first = bench.desk.queue.next(WANG)
    assert first is not None and first.id == heard.id


def test_what_is_kept_behind_the_events_does_not_stop_the_queue(bench: Bench) -> None:
    bench.take(post(1, author=author(1)), post(2, author=author(2)))
    first, second = (case.id for case in bench.store.waiting(None, bench.clock.at, 2))
    stale = bench.kept(first)
    bench.desk.queue.claim(first, WANG)
    bench.store.put_cases([stale], anyway=True)  # the process that claimed died before it kept the case
    mine = bench.desk.queue.next(LI)
    assert mine is not None and mine.id == second
    assert bench.kept(first).assignee == WANG, "and it is mended on the way"


def test_two_people_never_hold_the_same_case(tmp_path: Path) -> None:
    people, cases = 6, 60
    store = open_store("sqlite:desk.sqlite", tmp_path)
    with a_bench(store, tmp_path) as bench:
        bench.take(*(post(n, author=author(n)) for n in range(cases)))
        held: dict[str, list[str]] = {f"p{n}": [] for n in range(people)}

        def work(person: str) -> None:
            while (case := bench.desk.queue.next(person)) is not None:
                held[person].append(case.id)

        threads = [threading.Thread(target=work, args=(person,)) for person in held]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = sorted(case for mine in held.values() for case in mine)
        assert len(taken) == len(set(taken)) == cases
        for person, mine in held.items():
            assert all(bench.desk.log.case(case).assignee == person for case in mine)
    store.close()


def test_urgency_is_as_long_for_every_case(bench: Bench) -> None:
    bench.take(post(1, author=author(1)), post(2, HEARD, author=CUSTOMER))
    keys = [case.urgency.removesuffix(case.id) for case in bench.store.live()]
    assert all(len(one) == len(other) for one, other in pairwise(keys))
    assert all(case.status is Status.OPEN for case in bench.store.live())


def test_a_queue_that_promises_nothing_takes_the_deadlines_away(bench: Bench) -> None:
    case = bench.worked()
    assert case.resolve_by is not None
    moved = bench.desk.queue.transfer(case.id, LI, "市场")
    assert moved.resolve_by is None


def test_a_deadline_that_is_set_aside_moves_with_its_case(bench: Bench) -> None:
    case = bench.worked(text=FEE)
    bench.desk.steps.reply(case.id, LI, asks=True)
    moved = bench.desk.queue.transfer(case.id, LI, "技术支持")
    assert moved.resolve_by is None and moved.paused == bench.desk.levels.moved(case, "技术支持").resolve_by
