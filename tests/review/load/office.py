"""What the processes of the load tests share: a desk in an office of its own, its clock, and a diary.

Every process has an archive, rules and a clock of its own, as a machine of its own would; the store is one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from listening.archive import Archive
from listening.calendar import Workdays
from listening.codec import canonical
from listening.errors import Conflict
from listening.model import Author, Post, Reference, ReviewEvent
from listening.pipeline import Pipeline
from listening.review.desk import Desk
from listening.store import Store, open_store
from tests.desk import MAX_AGE, NOON, Clock, matcher
from tests.review.kit import RULES, Bench

SPEED = 60
"""So many times as fast runs the clock of the office: claims run out, and deadlines pass, within a test."""
_TEXTS = ("星河宽带断网", "星河宽带又掉线", "星河宽带乱扣费", "听说星河宽带有活动", "长河通信又涨价了")
_CRISIS, _DIRECT = "，要投诉到工信部", "@care "


class Step(NamedTuple):
    """An event as whoever wrote it remembers it."""

    case: str
    n: int
    kind: str
    key: str | None
    person: str


class Running(Clock):
    """Shows the time since `started` (seconds since 1970), so much faster, and ahead or behind."""

    def __init__(self, started: float, ahead: timedelta) -> None:
        super().__init__(NOON + ahead)
        self._started = started

    def __call__(self) -> datetime:
        passed = int((time.time() - self._started) * SPEED * 1000)
        return self.at + timedelta(milliseconds=passed)


@dataclass(slots=True)
class Diary:
    """A store, and all events that this process has got into it.

    `appended` are its own; `put` may be somebody else's as well, who wrote the very same.
    """

    store: Store
    appended: list[Step] = field(default_factory=list)
    put: list[Step] = field(default_factory=list)

    def append(self, event: ReviewEvent) -> bool:
        won = self.store.append(event)
        if won:
            self.appended.append(step(event))
        return won

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        try:
            new = self.store.put_events(events)
        except Conflict:  # a store without transactions may have taken some of them
            self.put.extend(step(event) for event in events if self._is_there(event))
            raise
        self.put.extend(map(step, events))
        return new

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def _is_there(self, event: ReviewEvent) -> bool:
        return any(canonical(each) == canonical(event) for each in self.store.read(event.case))


def step(event: ReviewEvent) -> Step:
    return Step(event.case, event.n, event.kind, event.key, event.person)


def customer_post(n: int) -> Post:
    """The `n`th customer's first words: of every kind of matter, some urgent, some said to us."""
    text = _TEXTS[n % len(_TEXTS)] + (_CRISIS if n % 17 == 0 else "")
    text = f"{_DIRECT}{text}" if n % 4 == 0 else text
    return _post(f"{n}", text, n)


def further_post(n: int, again: int) -> Post:
    """The same customer once more, in the same thread."""
    first = customer_post(n)
    above = Reference(id=first.id, author=first.author)
    return _post(f"{n}-{again}", f"第{again}次问，还是不行", n, above)


def _post(name: str, text: str, n: int, above: Reference | None = None) -> Post:
    return Post(
        id=f"forum:{name}",
        text=text,
        platform="forum",
        author=Author(id=f"u{n}"),
        published_at=NOON - timedelta(hours=1) + timedelta(milliseconds=n),
        parent=above,
        root=above,
    )


@contextmanager
def office(
    url: str, base: Path, name: str, started: float, ahead: timedelta = timedelta(0)
) -> Iterator[tuple[Bench, Diary]]:
    """A desk over the shared store. What its bench does to the store is in the diary."""
    clock, rules = Running(started, ahead), matcher(RULES)
    with closing(open_store(url, base)) as opened, Archive.open(base / name, host=name, now=clock) as archive:
        diary = Diary(opened)
        store = cast(Store, diary)
        zone, workdays = ZoneInfo("Asia/Shanghai"), Workdays()
        desk = Desk(store, rules.plan.ruleset, zone=zone, workdays=workdays, now=clock)
        intake = desk.intake(rules.is_ours)
        pipeline = Pipeline(archive, store, rules, queue_max_age=MAX_AGE, now=clock, desk=intake)
        yield Bench(store, archive, clock, desk, rules, pipeline), diary
