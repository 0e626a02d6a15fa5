"""Lists that are sorted by what was said last: until when the last good run has seen everything.

They vouch for no stretch of time, so that a run is asked to go back as far as the first one did. What the
last good run saw last is all that is needed: its mark moves only where nothing was missed.
"""

from __future__ import annotations

from datetime import datetime

from listening.collect.listing import NEWEST, Listing


def known_until(listing: Listing) -> datetime:
    """What was said before that is known; what was said at that very second may not be."""
    newest = listing.asked.marks.get(NEWEST)
    return max(listing.read_to, datetime.fromisoformat(newest)) if newest else listing.read_to
