"""Every collected post, kept before it is matched, so that rules can be run again over the past.

A folder: `<day>/<source>/<host>-<run>.zst` are the segments, `index.sqlite` what is known of their posts
(rebuildable), `quarantine.sqlite` what could not be read.
"""

from listening.archive.archive import Archive, Counts
from listening.archive.index import Held, Place
from listening.archive.quarantine import Entry, Quarantine
from listening.archive.reading import Batch, read_place
from listening.archive.recovery import Damage, Recovery, TornTail
from listening.archive.segment import SegmentWriter
from listening.archive.sightings import Seen, State

__all__ = [
    "Archive",
    "Batch",
    "Counts",
    "Damage",
    "Entry",
    "Held",
    "Place",
    "Quarantine",
    "Recovery",
    "Seen",
    "SegmentWriter",
    "State",
    "TornTail",
    "read_place",
]
