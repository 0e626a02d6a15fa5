"""A scripted week of 500 matters comes to the figures worked out without the program, on every store.

120 matters on the servers; LISTENING_WEEK_CASES asks for more (`make soak`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from listening.model import EventKind
from listening.review.kpi import DEFINITIONS
from listening.review.verifying import check_cases
from listening.store.memory import MemoryStore
from tests.review.week.asking import Played, by_hand, differences, half_of, slow_cases, told, whole
from tests.review.week.script import ADMIN, END, MIDDLE
from tests.review.week.slow_cells import Question
from tests.review.week.slow_kpis import READ

QUESTIONS = (
    whole(),
    whole("day"),
    whole("week"),
    whole("month"),
    whole(None, "queue"),
    whole(None, "brand"),
    whole(None, "scenario"),
    whole(None, "category"),
    whole(None, "person"),
    whole("day", "person"),
    whole("day", "queue"),
    whole("week", "scenario"),
    whole("week", "category"),
    whole("month", "brand"),
    Question(date(2025, 12, 30), date(2026, 1, 4), END, "week", "queue"),
)
HALF = (
    whole(as_of=MIDDLE),
    whole("day", as_of=MIDDLE),
    whole("week", "person", as_of=MIDDLE),
    whole("month", "category", as_of=MIDDLE),
)
ERASED_EVERY = 60
TOO_MANY = 20
"""So many differences are told."""


def test_every_figure_is_worked_out() -> None:
    assert list(READ) == [definition.name for definition in DEFINITIONS]


def test_every_figure_is_the_one_that_was_worked_out(week: Played) -> None:
    for question in QUESTIONS:
        wanted = by_hand(week.script, question)
        assert differences(week.told(question), wanted, week.script)[:TOO_MANY] == [], question


def test_as_of_the_middle_it_is_as_if_only_half_were_played(week: Played) -> None:
    half = half_of(week.script)
    assert 0 < len(half.events) < len(week.events)
    for question in HALF:
        of_half = told(half.events, question, half.cases)
        assert differences(of_half, by_hand(half.script, question), half.script)[:TOO_MANY] == [], question
        assert differences(week.told(question), of_half, half.script)[:TOO_MANY] == [], question


def test_copied_events_come_to_the_same(week: Played) -> None:
    store = MemoryStore()
    assert store.put_events(week.events) == len(week.events)
    copied = list(store.events())
    for question in (whole("day", "person"), whole("week", "queue", as_of=MIDDLE)):
        assert week.told(question, copied) == week.told(question)


def test_breaches_are_marked_where_nobody_had_opened_it_in_time(week: Played) -> None:
    numbers = {case: number for number, case in week.player.cases.items()}
    marked = {
        numbers[event.case]: event.data["by"]
        for event in week.events
        if event.kind == EventKind.BREACH and event.data["target"] == "respond"
    }
    wanted = {
        case.number: f"{case.breached:%Y-%m-%dT%H:%M:%S}.{case.breached.microsecond // 1000:03}Z"
        for case in slow_cases(week.script)
        if case.breached is not None
    }
    assert len(wanted) > 5 and marked == wanted


def test_every_case_is_kept_as_its_events_have_it(week: Played) -> None:
    assert list(check_cases(week.store)) == []
    assert list(week.store.check()) == []


def test_erasing_people_changes_no_figure(week: Played) -> None:
    """Whoever is erased when all is over: everybody's figures stay, and their cases bear it."""
    questions = (whole("day"), whole(None, "person"), whole("week", "scenario"))
    before = [week.told(question) for question in questions]
    somebody = list(some_authors(week))
    for author in somebody:
        week.player.erase(author, ADMIN)
    events = list(week.store.events())
    assert len(events) >= len(week.events) + len(somebody)
    for question, told_before in zip(questions, before, strict=True):
        assert differences(week.told(question, events), told_before, week.script) == [], question
    assert list(check_cases(week.store)) == []


def some_authors(week: Played) -> Iterator[int]:
    """Of all kinds of lives, nobody who is erased already."""
    erased = {move.said["author"] for move in week.script.moves if move.what == "erase"}
    authors = {case.author for case in slow_cases(week.script)} - erased - {0}
    return (author for author in sorted(authors) if not author % ERASED_EVERY)
