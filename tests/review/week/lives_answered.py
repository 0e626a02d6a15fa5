"""Matters that go their way: answered, asked back, with another system's help, reopened, rated."""

from __future__ import annotations

from typing import Any

from tests.review.week.life import Life
from tests.review.week.script import DAY, MINUTE


def solved_at_once(life: Life) -> None:
    life.begin().solved()
    rated(life)


def solved_late(life: Life) -> None:
    """The target passes long before anybody looks."""
    life.begin(9 * 60, 60 * 60).solved()
    looked_at_again(life)


def answer_entered_and_seen(life: Life) -> None:
    """Entered by hand, found on the platform within the hour: one answer, at the time it stood there."""
    life.begin().reply(result=True)
    life.seen(life.at + life.week.between(-3, 4))
    life.wait(1, 20).close("resolved")
    rated(life)


def two_answers_entered_and_seen(life: Life) -> None:
    """The first one seen is the first one entered; a third one nobody had entered."""
    life.begin().reply().wait(1, 15).reply(result=True)
    life.seen(life.at + life.week.between(0.1, 2))
    life.seen(life.at + life.week.between(1, 5))
    life.wait(1, 15).seen(life.at)
    life.close("resolved")


def two_people_answered(life: Life) -> None:
    """Only the first one's answer is seen, later than the second one's was given: that one came first."""
    life.begin().reply().assign(life.somebody(life.holder))
    life.wait(1, 20).reply(result=True)
    life.seen(life.at + life.week.between(1, 5))
    life.close("resolved")


def answered_at_the_same_moment(life: Life) -> None:
    """Our answer bears the time of the post: it came after it."""
    published = life.week.moves[-1].said["published"]
    life.seen(published)
    life.begin(5, 30).close("unresolved")


def answer_entered_for_another_day(life: Life) -> None:
    """Seen more than a day after it was entered: another answer."""
    life.begin().reply(result=True).wait(25 * 60, 30 * 60)
    life.seen(life.at - life.week.between(0.5, 20))
    life.close("resolved")


def answer_only_seen(life: Life) -> None:
    life.begin()
    life.seen(life.at + life.week.between(0.5, 8))
    life.wait(1, 15).close("unresolved")


def answer_entered_afterwards(life: Life) -> None:
    """The answer was given before it was entered."""
    given = life.begin().at - life.week.between(0.2, 1)
    life.reply(result=True, given=given).close("resolved")


def answer_before_the_question(life: Life) -> None:
    """We wrote below before the customer's own post: no answer to it."""
    life.begin()
    published = life.week.moves[-4].at - life.week.between(300, 400)
    life.seen(published)
    life.reply(result=True).close("resolved")


def conversation(life: Life) -> None:
    """Asked back, answered by the customer, once or twice."""
    life.begin()
    for _ in range(life.random.randint(1, 2)):
        life.reply(asks=True).wait(20, 20 * 60).post("plain")
        life.wait(3, 40)
    life.solved()
    rated(life)


def writes_on(life: Life) -> None:
    """Several posts of the customer are one turn, also across brands and troubles."""
    life.wait(5, 30).post("plain")
    life.wait(5, 30).post(life.random.choice(["outage and fee", "both", "praise"]))
    life.begin(1, 60).reply().wait(10, 300).post("plain")
    life.wait(5, 30).post("plain")
    life.begin(1, 60).solved()


def known_after_all(life: Life) -> None:
    """Asked, and then found out without the customer: nobody waits for them any more."""
    life.begin().reply(asks=True).wait(30, 300).assign()
    life.reply().wait(3 * 24 * 60, 4 * 24 * 60)
    life.solved()


def asked_where_it_can_be_seen(life: Life) -> None:
    """Our question is found on the platform; the customer is silent, and the case ends by itself."""
    life.begin().reply(asks=True)
    life.seen(life.at + life.week.between(-1, 3))
    life.wait(4 * 24 * 60, 5 * 24 * 60)
    if life.random.random() < 0.5:
        comes_back(life)


def silent(life: Life) -> None:
    life.begin().reply(asks=True).wait(3 * 24 * 60, 4 * 24 * 60)
    if life.random.random() < 0.5:
        comes_back(life)


def silent_and_closed_by_hand(life: Life) -> None:
    life.begin().reply(asks=True).wait(10 * 60, 40 * 60)
    life.close("unreachable")


def comes_back(life: Life) -> None:
    """The customer writes after the end, and is helped."""
    life.post(life.same())
    life.back().begin().solved()


def ticket(life: Life) -> None:
    """Another system's work, told of by somebody else."""
    life.begin().reply().work("ticket", system="CRM", ticket=f"T{life.number}")
    life.assign(life.holder).wait(2 * 60, 50 * 60)
    life.any("receipt", ticket=f"T{life.number}")
    life.solved()
    confirmed(life)


def two_tickets(life: Life) -> None:
    life.begin().work("ticket", system="CRM", ticket=f"T{life.number}a")
    life.work("ticket", system="网管", ticket=f"T{life.number}b")
    until = life.at + life.week.between(5 * 60, 30 * 60)
    life.let_go("snooze", until=until)
    life.wait(60, 10 * 60)
    life.any("receipt", ticket=f"T{life.number}b")
    life.at = max(life.at, until) + MINUTE
    life.take().respond().any("receipt", life.holder, ticket=f"T{life.number}a")
    life.any("receipt", life.holder, ticket=f"T{life.number}a")
    life.solved()


