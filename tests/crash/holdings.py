"""What an installation holds, without the times of finding: two of them can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from listening import codec
from listening.app import App, open_app
from listening.archive import Recovery, State
from listening.collect.coverage.knowledge import all_known
from listening.collect.runs import runs
from listening.model import Hit, Known, Outcome, Run, RunStatus
from listening.query import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """`posts`: id -> (content digest, outcome) of the current version. `rest` (what is amiss) is empty."""

    records: Mapping[str, bytes]
    posts: Mapping[str, tuple[str, Outcome | None]]
    quarantine: Counter[tuple[str, str, int, str, bytes]]
    known: Mapping[str, Any]
    rest: tuple[str, ...]


def holdings(config: Path) -> Holdings:
    """Everything, read through the product's own doors."""
    with open_app(config) as app:
        return Holdings(
            records={hit.id: _comparable(hit) for hit in _records(app)},
            posts=_posts(app),
            quarantine=_quarantine(app),
            known={name: _vouched(known) for name, known in all_known(app.store)},
            rest=tuple(_amiss(app)),
        )


def all_runs(config: Path) -> list[Run]:
    with open_app(config) as app:
        return list(runs(app.store))


def _records(app: App) -> list[Hit]:
    shown = app.store.scan()
    hidden = app.store.scan(parse("status:withdrawn", now=app.now()))
    return list(chain(shown, hidden))


def _comparable(hit: Hit) -> bytes:
    """The canonical record. When it was found and collected differs; how long it may wait does not.

    A file that is read twice shows its older figures once more, so of the history only the end is the same.
    """
    assert hit.found_at is not None
    limit = None if hit.respond_by is None else hit.respond_by - hit.found_at
    last = hit.metrics_history[-1].metrics if hit.metrics_history else None
    timeless = replace(
        hit,
        found_at=None,
        respond_by=None,
        metrics_history=(),
        post=replace(hit.post, collected_at=None),
    )
    return codec.canonical(timeless) + repr((limit, last)).encode()


def _vouched(known: Known) -> Mapping[str, Any]:
    """What is known of a source, without the times of its runs: what is whole is one stretch without gaps."""
    return {
        each.query: (each.marks, each.status, len(each.vouched), [gap.reason for gap in each.gaps])
        for each in known.queries
    }


def _posts(app: App) -> dict[str, tuple[str, Outcome | None]]:
    posts = [post for batch in app.archive.scan() for post in batch]
    seen = app.archive.seen(posts)
    return {p.id: (codec.content_digest(p), s.earlier) for p, s in zip(posts, seen, strict=True)}


def _quarantine(app: App) -> Counter[tuple[str, str, int, str, bytes]]:
    """Torn tails aside: they are the mark of a kill."""
    entries = app.quarantine.entries()
    return Counter((e.source, e.file, e.line, e.reason, e.raw) for e in entries if e.source != "archive")


def _amiss(app: App) -> Iterator[str]:
    posts = [post for batch in app.archive.scan() for post in batch]
    for counts in (Counter(post.id for post in posts), Counter(hit.id for hit in _records(app))):
        yield from (f"{each} stands {number} times" for each, number in counts.items() if number > 1)
    for post, seen in zip(posts, app.archive.seen(posts), strict=True):
        if seen.state is not State.REPEAT:
            yield f"{post.id} is not settled"
    if (left := app.archive.recover()) != Recovery():
        yield f"{left} had to be mended"
    if pending := app.archive.counts().pending:
        yield f"{pending} posts are pending"
    yield from (f"{document.key} is left over" for document in app.store.documents("running/"))
    kept = list(runs(app.store))
    yield from (f"run {run.id} has no end" for run in kept if run.status is None)
    if kept[-1].status is not RunStatus.OK:
        yield f"the last run is {kept[-1].status}"
