"""Answers that say no, come late or never: what was asked is done once, and nobody is told otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import cycle

import pytest

from listening.errors import Conflict, StoreError
from listening.model import Hit, Status
from listening.store import Store
from listening.store.elasticsearch import clients, connection
from tests.store.faults.conftest import Corner, Opened
from tests.store.faults.proxy import Asked, Cut, Fate, Pass, Proxy, Reply, Rule
from tests.store.records import NOW, ask, at, event, hit, likes

BUSY = [429, 502, 503, 504]
HTML = b"<html><h1>502 Bad Gateway</h1></html>"


def every_second(fates: list[Fate]) -> Rule:
    turn = cycle(fates)
    return lambda asked: next(turn) if asked.number % 2 else Pass()


def first(times: int, fate: Fate, path: str = "") -> Rule:
    """For the first so many requests with this in their path, the others pass."""
    left = [times]

    def rule(asked: Asked) -> Fate:
        if path in asked.path and left[0]:
            left[0] -= 1
            return fate
        return Pass()

    return rule


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, for there are many."""
    monkeypatch.setattr(connection, "_FIRST_PAUSE", 0.01)


def some_work(store: Store, name: str) -> None:
    """A bit of everything that writes and reads, and that all of it came true exactly once."""
    hits = [hit(f"{name}:{n}", f"断网 {name}") for n in range(60)]
    store.save(hits)
    store.save([hit(f"{name}:0", f"断网 {name} 改了")])
    store.observe([(f"{name}:1", NOW, likes(3))])
    store.withdraw([f"{name}:2"])
    store.delete_records([f"{name}:3"])
    assert [store.append(event(n, case=name)) for n in (1, 2, 3)] == [True] * 3
    assert not store.append(event(2, case=name))
    assert store.put_document(name, {"n": 1}, 0).version == 1
    assert store.put_document(name, {"n": 2}, 1).version == 2
    assert store.read(name) == [event(n, case=name) for n in (1, 2, 3)]
    kept = [each.id for each in store.scan(ask(name))]
    assert sorted(kept) == sorted(f"{name}:{n}" for n in range(60) if n not in (2, 3))
    assert store.count(ask("改了")) == 1
    watched, gone = store.get(f"{name}:1"), store.get(f"{name}:2")
    assert watched is not None and [each.metrics for each in watched.metrics_history] == [likes(3)]
    assert gone is not None and gone.status is Status.WITHDRAWN


@pytest.mark.parametrize(
    "fates",
    [
        pytest.param([*map(Reply, BUSY), Reply(502, HTML)], id="every second answer says busy"),
        pytest.param([Cut(after=False)], id="every second connection is cut before"),
        pytest.param([Cut(after=True)], id="every second connection is cut after it was done"),
    ],
)
def test_a_storm_hinders_nothing(corner: Corner, proxy: Proxy, opened: Opened, fates: list[Fate]) -> None:
    store = opened(corner.through(proxy))
    proxy.rule = every_second(fates)
    some_work(store, "storm")


def test_answers_that_come_too_late_are_asked_again(
    corner: Corner, proxy: Proxy, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "TIMEOUT", 0.4)
    store = opened(corner.through(proxy))
    proxy.rule = lambda asked: Pass(late=5) if asked.number % 8 == 0 else Pass()
    some_work(store, "late")


LOST = Cut(after=True)
WRITES: list[tuple[str, Callable[[Store], object]]] = [
    ("an event", lambda store: store.append(event(1))),
    ("a document", lambda store: store.put_document("d", {"n": 1}, 0).version == 1),
]


@pytest.mark.parametrize(("what", "write"), WRITES, ids=[what for what, _ in WRITES])
@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_answer_is_no_conflict(
    corner: Corner, proxy: Proxy, opened: Opened, what: str, write: Callable[[Store], object], times: int
) -> None:
    store = opened(corner.through(proxy))
    proxy.rule = first(times, LOST, "/_doc/")
    assert write(store), f"{what} is ours, though the answer was lost"
    sent = [asked for asked in proxy.asked if asked.method == "PUT"]
    assert len(sent) == times + 1
    assert len(list(store.events())) + len(list(store.documents(""))) == 1


