"""One run, whatever feeds it: finish what a dead one left, take batches to their outcome, keep the record.

A crawl and an import differ in where the batches come from, and in who else may be at it: a source is crawled
by one machine at a time, which holds its lease; an import is locked out only by its like in the same archive.
Both end in a `Run` that is kept.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from listening.archive import Archive, Recovery
from listening.codec import run_from_json, to_json
from listening.collect.coverage.knowledge import Kept, keep, read_known, taught, untaught
from listening.collect.coverage.pulse import unusual
from listening.collect.coverage.queries import known_under, options_of, to_ask, to_fill
from listening.collect.crawling.crawl import BadItem, Crawl, CrawlReport
from listening.collect.importers import BadLine
from listening.collect.sources import Source
from listening.collect.spider.listing import Asked
from listening.errors import Conflict, CrawlError, LeaseLost, ListeningError, StoreError
from listening.model import Outcome, Post, Run, RunStatus
from listening.pipeline import Pipeline, Refuse, Refused, Tally, nobody_else, quarantine
from listening.store.lease import Lease, held
from listening.store.ports import Documents

BATCH = 1_000
Batch = Sequence[Post | BadItem | BadLine]
Progress = Callable[[Run], None]
Check = Callable[[], None]
"""Raises where this process may not write any more."""
_NOT_NEW = (Outcome.REPEAT, Outcome.INVALID)
_FILL_PAGES = 20
"""So many times the usual pages may be read to close gaps."""
_DIED = {
    "import": "the process ended before the run did",
    "crawl": "the process ended, or lost the source to another, before the run did",
}


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a dead run had left: what was mended in the archive, and the posts taken the rest of the way."""

    archive: Recovery
    tally: Tally


