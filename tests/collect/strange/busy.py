"""Never comes back from a page, and does not mind being asked to."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from listening.model import Post
from spiders.feed_entries import FeedEntries


class Busy(FeedEntries):
    custom_settings: ClassVar[dict[str, Any]] = {"RUN_GRACE": 0.3}  # type: ignore[misc]

    def post(self, item: Any) -> Post | None:
        if item["id"] == "2":
            while True:
                time.sleep(1)
        return super().post(item)
