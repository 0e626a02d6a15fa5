"""A real source crawled as the program does it: a child process; and behind it an archive, rules, a store."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listening.collect.crawling.crawl import Crawl, CrawlReport
from listening.collect.runs import Runner
from listening.collect.sources import Source
from listening.collect.spider.listing import Asked
from listening.model import Hit, Post, Run
from listening.query import parse
from tests.desk import matcher, open_desk


def source(spider: str, url: str, **settings: Any) -> Source:
    return Source(name="真站", spider=spider, settings={"url": url, "delay": 0, **settings})


def crawl(
    what: Source, before: CrawlReport | None = None, start: datetime | None = None
) -> tuple[list[Post], CrawlReport]:
    """One run without anything behind it: what came, all of it readable. `before`: how the last one ended."""
    now = datetime.now(UTC)
    look = before.looks[0][0] if before else None
    wanted = look.seen_until if look and look.seen_until else now - timedelta(days=14)
    asked = Asked(wanted=wanted, start=start, marks=look.marks if look else {})
    with Crawl(what, [asked], now=now) as running:
        found = [each for batch in running.batches() for each in batch]
    assert running.report is not None
    posts = [each for each in found if isinstance(each, Post)]
    assert len(posts) == len(found), found
    return posts, running.report


class Desk:
    """Run after run of one source, and the records that they leave."""

    def __init__(self, what: Source, folder: Path, stack: ExitStack) -> None:
        self._what, self._desk = what, open_desk(folder, stack)

    def crawl(self) -> Run:
        desk = self._desk
        desk.clock.at = datetime.now(UTC)
        runner = Runner(desk.archive, desk.store, desk.pipeline(matcher()), desk.clock)
        return runner.crawl(self._what, lambda _: None)

    def records(self) -> dict[str, Hit]:
        """By the platform's own number."""
        found = self._desk.store.scan(parse("", now=self._desk.clock()))
        return {each.id.rpartition(":")[2]: each for each in found}
