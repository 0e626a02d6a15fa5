"""What a spider has seen so far, and what it remembers from the run before: its tally and its cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from listening.codec import time_text
from listening.collect.status import Facts
from listening.collect.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that did not become a post, and why; `raw` is the item as JSON."""

    what: str
    raw: str


@dataclass(slots=True)
class Tally:
    """Counts of one run. `reached_past`: the listing ended, or came to what is known already."""

    pages: int = 0
    posts: int = 0
    duplicates: int = 0
    skipped: int = 0
    unreadable: int = 0
    capped: str | None = None
    reached_past: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    def facts(self, finish: str = "finished") -> Facts:
        return Facts(
            finish=finish,
            pages=self.pages,
            posts=self.posts,
            unreadable=self.unreadable,
            skipped=self.skipped,
            troubles=tuple(self.troubles),
            raised=tuple(self.raised),
            capped=self.capped,
        )


class Cursor:
    """How far a listing is known: the newest time seen, and the validators of its first page.

    `kept` is what the run before offered. It counts only for the same query: under another address or tag
    it would hide posts.
    """

    def __init__(self, kept: Mapping[str, Any] | None, *, query: str, now: datetime) -> None:
        self._kept = kept if kept and kept.get("query") == query else {}
        self._query, self._now = query, now
        self._newest: datetime | None = None
        self._validators = {key: self._kept[key] for key in ("etag", "last_modified") if key in self._kept}

    def conditions(self) -> dict[str, str]:
        """Request headers that ask for the first page only if it has changed."""
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
        return {names[key]: value for key, value in self._validators.items()}

    def validate(self, etag: str | None, last_modified: str | None) -> None:
        """Remember the validators of a first page that was read."""
        fresh = {"etag": etag, "last_modified": last_modified}
        self._validators = {key: value for key, value in fresh.items() if value}

    def saw(self, moment: datetime | None) -> None:
        """Note an item's time. A clock that runs ahead must not hide what comes until then."""
        if moment is not None:
            moment = min(moment, self._now)
            self._newest = max(moment, self._newest) if self._newest else moment

    def known_until(self, *, late: timedelta, days_back: float) -> datetime:
        """Items up to this time need not be looked for; on a first run, `days_back` ago."""
        if newest := self._kept.get("newest"):
            return datetime.fromisoformat(newest) - late
        return self._now - timedelta(days=days_back)

    def offered(self) -> dict[str, Any]:
        """What the next run should begin with, if this one saw everything it looked for."""
        newest = [self._kept["newest"]] if "newest" in self._kept else []
        newest += [time_text(self._newest)] if self._newest else []
        offered = {"query": self._query, **self._validators}
        return {**offered, "newest": max(newest)} if newest else offered
