"""SQLite alone: cases are found along an index, so that the next one comes as quickly among a million."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from listening.model import Status
from listening.store.sqlite import SqliteStore, desk
from tests.store.records import NOW, case

MINUTE = timedelta(minutes=1)
ALL, LIVE = 6000, 300


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """To a file with many cases, of which a few are live, and of these every other one is in hands."""
    path = tmp_path_factory.mktemp("cases") / "s.sqlite"
    with closing(SqliteStore(path)) as store:
        store.put_cases(
            [
                case(
                    f"{n:05}",
                    status=Status.OPEN if n < LIVE else Status.CLOSED,
                    queue="甲" if n % 3 else "乙",
                    assignee="李" if n % 2 else None,
                    contact=f"c{n}",
                    thread=f"t{n // 10}",
                    respond_by=NOW + n * MINUTE,
                )
                for n in range(ALL)
            ]
        )
    with closing(sqlite3.connect(path)) as connection:
        yield connection


QUESTIONS: list[Any] = [
    pytest.param(lambda c: desk.waiting(c, "甲", NOW, 10), 10, "cases_of_queue", id="waiting in a queue"),
    pytest.param(lambda c: desk.waiting(c, None, NOW, 10), 10, "cases_live", id="waiting anywhere"),
    pytest.param(lambda c: desk.waiting(c, "丙", NOW, 10), 0, "cases_of_queue", id="nothing waits"),
    pytest.param(
        lambda c: desk.waiting(c, "甲", NOW - timedelta(days=1), 10), 0, "cases_of_queue", id="nothing yet"
    ),
    pytest.param(lambda c: list(desk.live(c, "乙")), LIVE // 3, "cases_of_queue", id="live in a queue"),
    pytest.param(lambda c: list(desk.live(c, None)), LIVE, "cases_live", id="live anywhere"),
    pytest.param(lambda c: desk.due(c, NOW + 5 * MINUTE, 9), 5, "cases_due", id="due"),
    pytest.param(lambda c: desk.by(c, "contact", ["c7", "c5999"]), 2, "cases_of_contact", id="of contacts"),
    pytest.param(lambda c: desk.by(c, "thread", ["t7"]), 10, "cases_of_thread", id="of a thread"),
    pytest.param(lambda c: desk.by(c, "assignee", ["王"]), 0, "cases_of_assignee", id="of a person"),
    pytest.param(lambda c: desk.get(c, ["00007"]), 1, "sqlite_autoindex_cases_1", id="by id"),
]


@pytest.mark.parametrize(("ask", "number", "index"), QUESTIONS)
def test_a_question_goes_along_its_index_and_sorts_nothing(
    connection: sqlite3.Connection, ask: Callable[[sqlite3.Connection], list[object]], number: int, index: str
) -> None:
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert len(ask(connection)) == number
    connection.set_trace_callback(None)
    assert asked
    for statement in asked:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert len(plan) == 1 and f"USING INDEX {index}" in plan[0], plan


@pytest.mark.parametrize(("ask", "number", "index"), QUESTIONS)
def test_what_is_done_with_costs_nothing(
    connection: sqlite3.Connection, ask: Callable[[sqlite3.Connection], list[object]], number: int, index: str
) -> None:
    """Counted in steps of SQLite's machine, not in seconds: to look at every case takes some 30,000."""
    hundreds = 0

    def tick() -> int:
        nonlocal hundreds
        hundreds += 1
        return 0

    connection.set_progress_handler(tick, 100)
    ask(connection)
    connection.set_progress_handler(None, 0)
    assert hundreds <= 2 + LIVE // 10, (number, index)
