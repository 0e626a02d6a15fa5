"""What is kept beside the events can be checked against them and made anew."""

from __future__ import annotations

from dataclasses import replace

from listening.model import Result, Status
from listening.review.verifying import check_cases, mend_cases
from listening.store.ports import Standing
from tests.review.kit import LI, STRANGER, Bench, below, post


def test_a_desk_at_work_has_no_flaws(bench: Bench) -> None:
    bench.closed()
    other = bench.open("星河宽带断网", name=5, author=STRANGER)
    bench.take(post(6, "还是不行", author=STRANGER, parent=below(5, STRANGER), root=below(5, STRANGER)))
    bench.take(post(7, "星河宽带掉线", author=STRANGER))
    bench.desk.queue.claim(other.id, LI)
    assert list(check_cases(bench.store)) == []


def test_a_case_that_is_kept_behind_its_events_is_found_and_mended(bench: Bench) -> None:
    case = bench.open()
    stale = bench.kept(case)
    bench.desk.steps.close(case.id, LI, Result.IRRELEVANT)
    bench.store.put_cases([stale], anyway=True)
    (flaw,) = check_cases(bench.store)
    assert str(flaw.what) == "the case is kept as of step 1, its events have 2"
    assert mend_cases(bench.store, bench.desk.log, [flaw]) == 1
    assert list(check_cases(bench.store)) == [] and bench.kept(case).status is Status.CLOSED


def test_one_that_lost_its_posts_finds_them_again(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "星河宽带掉线", parent=below(1), root=below(1)))
    bench.store.put_cases([replace(bench.kept(case), n=1, posts=(), thread=None)], anyway=True)
    flaws = list(check_cases(bench.store))
    mend_cases(bench.store, bench.desk.log, flaws)
    assert set(bench.kept(case).posts) == {"forum:1", "forum:2"} and bench.kept(case).thread == "forum:1"


def test_a_record_that_says_something_else_is_found_and_mended(bench: Bench) -> None:
    case = bench.open()
    bench.store.stand([Standing(id="forum:1", case=case.id, status=Status.CLAIMED, step=1, assignee="谁")])
    bench.store.put_records([replace(bench.record(), status=Status.CLAIMED, assignee="谁", step=None)])
    (flaw,) = check_cases(bench.store)
    assert flaw.what == "1 of its records say something else, such as forum:1"
    mend_cases(bench.store, bench.desk.log, [flaw])
    assert (bench.record().status, bench.record().assignee) == (Status.OPEN, None)
