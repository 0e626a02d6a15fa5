"""The ports of a store: three to work with, one to keep it by.

Every implementation passes the same contract suite (tests/store/test_contract_*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from listening.model import Hit, Metrics, ReviewEvent
from listening.query import Query

Progress = Callable[[str, int], None]
"""Is told how far something long has come: of what, and how many of them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the store will not take, now or later, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did, by number of records. `unchanged` includes records saved twice.

    A record that is `refused` was not kept; the others were.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, in the one order of results: (published_at, id), newest first."""

    published_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search, the exact number of all that match, where the next one begins (or None)."""

    hits: tuple[Hit, ...]
    total: int
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Document:
    """A small document and the version it has (from 1)."""

    key: str
    body: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """A record whose index entries are not the ones derived from it: they are missing, stale or left over."""

    id: str
    what: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What a store says of itself.

    `bytes` is what it takes on disk, where it can tell; `schema` the version of its layout; `facts` what else
    an operator wants to see, in the order to show it.
    """

    kind: str
    place: str
    schema: int
    records: int
    withdrawn: int
    events: int
    documents: int
    bytes: int | None = None
    facts: tuple[tuple[str, str], ...] = ()


class HitStore(Protocol):
    """Hits and mentions. Searches leave out `withdrawn` records unless the query names that status."""

    def save(self, hits: Sequence[Hit]) -> Saved:
        """Keep the records; a record with a known id replaces it.

        All of them; after an error none, or some where the store knows no transactions: saving again
        completes it. Only what the store will never take, whoever saves it again, is left out and told as
        `refused`; what it holds under that id stays as it is.

        What exists keeps its found_at, its respond_by, its metrics_history and its status, except that a
        withdrawn record that matches again takes the new one's status (and its respond_by, if it had none),
        and so does one whose level changes; a mention that becomes a hit is found when it does.
        Saving twice is harmless.
        """

    def withdraw(self, ids: Sequence[str]) -> int:
        """Mark records that match no longer; the number of those that were there and not withdrawn yet."""

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        """Add engagement (id, time, figures) to the history and as the post's current metrics.

        Only where the figures differ from the latest ones; unknown ids are passed over. The number added.
        """

    def get(self, hit_id: str) -> Hit | None:
        """One record as it was saved, also a withdrawn one."""

    def search(self, query: Query, *, limit: int = 50, after: Cursor | None = None) -> Page:
        """A page of records, newest first. A page past the end is empty."""

    def count(self, query: Query) -> int:
        """The exact number of records."""

    def facets(self, query: Query, field: str) -> list[tuple[str, int]]:
        """Records per value of one of `query.FACETS`, most first, equal ones by value. Exact."""

    def histogram(self, query: Query, interval: str, zone: str) -> list[tuple[datetime, int]]:
        """Records per hour, day, week (from Monday) or month of the zone, oldest first, without empty ones.

        Each interval is named by its first moment, in the zone.
        """

    def scan(self, query: Query | None = None) -> Iterator[Hit]:
        """Every record in order, not all held in memory; without a query all but the withdrawn ones."""


class ReviewLog(Protocol):
    """The append-only events of cases."""

    def append(self, event: ReviewEvent) -> bool:
        """Create step `n` of a case; False if somebody else has it.

        Steps start at 1 and leave no hole: one further on raises `Conflict`.
        """

    def read(self, case: str) -> list[ReviewEvent]:
        """The events of a case in order; an unknown case has none."""


class Documents(Protocol):
    """Small versioned documents: cursors, runs, leases, the last good rule set."""

    def get_document(self, key: str) -> Document | None:
        """The document as it stands now."""

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        """Write it if its version is still `version` (0: it must not exist yet). Raises `Conflict`."""

    def delete_document(self, key: str, version: int) -> None:
        """Remove it if its version is still `version`. Raises `Conflict`."""

    def documents(self, prefix: str) -> Iterator[Document]:
        """Documents whose key starts with the prefix, by key."""


class Keeping(Protocol):
    """What `listening store` needs to move a store, to check it and to keep it from growing for ever."""

    def put_records(self, hits: Sequence[Hit]) -> Saved:
        """Write records as they are: unlike `save` nothing of what is there under the same id is kept."""

    def delete_records(self, ids: Sequence[str]) -> int:
        """Remove records for good; the number of those that were there. Events and documents stay."""

    def events(self) -> Iterator[ReviewEvent]:
        """Every event of every case, by case and step, not all held in memory."""

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        """Write events as they are, in the order they come; the number of those that were new.

        An event that is there already must be the same one. Raises `Conflict` where it is another.
        """

    def put_documents(self, documents: Sequence[Document]) -> int:
        """Write documents as they are, with their versions; the number of those that changed something."""

    def check(self) -> Iterator[Flaw]:
        """What of the store's own index does not say what its record says. Reads everything."""

    def mend(self, flaws: Sequence[Flaw]) -> int:
        """Derive the index of these records anew; the number mended."""

    def status(self) -> StoreStatus:
        """What the store is and what it holds."""


class Store(HitStore, ReviewLog, Documents, Keeping, Protocol):
    """All of them behind one connection."""

    def close(self) -> None:
        """Release files and connections. Using the store afterwards is a bug."""
