"""Matters that end in other ways, or not at all; and those that go from hand to hand."""

from __future__ import annotations

from tests.review.week.life import Life
from tests.review.week.lives_answered import comes_back, looked_at_again
from tests.review.week.script import DAY, MINUTE

# Nobody answers


def nobody_comes(life: Life) -> None:
    """Given up when it is four days old."""


def nobody_comes_and_the_customer_does(life: Life) -> None:
    life.wait(5 * 24 * 60, 6 * 24 * 60)
    comes_back(life)


def claimed_and_forgotten(life: Life) -> None:
    """The claim runs out, and nobody comes for four days."""
    life.wait(5, 100).take()


def over_the_year(life: Life) -> None:
    """Found on New Year's Eve, when nobody knew yet that the first office day is Sunday 4 January."""
    life.wait(15 * 60, 85 * 60).begin().solved()


def opened_and_forgotten(life: Life) -> None:
    life.begin(5, 300)


def let_lie(life: Life) -> None:
    """Given to somebody who does nothing."""
    life.wait(5, 100).take().assign()


def deleted(life: Life) -> None:
    life.wait(20, 20 * 60).found("delete", post=life.posts[0])


def deleted_in_part(life: Life) -> None:
    life.wait(10, 60).post("plain")
    life.wait(10, 60).found("delete", post=life.posts[0])


def deleted_while_worked_on(life: Life) -> None:
    life.begin().wait(5, 15).found("delete", post=life.posts[0])
    life.reply(result=True).close("resolved")


def answered_elsewhere(life: Life) -> None:
    """Somebody wrote below it without the desk; some of them are opened later."""
    life.seen(life.at + life.week.between(5, 200))
    if life.random.random() < 0.6:
        life.wait(30, 2 * 24 * 60).begin()
        life.close(life.random.choice(["resolved", "unresolved", "no_need"]))


# Not for the desk


def irrelevant(life: Life) -> None:
    """Closed by somebody who did not even claim it; half of them with a verdict."""
    life.wait(5, 20 * 60)
    if life.random.random() < 0.5:
        life.any("verdict", post=life.posts[0], verdict="irrelevant")
    life.any("close", result="irrelevant")


def duplicate(life: Life) -> None:
    life.wait(5, 20 * 60).any("close", result="duplicate")


def irrelevant_after_all(life: Life) -> None:
    """Answered, even with a result, before it was seen that it is not about us."""
    life.begin().reply(result=True).close(life.random.choice(["irrelevant", "duplicate"]))
    looked_at_again(life)


def irrelevant_and_taken_back(life: Life) -> None:
    life.wait(5, 300).any("close", result="irrelevant")
    life.wait(10, 300).any("reopen")
    life.back().begin().solved()


def no_need(life: Life) -> None:
    life.begin().close("no_need")


def edited_away(life: Life) -> None:
    """The rules want it no more."""
    life.wait(20, 600).found("edit", post=life.posts[0], text="weather")


def edited_away_and_back(life: Life) -> None:
    life.wait(20, 600).found("edit", post=life.posts[0], text="weather")
    life.wait(20, 600).found("edit", post=life.posts[0], text=life.same())
    if life.random.random() < 0.5:
        life.begin().reply(result=True).close("unresolved")


def edited_away_too_late(life: Life) -> None:
    """Somebody works on it already."""
    life.begin().wait(5, 15).found("edit", post=life.posts[0], text="weather")
    life.close("no_need")


# From hand to hand


def moved_before_it_was_opened(life: Life) -> None:
    """Other hours, other targets."""
    life.wait(2, 240).take().let_go("transfer", queue=life.random.choice(["账务", "投诉处理", "默认"]))
    life.begin(2, 100).solved()


def moved_and_returned(life: Life) -> None:
    life.wait(2, 120).take().let_go("transfer", queue="市场拓展")
    life.wait(2, 200).take().let_go("return")
    life.begin(2, 200).solved()


def moved_after_it_was_opened(life: Life) -> None:
    life.begin().let_go("transfer", queue="账务")
    life.wait(2, 20 * 60).take().respond().solved()


def moved_with_a_ticket(life: Life) -> None:
    """What the other system takes is measured by the hours of the queue it lies in by then."""
    life.begin().work("ticket", system="CRM", ticket=f"T{life.number}")
    life.let_go("transfer", queue="投诉处理").wait(5 * 60, 20 * 60)
    life.any("receipt", ticket=f"T{life.number}")
    life.take().respond().solved()


def released_and_taken(life: Life) -> None:
    life.wait(2, 25).take().let_go("release").wait(2, 100)
    life.begin(1, 5).let_go("release").wait(20, 300)
    life.solved()


def put_to_sleep(life: Life) -> None:
    life.begin().reply()
    until = life.at + life.week.between(60, 20 * 60)
    life.let_go("snooze", until=until)
    life.at = until + MINUTE
    life.take().respond().solved()


