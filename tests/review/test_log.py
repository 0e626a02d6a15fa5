"""Writing steps: once, in order, by whoever may, and what is kept of them beside the events."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening.codec import event_from_json, to_json
from listening.errors import DeskMistake
from listening.model import LIVE, SYSTEM, Escalation, EventKind, Result, ReviewEvent, Status
from listening.review.fold import fold
from listening.review.transitions import TRANSITIONS
from listening.store import open_store
from listening.store.memory import MemoryStore
from tests.desk import NOON as _AT
from tests.review.kit import LI, WANG, Bench, a_bench


class OnlyLi:
    """Rights of a desk at which 李娜 may do everything and leads it, and nobody else may do anything."""

    def check(self, person: str, action: str) -> None:
        if person != LI:
            raise DeskMistake(person, f"may not {action}", "ask 李娜")

    def leads(self, person: str) -> bool:
        return person == LI


def test_a_step_with_a_key_is_taken_once(bench: Bench) -> None:
    case = bench.open()
    for _ in range(3):
        bench.desk.log.record(case.id, EventKind.NOTE, LI, {"text": "看过"}, key="note 1")
    assert bench.kinds(case) == ["open", "note"]


def test_a_clock_that_is_behind_does_not_turn_time_back(bench: Bench) -> None:
    case = bench.open()
    bench.later(minutes=5)
    bench.desk.queue.claim(case.id, LI)
    bench.later(minutes=-10)  # another machine
    case = bench.desk.steps.respond(case.id, LI)
    times = [event.at for event in bench.events(case)]
    assert times == sorted(times) and case.responded_at == times[-1]


def test_what_is_kept_is_what_the_events_say(bench: Bench) -> None:
    case = bench.closed()
    kept, told = bench.kept(case), fold(bench.events(case))
    assert told is not None
    assert replace(kept, thread=None, posts=()) == replace(told, thread=None, posts=())


def test_records_repeat_the_state_of_their_case(bench: Bench) -> None:
    case = bench.open()
    assert bench.record().status is Status.OPEN and bench.record().case == case.id
    bench.desk.queue.claim(case.id, LI)
    assert (bench.record().status, bench.record().assignee) == (Status.CLAIMED, LI)
    bench.desk.steps.close(case.id, LI, Result.IRRELEVANT)
    assert bench.record().status is Status.CLOSED


def test_who_may_not_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with a_bench(MemoryStore(), tmp_path, rights=OnlyLi()) as bench:
        case = bench.open()
        with pytest.raises(DeskMistake, match="王伟: may not claim - ask 李娜"):
            bench.desk.queue.claim(case.id, WANG)
        assert bench.kinds(case) == ["open"]


def test_who_leads_the_desk_may_act_on_what_others_hold(tmp_path: Path) -> None:
    with a_bench(MemoryStore(), tmp_path, rights=OnlyLi()) as bench:
        case = bench.open()
        bench.desk.queue.assign(case.id, LI, WANG)
        assert bench.desk.queue.release(case.id, LI).assignee is None


def test_the_system_needs_no_rights(tmp_path: Path) -> None:
    with a_bench(MemoryStore(), tmp_path, rights=OnlyLi()) as bench:
        case = bench.open()
        assert bench.desk.log.record(case.id, EventKind.NOTE, SYSTEM, {"text": "x"}).n == 2


def test_threads_that_write_to_one_case_lose_nothing(tmp_path: Path) -> None:
    """Each of eight writes twenty notes; steps have no holes, nobody's note is lost or there twice."""
    with closing(open_store("sqlite:desk.sqlite", tmp_path)) as store, a_bench(store, tmp_path) as bench:
        case = bench.open()

        def write(person: str) -> None:
            for n in range(20):
                bench.desk.log.record(case.id, EventKind.NOTE, person, {"text": f"{person} {n}"})

        threads = [threading.Thread(target=write, args=(f"p{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        events = bench.events(case)
        notes = sorted(event.data["text"] for event in events if event.kind == "note")
        assert notes == sorted(f"p{person} {n}" for person in range(8) for n in range(20))
        assert [event.n for event in events] == list(range(1, 162))
        assert bench.kept(case).n == 161


def test_an_event_of_a_kind_that_is_not_known_changes_nothing_but_the_step() -> None:
    first = ReviewEvent(
        case="c", n=1, kind="open", at=_AT, person=SYSTEM, data={"why": "found", "queue": "默认"}
    )
    strange = ReviewEvent(case="c", n=2, kind="telepathy", at=_AT + timedelta(minutes=1), person=LI)
    one, two = fold([first]), fold([first, strange])
    assert one is not None and two is not None
    assert replace(two, n=1, last_at=_AT) == one


def test_a_case_without_events_is_none() -> None:
    assert fold([]) is None


_STEPS = ("claim", "respond", "release", "classify", "reply", "ask", "ticket", "receipt", "close", "reopen")
_MORE = ("assign", "snooze", "transfer", "return", "note", "escalate", "abandon", "follow_up", "revoke")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.tuples(st.sampled_from((*_STEPS, *_MORE)), st.sampled_from((LI, WANG))), max_size=25))
def test_whatever_people_try_the_log_tells_one_story(
    walk: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Refused steps write nothing; those that are taken are in the table; replaying gives what is kept."""
    with a_bench(MemoryStore(), tmp_path_factory.mktemp("desk")) as bench:
        case = bench.open()
        for step, person in walk:
            before = bench.desk.log.case(case.id)
            try:
                after = _try(bench, case.id, step, person)
            except DeskMistake:
                assert bench.desk.log.case(case.id) == before
                continue
            kind = EventKind(bench.last(case).kind)
            assert before.status in TRANSITIONS[kind].from_ and after.n == before.n + 1
            assert (after.status in LIVE) == after.is_live
            bench.later(minutes=7)
        events = [event_from_json(to_json(event)) for event in bench.events(case)]
        told = fold(events)
        assert told is not None
        assert replace(told, thread="", posts=()) == replace(bench.kept(case), thread="", posts=())


def _try(bench: Bench, case: str, step: str, person: str):  # type: ignore[no-untyped-def]
    queue, steps, soon = bench.desk.queue, bench.desk.steps, bench.clock.at + timedelta(hours=1)
    return {
        "claim": lambda: queue.claim(case, person),
        "respond": lambda: steps.respond(case, person),
        "release": lambda: queue.release(case, person),
        "classify": lambda: steps.classify(case, person, ["投诉"]),
        "reply": lambda: steps.reply(case, person, carries_result=True),
        "ask": lambda: steps.reply(case, person, asks=True),
        "ticket": lambda: steps.ticket(case, person, "CRM", f"T-{bench.clock.at:%H%M}"),
        "receipt": lambda: steps.receipt(case, person, "T-1200", "好了"),
        "close": lambda: steps.close(case, person, Result.RESOLVED),
        "reopen": lambda: steps.reopen(case, person),
        "assign": lambda: queue.assign(case, person, WANG),
        "snooze": lambda: queue.snooze(case, person, soon),
        "transfer": lambda: queue.transfer(case, person, "市场"),
        "return": lambda: queue.return_(case, person),
        "note": lambda: steps.note(case, person, "看过"),
        "escalate": lambda: steps.escalate(case, person, Escalation.SENSITIVE, "媒体"),
        "abandon": lambda: steps.abandon(case, person),
        "follow_up": lambda: steps.follow_up(case, person, confirmed=True),
        "revoke": lambda: steps.follow_up(case, person, confirmed=False),
    }[step]()
