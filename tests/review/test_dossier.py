"""All there is of a case, put together."""

from __future__ import annotations

import pytest

from listening.errors import DeskMistake
from listening.model import Status
from listening.review.dossier import dossier
from tests.desk import PRAISE
from tests.review.kit import CARE, LI, STRANGER, Bench, below, post


def thread(bench: Bench) -> str:
    """A customer, our answer, the customer again, and a stranger; the id of the customer's case."""
    case = bench.open()
    under = {"parent": below(1), "root": below(1)}
    bench.later(minutes=5)
    bench.take(
        post(3, "还是不行", published_at=bench.later(minutes=1), **under),
        post(2, "您好，正在处理", author=CARE, published_at=bench.clock.at, **under),
        post(4, "路过", author=STRANGER, published_at=bench.clock.at, **under),
    )
    return case.id


def test_posts_and_our_answers_stand_in_the_order_they_were_written(bench: Bench) -> None:
    found = dossier(bench.store, thread(bench))
    assert [hit.id for hit in found.posts] == ["forum:1", "forum:2", "forum:3"]
    assert found.answers == {"forum:2"}
    assert found.thread == 4, "a stranger is in the thread, and not in the case"
    assert [event.kind for event in found.events] == bench.kinds(found.case)


def test_events_name_posts_by_their_place(bench: Bench) -> None:
    found = dossier(bench.store, thread(bench))
    name = bench.desk.pseudonyms.post
    assert [found.called(name(f"forum:{n}")) for n in (1, 2, 3)] == ["[1]", "[2]", "[3]"]
    assert found.called(name("forum:4")) == "a post that is not kept"


def test_an_answer_to_somebody_else_in_the_thread_is_not_among_them(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "星河宽带断网", author=STRANGER, parent=below(1), root=below(1)))
    bench.take(post(3, "查到了", author=CARE, parent=below(2, STRANGER), root=below(1)))
    assert dossier(bench.store, case.id).answers == frozenset()
    assert dossier(bench.store, bench.case_of("forum:2").id).answers == {"forum:3"}


def test_a_joined_case_shows_the_posts_of_the_other(bench: Bench) -> None:
    one, two = bench.open(name=1), bench.open("星河宽带乱扣费", name=2)
    bench.desk.by_hand.join(one.id, two.id, LI)
    found = dossier(bench.store, one.id)
    assert (found.case.status, found.case.merged_into) == (Status.MERGED, two.id)
    assert [hit.id for hit in found.posts] == ["forum:1", "forum:2"]
    assert found.called(bench.desk.pseudonyms.post("forum:1")) == "[1]"


def test_a_post_that_was_parted_is_told_by_its_new_case(bench: Bench) -> None:
    case_id = thread(bench)
    new = bench.desk.by_hand.split(case_id, "forum:3", LI)
    found = dossier(bench.store, case_id)
    assert found.called(bench.desk.pseudonyms.post("forum:3")) == f"a post that is in case {new.id} now"
    assert [hit.id for hit in found.posts] == ["forum:1", "forum:2"]


def test_further_cases_of_the_contact_are_counted_without_joined_ones(bench: Bench) -> None:
    one = bench.open(name=1)
    bench.open("星河宽带乱扣费", name=2)
    three = bench.open("听说星河宽带", name=3)
    assert dossier(bench.store, one.id).others == 2
    bench.desk.by_hand.join(three.id, one.id, LI)
    assert dossier(bench.store, one.id).others == 1
    assert dossier(bench.store, bench.open(name=9, author=STRANGER).id).others == 0


def test_the_last_verdict_on_a_hit_is_the_one(bench: Bench) -> None:
    case = bench.open()
    for verdict in ("relevant", "irrelevant"):
        bench.desk.steps.verdict(case.id, LI, bench.record(), verdict)
    (judged,) = dossier(bench.store, case.id).judged
    assert (judged.verdict, judged.evidence.scenarios) == ("irrelevant", ("星河宽带/宽带报障",))


def test_what_retention_took_leaves_the_events(bench: Bench) -> None:
    case = bench.open()
    bench.store.delete_records(["forum:1"])
    found = dossier(bench.store, case.id)
    assert (found.posts, found.thread) == ((), 0)
    assert found.called(bench.desk.pseudonyms.post("forum:1")) == "a post that is not kept"
    assert found.events[0].kind == "open"


def test_a_case_opened_for_a_mention_has_it(bench: Bench) -> None:
    bench.take(post(1, PRAISE))
    case = bench.desk.by_hand.open("forum:1", LI)
    assert [hit.id for hit in dossier(bench.store, case.id).posts] == ["forum:1"]


def test_the_events_are_what_counts_where_what_is_kept_is_behind(bench: Bench) -> None:
    case = bench.open()
    bench.desk.queue.claim(case.id, LI)
    bench.store.put_cases([case], anyway=True)
    found = dossier(bench.store, case.id)
    assert (found.case.status, found.case.assignee, found.case.posts) == (Status.CLAIMED, LI, ("forum:1",))


def test_an_unknown_case_is_refused(bench: Bench) -> None:
    with pytest.raises(DeskMistake, match="there is no such case"):
        dossier(bench.store, "nosuchcase22")
