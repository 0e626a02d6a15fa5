"""A week that was played, and what its figures are: by the library, and worked out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from listening.model import ReviewEvent
from listening.review.kpi import Figure, ask, figures
from listening.store import Store
from listening.store.memory import MemoryStore
from tests.review.week.play import ZONE, Player, a_player
from tests.review.week.script import END, FIRST_DAY, LAST_DAY, MIDDLE, Script
from tests.review.week.slow_case import SlowCase
from tests.review.week.slow_cells import Cell, Question
from tests.review.week.slow_desk import worked_out
from tests.review.week.slow_kpis import OPPORTUNITY, READ, Figures
from tests.review.week.writing import written

SEED = 1
ASKED = os.environ.get("LISTENING_WEEK_CASES")
IN_PROCESS, ON_SERVER = 500, 120


class Place(NamedTuple):
    """Where a figure stands."""

    figure: str
    total: bool
    period: date | None
    group: str | None


Told = Mapping[Place, Cell]
"""What is nowhere: nothing."""


@dataclass(frozen=True, slots=True)
class Played:
    """The script and what came of it. `events` are as they were when it was over."""

    script: Script
    player: Player
    events: Sequence[ReviewEvent]

    @property
    def store(self) -> Store:
        return self.player.store

    def told(self, question: Question, events: Sequence[ReviewEvent] | None = None) -> Told:
        """What the library makes of these events, or of all, with matters in place of cases."""
        return told(self.events if events is None else events, question, self.player.cases)


class Half(NamedTuple):
    """Half of a script, and what came of it."""

    script: Script
    events: Sequence[ReviewEvent]
    cases: Mapping[int, str]


@contextmanager
def played(store: Store, folder: Path, *, on_server: bool = False) -> Iterator[Played]:
    """The whole script on a store; a shorter one on a server, whose answers take longer."""
    script = written(SEED, int(ASKED or (ON_SERVER if on_server else IN_PROCESS)))
    with a_player(store, folder) as player:
        player.play(script)
        yield Played(script, player, list(store.events()))


def whole(period: str | None = None, dimension: str | None = None, *, as_of: datetime = END) -> Question:
    """All days of the script."""
    return Question(FIRST_DAY, LAST_DAY, as_of, period, dimension)


def told(events: Sequence[ReviewEvent], question: Question, cases: Mapping[int, str]) -> Told:
    """The library's answer."""
    asked = ask(
        question.first,
        question.last,
        zone=ZONE,
        as_of=question.as_of,
        by=filter(None, (question.period, question.dimension)),
        opportunities=[OPPORTUNITY],
    )
    numbers = {case: number for number, case in cases.items()}
    return {_place(each): cell for each in figures(events, asked) if any(cell := _cell(each, numbers))}


def _place(figure: Figure) -> Place:
    return Place(figure.definition.name, figure.total, figure.period, figure.group)


def _cell(figure: Figure, numbers: Mapping[str, int]) -> Cell:
    return Cell(
        figure.value,
        figure.numerator,
        figure.denominator,
        dict(figure.left_out),
        frozenset(numbers[case] for case in figure.cases),
        frozenset(numbers[case] for case in figure.above),
    )


@cache
def half_of(script: Script) -> Half:
    """Only what happens until the middle, played in memory."""
    store, half = MemoryStore(), script.until(MIDDLE)
    with TemporaryDirectory() as folder, a_player(store, Path(folder)) as player:
        player.play(half)
        return Half(half, list(store.events()), player.cases)


@cache
def slow_cases(script: Script) -> Sequence[SlowCase]:
    return worked_out(script)


@cache
def by_hand(script: Script, question: Question) -> Told:
    """What must come of it."""
    slow = Figures(slow_cases(script), question)
    cells = {Place(name, *place): cell for name in READ for place, cell in slow.cells(name).items()}
    return {place: cell for place, cell in cells.items() if any(cell)}


def differences(found: Told, wanted: Told, script: Script) -> list[str]:
    """Where two answers are not the same, in words, with the lives that the matters lead."""
    different = [place for place in {**wanted, **found} if found.get(place) != wanted.get(place)]
    return [_difference(place, found.get(place), wanted.get(place), script) for place in different]


def _difference(place: Place, found: Cell | None, wanted: Cell | None, script: Script) -> str:
    where = "in total" if place.total else " ".join(map(str, filter(None, place[2:]))) or "–"
    a, b = found or NOTHING, wanted or NOTHING
    matters = sorted({*(a.cases ^ b.cases), *(a.above ^ b.above)})
    lives = ", ".join(f"{number} {script.lives[number]}" for number in matters)
    return f"{place.figure} {where}: {_text(a)}, not {_text(b)} [{lives}]"


NOTHING = Cell(None, None, None, {}, frozenset(), frozenset())


def _text(cell: Cell) -> str:
    left_out = ", ".join(f"{n} {why}" for why, n in sorted(cell.left_out.items()))
    return f"{cell.value} ({cell.numerator}/{cell.denominator}; {left_out or 'all'})"
