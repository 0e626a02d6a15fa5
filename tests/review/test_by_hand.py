"""Cases that people open, join and part themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listening.errors import DeskMistake, TransitionRefused
from listening.model import Author, Status
from tests.desk import PRAISE
from tests.review.kit import CARE, LI, STRANGER, WANG, Bench, below, post

FEE = "星河宽带乱扣费"


def test_a_mention_becomes_a_case_when_somebody_wants_it(bench: Bench) -> None:
    bench.take(post(1, PRAISE))
    case = bench.desk.by_hand.open("forum:1", LI)
    assert case.status is Status.OPEN and case.touched
    assert (bench.last(case).person, bench.last(case).data["why"]) == (LI, "by_hand")
    assert bench.record().case == case.id and bench.record().status is Status.OPEN
    taken = bench.desk.queue.next(WANG)
    assert taken is not None and taken.id == case.id


def test_targets_of_such_a_case_run_from_when_it_was_opened(bench: Bench) -> None:
    bench.take(post(1, published_at=bench.clock.at - timedelta(days=9)))
    assert bench.record().status is Status.KEPT
    bench.later(days=1)
    case = bench.desk.by_hand.open("forum:1", LI)
    assert case.respond_by == bench.clock.at + timedelta(minutes=30)


def test_what_is_a_case_already_says_which(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(DeskMistake, match=f"is in case {case.id} already - listening case show {case.id}"):
        bench.desk.by_hand.open("forum:1", LI)


def test_there_must_be_a_record(bench: Bench) -> None:
    with pytest.raises(DeskMistake, match="forum:9: there is no such record"):
        bench.desk.by_hand.open("forum:9", LI)


def test_two_cases_that_are_one_matter_are_joined(bench: Bench) -> None:
    one, other = bench.open(), bench.open(FEE, name=2, author=STRANGER)
    whole = bench.desk.by_hand.join(other.id, one.id, LI)
    assert whole.id == one.id and bench.kept(one).posts == ("forum:1", "forum:2")
    assert len(whole.customer_at) == 2 and len(whole.scenarios) == 2
    gone = bench.desk.log.case(other.id)
    assert (gone.status, gone.merged_into) == (Status.MERGED, one.id)
    assert bench.record(2).case == one.id
    assert bench.desk.log.surviving(other.id).id == one.id


def test_nothing_can_be_done_to_a_case_that_was_joined(bench: Bench) -> None:
    one, other = bench.open(), bench.open(FEE, name=2, author=STRANGER)
    bench.desk.by_hand.join(other.id, one.id, LI)
    with pytest.raises(TransitionRefused, match=f"was joined to {one.id} - work on {one.id}"):
        bench.desk.queue.claim(other.id, LI)


def test_what_happens_to_a_post_of_a_joined_case_is_told_to_the_surviving_one(bench: Bench) -> None:
    one, other = bench.open(), bench.open(FEE, name=2, author=STRANGER)
    bench.desk.by_hand.join(other.id, one.id, LI)
    bench.take(post(2, FEE + "，三个月了", author=STRANGER))
    assert bench.last(one).kind == "changed" and bench.last(other).kind == "join"
    assert bench.record(2).case == one.id


def test_joining_twice_or_to_itself(bench: Bench) -> None:
    one, other = bench.open(), bench.open(FEE, name=2, author=STRANGER)
    bench.desk.by_hand.join(other.id, one.id, LI)
    assert bench.desk.by_hand.join(other.id, one.id, LI).id == one.id
    assert bench.kinds(one).count("absorb") == 1
    with pytest.raises(DeskMistake, match="cannot be joined to itself"):
        bench.desk.by_hand.join(one.id, other.id, LI)


def test_a_chain_of_joins_leads_to_the_last_one(bench: Bench) -> None:
    a, b = bench.open(), bench.open(FEE, name=2, author=STRANGER)
    c = bench.open("长河通信涨价", name=3, author=Author(id="u3"))
    bench.desk.by_hand.join(a.id, b.id, LI)
    bench.desk.by_hand.join(b.id, c.id, LI)
    assert bench.desk.log.surviving(a.id).id == c.id
    assert set(bench.kept(c).posts) == {"forum:1", "forum:2", "forum:3"}


def two_posts(bench: Bench) -> str:
    case = bench.open()
    bench.take(post(2, FEE, parent=below(1), root=below(1)))
    return case.id


def test_a_post_that_is_a_matter_of_its_own_is_parted(bench: Bench) -> None:
    case_id = two_posts(bench)
    new = bench.desk.by_hand.split(case_id, "forum:2", LI)
    assert new.id != case_id and bench.kept(case_id).posts == ("forum:1",)
    assert bench.kept(new).posts == ("forum:2",) and new.queue == "账务"
    assert bench.events(new)[0].data["from"] == case_id
    assert bench.record(2).case == new.id


def test_it_stays_parted_when_it_is_edited(bench: Bench) -> None:
    case_id = two_posts(bench)
    new = bench.desk.by_hand.split(case_id, "forum:2", LI)
    bench.take(post(2, FEE + "！", parent=below(1), root=below(1)))
    assert bench.last(new).kind == "changed" and bench.last(case_id).kind == "split"
    assert bench.kept(case_id).posts == ("forum:1",) and bench.record(2).case == new.id


@pytest.mark.parametrize(
    ("name", "words"),
    [(1, "is the only post of its case"), (9, "is no post of case")],
    ids=["the only one", "another's"],
)
def test_what_cannot_be_parted(bench: Bench, name: int, words: str) -> None:
    case = bench.open()
    with pytest.raises(DeskMistake, match=words):
        bench.desk.by_hand.split(case.id, f"forum:{name}", LI)


def test_an_answer_to_a_parted_post_is_the_new_cases(bench: Bench) -> None:
    case_id = two_posts(bench)
    new = bench.desk.by_hand.split(case_id, "forum:2", LI)
    bench.take(post(3, "已核实", author=CARE, parent=below(2), root=below(1)))
    assert bench.last(new).kind == "reply" and "reply" not in bench.kinds(case_id)
