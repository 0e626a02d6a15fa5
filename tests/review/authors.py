"""Made-up authors and what they wrote, newest last: `wrote("weibo:1001", 3)` is the third hour's post."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from listening.model import Author, Hit, ListeningClass, Status
from listening.store.ports import Documents
from tests.store.records import NOW, hit

BEGIN = NOW - timedelta(days=2)
NAMES: Mapping[str, str] = {
    "weibo:1001": "张小满",
    "bilibili:42": "小满不满",
    "tieba:77": "张小满",
    "weibo:2002": "李四光",
}
COMPETITOR: dict[str, Any] = {
    "listening_class": ListeningClass.COMPETITOR,
    "brands": (),
    "competitors": ("长河通信",),
    "scenarios": ("长河通信/挖角机会",),
    "matches": (),
}
MENTION: dict[str, Any] = {"level": 1, "scenarios": (), "queue": None, "status": Status.KEPT}
CONTEXT: dict[str, Any] = {
    "level": 0,
    "brands": (),
    "scenarios": (),
    "matches": (),
    "queue": None,
    "status": Status.CONTEXT,
}


def hour(n: float) -> datetime:
    return BEGIN + timedelta(hours=n)


def wrote(key: str | None, n: int, text: str = "星河宽带又双叒断网啦", **more: Any) -> Hit:
    """The record of a post by whoever has this key, under the name in `NAMES` or that in the key."""
    platform, _, who = (key or "weibo:").partition(":")
    name = NAMES.get(key or "")
    author = Author(id=who if name else None, name=name or who) if key else None
    given = {"author": author, "platform": platform, "published_at": hour(n), "contact": key}
    given["thread"] = f"{platform}:{n}"
    return hit(f"{platform}:{n}", text, **given | more)


def kept(documents: Documents, prefix: str = "contact/") -> dict[str, Mapping[str, Any]]:
    """What is kept of contacts, by key."""
    return {each.key.removeprefix(prefix): each.body for each in documents.documents(prefix)}
