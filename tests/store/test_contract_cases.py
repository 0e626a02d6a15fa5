"""The contract: where the cases stand is found without reading their events."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from listening.codec import canonical
from listening.model import (
    Case,
    Escalation,
    ListeningClass,
    Priority,
    Reach,
    Reply,
    Result,
    Status,
    Ticket,
)
from listening.store import Store
from tests.store.conftest import Place
from tests.store.records import FOUND, NOW, case

MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
RICH = case(
    "甲/1#?",
    17,
    status=Status.CLOSED,
    came_from="一线",
    priority=Priority.URGENT,
    reach=Reach.DIRECT,
    listening_class=ListeningClass.COMPETITOR,
    competitors=("长河通信",),
    platform="weibo",
    source="weibo-search",
    contact="o5xq2ymd",
    thread="weibo:1",
    posts=("weibo:1", "weibo:comment:2"),
    hours="9-18",
    assumed=(2027, 2028),
    assignee="李",
    held_until=NOW,
    snoozed_until=NOW + MINUTE,
    responded_at=NOW,
    category=("报障", "宽带", "光猫"),
    replies=(
        Reply(at=NOW, person="李", asks=True),
        Reply(at=NOW, person="system", seen=True, carries_result=True),
    ),
    customer_at=(FOUND, NOW),
    asked_at=NOW,
    tickets=(Ticket(system="工单", id="T-1", at=FOUND, received_at=NOW, result="换了光猫"),),
    escalation=Escalation.CRISIS,
    result=Result.RESOLVED,
    closed_at=NOW,
    confirmed=False,
    reopened=2,
    satisfied=True,
    news=("post", "deleted"),
    gone=("p1",),
    touched=True,
    warned=("respond",),
    breached=("respond", "resolve"),
    paused=NOW,
    versions=("p1 0123", "p2 4567"),
    parted=(("p3", "丁"),),
    merged_into="乙",
    again="丙",
    erased=True,
)


def ids(cases: Any) -> list[str]:
    return [each.id for each in cases]


def test_what_comes_back_equals_what_went_in(store: Store) -> None:
    assert store.put_cases([RICH, case()]) == 2
    (kept,) = store.get_cases([RICH.id])
    assert kept == RICH
    assert canonical(kept) == canonical(RICH)
    assert list(store.scan_cases()) == [case(), RICH]


def test_a_moment_is_kept_to_the_millisecond(store: Store) -> None:
    store.put_cases([case(respond_by=NOW + timedelta(microseconds=1999))])
    assert store.get_cases(["case:1"])[0].respond_by == NOW + MILLISECOND


def test_putting_nothing_and_asking_for_nothing(store: Store) -> None:
    assert store.put_cases([]) == store.put_cases([], anyway=True) == 0
    assert store.get_cases([]) == store.cases_by("contact", []) == []
    assert store.waiting(None, NOW, 10) == store.due(NOW, 10) == []
    assert list(store.live()) == list(store.scan_cases()) == []


def test_a_case_goes_forward_only(store: Store) -> None:
    assert store.put_cases([case(n=3, queue="三")]) == 1
    assert store.put_cases([case(n=3, queue="又三"), case(n=2, queue="二")]) == 0
    assert store.get_cases(["case:1"]) == [case(n=3, queue="三")]
    assert store.put_cases([case(n=4, queue="四")]) == 1
    assert store.get_cases(["case:1"]) == [case(n=4, queue="四")]


def test_of_a_case_that_comes_twice_the_larger_step_is_kept(store: Store) -> None:
    assert store.put_cases([case(n=2), case(n=5), case(n=3), case("case:2"), case(n=6)]) == 4
    assert ids(store.scan_cases()) == ["case:1", "case:2"]
    assert store.get_cases(["case:1"]) == [case(n=6)]


def test_for_mending_whatever_is_there_is_written_over(store: Store) -> None:
    store.put_cases([case(n=9, assignee="李", contact="甲"), case("case:2")])
    assert store.put_cases([case(n=2, contact="乙"), case("case:2"), case("case:3")], anyway=True) == 2
    assert store.get_cases(["case:1"]) == [case(n=2, contact="乙")]
    assert ids(store.cases_by("contact", ["甲", "乙"])) == ["case:1"]
    assert store.cases_by("assignee", ["李"]) == []
    assert store.put_cases([case(n=3)]) == 1, "and it goes on from there"


def test_cases_come_in_the_order_asked_for(store: Store) -> None:
    store.put_cases([case("a"), case("b"), case("断")])
    assert ids(store.get_cases(["断", "nobody", "a", "b"])) == ["断", "a", "b"]


def test_more_cases_than_one_batch(store: Store) -> None:
    many = [case(f"{n:04}", contact=f"c{n}", thread=f"t{n % 7}") for n in range(1203)]
    assert store.put_cases(many) == 1203
    names = ids(many)
    assert ids(store.get_cases(names[::-1])) == names[::-1]
    assert ids(store.cases_by("contact", [f"c{n}" for n in range(1203)])) == names
    assert len(store.cases_by("thread", ["t3"])) == 172
    assert ids(store.scan_cases()) == ids(store.live()) == ids(store.waiting(None, NOW, 2000)) == names
    assert store.put_cases([replace(each, n=2, status=Status.CLOSED) for each in many]) == 1203
    assert list(store.live()) == []


CLAIMABLE = [
    pytest.param({}, True, id="open"),
    pytest.param({"status": Status.CLOSED}, False, id="closed"),
    pytest.param({"status": Status.ABANDONED}, False, id="abandoned"),
    pytest.param({"status": Status.MERGED}, False, id="merged"),
    pytest.param({"status": Status.WITHDRAWN}, False, id="withdrawn"),
    pytest.param({"status": Status.CLAIMED, "assignee": "李"}, False, id="assigned without an end"),
    pytest.param(
        {"status": Status.CLAIMED, "assignee": "李", "held_until": NOW + MILLISECOND}, False, id="held"
    ),
    pytest.param({"status": Status.CLAIMED, "assignee": "李", "held_until": NOW}, True, id="held until now"),
    pytest.param(
        {"status": Status.RESPONDED, "assignee": "李", "held_until": NOW - MINUTE},
        True,
        id="left lying half done",
    ),
    pytest.param({"snoozed_until": NOW + MILLISECOND}, False, id="asleep"),
    pytest.param({"snoozed_until": NOW}, True, id="awake in this moment"),
    pytest.param({"opened_at": NOW + MILLISECOND}, False, id="of the future"),
]


@pytest.mark.parametrize(("state", "may"), CLAIMABLE)
def test_only_what_may_be_claimed_waits(store: Store, state: dict[str, Any], may: bool) -> None:
    store.put_cases([case(**state), case("other", queue="客服")])
    assert ids(store.waiting("技术支持", NOW, 10)) == (["case:1"] if may else [])
    assert ids(store.waiting(None, NOW, 10)) == (["case:1"] if may else []) + ["other"]
    assert ids(store.waiting("技术", NOW, 10)) == []


def test_a_case_without_a_queue_waits_in_none_but_is_seen_by_who_takes_all(store: Store) -> None:
    store.put_cases([case(queue=None)])
    assert ids(store.waiting(None, NOW, 1)) == ids(store.live()) == ["case:1"]
    assert store.waiting("", NOW, 1) == list(store.live("")) == []


URGENCY = [
    case("crisis", escalation=Escalation.CRISIS, priority=Priority.LOW),
    case("sensitive", escalation=Escalation.SENSITIVE, priority=Priority.LOW),
    case("urgent", priority=Priority.URGENT, respond_by=NOW + timedelta(days=9)),
    case("late", respond_by=NOW - MINUTE),
    case("direct", reach=Reach.DIRECT),
    case("old", found_at=FOUND - MINUTE),
    case("a"),
    case("b"),
    case("no deadline", respond_by=None, resolve_by=None),
    case("low", priority=Priority.LOW, respond_by=NOW - timedelta(days=9)),
]


def test_the_more_urgent_one_comes_first(store: Store) -> None:
    mixed = Random(3).sample(URGENCY, len(URGENCY))
    store.put_cases(mixed)
    assert ids(store.waiting("技术支持", NOW, 100)) == ids(store.live("技术支持")) == ids(URGENCY)
    assert ids(store.waiting(None, NOW, 4)) == ids(URGENCY[:4])
    assert store.waiting(None, NOW, 0) == []


def test_what_is_in_hands_or_asleep_is_live_but_does_not_wait(store: Store) -> None:
    store.put_cases(
        [
            case("held", status=Status.CLAIMED, assignee="李", held_until=NOW + MINUTE),
            case("given", status=Status.CLAIMED, assignee="李"),
            case("asleep", snoozed_until=NOW + MINUTE),
            case("done", status=Status.CLOSED),
        ]
    )
    assert set(ids(store.live())) == {"held", "given", "asleep"}
    assert store.waiting(None, NOW, 10) == []
    assert ids(store.waiting(None, NOW + MINUTE, 10)) == ["asleep", "held"]


def test_a_case_that_moves_on_is_found_where_it_is_now(store: Store) -> None:
    store.put_cases([case(contact="甲", assignee="李", held_until=NOW)])
    store.put_cases([case(n=2, queue="客服", contact="乙", respond_by=NOW + timedelta(days=3))])
    assert store.waiting("技术支持", NOW, 1) == list(store.live("技术支持")) == []
    assert ids(store.waiting("客服", NOW, 1)) == ids(store.live("客服")) == ["case:1"]
    assert ids(store.cases_by("contact", ["甲"])) == ids(store.cases_by("assignee", ["李"])) == []
    assert store.due(NOW + timedelta(days=1), 9) == []
    store.put_cases([case(n=3, queue="客服", status=Status.CLOSED)])
    assert list(store.live()) == store.waiting(None, NOW, 1) == store.due(NOW + timedelta(days=99), 1) == []
    assert ids(store.scan_cases()) == ["case:1"]


DUE = [
    pytest.param({"respond_by": NOW - MILLISECOND}, True, id="the answer is late"),
    pytest.param({"respond_by": NOW}, False, id="in this moment it is not yet late"),
    pytest.param({"respond_by": NOW - MINUTE, "responded_at": NOW}, False, id="it was answered"),
    pytest.param({"resolve_by": NOW - MINUTE, "responded_at": NOW}, True, id="the end is late"),
    pytest.param({"resolve_by": None, "responded_at": NOW}, False, id="the customer was asked"),
    pytest.param({"respond_by": None, "resolve_by": None}, False, id="nobody promised anything"),
    pytest.param({"respond_by": NOW - MINUTE, "status": Status.CLOSED}, False, id="it is closed"),
    pytest.param(
        {"respond_by": NOW - MINUTE, "resolve_by": NOW - MINUTE, "breached": ("respond",)},
        False,
        id="it is marked as missed",
    ),
    pytest.param({"respond_by": NOW - MINUTE, "breached": ("resolve",)}, True, id="the other one is marked"),
    pytest.param(
        {"respond_by": NOW - MINUTE, "status": Status.CLAIMED, "assignee": "李"}, True, id="somebody has it"
    ),
    pytest.param({"respond_by": NOW - MINUTE, "snoozed_until": NOW + MINUTE}, True, id="it is asleep"),
]


@pytest.mark.parametrize(("state", "late"), DUE)
def test_live_cases_past_their_deadline_are_due(store: Store, state: dict[str, Any], late: bool) -> None:
    store.put_cases([case(**state)])
    assert ids(store.due(NOW, 10)) == (["case:1"] if late else [])


def test_the_longest_passed_deadline_comes_first(store: Store) -> None:
    times = [3, 1, 2, 2, 900_000]
    store.put_cases([case(f"{n}", respond_by=NOW - time * MILLISECOND) for n, time in enumerate(times)])
    assert ids(store.due(NOW, 10)) == ["4", "0", "2", "3", "1"]
    assert ids(store.due(NOW, 2)) == ["4", "0"]
    assert store.due(NOW, 0) == []
    assert ids(store.due(NOW - 2 * MILLISECOND, 9)) == ["4", "0"]
    assert ids(store.due(NOW - 2 * MILLISECOND + timedelta(microseconds=999), 9)) == ["4", "0"]


def test_a_deadline_before_1970_is_one_too(store: Store) -> None:
    store.put_cases([case(respond_by=datetime(1969, 12, 31, 23, 59, tzinfo=NOW.tzinfo))])
    assert ids(store.due(NOW, 1)) == ["case:1"]


@pytest.mark.parametrize("field", ["contact", "thread", "assignee"])
def test_cases_are_looked_up_as_written(store: Store, field: str) -> None:
    def named(name: str, value: str, **more: Any) -> Case:
        found: dict[str, Any] = {field: value}
        return replace(case(name, **more), **found)

    store.put_cases(
        [
            named("2", "Ab"),
            named("1", "Ab", status=Status.CLOSED),
            named("3", "AB"),
            named("4", "Ａb"),
            case("5"),
            named("6", "断" * 9_000),
        ]
    )
    assert ids(store.cases_by(field, ["Ab"])) == ["1", "2"]
    assert ids(store.cases_by(field, ["AB", "Ab", "AB", "nobody"])) == ["1", "2", "3"]
    assert ids(store.cases_by(field, ["断" * 9_000])) == ["6"]
    assert ids(store.cases_by(field, ["断" * 9_001, ""])) == []


@pytest.mark.parametrize("field", ["id", "queue", "n"])
def test_they_are_looked_up_by_nothing_else(store: Store, field: str) -> None:
    with pytest.raises(ValueError, match=f"cases are not looked up by {field}"):
        store.cases_by(field, ["a"])


def test_all_cases_come_by_id(store: Store) -> None:
    names = ["b", "a", "A", "断", "a1", "😡", "a#", "\uffff"]
    store.put_cases([case(name) for name in names])
    assert ids(store.scan_cases()) == sorted(names)


def made(random: Random, n: int) -> Case:
    """Any case at all, around now."""

    def some(*moments: int) -> datetime | None:
        return random.choice([None, *(NOW + each * MINUTE for each in moments)])

    return case(
        f"{random.randrange(10**6)}-{n}",
        random.randint(1, 9),
        status=random.choice([*Status]),
        opened_at=NOW + random.choice([-9, 0, 9]) * MINUTE,
        queue=random.choice([None, "甲", "乙"]),
        assignee=random.choice([None, None, "李", "王"]),
        held_until=some(-1, 0, 1),
        snoozed_until=some(-1, 0, 1),
        responded_at=some(0),
        respond_by=some(-2, -1, 0, 1),
        resolve_by=some(-2, -1, 0, 1),
        reach=random.choice([*Reach]),
        priority=random.choice([*Priority]),
        escalation=random.choice([*Escalation]),
        breached=random.choice([(), (), ("respond",), ("respond", "resolve")]),
    )


def test_every_store_answers_what_the_cases_themselves_say(store: Store) -> None:
    random = Random(20261124)
    cases = [made(random, n) for n in range(700)]
    store.put_cases([replace(each, n=0, queue="以前", assignee="以前") for each in cases[:400]])
    store.put_cases(cases)
    live = sorted((each for each in cases if each.is_live), key=lambda each: each.urgency)
    for queue in (None, "甲", "乙"):
        here = [each for each in live if queue in (None, each.queue)]
        assert list(store.live(queue)) == here
        for now in (NOW - MINUTE, NOW, NOW + MINUTE):
            free = [each for each in here if each.free_at and each.free_at <= now]
            assert store.waiting(queue, now, 1000) == free
            assert store.waiting(queue, now, 7) == free[:7]
    late = sorted((each.due_at, each.id) for each in live if each.due_at and each.due_at < NOW)
    assert len(late) > 50
    assert ids(store.due(NOW, 1000)) == [name for _, name in late]
    assert list(store.check()) == []


def test_cases_are_counted_and_are_no_records(store: Store) -> None:
    store.put_cases([case(), case("case:2", status=Status.CLOSED)])
    told = store.status()
    assert (told.cases, told.records, told.events) == (2, 0, 0)
    assert list(store.scan()) == []
    assert store.delete_records(["case:1"]) == 0
    assert ids(store.scan_cases()) == ["case:1", "case:2"]


def together(do: Callable[[int], Any], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(do, range(threads)))


def test_of_threads_that_put_one_case_the_furthest_stays(store: Store) -> None:
    def put(thread: int) -> None:
        for n in range(1, 11):
            store.put_cases([case(f"{name}", n * 4 + thread, assignee=f"{thread}") for name in range(3)])

    together(put, 4)
    assert {(each.n, each.assignee) for each in store.scan_cases()} == {(43, "3")}
    assert len(store.cases_by("assignee", ["3"])) == 3


def test_of_writers_of_one_step_one_is_told_that_it_was_kept(store: Store) -> None:
    for n in range(1, 15):
        kept: list[int] = []

        def put(_thread: int, n: int = n, kept: list[int] = kept) -> None:
            kept.append(store.put_cases([case(n=n)]))

        together(put, 4)
        assert sorted(kept) == [0, 0, 0, 1]


def test_what_one_handle_put_another_finds(place: Place) -> None:
    one, two = place.open(), place.open()
    one.put_cases([case(contact="甲")])
    assert ids(two.waiting(None, NOW, 1)) == ids(two.cases_by("contact", ["甲"])) == ["case:1"]
    two.put_cases([case(n=2, status=Status.CLOSED)])
    assert one.waiting(None, NOW, 1) == []
    assert one.get_cases(["case:1"]) == [case(n=2, status=Status.CLOSED)]
