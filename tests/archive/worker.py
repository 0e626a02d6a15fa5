"""A process that archives, stores and settles, for tests that kill it.

    python -m tests.archive.worker FOLDER SOURCE COUNT [--stop-at STEP N | --limit BYTES [--in-batch N]]

It reads posts 0 … COUNT-1 from an endless made-up listing in batches of five. "The store" is a folder with
one file a post. With --stop-at it says so and waits to be killed, at that step of batch N. With --limit the
kernel kills it (SIGXFSZ) where it would make one of its files longer than BYTES; with --in-batch only from
batch N on, and so many bytes behind the end of its segment.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from listening.archive import Archive, State
from listening.model import Outcome, Post
from tests.archive.posts import a_post

BATCH = 5
STEPS = ("seen", "archived", "stored", "settled")


def outcome_of(post: Post) -> Outcome:
    return Outcome.HIT if int(post.id.rsplit(":", 1)[1]) % 2 else Outcome.UNMATCHED


class Store:
    """Where hits end up. Every save is counted: a post that is saved twice shows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def save(self, posts: Sequence[Post]) -> None:
        for post in posts:
            if outcome_of(post) is Outcome.HIT:
                (self.folder / post.id.replace(":", "-")).touch()

    def ids(self) -> set[str]:
        return {path.name.replace("-", ":") for path in self.folder.iterdir()}


class Worker:
    def __init__(self, given: argparse.Namespace) -> None:
        self.store = Store(given.folder / "store")
        self.folder: Path = given.folder
        self.source: str = given.source
        self.stop_at = (given.stop_at[0], int(given.stop_at[1])) if given.stop_at else None
        self.limit: int = given.limit
        self.in_batch: int | None = given.in_batch

    def run(self, count: int) -> None:
        with Archive.open(self.folder / "archive") as archive:
            archive.recover()
            for batch in archive.pending():
                self.finish(archive, batch)
            self.step("recovered", 0)
            with archive.writer(self.source, "run") as writer:
                for start in range(0, count, BATCH):
                    number = start // BATCH
                    batch = [a_post(n) for n in range(start, min(start + BATCH, count))]
                    fresh = [
                        p for p, s in zip(batch, archive.seen(batch), strict=True) if s.state != State.REPEAT
                    ]
                    self.step("seen", number)
                    if number == self.in_batch:
                        limit_files(self.limit + sum(f.stat().st_size for f in self.folder.rglob("*.zst")))
                    writer.append(fresh)
                    self.step("archived", number)
                    self.finish(archive, fresh, number)
                    self.step("settled", number)

    def finish(self, archive: Archive, posts: Sequence[Post], number: int = -1) -> None:
        self.store.save(posts)
        self.step("stored", number)
        archive.settle([(post, outcome_of(post)) for post in posts], "rules-1")

    def step(self, name: str, number: int) -> None:
        if (name, number) == self.stop_at:
            print("here", flush=True)  # noqa: T201 - the parent waits for this line
            sys.stdin.read()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("source")
    parser.add_argument("count", type=int)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--in-batch", type=int)
    parser.add_argument("--stop-at", nargs=2)
    given = parser.parse_args()
    if given.limit is not None and given.in_batch is None:
        limit_files(given.limit)
    Worker(given).run(given.count)


def limit_files(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


if __name__ == "__main__":
    main()