class Runner:
    """Runs crawls and imports of one installation, one after the other."""

    def __init__(
        self, archive: Archive, documents: Documents, pipeline: Pipeline, now: Callable[[], datetime]
    ) -> None:
        self._archive = archive
        self._documents = documents
        self._pipeline = pipeline
        self._now = now
        self._recovered = 0

    def recover(self) -> Recovered:
        """Finish what dead runs left; every archiving command begins with it."""
        recovered = Recovered(self._archive.recover(), self._pipeline.recover())
        self._recovered += recovered.tally.total
        return recovered

    def import_file(
        self, file: Path, source: str, posts: Iterable[Post | BadLine], progress: Progress
    ) -> Run:
        """Take the posts of a file. Its bad lines go to quarantine; posts without a source get this one."""
        run = self._begin(source, "import")
        run = self._take(run, _in_batches(posts), str(file), progress, nobody_else)
        status = RunStatus.OK if run.read else RunStatus.EMPTY
        return self._end(replace(run, status=status))

    def crawl(self, source: Source, progress: Progress, *, fill: bool = False, at_once: bool = False) -> Run:
        """Crawl a source. What is known of it moves on only when everything before that is stored.

        `fill`: look for what earlier runs missed, however much it is. `at_once`: also where the source is to
        be left in peace. Raises `CrawlError` where it is, or where there is nothing to ask it for; `Locked`
        where another machine crawls it, `LeaseLost` where one took over from this one: then nothing more is
        written, and the run is left to the other's burying.
        """
        kept = read_known(self._documents, source.name)
        self._check_peace(source, kept, at_once=at_once or fill)
        with held(self._documents, source.name, above=kept.fencing) as lease:
            try:
                return self._crawl(source, lease, progress, fill=fill)
            except Conflict:
                lease.renew()  # somebody who took over is the better reason
                raise

    def _check_peace(self, source: Source, kept: Kept, *, at_once: bool) -> None:
        until = kept.known.not_before
        if until is None or until <= self._now() or at_once:
            return
        after = f"after {kept.known.refusals} bad runs in a row"
        what = f"is left in peace until {until:%Y-%m-%d %H:%M:%S} UTC, {after}"
        raise CrawlError(source.name, what, "wait, or crawl it with --now")

    def _crawl(self, source: Source, lease: Lease, progress: Progress, *, fill: bool) -> Run:
        run = self._begin(source.name, "crawl")
        kept = read_known(self._documents, source.name)
        try:
            coverage = known_under(source, kept.known, self._pipeline.ruleset)
            asked = to_fill(source, coverage) if fill else to_ask(source, coverage, run.started_at)
            if not asked:
                return self._end(
                    replace(run, status=RunStatus.EMPTY, reason="there are no gaps"), lease.check
                )
            run, report = self._read(run, _unlimited(source) if fill else source, asked, progress, lease)
            new = sum(run.outcomes.values()) - sum(run.outcomes.get(each, 0) for each in _NOT_NEW)
            known = taught(kept.known, coverage, asked, report, new=new, began=run.started_at)
            if known != kept.known:
                keep(self._documents, source.name, kept, known, lease)
        except ListeningError as error:
            if isinstance(error, CrawlError):  # else it would look as well as it did when it last could be
                keep(
                    self._documents,
                    source.name,
                    kept,
                    untaught(kept.known, str(error), began=run.started_at),
                    lease,
                )
            self._fail(run, error, lease.check)  # does nothing where `_take` has told it already
            raise
        whole = report.status in (RunStatus.OK, RunStatus.EMPTY)
        doubt = unusual(known.pulse, run.started_at) if whole else None
        reason = "; ".join(filter(None, (report.reason, doubt))) or None
        ended = replace(run, status=report.status, reason=reason, statistics=report.statistics)
        return self._end(ended, lease.check)

    def _read(
        self, run: Run, source: Source, asked: Sequence[Asked], progress: Progress, lease: Lease
    ) -> tuple[Run, CrawlReport]:
        with Crawl(source, asked, now=run.started_at) as crawl:
            run = self._take(run, crawl.batches(), source.name, progress, lease.check)
        assert crawl.report is not None
        return run, crawl.report

    def _take(self, run: Run, batches: Iterable[Batch], file: str, progress: Progress, check: Check) -> Run:
        outcomes: Counter[Outcome] = Counter()
        try:
            with self._archive.writer(run.source, run.id) as writer:
                for batch in batches:
                    check()
                    bad = [item for item in batch if not isinstance(item, Post)]
                    posts = [self._completed(item, run) for item in batch if isinstance(item, Post)]
                    outcomes[Outcome.INVALID] += self._quarantine(run.source, file, bad)
                    outcomes += self._pipeline.take(posts, writer, self._refusal(run, file), check).outcomes
                    run = replace(run, read=run.read + len(batch), outcomes=dict(outcomes))
                    progress(run)
        except ListeningError as error:
            self._fail(run, error, check)
            raise
        return run

    def _completed(self, post: Post, run: Run) -> Post:
        """A post with what only the collector knows: where it came from and when."""
        return replace(
            post, source=post.source or run.source, collected_at=post.collected_at or run.started_at
        )

    def _quarantine(self, source: str, file: str, items: Sequence[BadItem | BadLine]) -> int:
        for item in items:
            if isinstance(item, BadLine):
                self._keep(source, item.file, item.line, item.reason, item.raw)
            else:
                self._keep(source, file, 0, item.what, item.raw)
        return len(items)

    def _refusal(self, run: Run, file: str) -> Refuse:
        def refuse(refused: Refused) -> None:
            kept = self._archive.quarantine
            quarantine(kept, refused, source=run.source, file=file, at=self._now())

        return refuse

    def _keep(self, source: str, file: str, line: int, reason: str, raw: bytes) -> None:
        self._archive.quarantine.add(
            source=source, file=file, line=line, reason=reason, raw=raw, at=self._now()
        )

    def _begin(self, source: str, verb: str) -> Run:
        """Keep the run before it does anything, so that one that is killed leaves a trace."""
        for marker in self._markers(source, verb):
            self._bury(source, marker)
        now = self._now()
        # To the microsecond, so that runs sort by time also when two fall into one second.
        run_id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        run = Run(id=run_id, source=source, verb=verb, started_at=now, recovered=self._recovered)
        # The marker first: a run that is kept without one would look as if it were still at work, for ever.
        self._documents.put_document(self._marker(source, verb), {"run": run.id}, 0)
        self._documents.put_document(_key(run), _body(run), 0)
        self._recovered = 0
        return run

    def _fail(self, run: Run, error: ListeningError, check: Check) -> None:
        """Keep why it ended. Where that cannot be, or not by us, the next run of the source buries it."""
        with suppress(StoreError, LeaseLost):
            self._end(replace(run, status=RunStatus.FAILED, reason=str(error)), check)

    def _end(self, run: Run, check: Check = nobody_else) -> Run:
        run = replace(run, ended_at=self._now())
        check()
        self._documents.put_document(_key(run), _body(run), 1)
        marker = self._documents.get_document(self._marker(run.source, run.verb))
        if marker is not None and marker.body["run"] == run.id:
            self._documents.delete_document(marker.key, marker.version)
        return run

    def _bury(self, source: str, key: str) -> None:
        """A run under this marker that never ended is dead: else it would hold what we hold."""
        marker = self._documents.get_document(key)
        if marker is None:
            return
        kept = self._documents.get_document(f"run/{source}/{marker.body['run']}")
        if kept is not None and kept.version == 1:
            run = run_from_json(kept.body["run"])
            died = replace(run, status=RunStatus.FAILED, reason=_DIED[run.verb])
            self._documents.put_document(kept.key, _body(died), 1)
        self._documents.delete_document(marker.key, marker.version)

    def _marker(self, source: str, verb: str) -> str:
        """One for each reach of what keeps others out: the lease is the store's, the lock the archive's."""
        return f"running/{source}" if verb == "crawl" else f"running/{source}@{self._archive.id}"

    def _markers(self, source: str, verb: str) -> set[str]:
        """A crawl has lock and lease, so it may bury both kinds; an import must leave crawls alone."""
        return {self._marker(source, verb), self._marker(source, "import")}


def _key(run: Run) -> str:
    """Sorts by source, then by time."""
    return f"run/{run.source}/{run.id}"


def _unlimited(source: Source) -> Source:
    """The same source for a run that may read many more pages."""
    pages = _FILL_PAGES * options_of(source).max_pages
    return replace(source, settings={**source.settings, "max_pages": pages})


def _body(run: Run) -> Mapping[str, Any]:
    return {"run": to_json(run).decode()}


def runs(documents: Documents, source: str | None = None) -> Iterator[Run]:
    """The runs that are kept, of one source or of all; those of a source from old to new."""
    prefix = "run/" if source is None else f"run/{source}/"
    kept = (run_from_json(document.body["run"]) for document in documents.documents(prefix))
    return (run for run in kept if source in (None, run.source))  # a source's name may hold a slash


def _in_batches(posts: Iterable[Post | BadLine]) -> Iterator[Batch]:
    batch: list[Post | BadItem | BadLine] = []
    for post in posts:
        batch.append(post)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
