"""Yields two posts of a feed, then falls over."""

from __future__ import annotations

from typing import Any

from listening.model import Post
from spiders.feed_entries import FeedEntries


class Raises(FeedEntries):
    def post(self, item: Any) -> Post | None:
        if self.listings[0].tally.posts == 2:
            raise KeyError("nobody thought of this")
        return super().post(item)
