"""The whole way: SQLite to Elasticsearch to SQLite to OpenSearch, and everything is itself at every step.

20,000 records; LISTENING_SOAK_RECORDS asks for more (`make soak`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

from listening.model import Hit
from listening.store import Store, open_store
from listening.store.copying import copy
from tests.store.conftest import Corners
from tests.store.records import event
from tests.store.test_agreement import record

RECORDS = int(os.environ.get("LISTENING_SOAK_RECORDS", "20000"))
T = TypeVar("T")


def silent(_what: str, _n: int) -> None:
    pass


def fill(store: Store) -> None:
    """Records of all kinds, every tenth with a case of a few steps, and a document for every hundredth."""
    random = Random(7)
    for batch in _batches((record(random, n) for n in range(RECORDS)), 1_000):
        store.put_records(batch)
        store.put_events([event(n, case=each.id) for each in batch[::10] for n in range(1, 4)])
        for each in batch[::100]:
            store.put_document(f"note/{each.id}", {"of": each.id, "tags": list(each.post.tags)}, 0)


def _batches(items: Iterable[Hit], size: int) -> Iterator[list[Hit]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def test_a_store_moves_through_all_of_them_and_is_the_same(
    tmp_path: Path, elasticsearch_url: str, opensearch_url: str, corners: Corners
) -> None:
    with ExitStack() as stack:
        urls = [
            "sqlite:first.sqlite",
            stack.enter_context(corners.lent(elasticsearch_url)),
            "sqlite:second.sqlite",
            stack.enter_context(corners.lent(opensearch_url)),
        ]
        stores = [_opened(stack, url, tmp_path) for url in urls]
        fill(stores[0])
        sums = set()
        for source, target in pairwise(stores):
            done = copy(source, target, silent)
            assert done.comparison.differences == 0
            assert done.comparison.left == done.comparison.right
            sums.add(done.comparison.right.sha256)
        assert len(sums) == 1
        assert stores[-1].status().events == stores[0].status().events > RECORDS // 5


def _opened(stack: ExitStack, url: str, base: Path) -> Store:
    store = open_store(url, base)
    stack.callback(store.close)
    return store
