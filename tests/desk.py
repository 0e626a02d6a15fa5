"""A desk of real parts: an archive in a folder, a store, a few rules, a clock that is set by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from listening.archive import Archive
from listening.match.matcher import Matcher
from listening.model import Hit, Metrics, Post
from listening.pipeline import Pipeline, Refused, Tally
from listening.query import parse
from listening.rules import read_rules
from listening.store import Store, open_store
from listening.store.memory import MemoryStore
from listening.store.ports import Refusal, Saved

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MAX_AGE = timedelta(days=3)
RULES = """
brands:
  星河宽带: {any: [星河宽带]}
scenarios:
  宽带报障: {any: [断网, 掉线], queue: 技术支持, respond_within: 30m}
  资费争议: {any: [乱扣费], queue: 账务, respond_within: 2h}
  随口一提: {any: [听说]}
ignore: {any: [抽奖]}
"""
OUTAGE, PRAISE, WEATHER, LOTTERY = "星河宽带又断网了", "星河宽带还不错", "今天天气真好", "抽奖：星河宽带断网"
"""A hit, a mention, unmatched, excluded."""


def a_post(name: object = 1, text: str = OUTAGE, **given: Any) -> Post:
    """A post an hour old."""
    defaults: dict[str, Any] = {"platform": "forum", "published_at": NOON - timedelta(hours=1)}
    return Post(id=f"forum:{name}", text=text, **defaults | given)


def likes(number: int) -> Metrics:
    return Metrics(likes=number)


@cache
def matcher(rules: str = RULES) -> Matcher:
    with TemporaryDirectory() as folder:
        (Path(folder) / "rules.yaml").write_text(rules, "utf-8")
        return Matcher(read_rules(Path(folder)))


class Clock:
    """Stands still until somebody sets it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class RefusingStore(MemoryStore):
    """Takes anything but records with the ids in `refuses`, as a server does that cannot index one."""

    def __init__(self, *refuses: str) -> None:
        super().__init__()
        self.refuses = set(refuses)

    def save(self, hits: Sequence[Hit]) -> Saved:
        saved = super().save([hit for hit in hits if hit.id not in self.refuses])
        bad = [hit.id for hit in hits if hit.id in self.refuses]
        return replace(saved, refused=tuple(Refusal(each, "its text is too long") for each in bad))


@dataclass(slots=True)
class Desk:
    """The parts, and what was refused so far."""

    archive: Archive
    store: Store
    clock: Clock
    refused: list[Refused] = field(default_factory=list)

    def pipeline(self, rules: Matcher | None) -> Pipeline:
        return Pipeline(self.archive, self.store, rules, queue_max_age=MAX_AGE, now=self.clock)

    def take(self, *posts: Post, rules: Matcher | None = None) -> Tally:
        """One batch of one run."""
        with self.archive.writer("论坛", "run") as writer:
            return self.pipeline(rules or matcher()).take(posts, writer, self.refused.append)

    def recover(self, rules: Matcher | None = None) -> Tally:
        self.archive.recover()
        return self.pipeline(rules or matcher()).recover()

    def replay(self, rules: str = RULES) -> Tally:
        return added(self.pipeline(matcher(rules)).replay(self.archive.scan()))

    def record(self, name: object = 1) -> Hit:
        """The record of a post that must have one."""
        found = self.store.get(f"forum:{name}")
        assert found is not None
        return found

    def found(self, words: str = "") -> list[str]:
        """The ids that a search finds, in alphabetical order."""
        return sorted(hit.id for hit in self.store.scan(parse(words, now=self.clock())))


def open_desk(folder: Path, stack: ExitStack, store: str | Store = "memory:") -> Desk:
    """A desk in a folder; a store is made from its name, or taken as it is."""
    clock = Clock()
    archive = stack.enter_context(Archive.open(folder / "archive", host="h", now=clock))
    if isinstance(store, str):
        store = open_store(store, folder)
        stack.callback(store.close)
    return Desk(archive, store, clock)


def added(tallies: Iterable[Tally]) -> Tally:
    total = Tally(Counter())
    for tally in tallies:
        total.add(tally)
    return total
