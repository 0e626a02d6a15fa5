"""The line of sources that are due: first due, first served; one at a time per source and host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.schedule.turns import Turn, Turns
from listening.collect.sources import Source

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def come(turns: Turns, name: str, hosts: str = "", minute: int = 0) -> int:
    """`hosts`: one letter each; its own where there are none."""
    source = Source(name=name, spider="feed_entries")
    return turns.come(source, frozenset(hosts or name), START + timedelta(minutes=minute))


def take(turns: Turns) -> str | None:
    turn = turns.take()
    return turn.source.name if turn else None


def drained(turns: Turns) -> list[str]:
    """All that can be taken at this moment."""
    return list(iter(lambda: take(turns), None))


@pytest.mark.parametrize(
    ("coming", "taken"),
    [
        pytest.param(["a x 1", "b y 2", "c z 3"], ["a", "b", "c"], id="by their times"),
        pytest.param(["a x 3", "b y 2", "c z 1"], ["c", "b", "a"], id="whoever came first to the line"),
        pytest.param(["a x 1", "b y 1", "c z 1"], ["a", "b", "c"], id="of the same time, as they came"),
        pytest.param(["a x 1", "b x 2", "c z 3"], ["a", "c"], id="not two on one host"),
        pytest.param(["a xy 1", "b y 2", "c x 3"], ["a"], id="a source on two hosts keeps both"),
        pytest.param(["a x 1", "b xy 2", "c y 3"], ["a"], id="who waits for a host is not overtaken there"),
    ],
)
def test_who_is_taken(coming: list[str], taken: list[str]) -> None:
    turns = Turns()
    for each in coming:
        name, hosts, minute = each.split()
        come(turns, name, hosts, int(minute))
    assert drained(turns) == taken
    assert turns.working == taken


def test_a_source_stands_in_line_once_and_is_never_taken_twice() -> None:
    turns = Turns()
    assert [come(turns, "a") for _ in range(3)] == [0, 1, 2]
    turn = turns.take()
    assert turn is not None
    assert come(turns, "a") == 3
    assert take(turns) is None
    assert turns.end(turn) == 3
    assert take(turns) is None
    assert come(turns, "a") == 0
    assert take(turns) == "a"


def test_a_host_that_is_left_is_free_for_whoever_waited_longest() -> None:
    turns = Turns()
    for n, name in enumerate("abc"):
        come(turns, name, "x", n)
    for name in "abc":
        turn = turns.take()
        assert turn is not None
        assert turn.source.name == name
        assert take(turns) is None
        turns.end(turn)


def test_what_is_put_back_keeps_its_place_and_its_claim() -> None:
    turns = Turns()
    come(turns, "a", "x", 1)
    come(turns, "b", "x", 2)
    turn = turns.take()
    assert turn is not None and not turn.taken
    turns.put_back(turn)
    again = turns.take()
    assert again is not None
    assert (again.source.name, again.taken) == ("a", True)


def test_sources_that_are_gone_wait_no_longer() -> None:
    turns = Turns()
    for name in "abc":
        come(turns, name)
    turns.keep({"b"})
    assert drained(turns) == ["b"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.sets(st.sampled_from("xyz"), min_size=1), st.booleans())
    )
)
def test_nobody_starves_and_nobody_disturbs(steps: list[tuple[str, set[str], bool]]) -> None:
    turns, working = Turns(), list[Turn]()
    for minute, (name, hosts, is_over) in enumerate(steps):
        come(turns, name, "".join(sorted(hosts)), minute)
        if is_over and working:
            turns.end(working.pop(0))
        while (turn := turns.take()) is not None:
            assert not any(turn.hosts & other.hosts for other in working)
            assert turn.source.name not in {other.source.name for other in working}
            working.append(turn)
    while working:
        turns.end(working.pop(0))
        while (turn := turns.take()) is not None:
            working.append(turn)
    turns.keep(set())
    assert turns.take() is None, "all who came were served"
    assert turns.working == []
