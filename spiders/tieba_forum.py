"""New threads of a forum (吧) of Tieba with all their floors, newest first. No login is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from listening.collect.spider.listing import Listing
from spiders._tieba import TiebaThreads, newest_known


class TiebaForum(TiebaThreads):
    listing_order = "created"
    sort, moment = 1, "create_time"

    def is_unchanged(self, item: Any, last: datetime, listing: Listing) -> bool:
        created, newest = self.time_of(item), newest_known(listing)
        # A younger thread may lie in a gap, where nobody has looked.
        is_old = created is not None and created <= listing.read_to
        return is_old and newest is not None and last <= newest
