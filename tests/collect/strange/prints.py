"""Prints what looks like posts to stdout and stderr, and its own secret with them."""

from __future__ import annotations

import os
import sys
from typing import Any

from listening.model import Post
from spiders.feed_entries import FeedEntries


class Prints(FeedEntries):
    def post(self, item: Any) -> Post | None:
        for stream in (sys.stdout, sys.stderr):
            print('{"post":{"id":"printed","text":"not a post"}}', file=stream)
            print("the cookie is", os.environ["STRANGE_COOKIE"], file=stream)
        return super().post(item)
