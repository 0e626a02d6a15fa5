"""The nouns: frozen records without input or output. Nothing here imports more than the standard library."""

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
    "Hit",
    "Kind",
    "ListeningClass",
    "Match",
    "Mention",
    "Metrics",
    "Observation",
    "Outcome",
    "Post",
    "Priority",
    "Reach",
    "Reference",
    "ReviewEvent",
    "Run",
    "RunStatus",
    "Status",
    "unstorable",
]
