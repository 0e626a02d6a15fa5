"""The review desk on SQLite: `python -m tests.benchmarks.review_desk [HITS] [FOLDER]`.

Of so many hits, each with its case, 50,000 are open. Prints a table and writes it as JSON. The unit is what
SQLite itself takes for one event in a transaction of its own, in the same minutes. A store that stands in the
folder already is measured once more; without a folder it is made in a temporary one, which takes longer than
everything else.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from listening.archive import Archive
from listening.calendar import Workdays
from listening.codec import to_json
from listening.model import Case, Post
from listening.pipeline import Pipeline, Refused
from listening.review.desk import Desk
from listening.store import Store, open_store
from tests.benchmarks.desk_made import PEOPLE, build, fresh_posts
from tests.benchmarks.machine import machine
from tests.benchmarks.made import NOW
from tests.benchmarks.stores import DEFAULT_HITS, say
from tests.desk import MAX_AGE, Clock, matcher
from tests.review.kit import RULES

OUT = Path("var/bench/review_desk.json")
LIVE = 50_000
TAKES, FEW = 300, 10
INTAKE, INTAKES = 1_000, 3
MUST = {"next case, of all queues": 50, "next case, of one queue": 50}
"""Milliseconds that 95 of 100 takes must stay under."""
_FILE = "desk.sqlite"
_BARE = "bare: one event in a transaction"


@dataclass(slots=True)
class Bench:
    """The desk that is measured, and the milliseconds of everything that was."""

    store: Store
    desk: Desk
    bare: sqlite3.Connection
    hits: int
    random: Random = field(default_factory=lambda: Random(1))
    times: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        self.times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)

    def figures(self) -> dict[str, dict[str, float]]:
        return {name: _figures(times) for name, times in self.times.items()}


def main(hits: int = DEFAULT_HITS, folder: str | None = None) -> None:
    with _place(folder) as place:
        built = _built(place, hits)
        figures = _measured(place, hits)
    told = {"machine": machine(), "hits": hits, "open": min(LIVE, hits), **built, "ms": figures}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    print_table(hits, figures)


@contextmanager
def _place(folder: str | None) -> Iterator[Path]:
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def _built(place: Path, hits: int) -> dict[str, float]:
    """Make the store, unless it is there; how long it took, and how large it is."""
    with closing(open_store(f"sqlite:{_FILE}", place)) as store:
        told: dict[str, float] = {}
        if store.status().records < hits:
            start = time.perf_counter()
            build(store, hits, min(LIVE, hits), lambda what, n: say(f"{n:,} of {hits:,} {what} are made"))
            told["built in, s"] = time.perf_counter() - start
        status = store.status()
    return told | {"events": status.events, "MB": (status.bytes or 0) / 1e6}


def _measured(place: Path, hits: int) -> dict[str, dict[str, float]]:
    _forget(place / _FILE)
    with (
        closing(open_store(f"sqlite:{_FILE}", place)) as store,
        closing(_bare(place / f"bare-{time.time_ns()}.sqlite")) as bare,
    ):
        desk = _desk(store)
        bench = Bench(store, desk, bare, hits)
        bench.time("next case, cold", lambda: desk.queue.next(PEOPLE[0]))
        for take in range(TAKES):
            _take(bench, take)
        say(f"{TAKES} takes are measured")
        bench.time("warnings and breaches of all that is late, once", lambda: _catch_up(desk))
        for _ in range(FEW):
            _look(bench)
        say("looks are measured")
        _intakes(bench, place)
        return bench.figures()


def _desk(store: Store) -> Desk:
    zone = ZoneInfo("Asia/Shanghai")
    return Desk(store, matcher(RULES).plan.ruleset, zone=zone, workdays=Workdays(), now=Clock(NOW))


def _take(bench: Bench, take: int) -> None:
    """All take turns, so that a busy moment of the machine meets each of them."""
    desk, store, person = bench.desk, bench.store, PEOPLE[take % len(PEOPLE)]
    taken: list[Case | None] = []
    bench.time("next case, of all queues", lambda: taken.append(desk.queue.next(person)))
    bench.time("next case, of one queue", lambda: desk.queue.next(person, "账务"))
    (case,) = taken
    assert case is not None
    bench.time("a step: respond", lambda: desk.steps.respond(case.id, person))
    bench.time("a step: note", lambda: desk.steps.note(case.id, person, "打电话没人接"))
    far = store.waiting(None, NOW, 200)[-1]
    bench.time("claim of a named case", lambda: desk.queue.claim(far.id, person))
    bench.time("the first 20 that wait, of all queues", lambda: store.waiting(None, NOW, 20))
    bench.time("the first 20 that wait, of one queue", lambda: store.waiting("账务", NOW, 20))
    row = (f"c{take}", 1, to_json(store.read(case.id)[0]).decode())
    bench.time(_BARE, lambda: bench.bare.execute("INSERT INTO event VALUES(?, ?, ?)", row))


def _look(bench: Bench) -> None:
    store, long_ago = bench.store, NOW.replace(year=NOW.year - 2)
    bench.time("nothing is free: all that live are passed over", lambda: store.waiting(None, long_ago, 20))
    bench.time("what somebody has in hands", lambda: bench.desk.queue.held_by(PEOPLE[0]))
    bench.time("how full each queue is", bench.desk.queue.loads)
    bench.time("one round of warnings, nothing new", bench.desk.ticker.tick)


def _catch_up(desk: Desk) -> None:
    while desk.ticker.tick():
        pass


def _intakes(bench: Bench, place: Path) -> None:
    """Fresh hits in one batch, with a desk and without, in turn."""
    for turn in range(2 * INTAKES):
        posts = fresh_posts(INTAKE, bench.hits, seed=time.time_ns())
        name = f"import of {INTAKE:,} fresh hits, {'with a desk' if turn % 2 else 'without'}"
        with tempfile.TemporaryDirectory(dir=place) as folder:
            _import(bench, name, Path(folder), posts, with_desk=bool(turn % 2))


def _import(bench: Bench, name: str, folder: Path, posts: list[Post], *, with_desk: bool) -> None:
    rules, now = matcher(RULES), Clock(NOW)
    with Archive.open(folder / "archive", host="h", now=now) as archive:
        intake = bench.desk.intake(rules.is_ours) if with_desk else None
        pipeline = Pipeline(archive, bench.store, rules, queue_max_age=MAX_AGE, now=now, desk=intake)
        with archive.writer("论坛", "run") as writer:
            bench.time(name, lambda: pipeline.take(posts, writer, _never))


def _never(refused: Refused) -> None:
    raise AssertionError(f"{refused.post.id} was refused: {refused.reason}")


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE event(case_id TEXT, n INTEGER, json TEXT, PRIMARY KEY(case_id, n)) WITHOUT ROWID"
    )
    return connection


def _forget(path: Path) -> None:
    """Have the system drop the file from its memory, where it can."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _figures(times: list[float]) -> dict[str, float]:
    told = {"p50": median(times), "max": max(times), "times": len(times)}
    return told | ({"p95": quantiles(times, n=20, method="inclusive")[-1]} if len(times) > 1 else {})


def print_table(hits: int, figures: dict[str, dict[str, float]]) -> None:
    unit = figures[_BARE]["p50"]
    lines = [f"{hits:,} hits, {min(LIVE, hits):,} open; milliseconds", ""]
    lines.append("| |p50|p95|max|as bare events|wanted (p95)|")
    lines.append("|---|---|---|---|---|---|")
    for name, row in figures.items():
        p95 = f"{row['p95']:,.1f}" if "p95" in row else ""
        wanted = f"{MUST[name]}" if name in MUST else ""
        told = f"{row['p50']:,.2f}|{p95}|{row['max']:,.1f}|{row['p50'] / unit:,.0f}|{wanted}"
        lines.append(f"|{name}|{told}|")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*(int(each) if each.isdigit() else each for each in sys.argv[1:]))  # type: ignore[arg-type]
