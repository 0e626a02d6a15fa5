"""Events as sentences: who did what, and what it changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.model import SYSTEM, EventKind, ReviewEvent
from listening.review.aloud import Sentences, span, when
from listening.text.masking import masked
from tests.desk import NOON
from tests.review.kit import LI

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = "2026-11-24T12:30:00.000Z"
END = "2026-11-25T12:00:00.000Z"
MINUTE = 60_000


def sentence(kind: str, person: str = LI, **data: Any) -> str:
    told = Sentences(SHANGHAI, {"p1": "[1]", "p2": "[2]"}.get, masked)  # type: ignore[arg-type]
    return told.of(ReviewEvent(case="a", n=1, kind=kind, at=NOON, person=person, data=data))


FOUND = {"why": "found", "post": "p1", "queue": "技术支持", "priority": "high", "reach": "direct"}
SENTENCES = [
    pytest.param(
        *(EventKind.OPEN, SYSTEM, FOUND),
        "[1] was found, which opened the case in the queue 技术支持 (high, direct).",
        id="found",
    ),
    pytest.param(
        *(EventKind.OPEN, SYSTEM, {"post": "p1", "respond_by": DUE, "resolve_by": END, "assumed": [2027]}),
        "[1] was found, which opened the case; promised: the first answer by 2026-11-24 20:30, the end by"
        " 2026-11-25 20:00, as far as the holidays of 2027 are known.",
        id="found, with promises",
    ),
    pytest.param(
        *(EventKind.OPEN, SYSTEM, {"post": "p1", "escalation": "crisis", "cue": "曝光", "again": "b"}),
        "[1] was found, which opened the case; it is reported as crisis because of 曝光;"
        " the same contact came before, with case b.",
        id="found, and special",
    ),
    pytest.param(
        *(EventKind.OPEN, LI, {"why": "by_hand", "post": "p1", "queue": "默认"}),
        "李娜 opened the case by hand, for [1] in the queue 默认.",
        id="opened by hand",
    ),
    pytest.param(
        *(EventKind.OPEN, LI, {"why": "split", "post": "p1", "from": "b"}),
        "李娜 opened the case for [1], which was in case b.",
        id="parted from another",
    ),
    pytest.param(
        *(EventKind.POST, SYSTEM, {"post": "p2"}), "A further post of the customer was found: [2].", id="post"
    ),
    pytest.param(
        *(EventKind.POST, SYSTEM, {"post": "p2", "resolve_by": END}),
        "A further post of the customer was found: [2]; promised now: the end by 2026-11-25 20:00.",
        id="post that ends a pause",
    ),
    pytest.param(
        *(EventKind.POST, SYSTEM, {"post": "p2", "repost": True}),
        "Somebody repeated the post: [2].",
        id="repost",
    ),
    pytest.param(EventKind.CHANGED, SYSTEM, {"post": "p1"}, "[1] was edited.", id="changed"),
    pytest.param(EventKind.DELETED, SYSTEM, {"post": "p1"}, "[1] was deleted.", id="deleted"),
    pytest.param(
        *(EventKind.WITHDRAWN, SYSTEM, {"post": "p1", "whole": True}),
        "The rules want [1] no more, and there is no other that they want.",
        id="withdrawn",
    ),
    pytest.param(
        *(EventKind.WITHDRAWN, SYSTEM, {"post": "p1", "whole": False}),
        "The rules want [1] no more.",
        id="one withdrawn of several",
    ),
    pytest.param(EventKind.CLAIM, LI, {"until": DUE}, "李娜 took it until 2026-11-24 20:30.", id="claim"),
    pytest.param(EventKind.RELEASE, LI, {}, "李娜 gave it back to its queue.", id="release"),
    pytest.param(EventKind.ASSIGN, LI, {"to": "王伟"}, "李娜 gave it to 王伟.", id="assign"),
    pytest.param(
        *(EventKind.SNOOZE, LI, {"until": DUE, "reason": "等机房"}),
        "李娜 put it off until 2026-11-24 20:30: 等机房.",
        id="snooze",
    ),
    pytest.param(
        *(
            EventKind.TRANSFER,
            LI,
            {"queue": "账务", "reason": "要退费", "respond_by": None, "resolve_by": END},
        ),
        "李娜 moved it to the queue 账务: 要退费; promised now: nothing for the first answer,"
        " the end by 2026-11-25 20:00.",
        id="transfer",
    ),
    pytest.param(EventKind.RETURN, LI, {"queue": "账务"}, "李娜 returned it to the queue 账务.", id="return"),
    pytest.param(
        *(EventKind.RESPOND, LI, {"natural_ms": 12 * MINUTE, "working_ms": 3 * MINUTE, "in_time": True}),
        "李娜 opened it, the first response: it waited 12 min (3 min by the queue's hours), in time.",
        id="first response",
    ),
    pytest.param(
        *(
            EventKind.RESPOND,
            LI,
            {
                "natural_ms": MINUTE,
                "working_ms": MINUTE,
                "customer_natural_ms": 90 * MINUTE,
                "in_time": False,
            },
        ),
        "李娜 opened it, the first response: it waited 1 min, and the customer 1 h 30 min, late.",
        id="first response, late, and what the customer waited",
    ),
    pytest.param(
        *(EventKind.RESPOND, LI, {"natural_ms": MINUTE, "working_ms": MINUTE}),
        "李娜 opened it, the first response: it waited 1 min.",
        id="first response where nothing was promised",
    ),
    pytest.param(EventKind.RESPOND, LI, {}, "李娜 looked at it again.", id="further response"),
    pytest.param(
        *(EventKind.CLASSIFY, LI, {"category": ["报障", "宽带"]}),
        "李娜 classified it as 报障/宽带.",
        id="classify",
    ),
    pytest.param(
        *(EventKind.CLASSIFY, LI, {"category": ["报障"], "suggested": ["报障"]}),
        "李娜 classified it as 报障, as suggested.",
        id="classify as suggested",
    ),
    pytest.param(
        *(EventKind.CLASSIFY, LI, {"category": ["投诉"], "suggested": ["报障", "宽带"]}),
        "李娜 classified it as 投诉, where 报障/宽带 was suggested.",
        id="classify against the suggestion",
    ),
    pytest.param(
        EventKind.NOTE, LI, {"text": "回电13812345678"}, "李娜 noted: 回电138****5678.", id="note, masked"
    ),
    pytest.param(
        *(EventKind.REPLY, SYSTEM, {"seen": True, "post": "p2", "published_at": DUE}),
        "Our answer stood on the platform at 2026-11-24 20:30: [2].",
        id="reply that was seen",
    ),
    pytest.param(
        *(EventKind.REPLY, LI, {"text": "稍等", "asks": True, "published_at": DUE}),
        "李娜 entered our answer, given at 2026-11-24 20:30: 稍等; the customer is asked,"
        " and the time for the end stands still.",
        id="reply that asks",
    ),
    pytest.param(
        *(
            EventKind.REPLY,
            LI,
            {"carries_result": True, "cycle_natural_ms": 120 * MINUTE, "cycle_working_ms": 60 * MINUTE},
        ),
        "李娜 entered our answer; it carries the result,"
        " 2 h (1 h by the queue's hours) after the first response.",
        id="reply with the result",
    ),
    pytest.param(
        *(EventKind.TICKET, LI, {"system": "工单系统", "ticket": "GD-1"}),
        "李娜 handed it to 工单系统 as ticket GD-1.",
        id="ticket",
    ),
    pytest.param(
        *(EventKind.RECEIPT, LI, {"ticket": "GD-1", "result": "已修复", "natural_ms": MINUTE}),
        "Ticket GD-1 came back after 1 min: 已修复 (entered by 李娜).",
        id="receipt",
    ),
    pytest.param(
        *(EventKind.RECEIPT, SYSTEM, {"ticket": "GD-1", "result": "已修复"}),
        "Ticket GD-1 came back: 已修复.",
        id="receipt from the other system",
    ),
    pytest.param(
        *(
            EventKind.ESCALATE,
            LI,
            {"level": "crisis", "reason": "媒体在问", "to": "值班经理", "respond_by": DUE},
        ),
        "李娜 reported it to 值班经理 as crisis: 媒体在问;"
        " promised now: the first answer by 2026-11-24 20:30.",
        id="escalate",
    ),
    pytest.param(
        *(
            EventKind.CLOSE,
            LI,
            {"result": "no_need", "reason": "已好", "natural_ms": 180 * MINUTE, "working_ms": 180 * MINUTE}
            | {"handling_ms": 20 * MINUTE, "in_time": True, "first_contact": True},
        ),
        "李娜 closed it as no need: 已好; it took 3 h, 20 min of it in somebody's hands, in time;"
        " one answer was enough.",
        id="close",
    ),
    pytest.param(
        *(EventKind.CLOSE, SYSTEM, {"result": "unreachable", "handling_ms": 0}),
        "The system closed it as unreachable.",
        id="close by the system",
    ),
    pytest.param(
        *(EventKind.FOLLOW_UP, LI, {"confirmed": True}),
        "李娜 asked the customer again: it is done.",
        id="confirmed",
    ),
    pytest.param(
        *(EventKind.FOLLOW_UP, LI, {"confirmed": False, "reason": "又断了", "resolve_by": END}),
        "李娜 asked the customer again: it is not done, so it is open again: 又断了;"
        " promised now: the end by 2026-11-25 20:00.",
        id="revoked",
    ),
    pytest.param(
        *(EventKind.REOPEN, LI, {"why": "by_hand", "reason": "来电", "since_ms": 60 * MINUTE}),
        "李娜 opened it again: 来电, 1 h after it was closed.",
        id="reopened by hand",
    ),
    pytest.param(
        *(EventKind.REOPEN, SYSTEM, {"why": "customer", "post": "p2"}),
        "The customer wrote again, so it is open again: [2].",
        id="reopened by the customer",
    ),
    pytest.param(
        *(EventKind.REOPEN, SYSTEM, {"why": "matches"}),
        "The rules want its post after all, so it is open again.",
        id="reopened by the rules",
    ),
    pytest.param(
        *(EventKind.ABANDON, SYSTEM, {"why": "deleted"}),
        "The system gave it up, as its posts are gone.",
        id="gone",
    ),
    pytest.param(
        *(EventKind.ABANDON, SYSTEM, {"why": "old"}),
        "The system gave it up, as it had waited too long for an answer.",
        id="too old",
    ),
    pytest.param(
        *(EventKind.ABANDON, LI, {"why": "by_hand", "reason": "看不到"}),
        "李娜 gave it up: 看不到.",
        id="given up",
    ),
    pytest.param(
        *(EventKind.VERDICT, LI, {"post": "p1", "verdict": "irrelevant", "reason": "同名"}),
        "李娜 found [1] irrelevant: 同名.",
        id="verdict",
    ),
    pytest.param(
        *(EventKind.CONVERT, LI, {"outcome": "won_over", "value": 1188.0, "confirmed": True}),
        "李娜 said what came of the opportunity: won over, worth 1,188.0, another system confirms it.",
        id="conversion",
    ),
    pytest.param(
        *(EventKind.CONVERT, LI, {"outcome": "kept", "confirmed": False}),
        "李娜 said what came of the opportunity: kept, in their own words.",
        id="conversion, as somebody says",
    ),
    pytest.param(EventKind.INVITE, LI, {}, "李娜 asked the customer how satisfied they are.", id="invite"),
    pytest.param(
        *(EventKind.SATISFACTION, LI, {"satisfied": False, "score": 2, "scale": 5, "comment": "太慢"}),
        "The customer is not satisfied, 2 of 5: 太慢 (entered by 李娜).",
        id="satisfaction",
    ),
    pytest.param(
        *(EventKind.CHECK, LI, {"category": ["报障", "宽带"], "result": "no_need", "agrees": False}),
        "李娜 looked a second time and does not agree: 报障/宽带, no need.",
        id="second look",
    ),
    pytest.param(
        *(EventKind.SCORE, LI, {"score": 5, "scale": 5, "comment": "得体"}),
        "李娜 graded the work 5 of 5: 得体.",
        id="score",
    ),
    pytest.param(
        *(EventKind.JOIN, SYSTEM, {"into": "b", "why": "rule"}),
        "The system joined it to case b, as the contact has an open case about the same.",
        id="joined by the rule",
    ),
    pytest.param(
        EventKind.JOIN, LI, {"into": "b", "why": "by_hand"}, "李娜 joined it to case b.", id="joined"
    ),
    pytest.param(EventKind.ABSORB, LI, {"from": "b"}, "李娜 joined case b to this one.", id="absorbed"),
    pytest.param(
        EventKind.SPLIT, LI, {"post": "p2", "to": "b"}, "李娜 parted [2] from it, as case b.", id="split"
    ),
    pytest.param(
        *(EventKind.DEADLINE, SYSTEM, {"why": "year", "respond_by": DUE}),
        "The holidays of a year became known; promised now: the first answer by 2026-11-24 20:30.",
        id="deadline",
    ),
    pytest.param(
        *(EventKind.WARN, SYSTEM, {"target": "respond", "by": DUE}),
        "The time for the first answer ends soon, at 2026-11-24 20:30.",
        id="warning",
    ),
    pytest.param(
        *(EventKind.BREACH, SYSTEM, {"target": "resolve", "by": END}),
        "The time for the end ran out at 2026-11-25 20:00.",
        id="breach",
    ),
    pytest.param(
        EventKind.ERASE, LI, {}, "李娜 erased the contact, and with it all that they wrote.", id="erased"
    ),
    pytest.param("praise", LI, {"post": "p1"}, "李娜 took the step praise.", id="a kind of a newer program"),
]


@pytest.mark.parametrize(("kind", "person", "data", "told"), SENTENCES)
def test_an_event_is_told(kind: str, person: str, data: dict[str, Any], told: str) -> None:
    assert sentence(kind, person, **data) == told


def test_every_kind_of_event_has_a_sentence_of_its_own() -> None:
    assert {str(kind) for kind in EventKind} <= {str(case.values[0]) for case in SENTENCES}


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=29.4), "29 s"),
        (timedelta(seconds=31), "1 min"),
        (timedelta(minutes=59, seconds=29), "59 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=2, seconds=-1), "2 d"),
        (timedelta(days=2, hours=4, minutes=10), "2 d 4 h"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_duration_is_as_exact_as_anybody_asks(length: timedelta, told: str) -> None:
    assert span(length) == told


_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


@given(st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_duration_is_never_told_wrongly_by_more_than_half_its_smallest_unit(length: timedelta) -> None:
    parts = re.findall(r"(\d+) (\w+)", span(length))
    told = sum(int(amount) * _UNITS[unit] for amount, unit in parts)
    half_a_unit = 30.5 if length < timedelta(days=2) else 1_830
    assert abs(told - length.total_seconds()) <= half_a_unit
    assert all(int(amount) < 60 for amount, unit in parts if unit != "d")


def test_a_time_is_told_by_the_clocks_of_the_zone() -> None:
    assert when(datetime(2026, 11, 24, 16, 0, 59, tzinfo=UTC), SHANGHAI) == "2026-11-25 00:00"
