"""The contract of stores that processes share: nobody wins twice, a kill loses nothing acknowledged."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.conftest import Place
from tests.store.records import ask, found

ROOT = Path(__file__).resolve().parents[2]
Worker = subprocess.Popen[str]


@contextmanager
def workers(place: Place, jobs: list[list[str]]) -> Iterator[list[Worker]]:
    """Processes that have been told to go at the same time."""
    command = [sys.executable, "-m", "tests.store.workers"]
    started = [
        subprocess.Popen(
            [*command, work, place.url, str(place.base), *arguments],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for work, *arguments in jobs
    ]
    try:
        for worker in started:
            assert said(worker) == "ready"
        for worker in started:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        yield started
    finally:
        for worker in started:
            worker.kill()
            worker.communicate()


def said(worker: Worker) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def all_said(worker: Worker) -> list[str]:
    """Everything until its end, which must be a good one."""
    words = worker.communicate(timeout=120)[0].split()
    assert worker.returncode == 0
    return words


def test_writers_that_start_on_nothing_together_lose_nothing(place: Place) -> None:
    names = ["a", "b", "c"]
    with workers(place, [["save", name, "8", "40"] for name in names]) as running:
        for worker in running:
            assert all_said(worker) == [str(n) for n in range(8)]
    store = place.open()
    assert store.count(ask("")) == 3 * 8 * 40
    for name in names:
        assert store.count(ask(name)) == 8 * 40
    assert store.count(ask("第7批")) == 3 * 40
    assert store.facets(ask(""), "brand") == [("星河宽带", 3 * 8 * 40)]


def test_of_processes_that_claim_the_same_case_one_wins(place: Place) -> None:
    place.open()
    with workers(place, [["claim", name, "150"] for name in ("li", "wang")]) as running:
        won = Counter(case for worker in running for case in all_said(worker))
    assert won == Counter({str(case): 1 for case in range(150)})


def test_processes_that_compare_and_set_lose_no_step(place: Place) -> None:
    with workers(place, [["add", name, "100"] for name in ("li", "wang")]) as running:
        assert [all_said(worker) for worker in running] == [["100"], ["100"]]
    total = place.open().get_document("sum")
    assert total is not None and (total.body, total.version) == ({"n": 200}, 200)


@pytest.mark.parametrize("kills", [5])
def test_a_killed_writer_loses_nothing_it_acknowledged(place: Place, kills: int) -> None:
    acknowledged: list[str] = []
    for kill in range(kills):
        with workers(place, [["save", f"k{kill}", "-1", "60"]]) as (worker,):
            acknowledged.extend(f"k{kill}:{said(worker)}" for _ in range(3 + 2 * kill))
            worker.kill()
    store = place.open()
    there = Counter(hit_id.rpartition(":")[0] for hit_id in (each.id for each in store.scan()))
    assert len(acknowledged) == sum(3 + 2 * kill for kill in range(kills))
    assert {batch: there[batch] for batch in acknowledged} == dict.fromkeys(acknowledged, 60)
    assert set(there.values()) == {60}, "a batch is there as a whole or not at all"
    assert store.count(ask("断网")) == store.count(ask("")) == there.total()
    assert len(found(store, 'k0 "第0批"')) == 60
