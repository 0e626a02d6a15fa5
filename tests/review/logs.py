"""Events of made-up cases, in short: `case("a", opened(), said("p1", "relevant"), closed("resolved", 5))`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from listening.model import EventKind, ReviewEvent

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCENARIO = "星河宽带/宽带报障"
TERMS = ("星河宽带//星河宽带", "星河宽带/宽带报障/断网")

Step = Callable[[str, int], ReviewEvent]


def step(kind: EventKind, at: datetime | None = None, person: str = "李雷", **data: Any) -> Step:
    """One step, a minute after the one before it."""

    def made(case: str, n: int) -> ReviewEvent:
        moment = at or NOON + timedelta(minutes=n)
        return ReviewEvent(case=case, n=n, kind=kind, at=moment, person=person, data=data)

    return made


def case(name: str, *steps: Step) -> list[ReviewEvent]:
    return [made(name, n) for n, made in enumerate(steps, 1)]


def opened(post: str = "p1", scenarios: tuple[str, ...] = (SCENARIO,), source: str = "论坛") -> Step:
    said = {"why": "found", "post": post, "scenarios": list(scenarios), "source": source}
    return step(EventKind.OPEN, None, "system", **said)


def said(
    post: str,
    verdict: str,
    *,
    scenarios: tuple[str, ...] = (SCENARIO,),
    terms: tuple[str, ...] = TERMS,
    at: datetime | None = None,
    person: str = "李雷",
) -> Step:
    data = {"post": post, "verdict": verdict, "scenarios": list(scenarios), "terms": list(terms)}
    return step(EventKind.VERDICT, at, person, **data)


def closed(result: str, minutes: float = 0, *, at: datetime | None = None, person: str = "李雷") -> Step:
    """Closed after so many minutes in hands."""
    handling = int(minutes * 60_000)
    return step(EventKind.CLOSE, at, person, result=result, handling_ms=handling)
