"""What a case's events tell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from listening.model import Result, Status
from listening.review.kpi.story import Service, Story, stories, tell
from tests.review.kpi.logs import DAY, LATER, Log, Steps, at, events, said


def told(log: Log | Steps) -> Story:
    story = tell(log.steps if isinstance(log, Log) else log)
    assert story is not None
    return story


def test_without_events_there_is_no_story() -> None:
    assert tell([]) is None


def test_a_step_that_comes_twice_says_nothing_new() -> None:
    log = Log().claim(1).respond(2).reply(5).close(9)
    twice = [step for step in log.steps for _ in range(2)]
    assert told(twice) == told(log)


def test_a_case_whose_events_do_not_come_together_is_refused() -> None:
    mixed = [*Log("甲").steps, *Log("乙").steps, *Log("甲").claim(1).steps[1:]]
    with pytest.raises(ValueError, match="甲 do not come together"):
        list(stories(mixed, LATER))


@pytest.mark.parametrize(
    ("minutes", "steps"),
    [
        pytest.param(-1, 0, id="before it was opened"),
        pytest.param(0, 1, id="when it was opened"),
        pytest.param(1.5, 2, id="between two steps"),
        pytest.param(9, 3, id="with the last step"),
    ],
)
def test_what_was_recorded_after_as_of_is_not_known(minutes: float, steps: int) -> None:
    found = list(stories(Log().claim(1).respond(9).steps, at(minutes)))
    assert [story.case.n for story in found] == ([steps] if steps else [])


def turns(log: Log) -> list[Any]:
    """Minutes of services; of replies to nothing in brackets."""
    minutes = [(each, (each.at - at(0)) / timedelta(minutes=1)) for each in told(log).services()]
    return [place if isinstance(each, Service) else [place] for each, place in minutes]


@pytest.mark.parametrize(
    ("log", "wanted"),
    [
        pytest.param(Log(), [], id="no reply"),
        pytest.param(Log().reply(5).reply(6).post(7).post(8).reply(9).reply(10), [5, 9], id="rows are one"),
        pytest.param(
            Log().reply(5).post(6).add("reply", 9, "小李", published_at=said(3)),
            [3],
            id="in the order of their times",
        ),
        pytest.param(
            Log().reply(-20).reply(-19).reply(-10).reply(3), [[-20], [-19], -10], id="before the first post"
        ),
        pytest.param(
            Log()
            .add("post", 6, published_at=said(5), repost=True)
            .reply(7)
            .add("post", 8, published_at=said(8), repost=True)
            .reply(9),
            [7],
            id="what somebody else repeats is no turn",
        ),
        pytest.param(
            Log().reply(5).add("absorb", 8, **{"from": "乙"}, customer_at=[said(6)]).reply(9),
            [5, 9],
            id="posts of a joined case",
        ),
    ],
)
def test_turns_that_were_answered(log: Log, wanted: list[Any]) -> None:
    assert turns(log) == wanted


def test_a_service_is_by_whoever_replied_first() -> None:
    log = Log().reply(5, "小李").reply(6, "小王").post(7).reply(8, "小王")
    assert [each.person for each in told(log).services()] == ["小李", "小王"]


def test_the_stretches_in_which_it_was_live() -> None:
    log = Log().claim(1).close(5).add("reopen", 7).add("abandon", 9, why="by_hand").add("reopen", 12, "小李")
    assert told(log).live == ((at(0), at(5)), (at(7), at(9)), (at(12), None))


def test_a_denied_closing_is_live_again() -> None:
    assert told(Log().claim(1).close(5).add("follow_up", 8, "小王", confirmed=False)).live[-1] == (
        at(8),
        None,
    )


def test_each_closing_knows_what_became_of_it() -> None:
    log = (
        Log()
        .claim(1)
        .close(5)
        .add("reopen", 6)
        .close(8, "unresolved")
        .add("follow_up", 9, "小王", confirmed=True)
    )
    found = [(each.result, each.confirmed, each.revoked) for each in told(log).closings]
    assert found == [(Result.RESOLVED, False, True), (Result.UNRESOLVED, True, False)]


def test_a_reopening_of_what_was_abandoned_revokes_no_closing() -> None:
    log = (
        Log()
        .claim(1)
        .close(5)
        .add("reopen", 8 * DAY)
        .add("abandon", 8 * DAY + 1, why="old")
        .add("reopen", 8 * DAY + 2)
    )
    assert [each.revoked for each in told(log).closings] == [False]


def test_the_holder_is_who_claimed_it_or_was_assigned_it_last() -> None:
    log = (
        Log()
        .claim(1, "小李")
        .add("score", 2, "小王", score=1, scale=5)
        .add("assign", 3, "小王", to="小张")
        .add("release", 4, "小张")
        .add("score", 5, "小王", score=1, scale=5)
    )
    story = told(log)
    assert [act.holder for act in story.acts] == ["小李", "小张"]
    assert (story.holder, story.case.assignee) == ("小张", None)


def test_a_case_that_nobody_held_has_no_holder() -> None:
    assert told(Log().add("score", 5, "小王", score=1, scale=5)).acts[0].holder is None


def test_the_first_respond_and_the_first_reply_with_a_result_count() -> None:
    log = (
        Log()
        .respond(2, "小李")
        .respond(5, "小王")
        .reply(6)
        .reply(7, "小王", carries_result=True)
        .reply(8, carries_result=True)
    )
    story = told(log)
    assert story.response is not None
    assert story.result_reply is not None
    assert (story.response.person, story.result_reply.at, story.result_reply.person) == (
        "小李",
        at(7),
        "小王",
    )


def test_a_log_of_a_newer_program_is_told_as_far_as_it_is_known() -> None:
    story = told(Log().add("applaud", 3, "小李", loud=True).claim(4))
    assert (story.case.status, story.case.n) == (Status.CLAIMED, 3)


def test_stories_come_in_the_order_of_the_cases() -> None:
    found = stories(events(Log("乙"), Log("甲"), []), LATER)
    assert [story.case.id for story in found] == ["乙", "甲"]
