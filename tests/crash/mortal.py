"""A command that kills itself at a given step, for tests of what is between two steps.

    python -m tests.crash.mortal STEP N CONFIG import FILE
    python -m tests.crash.mortal STEP N CONFIG crawl SOURCE

The installation is the real one; its parts are the product's own, extended so that the process is killed
(SIGKILL, nothing is flushed or closed) when it comes to STEP for the N-th time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from listening.app import App
from listening.archive import Archive, Seen
from listening.archive.index import Index, Row
from listening.cli.collecting import collecting
from listening.collect.importers import find, read_posts
from listening.collect.runs import Runner
from listening.config import read_config
from listening.match.matcher import Matched, Matcher
from listening.model import Hit, Metrics, Outcome, Post, Run
from listening.pipeline import Pipeline
from listening.store.ports import Document, Saved
from listening.store.ports import Store as StorePort
from listening.store.sqlite import SqliteStore
from tests.crash.command import take_small_batches

AT_THE_START = ("running marked", "run kept")
EACH_BATCH = ("looked up", "written", "appended", "matched", "stored", "about to settle", "settled")
OF_KNOWN_POSTS = ("observed", "figures kept", "about to withdraw", "withdrawn")
OF_WHAT_IS_KNOWN = ("known about to be kept", "known kept")
AT_THE_END = ("run ended", "mark removed")


class Fate:
    """Counts how often the step was reached."""

    def __init__(self, step: str, times: int) -> None:
        self._step, self._left = step, times

    def reached(self, step: str) -> None:
        self._left -= step == self._step
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(SqliteStore):
    def __init__(self, path: Path, fate: Fate) -> None:
        super().__init__(path)
        self._fate = fate

    def save(self, hits: Sequence[Hit]) -> Saved:
        self._fate.reached("matched")
        saved = super().save(hits)
        self._fate.reached("stored")
        return saved

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        number = super().observe(seen)
        self._fate.reached("observed")
        return number

    def withdraw(self, ids: Sequence[str]) -> int:
        self._fate.reached("about to withdraw")
        number = super().withdraw(ids)
        self._fate.reached("withdrawn")
        return number

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if key.startswith("known/"):
            self._fate.reached("known about to be kept")
        document = super().put_document(key, body, version)
        name = {"known": "known kept", "running": "running marked", "run": "run kept"}
        step = name.get(key.partition("/")[0], "")
        self._fate.reached("run ended" if step == "run kept" and version else step)
        return document

    def delete_document(self, key: str, version: int) -> None:
        super().delete_document(key, version)
        self._fate.reached("mark removed")


class MortalIndex(Index):
    fate: Fate

    def add(self, path: str, offset: int, end: int, at: int, rows: Sequence[Row]) -> set[str]:
        self.fate.reached("written")
        return super().add(path, offset, end, at, rows)


class MortalArchive(Archive):
    fate: Fate

    def be_mortal(self, fate: Fate) -> None:
        self._index.close()
        self._index = index = MortalIndex(self.folder / "index.sqlite")
        self.fate = index.fate = fate

    def seen(self, posts: Sequence[Post]) -> list[Seen]:
        seen = super().seen(posts)
        self.fate.reached("looked up")
        return seen

    def update_metrics(self, posts: Iterable[Post]) -> None:
        super().update_metrics(posts)
        self.fate.reached("figures kept")

    def settle(self, results: Iterable[tuple[Post, Outcome]], rules_digest: str) -> list[str]:
        self.fate.reached("about to settle")
        stale = super().settle(results, rules_digest)
        self.fate.reached("settled")
        return stale


class MortalMatcher(Matcher):
    fate: Fate

    def match(self, posts: Sequence[Post]) -> list[Matched]:
        self.fate.reached("appended")
        return super().match(posts)


class MortalApp(App):
    fate: Fate

    @cached_property
    def store(self) -> StorePort:
        store = MortalStore(self.config.base / self.config.store.partition(":")[2], self.fate)
        self._stack.callback(store.close)
        return store

    @cached_property
    def archive(self) -> Archive:
        archive = MortalArchive.open(self.config.archive, now=self.now)
        assert isinstance(archive, MortalArchive)
        archive.be_mortal(self.fate)
        return self._stack.enter_context(archive)

    def pipeline(self, matcher: Matcher | None) -> Pipeline:
        assert matcher is not None
        mortal = MortalMatcher(matcher.plan.ruleset)
        mortal.fate = self.fate
        return super().pipeline(mortal)


def main(step: str, times: str, config: str, verb: str, what: str) -> None:
    take_small_batches()
    with ExitStack() as stack:
        app = MortalApp(read_config(Path(config)), stack)
        app.fate = Fate(step, int(times))
        with collecting(app) as runner:
            _run(app, runner, verb, what)


def _run(app: App, runner: Runner, verb: str, what: str) -> Run:
    if verb == "import":
        file = Path(what)
        with app.lock(file.name):
            return runner.import_file(file, file.name, read_posts(file, find("jsonl")), _nothing)
    source = next(source for source in app.config.sources if source.name == what)
    with app.lock(source.name):
        return runner.crawl(source, _nothing)


def _nothing(run: Run) -> None:
    """Nobody looks on."""


if __name__ == "__main__":
    main(*sys.argv[1:])
