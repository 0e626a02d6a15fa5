"""A store with a desk in it, made up for measuring: a case for every record, most of them done with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from listening.codec import time_text
from listening.model import SYSTEM, Author, Case, EventKind, Hit, Post, ReviewEvent
from listening.model.ids import contact_of, thread_of
from listening.review.fold import fold
from listening.store import Store
from listening.store.ports import Progress
from listening.store.pseudonyms import Pseudonyms, open_pseudonyms
from tests.benchmarks.made import NOW, Words, records

_BATCH = 2_000
_QUEUES = ("技术支持", "账务", "市场", "默认")
_SCENARIO = "星河宽带/宽带报障"
PEOPLE = tuple(f"员工{number}" for number in range(8))


def build(store: Store, hits: int, live: int, progress: Progress) -> None:
    """So many records with their cases, the latest `live` of which wait, are held or sleep at `NOW`.

    Every record is a case of its own; those of one author have one contact. Ended cases have six steps.
    """
    random, pseudonyms = Random(1), open_pseudonyms(store)
    made = enumerate(records(hits))
    while batch := list(islice(made, _BATCH)):
        lives = [_life(hit, random, pseudonyms, ends=n < hits - live) for n, hit in batch]
        store.put_events([event for _, _, events in lives for event in events])
        store.put_cases([case for case, _, _ in lives])
        store.put_records([hit for _, hit, _ in lives])
        if batch[0][0] % (10 * _BATCH) == 0:
            progress("records", batch[0][0])


def fresh_posts(number: int, hits: int, seed: int) -> list[Post]:
    """Posts of this hour that the rules of the review tests find, a third of them by known authors."""
    random = Random(seed)
    words = Words(random)
    return [
        Post(
            id=f"fresh:{seed}:{n}",
            text=f"{words.text(12)}，星河宽带又断网了，{words.text(20)}",
            platform=random.choice(("weibo", "tieba", "zhihu", "forum")),
            published_at=NOW - timedelta(minutes=random.randrange(60)),
            author=Author(id=str(random.randrange(hits))),
        )
        for n in range(number)
    ]


def _life(
    hit: Hit, random: Random, pseudonyms: Pseudonyms, *, ends: bool
) -> tuple[Case, Hit, list[ReviewEvent]]:
    name = pseudonyms.case(hit.post)
    steps = list(_ended(hit, random) if ends else _waiting(random))
    assert hit.found_at is not None
    begin = hit.found_at.replace(microsecond=hit.found_at.microsecond // 1000 * 1000)
    events = [
        ReviewEvent(
            case=name,
            n=n,
            kind=kind,
            at=begin + timedelta(minutes=3 * (n - 1)),
            person=SYSTEM if kind is EventKind.OPEN else random.choice(PEOPLE),
            data=_opened(hit, begin, random, pseudonyms) if kind is EventKind.OPEN else data,
        )
        for n, (kind, data) in enumerate([(EventKind.OPEN, {}), *steps], 1)
    ]
    told = fold(events)
    assert told is not None
    case = replace(told, thread=thread_of(hit.post), posts=(hit.id,))
    return case, _standing(hit, case), events


def _standing(hit: Hit, case: Case) -> Hit:
    """The record, as the desk leaves it."""
    placed = replace(hit, case=case.id, thread=case.thread, contact=contact_of(hit.post), step=case.n)
    return replace(placed, status=case.status, assignee=case.assignee, respond_by=case.respond_by)


def _opened(hit: Hit, begin: datetime, random: Random, pseudonyms: Pseudonyms) -> dict[str, Any]:
    contact = contact_of(hit.post)
    due = NOW + timedelta(minutes=random.randrange(-360, 2_880))
    said: dict[str, Any] = {
        "why": "found",
        "post": pseudonyms.post(hit.id),
        "version": pseudonyms.post(f"{hit.id} 1"),
        "queue": random.choices(_QUEUES, (5, 3, 1, 1))[0],
        "priority": random.choices(("urgent", "high", "normal", "low"), (1, 10, 80, 9))[0],
        "reach": random.choice(("direct", "indirect")),
        "channel": "post",
        "class": "keyword",
        "brands": ["星河宽带"],
        "scenarios": [_SCENARIO],
        "platform": hit.post.platform,
        "source": hit.post.source,
        "contact": pseudonyms.contact(contact) if contact else None,
        "published_at": time_text(hit.post.published_at) if hit.post.published_at else None,
        "found_at": time_text(begin),
        "respond_by": time_text(due),
        "resolve_by": time_text(due + timedelta(days=1)),
        "respond_within_ms": 1_800_000,
        "resolve_within_ms": 86_400_000,
        "hours": "24x7",
        "assumed": [],
    }
    special = random.random() < 0.03
    return said | ({"escalation": "sensitive", "cue": "工信部"} if special else {})


_Step = tuple[EventKind, Mapping[str, Any]]


def _ended(hit: Hit, random: Random) -> Iterator[_Step]:
    assert hit.found_at is not None
    until = {"until": time_text(hit.found_at + timedelta(minutes=30))}
    took = {"natural_ms": random.randrange(10**7), "working_ms": random.randrange(10**7)}
    yield EventKind.CLAIM, until
    yield EventKind.RESPOND, {**until, **took, "in_time": True, "detection_ms": 540_000}
    yield EventKind.CLASSIFY, {**until, "category": ["报障", "宽带"]}
    yield EventKind.REPLY, {**until, "carries_result": True, "text": "师傅已经上门换了光猫，恢复正常了。"}
    yield EventKind.CLOSE, {**took, "result": "resolved", "handling_ms": 720_000, "first_contact": True}


def _waiting(random: Random) -> Iterator[_Step]:
    """One in ten is in somebody's hands, one in twenty sleeps."""
    chance, later = random.random(), {"until": time_text(NOW + timedelta(minutes=random.randrange(1, 30)))}
    if chance < 0.1:
        yield EventKind.CLAIM, later
    elif chance < 0.15:
        yield EventKind.CLAIM, later
        yield EventKind.SNOOZE, later | {"reason": "等师傅上门"}
