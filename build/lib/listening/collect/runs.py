"""One run, whatever feeds it: finish what a dead one left, take batches to their outcome, keep the record.

A crawl and an import differ only in where the batches come from; both end in a `Run` that is kept.
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
from listening.codec import post_to_json, run_from_json, to_json
from listening.collect.crawl import BadItem, Crawl
from listening.collect.importers import BadLine
from listening.collect.sources import Source
from listening.errors import ListeningError, StoreError
from listening.model import Outcome, Post, Run, RunStatus
from listening.pipeline import Pipeline, Refused, Tally
from listening.store.ports import Documents

BATCH = 1_000
Batch = Sequence[Post | BadItem | BadLine]
Progress = Callable[[Run], None]


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
        run = self._take(run, _in_batches(posts), str(file), progress)
        status = RunStatus.OK if run.read else RunStatus.EMPTY
        return self._end(replace(run, status=status))

    def crawl(self, source: Source, progress: Progress) -> Run:
        """Crawl a source. Its cursor moves only when everything before it is stored."""
        run = self._begin(source.name, "crawl")
        key = f"cursor/{source.name}"
        try:
            kept = self._documents.get_document(key)
            with Crawl(source, kept.body if kept else None, now=run.started_at) as crawl:
                run = self._take(run, crawl.batches(), source.name, progress)
            report = crawl.report
            assert report is not None
            if report.cursor is not None and (kept is None or report.cursor != kept.body):
                self._documents.put_document(key, report.cursor, kept.version if kept else 0)
        except ListeningError as error:
            self._fail(run, error)  # does nothing where `_take` has told it already
            raise
        return self._end(
            replace(run, status=report.status, reason=report.reason, statistics=report.statistics)
        )

    def _take(self, run: Run, batches: Iterable[Batch], file: str, progress: Progress) -> Run:
        outcomes: Counter[Outcome] = Counter()
        try:
            with self._archive.writer(run.source, run.id) as writer:
                for batch in batches:
                    bad = [item for item in batch if not isinstance(item, Post)]
                    posts = [self._completed(item, run) for item in batch if isinstance(item, Post)]
                    outcomes[Outcome.INVALID] += self._quarantine(run.source, file, bad)
                    outcomes += self._pipeline.take(posts, writer, self._refusal(run, file)).outcomes
                    run = replace(run, read=run.read + len(batch), outcomes=dict(outcomes))
                    progress(run)
        except ListeningError as error:
            self._fail(run, error)
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

    def _refusal(self, run: Run, file: str) -> Callable[[Refused], None]:
        def refuse(refused: Refused) -> None:
            # Collected posts are new each time; the time of collection must not make them so.
            raw = post_to_json(replace(refused.post, collected_at=None))
            self._keep(run.source, file, 0, refused.reason, raw)

        return refuse

    def _keep(self, source: str, file: str, line: int, reason: str, raw: bytes) -> None:
        self._archive.quarantine.add(
            source=source, file=file, line=line, reason=reason, raw=raw, at=self._now()
        )

    def _begin(self, source: str, verb: str) -> Run:
        """Keep the run before it does anything, so that one that is killed leaves a trace."""
        self._bury(source)
        now = self._now()
        # To the microsecond, so that runs sort by time also when two fall into one second.
        run_id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        run = Run(id=run_id, source=source, verb=verb, started_at=now, recovered=self._recovered)
        # The marker first: a run that is kept without one would look as if it were still at work, for ever.
        self._documents.put_document(_running(source), {"run": run.id}, 0)
        self._documents.put_document(_key(run), _body(run), 0)
        self._recovered = 0
        return run

    def _fail(self, run: Run, error: ListeningError) -> None:
        """Keep why it ended. Where the store is the reason, the next run of the source buries this one."""
        with suppress(StoreError):
            self._end(replace(run, status=RunStatus.FAILED, reason=str(error)))

    def _end(self, run: Run) -> Run:
        run = replace(run, ended_at=self._now())
        self._documents.put_document(_key(run), _body(run), 1)
        if marker := self._documents.get_document(_running(run.source)):
            self._documents.delete_document(marker.key, marker.version)
        return run

    def _bury(self, source: str) -> None:
        """A run of this source that never ended is dead: whoever runs a source holds its lock."""
        marker = self._documents.get_document(_running(source))
        if marker is None:
            return
        kept = self._documents.get_document(f"run/{source}/{marker.body['run']}")
        if kept is not None and kept.version == 1:
            died = replace(
                run_from_json(kept.body["run"]),
                status=RunStatus.FAILED,
                reason="the process ended before the run did",
            )
            self._documents.put_document(kept.key, _body(died), 1)
        self._documents.delete_document(marker.key, marker.version)


def _key(run: Run) -> str:
    """Sorts by source, then by time."""
    return f"run/{run.source}/{run.id}"


def _running(source: str) -> str:
    return f"running/{source}"


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
