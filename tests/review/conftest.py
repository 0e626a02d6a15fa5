"""The desk on the stores that need no server; what runs on all of them is marked so in its own module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from listening.store import open_store
from tests.review.kit import Bench, a_bench


@pytest.fixture(params=["memory:", "sqlite:desk.sqlite"], ids=["memory", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with closing(open_store(request.param, tmp_path)) as store, a_bench(store, tmp_path) as bench:
        yield bench
