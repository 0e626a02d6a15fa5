"""Logs of cases by hand: what happened, minute by minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from listening.codec import time_text
from listening.model import SYSTEM, ReviewEvent
from listening.review.kpi import Asked, Figure, ask, figures, named

MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai, where days are counted here."""
ZONE = "Asia/Shanghai"
MINUTE, HOUR, DAY = 1, 60, 1440
LATER = MONDAY + timedelta(days=90)
Steps = list[ReviewEvent]


def at(minutes: float) -> datetime:
    """So many minutes after that Monday morning."""
    return MONDAY + timedelta(minutes=minutes)


def said(minutes: float) -> str:
    """The same as it stands in an event."""
    return time_text(at(minutes))


class Log:
    """The events of one case; each call adds one, `minutes` after Monday morning."""

    def __init__(self, case: str = "甲", minutes: float = 0, **opened: Any) -> None:
        self.case = case
        self.steps: Steps = []
        given: dict[str, Any] = {
            "why": "found",
            "queue": "技术支持",
            "class": "keyword",
            "brands": ["星河宽带"],
            "scenarios": ["星河宽带/宽带报障"],
            "published_at": said(minutes - 10),
            "found_at": said(minutes),
        }
        data = {key: value for key, value in (given | opened).items() if value is not None}
        self.add("open", minutes, **data)

    def add(self, kind: str, minutes: float, person: str = SYSTEM, **data: Any) -> Log:
        n = len(self.steps) + 1
        event = ReviewEvent(case=self.case, n=n, kind=kind, at=at(minutes), person=person, data=data)
        self.steps.append(event)
        return self

    def claim(self, minutes: float, person: str = "小李") -> Log:
        return self.add("claim", minutes, person)

    def respond(self, minutes: float, person: str = "小李", **data: Any) -> Log:
        return self.add("respond", minutes, person, **data)

    def reply(self, minutes: float, person: str = "小李", **data: Any) -> Log:
        return self.add("reply", minutes, person, **data)

    def post(self, minutes: float) -> Log:
        """The customer writes again; it is seen a minute later."""
        return self.add("post", minutes + 1, published_at=said(minutes))

    def close(self, minutes: float, result: str = "resolved", person: str = "小李", **data: Any) -> Log:
        return self.add("close", minutes, person, result=result, **data)


def joined(case: str, into: str, minutes: float) -> Log:
    """A case that begins by joining another."""
    log = Log(case)
    log.steps.clear()
    return log.add("join", minutes, into=into, why="rule")


def events(*logs: Log | Steps) -> Steps:
    return [event for log in logs for event in (log.steps if isinstance(log, Log) else log)]


def asked(
    first: date = date(2026, 11, 2),
    last: date = date(2026, 11, 8),
    *,
    by: Sequence[str] = (),
    as_of: datetime = LATER,
    opportunities: Iterable[str] = (),
) -> Asked:
    return ask(first, last, zone=ZONE, as_of=as_of, by=by, opportunities=opportunities)


def tell(log: Iterable[ReviewEvent], question: Asked | None = None, *names: str) -> dict[str, Figure]:
    """The totals by the name of the figure."""
    told = figures(log, question or asked(), named(names))
    return {figure.definition.name: figure for figure in told if figure.total}


COMPETITOR: dict[str, Any] = {"class": "competitor", "brands": None, "competitors": ["长河通信"]}
"""What the first event says of a case that may be won."""


def ms(key: str, minutes: float) -> dict[str, Any]:
    """A duration in an event."""
    return {key: round(minutes * 60_000)}


def parts(log: Iterable[ReviewEvent], name: str, by: str, **more: Any) -> dict[str, Any]:
    """Of one figure the value of each period and group, and of the total; what has no group is `None`."""
    question = asked(by=by.split(), **more)
    told = [each for each in figures(log, question, named([name])) if each.definition.name == name]
    return {"total" if each.total else _place(each, question): each.value for each in told}


def _place(figure: Figure, question: Asked) -> str:
    period = [figure.period] if question.period is not None else []
    group = [figure.group] if question.dimension is not None else []
    return " ".join(map(str, [*period, *group]))
