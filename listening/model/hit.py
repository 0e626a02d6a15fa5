"""What came of a post: its outcome, the evidence, and the record that is stored and queued."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from listening.model.post import Metrics, Post


class Outcome(enum.StrEnum):
    """The one word each post ends in."""

    HIT = "hit"
    MENTION = "mention"
    UNMATCHED = "unmatched"
    EXCLUDED = "excluded"
    REPEAT = "repeat"
    INVALID = "invalid"


class ListeningClass(enum.StrEnum):
    """Which of the three listening classes a hit belongs to."""

    OWN = "own"
    KEYWORD = "keyword"
    COMPETITOR = "competitor"


class Reach(enum.StrEnum):
    """direct: the post addresses one of our accounts; indirect: it only names us."""

    DIRECT = "direct"
    INDIRECT = "indirect"


class Channel(enum.StrEnum):
    """The way the post takes: an @, a comment, a message, a repost, or a post of its own."""

    AT = "at"
    COMMENT = "comment"
    MESSAGE = "message"
    REPOST = "repost"
    POST = "post"


class Priority(enum.StrEnum):
    """How urgent a case is; `rank` sorts it, larger first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {priority: n for n, priority in enumerate(Priority)}


class Status(enum.StrEnum):
    """Where a record stands for the desk. Only `open` waits in a queue; `withdrawn` is counted nowhere."""

    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One piece of evidence.

    `field` is title, text or tags.<n> when `start`, `end` and `text` say what stands there (code points of
    the original text), or author-, mentions-, parent-, root-, source-like words when an account or a source
    brought the subject and there is no span. `scenario` is None for evidence of the subject itself.
    `inside` names the longer token a nested word stands in. `via` says by which other form of the term it was
    found: nickname, pinyin, initials, marks or split. `marks` are negated, question and hypothetical; `cues`
    are the words that caused them, in the same order.
    """

    subject: str
    scenario: str | None = None
    term: str
    field: str
    start: int | None = None
    end: int | None = None
    text: str | None = None
    part: str | None = None
    inside: str | None = None
    via: str | None = None
    marks: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Engagement as it was seen at one time."""

    at: datetime
    metrics: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A stored record: a post and why it matters. `level` 2 is a hit, 1 a mention.

    What `listening match` prints has no found_at, status or respond_by: the same input gives the same bytes.
    `scenarios` are `subject/scenario` pairs. `respond_by` is found_at plus the shortest respond_within.
    """

    post: Post
    level: int
    listening_class: ListeningClass
    brands: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    reach: Reach = Reach.INDIRECT
    channel: Channel = Channel.POST
    matches: tuple[Match, ...] = ()
    queue: str | None = None
    priority: Priority | None = None
    rules_version: str = ""
    found_at: datetime | None = None
    status: Status | None = None
    respond_by: datetime | None = None
    metrics_history: tuple[Observation, ...] = ()

    @property
    def id(self) -> str:
        return self.post.id
