"""Many at once on a real server: an export while others write, claims, one post seen by two.

200 cases; LISTENING_CLAIMS asks for more (`make soak`).
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from listening.store import open_store
from tests.store.faults.conftest import Corner, Opened
from tests.store.records import NOW, at, event, found, hit, likes

CLAIMS = int(os.environ.get("LISTENING_CLAIMS", "200"))
CLAIMERS = 16
EXPORTED = 10_500
"""More than the 10,000 behind which a server turns no more pages by number."""


def test_an_export_gives_everything_once_while_others_write(corner: Corner, opened: Opened) -> None:
    store = opened(corner.url)
    stays = [hit(f"s:{n:05}", published_at=NOW - timedelta(seconds=n)) for n in range(EXPORTED)]
    moves = [hit(f"m:{n}", published_at=NOW - timedelta(seconds=n * 100)) for n in range(100)]
    leaves = [hit(f"w:{n}", published_at=NOW - timedelta(seconds=n * 100)) for n in range(100)]
    store.save([*stays, *moves, *leaves])
    done, begun = Event(), Event()

    def write() -> None:
        other = open_store(corner.url, Path())
        n = 0
        while not done.is_set():
            some = stays[n * 97 % EXPORTED :: 2_000]
            other.save([hit(each.id, f"改了 {n}", published_at=each.post.published_at) for each in some])
            other.observe([(each.id, NOW, likes(n)) for each in some])
            move = moves[n % 100]
            other.save([hit(move.id, f"moved {n}", published_at=NOW - timedelta(days=n % 3))])
            other.save([hit(f"new:{n}", published_at=NOW - timedelta(seconds=n))])
            other.withdraw([leaves[n % 100].id])
            n += 1
            begun.set()
        other.close()

    writer = Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        given = Counter(each.id for each in store.scan())
    finally:
        done.set()
        writer.join(60)
    assert {each.id for each in stays} <= set(given)
    assert set(given.values()) == {1}


def test_of_sixteen_claimers_each_case_has_one(corner: Corner, opened: Opened) -> None:
    stores = [opened(corner.url) for _ in range(CLAIMERS)]

    def claim(claimer: int) -> list[int]:
        mine = range(CLAIMS) if claimer % 2 else reversed(range(CLAIMS))
        step = [(case, event(1, case=f"case:{case}", person=str(claimer))) for case in mine]
        return [case for case, first in step if stores[claimer].append(first)]

    with ThreadPoolExecutor(CLAIMERS) as pool:
        won = Counter(case for cases in pool.map(claim, range(CLAIMERS)) for case in cases)
    assert won == Counter(range(CLAIMS))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-10-31T23:59:59.999+08:00", "2026-11-01T00:00:00.000+08:00"),
        ("2026-12-31T23:59:59.999+08:00", "2027-01-01T00:00:00.000+08:00"),
        ("2027-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z"),
    ],
    ids=["a month's end in Shanghai", "a year's end in Shanghai", "a year's end in UTC, the later one first"],
)
def test_a_post_on_both_sides_of_a_border_is_one_record(
    corner: Corner, opened: Opened, first: str, second: str
) -> None:
    one, other = opened(corner.url), opened(corner.url)
    assert one.save([hit("a", published_at=at(first))]).created == 1
    assert other.save([hit("a", published_at=at(second))]).updated == 1
    assert found(one, "") == ["a"]
    kept = one.get("a")
    assert kept is not None and kept.post.published_at == at(second)
