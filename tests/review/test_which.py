"""A case is named by its id, the beginning of it, or the id of a post of it."""

from __future__ import annotations

import pytest

from listening.errors import DeskMistake
from listening.review.which import case_named
from tests.desk import PRAISE
from tests.review.kit import LI, Bench, below, post
from tests.store.records import case


def test_by_its_id_in_whole(bench: Bench) -> None:
    found = bench.open()
    assert case_named(bench.store, found.id) == found.id


def test_by_the_id_of_any_of_its_posts(bench: Bench) -> None:
    found = bench.open()
    bench.take(post(2, "星河宽带还断网", parent=below(1), root=below(1)))
    assert case_named(bench.store, "forum:1") == case_named(bench.store, "forum:2") == found.id


def test_by_a_post_of_a_case_that_was_joined_to_another_it_is_the_other(bench: Bench) -> None:
    one, two = bench.open(name=1), bench.open("星河宽带乱扣费", name=2)
    bench.desk.by_hand.join(one.id, two.id, LI)
    assert case_named(bench.store, "forum:1") == two.id
    assert case_named(bench.store, one.id) == one.id, "its own id still names it, so that it can be read"


@pytest.mark.parametrize("length", [4, 7, 11])
def test_by_its_beginning(bench: Bench, length: int) -> None:
    found = bench.open()
    assert case_named(bench.store, found.id[:length]) == found.id
    assert case_named(bench.store, found.id[:length].upper()) == found.id, "a slip of the shift key"


def test_by_a_beginning_among_others_that_stand_before_and_behind_it(bench: Bench) -> None:
    bench.store.put_cases(
        [case(name) for name in ("aaaaaaaaaaaa", "bbbbcccccccc", "bbbbdddddddd", "zzzzzzzzzzzz")]
    )
    assert case_named(bench.store, "bbbbd") == "bbbbdddddddd"


def test_a_beginning_that_several_have_names_them(bench: Bench) -> None:
    bench.store.put_cases([case("bbbbcccccccc"), case("bbbbdddddddd"), case("bbbcdddddddd")])
    with pytest.raises(DeskMistake) as refused:
        case_named(bench.store, "bbbb")
    assert str(refused.value) == "bbbb: several cases begin so - bbbbcccccccc, bbbbdddddddd"


def test_of_very_many_that_begin_so_a_few_are_named(bench: Bench) -> None:
    bench.store.put_cases([case(f"bbbb{letter * 8}") for letter in "abcdefgh"])
    with pytest.raises(DeskMistake, match=r"several cases begin so - bbbbaaaaaaaa.* and more$"):
        case_named(bench.store, "bbbb")


@pytest.mark.parametrize("text", ["abc", "", "zzzz", "forum:9", "不是", "a" * 40])
def test_what_names_no_case_is_refused_with_what_does(bench: Bench, text: str) -> None:
    bench.store.put_cases([case("abcddddddddd")])
    with pytest.raises(DeskMistake, match="is no case and no post of one - give a case's id, 4 or more"):
        case_named(bench.store, text)


def test_a_post_in_no_case_is_told_how_to_open_one(bench: Bench) -> None:
    bench.take(post(1, PRAISE))
    with pytest.raises(DeskMistake) as refused:
        case_named(bench.store, "forum:1")
    assert refused.value.cure == "open one: listening case open forum:1 --as NAME"


def test_a_case_that_is_not_kept_yet_is_known_by_its_events(bench: Bench) -> None:
    """A process died between writing the first event and keeping the case."""
    found = bench.open()
    events = bench.events(found)
    with pytest.raises(DeskMistake):
        case_named(bench.store, "n" * 12)
    bench.store.put_events(
        [type(events[0])(case="n" * 12, n=1, kind="open", at=events[0].at, person="system")]
    )
    assert case_named(bench.store, "n" * 12) == "n" * 12
