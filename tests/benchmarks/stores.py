"""The stores side by side in one run: loading, size, searches: `python -m tests.benchmarks.stores [HITS]`.

Prints a table and writes it as JSON. A server's CPU is read from the system, so that ours can be held against
it. A server that cannot be had here has no column.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TypeVar

from listening.model import Hit, Metrics
from listening.query import Query, parse
from listening.store import Store, open_store, prepare_store
from tests.benchmarks.machine import machine, own_cpu, tree_cpu
from tests.benchmarks.made import NOW, PLANTED, records
from tests.servers.fetch import Missing
from tests.servers.server import running

DEFAULT_HITS = 200_000
OUT = Path("var/bench/stores.json")
HEAP = ("-Xms2g", "-Xmx2g")
_REPEATS = 20
_BATCH = 1_000
T = TypeVar("T")
Ask = Callable[[Store, Random], object]


@dataclass(slots=True)
class Column:
    """One store, and what was measured of it. `cpu` tells the seconds its server has used so far."""

    name: str
    store: Store
    cpu: Callable[[], float] | None
    figures: dict[str, float] = field(default_factory=dict)


def _query(text: str) -> Query:
    return parse(text, now=NOW)


def _word(random: Random) -> str:
    return random.choice([*PLANTED, "问题", "电话", "时间", "服务"])


QUESTIONS: dict[str, Ask] = {
    "word, 30 days, 2 platforms, newest 50": lambda store, random: store.search(
        _query(f"{_word(random)} since:30d platform:weibo,tieba")
    ),
    "word and status, newest 50": lambda store, random: store.search(_query(f"{_word(random)} status:open")),
    "queue: status open, newest 50": lambda store, _: store.search(_query("status:open")),
    "count of a word": lambda store, random: store.count(_query(_word(random))),
    "brands of a word": lambda store, random: store.facets(_query(_word(random)), "brand"),
    "a word per day": lambda store, random: store.histogram(_query(_word(random)), "day", "Asia/Shanghai"),
    "all per day, 30 days": lambda store, _: store.histogram(_query("since:30d"), "day", "Asia/Shanghai"),
    "all per month, the year": lambda store, _: store.histogram(_query(""), "month", "Asia/Shanghai"),
    "one record by id": lambda store, random: store.get(f"made:{random.randrange(1000)}"),
    "one record's engagement": lambda store, random: store.observe(
        [(f"made:{random.randrange(1000)}", NOW, Metrics(likes=random.randrange(10**9)))]
    ),
}


def main(hits: int = DEFAULT_HITS) -> None:
    with ExitStack() as stack:
        columns = list(_columns(stack))
        for column in columns:
            _load(column, hits)
        _ask(columns)
        told = {"machine": machine(), "hits": hits, "stores": {each.name: each.figures for each in columns}}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    print_table(told["machine"], hits, columns)  # type: ignore[arg-type]


def _columns(stack: ExitStack) -> Iterator[Column]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    yield Column("SQLite", stack.enter_context(closing(open_store("sqlite:hits.sqlite", folder))), None)
    for kind in ("elasticsearch", "opensearch"):
        try:
            server = stack.enter_context(running(kind, options=HEAP))
        except Missing as reason:
            say(f"{kind}: {reason}")
            continue
        url = f"elasticsearch+{server.url}/bench"
        prepare_store(url, folder)
        store = stack.enter_context(closing(open_store(url, folder)))
        yield Column(kind, store, lambda pid=server.pid: tree_cpu(pid))  # type: ignore[misc]


def _load(column: Column, hits: int) -> None:
    """Making the records is not part of it. The first search and the count wait for all of them."""
    spent, ours = 0.0, 0.0
    before = column.cpu() if column.cpu else 0.0
    for n, batch in enumerate(_batches(records(hits))):
        start, used = time.perf_counter(), own_cpu()
        column.store.save(batch)
        spent, ours = spent + time.perf_counter() - start, ours + own_cpu() - used
        if n % 20 == 0:
            say(f"{column.name}: {n * _BATCH:,} of {hits:,}")
    assert column.store.count(Query()) == hits
    column.figures["records/s"] = hits / spent
    column.figures["our CPU, µs/record"] = ours / hits * 1e6
    if column.cpu:
        column.figures["server's CPU, µs/record"] = (column.cpu() - before) / hits * 1e6
    column.figures["bytes/record"] = (column.store.status().bytes or 0) / hits


def _ask(columns: Iterable[Column]) -> None:
    """All stores take turns, so that a busy moment of the machine meets each of them."""
    columns = list(columns)
    for name, ask in QUESTIONS.items():
        times: dict[str, list[float]] = {column.name: [] for column in columns}
        for repeat in range(-2, _REPEATS):  # two to get warm
            for column in columns:
                start = time.perf_counter()
                ask(column.store, Random(repeat))
                if repeat >= 0:
                    times[column.name].append((time.perf_counter() - start) * 1e3)
        for column in columns:
            column.figures[f"{name}, ms"] = median(times[column.name])
            column.figures[f"{name}, ms (p95)"] = quantiles(times[column.name], n=20)[-1]


def print_table(head: dict[str, str], hits: int, columns: Iterable[Column]) -> None:
    columns = list(columns)
    rows = list(dict.fromkeys(row for column in columns for row in column.figures))
    lines = [f"{hits:,} records; {', '.join(f'{k} {v}' for k, v in head.items())}", ""]
    lines.append("| |" + "|".join(column.name for column in columns) + "|")
    lines.append("|---" * (len(columns) + 1) + "|")
    for row in rows:
        cells = (f"{column.figures[row]:,.1f}" if row in column.figures else "" for column in columns)
        lines.append(f"|{row}|" + "|".join(cells) + "|")
    sys.stdout.write("\n".join(lines) + "\n")


def _batches(items: Iterable[Hit]) -> Iterator[list[Hit]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