def ticket_without_a_reply(life: Life) -> None:
    """Told the result to nobody: closed as in no need."""
    life.begin().work("ticket", system="CRM", ticket=f"T{life.number}")
    life.any("receipt", ticket=f"T{life.number}")
    life.close("no_need")


def back_within_a_week(life: Life) -> None:
    life.begin().solved().wait(60, 6 * 24 * 60).post(life.same())
    life.back().begin(5, 300).solved()


def back_after_a_week(life: Life) -> None:
    life.begin().solved().wait(7 * 24 * 60 + 10, 9 * 24 * 60).post(life.same())
    life.back().begin(5, 300).close("unresolved")


def back_to_the_millisecond(life: Life) -> None:
    """Reopened at seven times 24 hours exactly, or a millisecond later."""
    life.begin().solved()
    late = life.random.choice([0, 1])
    life.at += 7 * DAY + late * MINUTE / 60_000
    life.note("reopen", life.somebody())
    life.back().begin().solved()


def back_by_hand(life: Life) -> None:
    life.begin().solved().wait(60, 3 * 24 * 60).any("reopen")
    life.back().begin().close("unresolved")


def denied(life: Life) -> None:
    """The follow-up says no, soon or after more than a week."""
    life.begin().solved().wait(60, life.random.choice([3, 9]) * 24 * 60).any("follow_up", confirmed=False)
    life.back().begin().solved()
    confirmed(life)


def confirmed_and_then_back(life: Life) -> None:
    life.begin().solved()
    confirmed(life)
    life.wait(30, 24 * 60).post(life.same())
    life.back().begin().reply(result=True).close("unresolved")


def thanks(life: Life) -> None:
    """Words after the end bring nothing back; our answer to them is a service."""
    life.begin().solved().wait(10, 300).post("plain")
    if life.random.random() < 0.5:
        life.seen(life.at + life.week.between(3, 30))


def sees_the_reply_late(life: Life) -> None:
    """The answer stood there while the case was closed already."""
    published = life.begin().solved().at + MINUTE
    life.wait(10, 300).seen(published)


def classified_anew(life: Life) -> None:
    life.begin().solved().wait(30, 5 * 24 * 60)
    life.any("classify", life.holder, category="咨询")


def rated(life: Life) -> None:
    """Invited, or not; answers on several scales, sometimes two of them."""
    life.wait(10, 20 * 60)
    ways = life.random.randint(0, 5)
    if ways in (1, 2, 3):
        life.any("invite")
    for _ in range((0, 0, 1, 2, 1, 0)[ways]):
        scale = life.random.choice([2, 3, 5, 6, 10, 11])
        life.wait(5, 600).any("satisfaction", score=life.random.randint(1, scale), scale=scale)
    if ways == 3:
        life.wait(5, 600).any("invite")


def looked_at_again(life: Life) -> None:
    """A second look, a mark for the work, a verdict on the hit."""
    life.wait(60, 30 * 60)
    other = life.somebody(life.holder)
    result = life.random.choice(["resolved", "unresolved"])
    said: dict[str, Any] = life.random.choice(
        [
            {"category": life.category},
            {"category": "咨询"},
            {"result": result},
            {"verdict": "relevant"},
            {"category": "咨询", "result": "resolved"},
        ]
    )
    if life.random.random() < 0.7:
        life.any("verdict", other, post=life.posts[0], verdict=life.random.choice(["relevant", "irrelevant"]))
    life.any("check", other, **said)
    scale = life.random.choice([5, 10])
    life.any("score", other, score=life.random.randint(1, scale), scale=scale)


def confirmed(life: Life) -> None:
    life.wait(60, 2 * 24 * 60).any("follow_up", confirmed=True)
    if life.random.random() < 0.4:
        looked_at_again(life)


def confirmed_by_the_customer(life: Life) -> None:
    life.begin().solved()
    confirmed(life)
    rated(life)


def published_in_the_future(life: Life) -> None:
    """Their clock is ahead of ours."""
    life.post("plain", lag=-5 * MINUTE)
    life.begin().solved()


def found_late(life: Life) -> None:
    """Two days went by until we found a further post, and it stands before our answer."""
    life.begin().reply().wait(2 * 24 * 60, 2 * 24 * 60 + 60)
    life.post("plain", lag=life.week.between(2 * 24 * 60, 2 * 24 * 60 + 300))
    life.begin().solved()


def long_after(life: Life) -> None:
    """A rating a month later."""
    life.begin().solved().wait(20 * 24 * 60, 30 * 24 * 60)
    rated(life)


ANSWERED = (
    (60, solved_at_once),
    (14, solved_late),
    (12, answer_entered_and_seen),
    (5, two_answers_entered_and_seen),
    (3, two_people_answered),
    (2, answered_at_the_same_moment),
    (4, answer_entered_for_another_day),
    (8, answer_only_seen),
    (4, answer_entered_afterwards),
    (3, answer_before_the_question),
    (14, conversation),
    (8, writes_on),
    (4, known_after_all),
    (4, asked_where_it_can_be_seen),
    (5, silent),
    (3, silent_and_closed_by_hand),
    (8, ticket),
    (4, two_tickets),
    (2, ticket_without_a_reply),
    (7, back_within_a_week),
    (4, back_after_a_week),
    (3, back_to_the_millisecond),
    (3, back_by_hand),
    (5, denied),
    (3, confirmed_and_then_back),
    (5, thanks),
    (3, sees_the_reply_late),
    (4, classified_anew),
    (9, confirmed_by_the_customer),
    (3, published_in_the_future),
    (3, found_late),
    (2, long_after),
)
"""How often each, beside the others."""
