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
from listening.collect.crawl import BadItem, Crawl
from listening.collect.importers import BadLine
from listening.collect.sources import Source
from listening.errors import Conflict, LeaseLost, ListeningError, StoreError
from listening.model import Outcome, Post, Run, RunStatus
from listening.pipeline import Pipeline, Refuse, Refused, Tally, nobody_else, quarantine
from listening.store.lease import Lease, held
from listening.store.ports import Document, Documents

BATCH = 1_000
Batch = Sequence[Post | BadItem | BadLine]
Progress = Callable[[Run], None]
Check = Callable[[], None]
"""Raises where this process may not write any more."""
_FENCING = "fencing"  # in a cursor: the number of the lease under which it was written
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

    def crawl(self, source: Source, progress: Progress) -> Run:
        """Crawl a source. Its cursor moves only when everything before it is stored.

        Raises `Locked` where another machine crawls it, `LeaseLost` where one took over from this one: then
        nothing more is written, and the run is left to the other's burying.
        """
        kept = self._documents.get_document(_cursor(source.name))
        with held(self._documents, source.name, above=_fencing(kept)) as lease:
            try:
                return self._crawl(source, lease, progress)
            except Conflict:
                lease.renew()  # somebody who took over is the better reason
                raise

    def _crawl(self, source: Source, lease: Lease, progress: Progress) -> Run:
        run = self._begin(source.name, "crawl")
        try:
            kept = self._documents.get_document(_cursor(source.name))
            before = _spiders(kept)
            with Crawl(source, before, now=run.started_at) as crawl:
                run = self._take(run, crawl.batches(), source.name, progress, lease.check)
            report = crawl.report
            assert report is not None
            if report.cursor is not None and report.cursor != before:
                self._move(kept, source.name, report.cursor, lease)
        except ListeningError as error:
            self._fail(run, error, lease.check)  # does nothing where `_take` has told it already
            raise
        return self._end(
            replace(run, status=report.status, reason=report.reason, statistics=report.statistics),
            lease.check,
        )

    def _move(self, kept: Document | None, source: str, cursor: Mapping[str, Any], lease: Lease) -> None:
        """Write it over the one that was read, and never over one of a later lease."""
        if _fencing(kept) > lease.fencing:
            what = f"its cursor was written under lease {_fencing(kept)}, and this is lease {lease.fencing}"
            raise LeaseLost(source, what, "run the same command again")
        lease.check()
        body = {**cursor, _FENCING: lease.fencing}
        try:
            self._documents.put_document(_cursor(source), body, kept.version if kept else 0)
        except Conflict:
            lease.renew()  # before anything is said of a failure
            raise

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


def _cursor(source: str) -> str:
    return f"cursor/{source}"


def _fencing(cursor: Document | None) -> int:
    return int(cursor.body.get(_FENCING, 0)) if cursor else 0


def _spiders(cursor: Document | None) -> Mapping[str, Any] | None:
    """What the spider itself had given us to keep."""
    return {key: value for key, value in cursor.body.items() if key != _FENCING} if cursor else None


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
