"""Yields something that is no post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from spiders.feed_entries import FeedEntries


class YieldsOthers(FeedEntries):
    def read(self, response: Response) -> Iterator[Any]:
        yield from super().read(response)
        yield {"id": "1", "text": "a plain dict"}
