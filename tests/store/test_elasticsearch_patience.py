"""Waiting for a server: it ends when it should, and is always told before."""

from __future__ import annotations

from contextlib import suppress

import pytest

from listening.errors import StoreError
from listening.store.elasticsearch.address import Address
from listening.store.elasticsearch.connection import Patience


class Clock:
    """Goes on by what is rested."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.mark.parametrize("seconds", [0.5, 1.0, 4.0, 5.0, 60.0])
def test_waiting_is_told_before_it_ends_whatever_the_jitter(
    seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(200):
        caplog.clear()
        clock = Clock()
        patience = Patience(Address(hosts=("http://a:9200",), patience=seconds), clock=clock, rest=clock.rest)
        with pytest.raises(StoreError, match="cannot be used: busy"):
            while True:
                patience.wait("busy")
        assert clock.now == pytest.approx(100.0 + seconds)
        assert [record.message.split(" - ")[0] for record in caplog.records] == [
            "http://a:9200/listening: busy"
        ]


def test_progress_gives_patience_back() -> None:
    clock = Clock()
    patience = Patience(Address(hosts=("http://a:9200",), patience=10.0), clock=clock, rest=clock.rest)
    with suppress(StoreError):
        while clock.now < 105:
            patience.wait("busy")
    patience.reset()
    begun = clock.now
    with pytest.raises(StoreError):
        while True:
            patience.wait("busy")
    assert clock.now == pytest.approx(begun + 10)


def test_without_patience_it_is_over_at_once() -> None:
    clock = Clock()
    patience = Patience(Address(hosts=("http://a:9200",), patience=0.0), clock=clock, rest=clock.rest)
    with pytest.raises(StoreError, match=r"busy \(waited 0 s\)"):
        patience.wait("busy")
