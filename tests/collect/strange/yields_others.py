"""Yields something that is no post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spiders.feed_entries import FeedEntries


class YieldsOthers(FeedEntries):
    def posts(self, items: Any) -> Iterator[Any]:
        yield from super().posts(items)
        yield {"id": "1", "text": "a plain dict"}
