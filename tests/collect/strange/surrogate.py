"""Yields a post whose text no encoder can write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from listening.model import Post
from spiders.feed_entries import FeedEntries


class Surrogate(FeedEntries):
    def post(self, item: Any) -> Post | None:
        post = super().post(item)
        return replace(post, text="half a \ud83d") if post and post.title == "t broken" else post
