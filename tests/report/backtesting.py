"""An archive of made-up posts, and two rule sets to hold against each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listening.archive import Archive
from listening.model import Post
from listening.report.backtest.compare import Asked
from listening.report.backtest.labels import Labels, by_post, precisions
from listening.report.backtest.outlook import Outlook, all_keys, outlook
from listening.report.backtest.rules import Named
from listening.report.backtest.tally import Tally
from listening.report.backtest.workers import run, task
from listening.rules import read_rules

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)  # noon in Shanghai
OLD = """
brands: {星河: {any: [星河]}}
competitors: {长河: {any: [长河]}}
scenarios:
  报障: {of: both, any: [断网, 掉线], queue: 技术支持}
"""
NEW = """
brands: {星河: {any: [星河], except: [星河杯]}}
competitors: {长河: {any: [长河]}}
scenarios:
  报障: {of: both, any: [断网, 没网], queue: 技术支持}
  客服: {any: [客服], queue: 服务}
"""


def a_post(name: str, text: str, **given: Any) -> Post:
    defaults: dict[str, Any] = {"platform": "demo", "published_at": NOW}
    return Post(id=name, text=text, **defaults | given)


def keep(
    folder: Path, batches: Sequence[Sequence[Post]], *, source: str = "论坛", at: datetime = NOW
) -> None:
    """One run; a batch is one frame. Each is archived a second later than the one before."""
    seconds = itertools.count()
    clock = lambda: at + timedelta(seconds=next(seconds))  # noqa: E731 - a clock is one expression
    with Archive.open(folder, host="h", now=clock) as archive, archive.writer(source, "run") as writer:
        for batch in batches:
            writer.append(batch)


def rules(folder: Path, name: str, text: str) -> Named:
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    return Named(name, read_rules(file))


def asked(**given: Any) -> Asked:
    defaults: dict[str, Any] = {"zone": "Asia/Shanghai", "queue_max_age": timedelta(days=3)}
    return Asked(**defaults | given)


def compared(
    folder: Path, posts: Sequence[Post] = (), *, old: str = OLD, new: str = NEW, labels: Labels | None = None
) -> tuple[Outlook, Tally]:
    """The outlook for these posts, or for what is in the folder already."""
    if posts:
        keep(folder / "archive", [posts])
    before, after = rules(folder, "old", old), rules(folder, "new", new)
    wanted = asked(labelled=by_post(labels or {}), sheet=30)
    with Archive.open(folder / "archive") as archive:
        held = archive.held()
        work = task(folder / "archive", before.ruleset, after.ruleset, wanted)
        tally = run(archive.places(), work, workers=1)
    judged = precisions(all_keys(before.ruleset, after.ruleset), tally, labels or {})
    return outlook(tally, before, after, wanted, held=held, precisions=judged), tally
