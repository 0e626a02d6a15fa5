"""Mending goes on until nothing is found, and gives up where nothing gets better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from listening.store import verifying
from listening.store.memory import MemoryStore
from listening.store.ports import Flaw
from listening.store.verifying import mend


class Damaged(MemoryStore):
    """Has these flaws, of which those of an id with `x` cannot be mended."""

    def __init__(self, *ids: str) -> None:
        super().__init__()
        self.flaws = [Flaw(each, "is wrong") for each in ids]
        self.calls = 0

    def check(self) -> Iterator[Flaw]:
        yield from self.flaws

    def mend(self, flaws: Sequence[Flaw]) -> int:
        self.calls += 1
        self.flaws = [each for each in self.flaws if each not in flaws or "x" in each.id]
        return len(flaws)


@pytest.mark.parametrize(
    ("ids", "left"),
    [
        pytest.param([], 0, id="nothing is wrong"),
        pytest.param(["a"], 0, id="one flaw"),
        pytest.param(list("abcdefg"), 0, id="more than are mended at once"),
        pytest.param(["a", "x", "b"], 1, id="one that cannot be mended"),
        pytest.param(["x1", "x2"], 2, id="none that can be mended"),
    ],
)
def test_each_flaw_is_told_once(monkeypatch: pytest.MonkeyPatch, ids: list[str], left: int) -> None:
    monkeypatch.setattr(verifying, "_AT_ONCE", 3)
    store, told = Damaged(*ids), list[str]()
    assert mend(store, lambda flaw: told.append(flaw.id)) == (len(ids), left)
    assert told == ids
    assert store.calls <= 3
