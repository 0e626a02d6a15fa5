"""Second looks: which cases get one, and how far two people agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.model import EventKind
from listening.review.agreement import Kappa, agreement, kappa, second_looks
from tests.review.logs import NOON, Step, case, closed, opened, said, step

CHECKED = step(EventKind.CHECK, person="韩梅梅", result="resolved", agrees=True)


@pytest.mark.parametrize(
    ("steps", "person", "wanted"),
    [
        pytest.param((closed("resolved"),), "韩梅梅", True, id="closed by somebody else"),
        pytest.param((closed("resolved"),), "李雷", False, id="their own"),
        pytest.param((closed("resolved"),), None, True, id="whoever looks"),
        pytest.param(
            (step(EventKind.NOTE, person="韩梅梅", text="……"), closed("resolved")),
            "韩梅梅",
            False,
            id="they had a hand in it",
        ),
        pytest.param((), "韩梅梅", False, id="still open"),
        pytest.param((closed("resolved"), step(EventKind.REOPEN)), "韩梅梅", False, id="open again"),
        pytest.param((step(EventKind.ABANDON, why="old"),), "韩梅梅", False, id="abandoned"),
        pytest.param((closed("resolved"), step(EventKind.JOIN, into="b")), "韩梅梅", False, id="joined"),
        pytest.param((closed("resolved"), CHECKED), "李莉", False, id="somebody has looked already"),
        pytest.param((closed("resolved"), step(EventKind.ERASE)), "韩梅梅", False, id="erased"),
        pytest.param(
            (closed("resolved", at=NOON - timedelta(days=31)),),
            "韩梅梅",
            False,
            id="closed before the window",
        ),
    ],
)
def test_which_cases_get_a_second_look(steps: tuple[Step, ...], person: str | None, wanted: bool) -> None:
    events = case("a", opened(), *steps)
    found = second_looks(events, size=9, person=person, since=NOON - timedelta(days=30))
    assert found == (["a"] if wanted else [])


def test_a_draw_can_be_repeated_and_another_seed_draws_others() -> None:
    events = [event for n in range(60) for event in case(f"c{n:02}", opened(), closed("resolved"))]
    first = second_looks(events, size=10, seed=1)
    assert second_looks(events, size=10, seed=1) == first
    assert second_looks(events, size=10, seed=2) != first
    assert len(set(first)) == 10
    everything = second_looks(events, size=60)
    assert everything != sorted(everything), "in random order"


def test_what_was_looked_at_makes_room_for_the_next() -> None:
    cases = {f"c{n}": case(f"c{n}", opened(), closed("resolved")) for n in range(9)}
    drawn = second_looks([event for each in cases.values() for event in each], size=9)
    cases[drawn[0]] = case(drawn[0], opened(), closed("resolved"), CHECKED)
    assert second_looks([event for each in cases.values() for event in each], size=9) == drawn[1:]


def check(**data: Any) -> Step:
    return step(EventKind.CHECK, None, "韩梅梅", **data)


def test_second_looks_are_held_against_the_first() -> None:
    told = agreement(
        [
            *case(
                "a",
                opened(),
                said("p", "relevant"),
                closed("resolved"),
                check(result="resolved", agrees=True),
            ),
            *case("b", opened(), closed("resolved"), check(result="unresolved", agrees=False)),
            *case("c", opened(), said("p", "irrelevant"), check(verdict="irrelevant", agrees=True)),
            *case("d", opened(), check(category=["投诉"], agrees=False)),
            *case("e", opened(), closed("resolved")),
        ]
    )
    assert (told.checks, told.agreed, told.share) == (4, 2, 0.5)
    assert told.result is not None
    assert (told.result.pairs, told.result.same, told.result.share) == (2, 1, 0.5)
    assert told.verdict == Kappa(pairs=1, same=1, share=1.0, kappa=None)


def test_a_second_look_sees_what_had_been_said_before_it() -> None:
    steps = (closed("resolved"), check(result="resolved", agrees=True), step(EventKind.REOPEN))
    told = agreement(case("a", opened(), *steps, closed("irrelevant")))
    assert told.result is not None
    assert told.result.same == 1


def test_a_second_look_before_any_first_one_pairs_with_nothing() -> None:
    told = agreement(case("a", opened(), check(verdict="relevant", result="resolved", agrees=False)))
    assert (told.checks, told.verdict, told.result) == (1, None, None)


def test_without_second_looks_there_is_nothing_to_agree_on() -> None:
    told = agreement(case("a", opened(), closed("resolved")))
    assert (told.checks, told.share, told.verdict, told.result) == (0, None, None, None)


def pairs_of(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, n in table.items() for _ in range(n)]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # 0.70 seen, 0.50 by chance
        pytest.param(
            {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}, 0.4, id="two readers of 50"
        ),
        pytest.param({("y", "y"): 45, ("y", "n"): 15, ("n", "y"): 25, ("n", "n"): 15}, 0.1304, id="uneven"),
        pytest.param({("y", "y"): 3, ("n", "n"): 3}, 1.0, id="always the same"),
        pytest.param({("y", "n"): 3, ("n", "y"): 3}, -1.0, id="always the other"),
        pytest.param({("y", "y"): 1, ("y", "n"): 1, ("n", "y"): 1, ("n", "n"): 1}, 0.0, id="as chance would"),
        pytest.param({("y", "y"): 9}, None, id="one word only"),
        pytest.param({("y", "n"): 9}, 0.0, id="each one word of their own"),
    ],
)
def test_kappa(table: dict[tuple[str, str], int], expected: float | None) -> None:
    told = kappa(pairs_of(table))
    assert told is not None
    assert told.kappa == (None if expected is None else pytest.approx(expected, abs=5e-5))


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from("甲乙丙")), min_size=1, max_size=60))
def test_kappa_agrees_with_its_definition(pairs: list[tuple[str, str]]) -> None:
    told = kappa(pairs)
    assert told is not None
    seen = sum(first == second for first, second in pairs) / len(pairs)
    firsts, seconds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(firsts[word] / len(pairs) * seconds[word] / len(pairs) for word in "甲乙丙")
    assert told.share == pytest.approx(seen)
    if told.kappa is None:
        assert chance == pytest.approx(1)
    else:
        assert told.kappa == pytest.approx((seen - chance) / (1 - chance))


def test_of_no_pairs_there_is_no_kappa() -> None:
    assert kappa([]) is None


def test_an_event_of_a_later_program_changes_nothing() -> None:
    events = case("a", opened(), closed("resolved"), CHECKED)
    further = replace(events[-1], n=4, kind="dance")
    assert agreement([*events, further]) == agreement(events)
