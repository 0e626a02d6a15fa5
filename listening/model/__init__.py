"""The nouns: frozen records without input or output. Nothing here imports more than the standard library."""

from listening.model.coverage import Coverage, Gap, Known, ListingOrder, Pulse, Stretch
from listening.model.event import ReviewEvent
from listening.model.hit import (
    Channel,
    Hit,
    ListeningClass,
    Match,
    Observation,
    Outcome,
    Priority,
    Reach,
    Status,
)
from listening.model.post import Author, Kind, Mention, Metrics, Post, Reference, unstorable
from listening.model.run import Run, RunStatus

__all__ = [
    "Author",
    "Channel",
    "Coverage",
    "Gap",
    "Hit",
    "Kind",
    "Known",
    "ListeningClass",
    "ListingOrder",
    "Match",
    "Mention",
    "Metrics",
    "Observation",
    "Outcome",
    "Post",
    "Priority",
    "Pulse",
    "Reach",
    "Reference",
    "ReviewEvent",
    "Run",
    "RunStatus",
    "Status",
    "Stretch",
    "unstorable",
]
