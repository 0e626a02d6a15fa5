"""The steps of a case: what each needs, what it writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from listening.errors import DeskMistake, TransitionRefused
from listening.model import Case, Escalation, Result, Status
from tests.review.kit import CARE, LI, WANG, Bench, below, post

MINUTE = 60_000


def test_the_seven_steps_from_the_first_look_to_the_follow_up(bench: Bench) -> None:
    case = bench.open()
    bench.desk.queue.claim(case.id, LI)
    bench.later(minutes=10)
    bench.desk.steps.respond(case.id, LI)
    bench.desk.steps.classify(case.id, LI, ["报障", "宽带", "断网"])
    bench.desk.steps.reply(case.id, LI, text="请把宽带账号私信给我们")
    bench.later(minutes=5)
    bench.desk.steps.ticket(case.id, LI, "CRM", "T-1")
    bench.later(hours=3)
    bench.desk.queue.claim(case.id, LI)
    bench.desk.steps.respond(case.id, LI)
    bench.desk.steps.receipt(case.id, LI, "T-1", "光猫已更换")
    bench.desk.steps.reply(case.id, LI, carries_result=True)
    closed = bench.desk.steps.close(case.id, LI, Result.RESOLVED)
    assert (closed.status, closed.result, closed.category) == (
        Status.CLOSED,
        Result.RESOLVED,
        ("报障", "宽带", "断网"),
    )
    bench.later(days=1)
    confirmed = bench.desk.steps.follow_up(case.id, WANG, confirmed=True)
    assert confirmed.confirmed is True and confirmed.status is Status.CLOSED
    assert bench.kinds(case) == [
        *("open", "claim", "respond", "classify", "reply", "ticket", "claim", "respond"),
        *("receipt", "reply", "close", "follow_up"),
    ]


def test_every_duration_stands_in_the_event_that_ends_it(bench: Bench) -> None:
    case = bench.open("星河宽带乱扣费")  # office hours; found at 20:00 in Shanghai, a Tuesday
    bench.later(hours=13, minutes=30)  # 09:30 the next morning
    bench.desk.queue.claim(case.id, LI)
    bench.desk.steps.respond(case.id, LI)
    said = bench.last(case).data
    assert said["natural_ms"] == 13.5 * 60 * MINUTE and said["working_ms"] == 30 * MINUTE
    assert said["detection_ms"] == 60 * MINUTE
    assert said["customer_natural_ms"] == 14.5 * 60 * MINUTE and said["customer_working_ms"] == 30 * MINUTE
    assert said["in_time"] is True
    bench.desk.steps.classify(case.id, LI, ["投诉"])
    bench.later(minutes=20)
    bench.desk.steps.reply(case.id, LI, carries_result=True)
    assert bench.last(case).data["cycle_working_ms"] == 20 * MINUTE
    bench.later(minutes=5)
    bench.desk.steps.close(case.id, LI, Result.RESOLVED)
    said = bench.last(case).data
    assert (said["working_ms"], said["handling_ms"]) == (55 * MINUTE, 25 * MINUTE)
    assert said["in_time"] is True and said["first_contact"] is True


def test_only_the_first_look_stops_the_clock(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.queue.release(case.id, LI)
    bench.later(hours=1)
    bench.desk.queue.claim(case.id, WANG)
    again = bench.desk.steps.respond(case.id, WANG)
    assert again.responded_at == case.responded_at
    assert "natural_ms" not in bench.last(case).data


def test_a_late_answer_says_so(bench: Bench) -> None:
    case = bench.open()
    bench.later(minutes=31)
    bench.desk.queue.claim(case.id, LI)
    bench.desk.steps.respond(case.id, LI)
    assert bench.last(case).data["in_time"] is False


@pytest.mark.parametrize(
    ("result", "words"),
    [
        pytest.param(Result.RESOLVED, "has no category - classify it first", id="resolved"),
        pytest.param(Result.UNRESOLVED, "has no category", id="unresolved"),
        pytest.param(Result.NO_NEED, "has no category", id="no need"),
        pytest.param(Result.UNREACHABLE, "is not waiting for the customer", id="never asked"),
    ],
)
def test_an_end_needs_a_category(bench: Bench, result: Result, words: str) -> None:
    case = bench.worked()
    with pytest.raises(DeskMistake, match=words):
        bench.desk.steps.close(case.id, LI, result)
    assert bench.kinds(case)[-1] == "respond"


@pytest.mark.parametrize("result", [Result.IRRELEVANT, Result.DUPLICATE])
def test_noise_needs_none(bench: Bench, result: Result) -> None:
    case = bench.open()
    assert bench.desk.steps.close(case.id, LI, result).status is Status.CLOSED


def test_nobody_ends_a_case_that_nobody_has_opened(bench: Bench) -> None:
    case = bench.open()
    bench.desk.queue.claim(case.id, LI)
    bench.desk.steps.classify(case.id, LI, ["投诉"])
    with pytest.raises(TransitionRefused, match="was not opened by anybody - respond first"):
        bench.desk.steps.close(case.id, LI, Result.RESOLVED)


def test_a_receipt_asks_for_a_reply_with_its_result(bench: Bench) -> None:
    case = bench.worked()
    steps = bench.desk.steps
    steps.classify(case.id, LI, ["报障", "移动"])
    steps.reply(case.id, LI, carries_result=True)
    steps.ticket(case.id, LI, "CRM", "T-1")
    bench.later(minutes=10)
    steps.receipt(case.id, LI, "T-1", "已派单修复")
    assert bench.last(case).data["natural_ms"] == 10 * MINUTE
    with pytest.raises(TransitionRefused, match="receipt whose result the customer was not told"):
        steps.close(case.id, LI, Result.RESOLVED)
    steps.reply(case.id, LI, carries_result=True)
    assert steps.close(case.id, LI, Result.RESOLVED).status is Status.CLOSED


def test_a_receipt_belongs_to_a_ticket(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.ticket(case.id, LI, "CRM", "T-1")
    with pytest.raises(TransitionRefused, match="has no ticket T-2 - its tickets: T-1"):
        bench.desk.steps.receipt(case.id, LI, "T-2", "已修复")


def test_the_same_ticket_is_filed_once(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.ticket(case.id, LI, "CRM", "T-1")
    again = bench.desk.steps.ticket(case.id, LI, "CRM", "T-1")
    assert len(again.tickets) == 1 and bench.kinds(case).count("ticket") == 1


def test_waiting_for_the_customer_stops_the_clock_of_the_end(bench: Bench) -> None:
    case = bench.worked(text="星河宽带乱扣费")
    due = case.resolve_by
    assert due is not None
    asked = bench.desk.steps.reply(case.id, LI, asks=True, text="请问是哪个月的账单？")
    assert (asked.resolve_by, asked.paused) == (None, due)
    bench.later(hours=48)
    bench.take(post(2, "十月的", parent=below(1), root=below(1)))
    answered = bench.desk.log.case(case.id)
    worked = bench.desk.levels.working(case.hours, bench.clock.at - timedelta(hours=48), bench.clock.at)
    assert answered.paused is None and answered.asked_at is None
    assert answered.resolve_by == bench.desk.levels.extend(
        case.hours, due, bench.clock.at - timedelta(hours=48), bench.clock.at
    )
    assert bench.desk.levels.working(case.hours, due, answered.resolve_by) == worked


def test_asking_twice_is_one_pause(bench: Bench) -> None:
    case = bench.worked(text="星河宽带乱扣费")
    due = case.resolve_by
    bench.desk.steps.reply(case.id, LI, asks=True)
    bench.later(minutes=10)
    asked = bench.desk.steps.reply(case.id, LI, asks=True)
    assert asked.paused == due and asked.asked_at == bench.clock.at - timedelta(minutes=10)


def test_a_reply_that_asks_nothing_ends_the_pause(bench: Bench) -> None:
    case = bench.worked(text="星河宽带乱扣费")
    bench.desk.steps.reply(case.id, LI, asks=True)
    bench.later(minutes=10)
    told = bench.desk.steps.reply(case.id, LI, carries_result=True)
    assert told.asked_at is None and told.paused is None and told.resolve_by is not None


def test_a_reply_entered_by_hand_is_unverified_until_it_is_seen(bench: Bench) -> None:
    case = bench.worked()
    entered = bench.desk.steps.reply(case.id, LI)
    assert [reply.seen for reply in entered.replies] == [False]
    bench.later(minutes=3)
    stood_at = bench.clock.at - timedelta(minutes=2)
    bench.take(post(2, "您好", author=CARE, parent=below(1), root=below(1), published_at=stood_at))
    seen = bench.desk.log.case(case.id)
    assert [(reply.seen, reply.at, reply.person) for reply in seen.replies] == [(True, stood_at, LI)]
    assert bench.last(case).person == "system"


def test_an_answer_cannot_lie_in_the_future(bench: Bench) -> None:
    case = bench.worked()
    with pytest.raises(DeskMistake, match="cannot lie in the future"):
        bench.desk.steps.reply(case.id, LI, at=bench.clock.at + timedelta(minutes=1))


def test_the_follow_up_revokes_what_was_not_solved(bench: Bench) -> None:
    case = bench.closed()
    bench.later(days=2)
    back = bench.desk.steps.follow_up(case.id, WANG, confirmed=False, reason="还是掉线")
    assert (back.status, back.confirmed, back.reopened, back.result) == (Status.OPEN, False, 1, None)
    assert bench.last(case).data["since_ms"] == 48 * 60 * MINUTE
    assert back.resolve_by == bench.clock.at + timedelta(hours=24)


def test_what_was_closed_can_be_opened_again(bench: Bench) -> None:
    case = bench.closed()
    with pytest.raises(TransitionRefused, match="is closed"):
        bench.desk.steps.reply(case.id, LI)
    assert bench.desk.steps.reopen(case.id, WANG, "客户来电").status is Status.OPEN
    with pytest.raises(TransitionRefused, match="reopen is not possible, it is open"):
        bench.desk.steps.reopen(case.id, WANG)


def test_a_category_that_is_not_in_the_tree_is_told_with_the_one_that_was_meant(bench: Bench) -> None:
    case = bench.worked()
    with pytest.raises(DeskMistake, match="there is no category 报障/宽帯 - did you mean '报障/宽带'"):
        bench.desk.steps.classify(case.id, LI, ["报障", "宽帯"])


@pytest.mark.parametrize(
    ("score", "scale", "satisfied"),
    [(5, 5, True), (4, 5, True), (3, 5, False), (1, 5, False), (2, 2, True), (1, 2, False), (7, 10, True)],
)
def test_satisfied_is_the_upper_end_of_the_scale(
    bench: Bench, score: int, scale: int, satisfied: bool
) -> None:
    case = bench.closed()
    bench.desk.steps.invite(case.id, LI)
    told = bench.desk.steps.satisfaction(case.id, LI, score, scale)
    assert told.satisfied is satisfied
    assert (bench.last(case).data["score"], bench.last(case).data["scale"]) == (score, scale)


@pytest.mark.parametrize(("score", "scale"), [(0, 5), (6, 5), (1, 1), (3, 101)])
def test_a_score_lies_on_its_scale(bench: Bench, score: int, scale: int) -> None:
    case = bench.closed()
    with pytest.raises(DeskMistake, match="is no score of 1 to"):
        bench.desk.steps.satisfaction(case.id, LI, score, scale)


def test_a_second_look_is_somebody_elses_and_says_whether_it_agrees(bench: Bench) -> None:
    case = bench.closed()
    with pytest.raises(TransitionRefused, match="is your own work"):
        bench.desk.steps.check(case.id, LI, result=Result.RESOLVED)
    bench.desk.steps.check(case.id, WANG, result=Result.RESOLVED, category=["投诉"])
    assert bench.last(case).data["agrees"] is True
    bench.desk.steps.check(case.id, WANG, result=Result.UNRESOLVED)
    assert bench.last(case).data["agrees"] is False
    with pytest.raises(DeskMistake, match="a second look says nothing"):
        bench.desk.steps.check(case.id, WANG)


def test_an_opportunity_comes_to_one_of_the_known_outcomes(bench: Bench) -> None:
    case = bench.worked(text="长河通信又涨价")
    bench.desk.steps.convert(case.id, LI, "won_over", value=99.0)
    assert bench.last(case).data == {"outcome": "won_over", "confirmed": False, "value": 99.0}
    with pytest.raises(DeskMistake, match="'won' is no outcome"):
        bench.desk.steps.convert(case.id, LI, "won")


def test_a_verdict_names_the_rules_and_terms_it_judges(bench: Bench) -> None:
    case = bench.worked()
    bench.desk.steps.verdict(case.id, LI, bench.record(1), "irrelevant", "在说别家")
    said = bench.last(case).data
    assert said["verdict"] == "irrelevant" and said["scenarios"] == ["星河宽带/宽带报障"]
    assert "星河宽带/宽带报障/断网" in said["terms"]
    assert "forum:1" not in str(said), "a post stands under its pseudonym"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(lambda bench, case: bench.desk.steps.note(case, LI, "  "), id="nothing"),
        pytest.param(lambda bench, case: bench.desk.steps.note(case, LI, "长" * 2001), id="too long"),
    ],
)
def test_words_that_say_nothing_or_too_much_are_refused(
    bench: Bench, step: Callable[[Bench, str], Case]
) -> None:
    case = bench.worked()
    with pytest.raises(DeskMistake, match="write one of at most 2,000 characters"):
        step(bench, case.id)


def test_escalating_says_who_and_why(bench: Bench) -> None:
    case = bench.worked()
    up = bench.desk.steps.escalate(case.id, LI, Escalation.CRISIS, "记者在问", to="值班经理")
    assert up.escalation is Escalation.CRISIS
    assert bench.last(case).data == {"level": "crisis", "reason": "记者在问", "to": "值班经理"}


def test_a_case_that_does_not_exist_is_told(bench: Bench) -> None:
    with pytest.raises(DeskMistake, match="nosuchcase: there is no such case"):
        bench.desk.steps.note("nosuchcase", LI, "?")