def test_somebody_elses_writing_is_still_a_conflict(corner: Corner, proxy: Proxy, opened: Opened) -> None:
    """The first request never arrives, and another one is there before the second."""
    store, other = opened(corner.through(proxy)), opened(corner.url)
    writes: list[Callable[[], object]] = [
        lambda: other.append(event(1)),
        lambda: other.put_document("d", {"of": "other"}, 0),
    ]
    quicker = iter(writes)

    def rule(asked: Asked) -> Fate:
        if asked.method == "PUT" and (write := next(quicker, None)):
            write()
            return Cut(after=False)
        return Pass()

    proxy.rule = rule
    assert not store.append(event(1, person="王"))
    with pytest.raises(Conflict, match="has version 1, and was to be new"):
        store.put_document("d", {"of": "ours"}, 0)
    assert store.read("weibo:1") == [event(1)]


def test_a_replaced_document_whose_answer_was_lost_has_one_version_more(
    corner: Corner, proxy: Proxy, opened: Opened
) -> None:
    store = opened(corner.through(proxy))
    store.put_document("d", {"n": 1}, 0)
    proxy.rule = first(1, Cut(after=True), "/_doc/")
    with pytest.raises(Conflict):
        store.put_document("d", {"n": 5}, 7)
    assert store.put_document("d", {"n": 2}, 1).version == 2
    found = store.get_document("d")
    assert found is not None and (found.body, found.version) == ({"n": 2}, 2)


def saved_again(store: Store, hits: list[Hit]) -> None:
    said = store.save(hits)
    assert said.created + said.updated + said.unchanged == len(hits)
    assert said.refused == ()


def test_records_whose_answer_was_lost_are_there_once(corner: Corner, proxy: Proxy, opened: Opened) -> None:
    store = opened(corner.through(proxy))
    proxy.rule = first(1, Cut(after=True), "/_bulk")
    saved_again(store, [hit(f"a:{n}") for n in range(50)])
    proxy.rule = first(1, Cut(after=True), "/_bulk")
    saved_again(store, [hit(f"a:{n}", "改了") for n in range(50)])
    assert sorted(each.id for each in store.scan(ask("改了"))) == sorted(f"a:{n}" for n in range(50))


def test_engagement_whose_answer_was_lost_is_not_told_twice(
    corner: Corner, proxy: Proxy, opened: Opened
) -> None:
    store = opened(corner.through(proxy))
    store.save([hit("a")])
    proxy.rule = first(1, Cut(after=True), "/_bulk")
    moments = [at(f"2026-11-24T0{hour}:00:00Z") for hour in (1, 2, 3)]
    store.observe([("a", moment, likes(n)) for n, moment in enumerate(moments)])
    found = store.get("a")
    assert found is not None
    assert [(each.at, each.metrics) for each in found.metrics_history] == [
        (moment, likes(n)) for n, moment in enumerate(moments)
    ]


def test_a_storm_that_does_not_end_is_told_with_its_reason(
    corner: Corner, proxy: Proxy, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(corner.through(proxy, patience=1))
    proxy.rule = lambda _: Reply(429)
    with (
        caplog.at_level(logging.WARNING, "listening.store"),
        pytest.raises(StoreError, match="cannot be used: made_up: a test says so") as caught,
    ):
        store.save([hit()])
    assert "run the same command again" in str(caught.value)
    assert "made_up: a test says so - waiting up to" in caplog.text


def test_a_storm_at_the_start_is_waited_out(corner: Corner, proxy: Proxy, opened: Opened) -> None:
    proxy.rule = first(2, Reply(429))
    assert opened(corner.through(proxy)).count(ask("")) == 0
