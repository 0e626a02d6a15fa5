"""A review desk of real parts over a store: what the pipeline finds, and a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from listening.archive import Archive
from listening.calendar import Workdays
from listening.match.matcher import Matcher
from listening.model import Author, Case, Hit, Post, Reference, Result, ReviewEvent
from listening.pipeline import Pipeline, Refused, Tally
from listening.review.desk import Desk
from listening.review.log import Rights
from listening.store import Store
from tests.desk import MAX_AGE, NOON, OUTAGE, Clock, matcher

RULES = """
brands:
  星河宽带: {any: [星河宽带], accounts: {forum: [care], weibo: ['100']}}
  星河移动: {any: [星河移动]}
competitors:
  长河通信: {any: [长河通信]}
scenarios:
  宽带报障: {any: [断网, 掉线], queue: 技术支持, priority: high, respond_within: 30m, category: 报障/宽带}
  资费争议: {any: [乱扣费], queue: 账务, respond_within: 2h, resolve_within: 8h}
  随口一提: {any: [听说]}
  离网倾向: {any: [销户], opportunity: yes}
  挖角机会: {of: competitors, any: [涨价], queue: 市场}
queues:
  技术支持: {resolve_within: 24h}
  账务: {hours: workdays 09:00-18:00}
  市场: {}
  默认: {}
categories:
  报障: {宽带: [断网], 移动: []}
  投诉: []
escalations:
  sensitive: {any: [工信部]}
"""
LI, WANG = "李娜", "王伟"
CUSTOMER, STRANGER, CARE = Author(id="u1", name="张三"), Author(id="u2", name="赵六"), Author(id="care")


@dataclass(slots=True)
class Bench:
    """The desk, the archive and the pipeline that feed it, and its clock."""

    store: Store
    archive: Archive
    clock: Clock
    desk: Desk
    matcher: Matcher
    pipeline: Pipeline

    def later(self, **span: float) -> datetime:
        """Turn the clock on; the time it shows then."""
        self.clock.at += timedelta(**span)
        return self.clock.at

    def take(self, *posts: Post) -> Tally:
        """One batch of one run."""
        with self.archive.writer("论坛", "run") as writer:
            return self.pipeline.take(posts, writer, _never)

    def open(self, text: str = OUTAGE, name: object = 1, **given: Any) -> Case:
        """The case of a new post, an hour old."""
        self.take(post(name, text, **{"published_at": self.clock.at - timedelta(hours=1)} | given))
        return self.case_of(f"forum:{name}")

    def worked(self, person: str = LI, **given: Any) -> Case:
        """A case that somebody has claimed and opened."""
        case = self.open(**given)
        self.desk.queue.claim(case.id, person)
        return self.desk.steps.respond(case.id, person)

    def closed(self, person: str = LI, result: Result = Result.RESOLVED, **given: Any) -> Case:
        """A case that went its way to the end."""
        case = self.worked(person, **given)
        self.desk.steps.classify(case.id, person, ["投诉"])
        self.desk.steps.reply(case.id, person, carries_result=True)
        return self.desk.steps.close(case.id, person, result)

    def record(self, name: object = 1) -> Hit:
        """The record of a post that must have one."""
        found = self.store.get(f"forum:{name}")
        assert found is not None
        return found

    def case_of(self, post_id: str) -> Case:
        """The case that a post belongs to in the end."""
        record = self.store.get(post_id)
        assert record is not None and record.case is not None
        return self.desk.log.surviving(record.case)

    def kinds(self, case: Case | str) -> list[str]:
        """What happened to a case, in order."""
        return [event.kind for event in self.events(case)]

    def events(self, case: Case | str) -> list[ReviewEvent]:
        return self.store.read(case if isinstance(case, str) else case.id)

    def last(self, case: Case | str) -> ReviewEvent:
        return self.events(case)[-1]

    def kept(self, case: Case | str) -> Case:
        """The case as the store keeps it, without asking the events."""
        (kept,) = self.store.get_cases([case if isinstance(case, str) else case.id])
        return kept


def _never(refused: Refused) -> None:
    raise AssertionError(f"{refused.post.id} was refused: {refused.reason}")


def post(name: object = 1, text: str = "星河宽带又断网了", **given: Any) -> Post:
    """A post of a customer on the forum, an hour old."""
    defaults: dict[str, Any] = {
        "platform": "forum",
        "author": CUSTOMER,
        "published_at": NOON - timedelta(hours=1),
    }
    return Post(id=f"forum:{name}", text=text, **defaults | given)


def below(name: object, author: Author | None = CUSTOMER) -> Reference:
    """The reference to a post of the forum."""
    return Reference(id=f"forum:{name}", author=author)


@contextmanager
def a_bench(
    store: Store, folder: Path, rules: str = RULES, rights: Rights | None = None, at: datetime = NOON
) -> Iterator[Bench]:
    clock, rule = Clock(at), matcher(rules)
    zone, workdays = ZoneInfo("Asia/Shanghai"), Workdays()
    desk = Desk(store, rule.plan.ruleset, zone=zone, workdays=workdays, now=clock, rights=rights)
    with Archive.open(folder / "archive", host="h", now=clock) as archive:
        intake = desk.intake(rule.is_ours)
        pipeline = Pipeline(archive, store, rule, queue_max_age=MAX_AGE, now=clock, desk=intake)
        yield Bench(store, archive, clock, desk, rule, pipeline)


def moment(text: str) -> datetime:
    """A time in Shanghai: `2026-11-24 20:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
