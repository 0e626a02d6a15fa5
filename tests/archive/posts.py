"""Posts for the archive's tests: defaults plus what a test cares about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from listening.model import Author, Metrics, Post

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_post(number: int, text: str = "星河宽带又断网啦", **given: Any) -> Post:
    defaults: dict[str, Any] = {
        "platform": "demo",
        "author": Author(id="7", name="小明"),
        "published_at": NOON,
        "metrics": Metrics(likes=1),
    }
    return Post(id=f"demo:{number}", text=text, **defaults | given)


def ids(batches: Any) -> list[str]:
    """The ids in batches of posts, in order."""
    return [post.id for batch in batches for post in batch]