def taken_over(life: Life) -> None:
    """The claim ran out, and somebody else was quicker."""
    life.wait(2, 60).take().wait(31, 200)
    life.take(life.somebody(life.holder)).respond().classify().solved()


def slow_hands(life: Life) -> None:
    """The claim ran out, and yet whoever had it works on: in between it was in nobody's hands."""
    life.wait(2, 60).take()
    who = life.holder
    life.wait(40, 100).any("respond", who)
    life.any("classify", who, category="咨询")
    life.any("close", who, result="unresolved")


def handed_over(life: Life) -> None:
    """Given to somebody else, who has it for good."""
    life.begin().assign().wait(60, 30 * 60).respond().solved()
    looked_at_again(life)


def given_up(life: Life) -> None:
    life.wait(5, 20 * 60).any("abandon")


def given_up_and_taken_back(life: Life) -> None:
    """While it was given up, nobody had it."""
    life.wait(5, 60).take()
    if life.random.random() < 0.5:
        life.assign()
    life.any("abandon", life.holder)
    life.wait(60, 30 * 60).any("reopen")
    life.back().begin().solved()


def given_up_with_an_answer(life: Life) -> None:
    life.begin().reply().any("abandon", life.holder)


# Further up


def raised(life: Life) -> None:
    """Reported further up before anybody opened it; some deadlines come nearer."""
    life.wait(1, 30).any("escalate", level=life.random.choice(["sensitive", "crisis"]))
    life.begin(1, 15).solved()


def raised_and_lowered(life: Life) -> None:
    life.begin()
    for level in ("crisis", "normal"):
        life.any("escalate", level=level)
    life.solved()


def raised_and_moved(life: Life) -> None:
    """Moving puts nothing off that was brought forward."""
    life.wait(1, 5).take().any("escalate", life.holder, level="crisis")
    life.let_go("transfer", queue="账务")
    life.begin(1, 60).solved()


# Opportunities


def won(life: Life) -> None:
    """Told once, twice or taken back; by the desk's word or another system's."""
    life.begin().reply().wait(60, 3 * 24 * 60)
    for _ in range(life.random.randint(0, 2)):
        outcome = life.random.choice(["won_over", "kept", "sold", "none"])
        life.wait(30, 600).any("convert", outcome=outcome, confirmed=life.random.random() < 0.5)
    if life.random.random() < 0.6:
        life.close(life.random.choice(["resolved", "unresolved"]))


def won_in_time_or_not(life: Life) -> None:
    """Thirty times 24 hours after the first reply, or a millisecond later."""
    life.begin().reply()
    answered = life.at
    life.close("no_need")
    life.at = answered + 30 * DAY + life.random.choice([0, 1]) * MINUTE / 60_000
    life.note("convert", life.somebody(), outcome="won_over", confirmed=True)


def won_without_an_answer(life: Life) -> None:
    life.wait(60, 600).any("convert", outcome="sold", confirmed=False)


def lost_to_irrelevance(life: Life) -> None:
    life.begin().reply().any("convert", outcome="kept", confirmed=False)
    life.close("irrelevant")


def converted_without_an_opportunity(life: Life) -> None:
    life.begin().reply().any("convert", outcome="kept", confirmed=True)
    if life.random.random() < 0.3:
        life.any("convert", outcome="none", confirmed=True)
    life.close("resolved")


ENDED = (
    (10, nobody_comes),
    (4, nobody_comes_and_the_customer_does),
    (4, claimed_and_forgotten),
    (3, over_the_year),
    (4, opened_and_forgotten),
    (3, let_lie),
    (6, deleted),
    (2, deleted_in_part),
    (3, deleted_while_worked_on),
    (5, answered_elsewhere),
    (10, irrelevant),
    (5, duplicate),
    (4, irrelevant_after_all),
    (3, irrelevant_and_taken_back),
    (5, no_need),
    (4, edited_away),
    (3, edited_away_and_back),
    (3, edited_away_too_late),
    (6, moved_before_it_was_opened),
    (3, moved_and_returned),
    (4, moved_after_it_was_opened),
    (3, moved_with_a_ticket),
    (4, released_and_taken),
    (4, put_to_sleep),
    (4, taken_over),
    (3, slow_hands),
    (5, handed_over),
    (3, given_up),
    (4, given_up_and_taken_back),
    (2, given_up_with_an_answer),
    (4, raised),
    (3, raised_and_lowered),
    (3, raised_and_moved),
    (3, converted_without_an_opportunity),
)
OPPORTUNITIES = (
    (10, won),
    (3, won_in_time_or_not),
    (2, won_without_an_answer),
    (2, lost_to_irrelevance),
)
"""Of the competitor's customers."""
