"""Made-up records: a default and what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listening.model import Hit, ListeningClass, Match, Metrics, Post, ReviewEvent, Status
from listening.query import Query, parse
from listening.store.ports import HitStore

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
FOUND = NOW - timedelta(minutes=5)


def post(post_id: str = "weibo:1", text: str = "星河宽带又双叒断网啦", **more: Any) -> Post:
    """A post an hour old."""
    return replace(
        Post(id=post_id, text=text, platform="weibo", published_at=NOW - timedelta(hours=1)), **more
    )


def hit(post_id: str = "weibo:1", text: str = "星河宽带又双叒断网啦", **more: Any) -> Hit:
    """An open hit of one brand; keys of the post go to the post."""
    own = {key: more.pop(key) for key in list(more) if key in Hit.__dataclass_fields__}
    found = Hit(
        post=post(post_id, text, **more),
        level=2,
        listening_class=ListeningClass.KEYWORD,
        brands=("星河宽带",),
        scenarios=("星河宽带/宽带报障",),
        matches=(Match(subject="星河宽带", term="星河宽带", field="text", start=0, end=4, text="星河宽带"),),
        queue="技术支持",
        rules_version="r1",
        found_at=FOUND,
        status=Status.OPEN,
    )
    return replace(found, **own)


def at(moment: str) -> datetime:
    """A time as ISO writes it."""
    return datetime.fromisoformat(moment)


def event(n: int, case: str = "weibo:1", **more: Any) -> ReviewEvent:
    """A note by a person, a minute after the other for each step."""
    default = ReviewEvent(case=case, n=n, kind="note", at=NOW + timedelta(minutes=n), person="李", data={})
    return replace(default, **more)


def likes(number: int) -> Metrics:
    return Metrics(likes=number)


def ask(text: str) -> Query:
    """Parse at the fixed now, in Shanghai."""
    return parse(text, now=NOW)


def found(store: HitStore, text: str) -> list[str]:
    """The ids that a search finds, in its order."""
    return [each.id for each in store.search(ask(text), limit=1000).hits]
