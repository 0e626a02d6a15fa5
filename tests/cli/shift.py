"""A shift at a desk: people, a few cases, and what is kept of a case turned as a test needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from listening.app import open_app
from listening.model import Case
from tests.cli.place import HIT, Place, post
from tests.cli.talk import staffed

# In days: told to the hour, they are the same however long a test takes.
RULES = """\
brands:
  星河宽带: {any: [星河宽带], accounts: {weibo: ['100']}}
scenarios:
  投诉: {any: [投诉], queue: 投诉处理, priority: urgent, respond_within: 4d}
  报障:
    any: [断网]
    queue: 技术支持
    priority: high
    respond_within: 3d
    resolve_within: 6d
    category: 报障/宽带
  限速: {any: [限速], queue: 技术支持, priority: high, respond_within: 8h}
  询价: {any: [多少钱], queue: '市场"一部"'}
  表扬: {any: [点赞], queue: 'C:\\公关', priority: low}
categories:
  报障: {宽带: [断网]}
  投诉: []
escalations:
  crisis: {any: [曝光]}
"""
PHONE = "13812345678"
ZHANG = {"id": "7001", "name": "张三丰"}


def manned(place: Place) -> Place:
    """A desk with people (`staffed`) under these rules, and nothing in its queues."""
    return staffed(place.lay_out(RULES))


def with_five(place: Place) -> Place:
    """A case in each queue and two in 技术支持: weibo:1 is the least urgent one, weibo:5 the most."""
    words = ["点赞", "多少钱", "断网", "限速", "投诉"]
    manned(place).take(*(post(n, f"星河宽带{word}") for n, word in enumerate(words, 1)))
    return place


def worked(place: Place, text: str = HIT, person: str = "王磊") -> Place:
    """One case, weibo:1 by 张三丰, that somebody has claimed and opened."""
    manned(place).take(post(1, text, author=ZHANG))
    for words in ("queue claim", "case respond"):
        assert place.call(words, "weibo:1", "--as", person).code == 0
    return place


def kept(place: Place, post_id: str = "weibo:1") -> Case:
    """The case of a post, as the store keeps it."""
    with open_app(place.config) as app:
        record = app.store.get(post_id)
        assert record is not None and record.case is not None
        (case,) = app.store.get_cases([record.case])
        return case


def turned(place: Place, post_id: str = "weibo:1", **changes: Any) -> Case:
    """What is kept of a case, changed: as if so much time had passed."""
    case = replace(kept(place, post_id), **changes)
    with open_app(place.config) as app:
        app.store.put_cases([case], anyway=True)
    return case


def kinds(place: Place, post_id: str = "weibo:1") -> list[str]:
    """What happened to a case."""
    case = kept(place, post_id)
    with open_app(place.config) as app:
        return [event.kind for event in app.store.read(case.id)]
