"""The drawing and the table of docs/review.md say what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from listening.model import LIVE, Case, EventKind, ReviewEvent, Status
from listening.review.fold import apply
from listening.review.transitions import TRANSITIONS
from tests.conftest import ROOT
from tests.desk import NOON

PAGE = (ROOT / "docs" / "review.md").read_text("utf-8")
STATES = [*(s for s in Status if s in LIVE), Status.CLOSED, Status.ABANDONED, Status.WITHDRAWN]
SAID = {
    "until": "2026-11-25T12:00:00.000Z",
    "by": "2026-11-25T12:00:00.000Z",
    "post": "p",
    "to": "王伟",
    "queue": "账务",
    "category": ["报障"],
    "result": "resolved",
    "into": "b",
    "from": "b",
    "level": "crisis",
    "system": "工单",
    "ticket": "T1",
    "satisfied": True,
    "target": "respond",
}
"""Something of all that any event has to say."""


def ends(kind: EventKind, status: Status) -> Iterator[Status]:
    """How a case that stands so may stand after the event; none where the event may not come."""
    if status not in TRANSITIONS[kind].from_:
        return
    case = Case(id="a", n=3, status=status, opened_at=NOON, assignee="李娜")
    touched = (False, True) if status is Status.OPEN else (True,)
    for more in ({"confirmed": True, "whole": True}, {"confirmed": False, "whole": True}):
        data: dict[str, Any] = SAID | more
        event = ReviewEvent(case="a", n=4, kind=kind, at=NOON, person="system", data=data)
        yield from (apply(replace(case, touched=each), event).status for each in touched)


def cell(kind: EventKind, status: Status) -> str:
    """`✓` where it stays as it is, `→ closed` where it does not, both where it depends."""
    found = set(ends(kind, status))
    stays = ["✓"] if status in found else []
    return ", ".join([*stays, *(f"→ {each}" for each in sorted(found - {status}))])


def table() -> Iterator[str]:
    yield f"| event | {' | '.join(STATES)} | by its holder |"
    yield "|---" * (len(STATES) + 2) + "|"
    for kind, rule in TRANSITIONS.items():
        cells = [cell(kind, status) for status in STATES]
        yield f"| `{kind}` | {' | '.join(cells)} | {'✓' if rule.by_holder else ''} |"


def test_the_table_of_the_page_is_what_happens() -> None:
    assert "\n".join(table()) in PAGE


def drawn() -> set[tuple[str, str, str]]:
    """From where, by what, to where; `live` stands for all three states in it."""
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    found = re.findall(r"(\S+) --> (\w+): (.*)", drawing)
    return {
        (begin, kind, end)
        for froms, end, kinds in found
        for begin in (sorted(LIVE) if froms == "live" else [froms])
        for kind in kinds.split(", ")
    }


def test_the_drawing_of_the_page_has_every_change_and_no_other() -> None:
    changes = {
        (str(status), str(kind), str(end))
        for kind in TRANSITIONS
        for status in STATES
        for end in ends(kind, status)
        if end is not status
    }
    begins = {("[*]", "open", "open"), ("[*]", "join", "merged")}
    assert drawn() == changes | begins


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.OPEN])
def test_every_event_but_the_first_has_its_place_in_the_table(kind: EventKind) -> None:
    assert f"\n| `{kind}` |" in PAGE
