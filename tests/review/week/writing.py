"""The script, written: who arrives when, and which life each matter leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter

from tests.review.week.life import Life, Week, arrives
from tests.review.week.lives_answered import ANSWERED, solved_at_once, solved_late
from tests.review.week.lives_ended import ENDED, OPPORTUNITIES, irrelevant, nobody_comes, over_the_year
from tests.review.week.lives_together import TOGETHER, comes_again_after_a_long_time, opened_by_hand
from tests.review.week.script import (
    ANNOUNCED,
    ARRIVALS,
    BEGIN,
    DAY,
    END,
    HOUR,
    MINUTE,
    TROUBLES,
    Move,
    Script,
)

Lead = Callable[[Life], None]
TEXT_OF: Mapping[Lead, str] = {
    **{lead: "rival" for _, lead in OPPORTUNITIES},
    over_the_year: "fee",
    comes_again_after_a_long_time: "rumour",  # nothing is promised, so that no mark of the desk touches it
}
_MAY_BE_FOUND_LATE = frozenset({solved_at_once, solved_late, nobody_comes, irrelevant})


@cache
def written(seed: int, matters: int) -> Script:
    """At least so many matters: every kind of life once, then as often as it is lived."""
    week = Week(seed)
    lives = [*ANSWERED, *ENDED, *TOGETHER, *OPPORTUNITIES]
    for _, lead in lives:
        _live(week, lead)
    while len(week.lives) < matters:
        (lead,) = week.random.choices([lead for _, lead in lives], [often for often, _ in lives])
        _live(week, lead)
    moves = sorted([*week.moves, *_rounds()], key=attrgetter("at"))
    assert moves[-1].at < END
    return Script(tuple(moves), week.lives)


def _live(week: Week, lead: Lead) -> None:
    """One matter arrives and leads its life; those by the end of the old year more often than others."""
    week.lead = lead.__name__
    found = BEGIN + week.between(0, ARRIVALS / MINUTE)
    if week.random.random() < 0.1:
        found = ANNOUNCED - week.between(0, 5 * 60)
    if lead is over_the_year:
        found = ANNOUNCED - week.between(5, 3 * 60)
    text = TEXT_OF.get(lead) or week.random.choice(TROUBLES)
    lag = None
    if lead in _MAY_BE_FOUND_LATE:
        lag = week.random.choice([None, week.between(60, 600), week.between(1440, 4000), -5 * MINUTE])
    if lead is opened_by_hand:
        text, lag = week.random.choice([("praise", None), ("outage", 4 * DAY)])
    lead(arrives(week, text, found, lag=lag))


def _rounds() -> list[Move]:
    """What the desk does by itself: it marks deadlines, and every six hours it looks at all cases."""
    rounds = [Move(at=ANNOUNCED, what="announce")]
    at = BEGIN
    while at < END - DAY:
        rounds.append(Move(at=at + 5 * MINUTE, what="tick"))
        if not (at - BEGIN) % (6 * HOUR):
            rounds.append(Move(at=at + 7 * MINUTE, what="sweep"))
        at += 2 * HOUR if at < BEGIN + ARRIVALS else 12 * HOUR
    return rounds
