"""One query of a source while it is read: how far down it was seen, and what was in the way.

The parent asks (`Asked`), the spider keeps account (`Listing`), the child answers (`Look`). Whatever was not
seen for certain is not vouched for: a page that failed, a thread that did, a run that was cut short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from listening.codec import time_text
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.status import Facts
from listening.model import ListingOrder, RunStatus

NEWEST, TOP, ETAG, LAST_MODIFIED = "newest", "top", "etag", "last_modified"
_CONDITIONS = {ETAG: "If-None-Match", LAST_MODIFIED: "If-Modified-Since"}
_MOMENTS = ("seen_from", "seen_until", "lost_before")
_MANY_GONE = 3
"""So many threads that are gone, and none that is there, mean that their addresses have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is to look at: the query, and the stretch from `wanted` until now, or until `start`.

    `marks` is what the run before left for this one. `digest` and `brands` are the parent's own notes.
    """

    query: str = ""
    wanted: datetime
    start: datetime | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    brands: tuple[str, ...] = ()

    @property
    def read_to(self) -> datetime:
        """Items up to this time need not be read: not later than the newest one that was ever seen.

        The platform's clock may be behind ours, and the newest item's time is that clock's.
        """
        newest = self.marks.get(NEWEST)
        return min(self.wanted, datetime.fromisoformat(newest)) if newest else self.wanted

    def to_json(self) -> dict[str, Any]:
        start = time_text(self.start) if self.start else None
        return {
            "query": self.query,
            "wanted": time_text(self.wanted),
            "start": start,
            "marks": dict(self.marks),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Asked:
        start = datetime.fromisoformat(plain["start"]) if plain["start"] else None
        wanted = datetime.fromisoformat(plain["wanted"])
        return cls(query=plain["query"], wanted=wanted, start=start, marks=plain["marks"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a run saw of a query. Everything from `seen_from` to `seen_until` was seen, if both are told.

    `reached`: what was wanted and lies before `seen_from` is known, or cannot be had. `lost_before`: what is
    older is not shown any more, and need not be looked for again.
    """

    query: str = ""
    facts: Facts
    reached: bool = False
    seen_from: datetime | None = None
    seen_until: datetime | None = None
    lost_before: datetime | None = None
    marks: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        plain = {"query": self.query, "facts": asdict(self.facts), "reached": self.reached}
        moments = {key: getattr(self, key) for key in _MOMENTS}
        times = {key: time_text(moment) if moment else None for key, moment in moments.items()}
        return {**plain, **times, "marks": dict(self.marks)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Look:
        facts = dict(plain["facts"])
        troubles = tuple(Trouble(RunStatus(status), reason) for status, reason in facts.pop("troubles"))
        times = {key: datetime.fromisoformat(plain[key]) if plain[key] else None for key in _MOMENTS}
        return cls(
            query=plain["query"],
            facts=Facts(**{**facts, "raised": tuple(facts["raised"]), "troubles": troubles}),
            reached=plain["reached"],
            marks=plain["marks"],
            **times,
        )


@dataclass(slots=True)
class Tally:
    """Counts of one query in one run. `threads` were read as well, `gone` ones were there no more."""

    pages: int = 0
    posts: int = 0
    duplicates: int = 0
    skipped: int = 0
    unreadable: int = 0
    threads: int = 0
    gone: int = 0
    capped: str | None = None
    reached_past: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


class Listing:
    """The account of one query. `late` is how much later than its own time a post may still appear."""

    def __init__(
        self, asked: Asked, *, order: ListingOrder, late: timedelta = timedelta(0), now: datetime
    ) -> None:
        self.asked, self.order, self.late, self._now = asked, order, late, now
        self.tally = Tally()
        self.open = 0
        """Requests that have not been answered."""
        self.open_threads = 0
        """Those of them that something in between hangs on."""
        self.holes = False
        """Something in between could not be read."""
        self._is_window = False
        self._bottom: datetime | None = None
        self._until: datetime | None = None
        self._newest: datetime | None = None
        self._top = asked.marks.get(TOP)
        self._on_page: set[str] = set()
        self._validators = {key: asked.marks[key] for key in _CONDITIONS if key in asked.marks}

    @property
    def query(self) -> str:
        return self.asked.query

    @property
    def read_to(self) -> datetime:
        return self.asked.read_to - self.late

    def conditions(self) -> dict[str, str]:
        """Request headers that ask for the first page only if it has changed."""
        return {_CONDITIONS[key]: value for key, value in self._validators.items()}

    def validate(self, etag: str | None, last_modified: str | None) -> None:
        """Remember the validators of a first page that was read."""
        fresh = {ETAG: etag, LAST_MODIFIED: last_modified}
        self._validators = {key: value for key, value in fresh.items() if value}

    def saw(self, moment: datetime | None, post_id: str | None = None) -> None:
        """Note an item's time. A clock that runs ahead must not hide what comes until then."""
        if post_id is not None:
            self._on_page.add(post_id)
        if moment is not None:
            moment = min(moment, self._now)
            if self._newest is None or moment > self._newest:
                self._newest, self._top = moment, post_id

    def answered(self, at: datetime) -> None:
        """A page came, for which was asked `at`; the first one says until when the listing was seen."""
        self.tally.pages += 1
        self._on_page.clear()
        if self._until is None:
            self._until = self.asked.start or at - self.late

    def read_down(self, times: Sequence[datetime]) -> None:
        """A page with items of these times was read, pinned ones left out."""
        if times:
            self._bottom = bottom(times)

    def is_past(self, times: Sequence[datetime]) -> bool:
        """A whole page is older than what is looked for."""
        return bool(times) and max(times) <= self.read_to

    def ends(self, times: Sequence[datetime], *, whole: bool) -> None:
        """The listing ends with a page of these times; `whole`: because there is nothing older at all.

        Else it holds only what is newest. Nothing is missing where it still holds the newest item of the
        run before, or nothing at all; on a first look there is nothing that it could have lost.
        """
        self._is_window = not whole
        is_below = bool(times) and bottom(times) <= self.read_to
        is_empty = not (times or self._on_page)
        known = is_empty or self.asked.marks.get(TOP) in self._on_page or is_below
        if whole or known or NEWEST not in self.asked.marks:
            self.tally.reached_past = True
        else:
            shown = max(len(self._on_page), len(times))
            what = f"the listing holds only its newest {shown} items, none of them known"
            self.tally.capped = f"{what} - crawl more often"

    def trouble(self, trouble: Trouble, *, hole: bool = False) -> None:
        self.tally.troubles.append(trouble)
        self.holes = self.holes or hole

    def look(self, finish: str) -> Look:
        """The account, at the end. `finish` is Scrapy's own word for it."""
        facts = self._facts(finish)
        whole = not (facts.troubles or facts.raised or facts.capped or facts.finish != "finished")
        reached = self.tally.reached_past and whole
        seen_from = None if self._is_doubtful(facts) else self._bottom
        if reached and not self._is_window:
            seen_from = self.asked.wanted
        elif reached and seen_from is not None:
            seen_from = max(self.asked.wanted, min([seen_from, *self._known()]))
        vouches = self.order == "created" and self._until is not None and seen_from is not None
        return Look(
            query=self.query,
            facts=facts,
            reached=reached,
            seen_from=seen_from if vouches else None,
            seen_until=self._until if vouches else None,
            lost_before=seen_from if vouches and reached and self._is_window else None,
            marks=self._marks(),
        )

    def _known(self) -> list[datetime]:
        """When the newest item of the run before was: a window that still holds it holds all since then."""
        return [datetime.fromisoformat(self.asked.marks[NEWEST])] if NEWEST in self.asked.marks else []

    def _is_doubtful(self, facts: Facts) -> bool:
        """Something above the lowest page may have been missed."""
        return self.holes or bool(facts.raised) or self.open_threads > 0

    def _facts(self, finish: str) -> Facts:
        tally, troubles = self.tally, list(self.tally.troubles)
        if tally.gone >= _MANY_GONE and not tally.threads:
            what = f"not one of {tally.gone} threads is where the listing says"
            troubles.append(Trouble(RunStatus.LAYOUT, what))
        return Facts(
            finish=finish if self.open or not tally.pages else "finished",
            pages=tally.pages,
            posts=tally.posts,
            unreadable=tally.unreadable,
            skipped=tally.skipped + tally.gone,
            troubles=tuple(troubles),
            raised=tuple(tally.raised),
            capped=tally.capped,
        )

    def _marks(self) -> dict[str, str]:
        known = self.asked.marks.get(NEWEST)
        newest = [*([known] if known else []), *([time_text(self._newest)] if self._newest else [])]
        top = {TOP: self._top} if self._top else {}
        return {**self._validators, **({NEWEST: max(newest)} if newest else {}), **top}


def bottom(times: Iterable[datetime]) -> datetime:
    """How far down a page of these times reaches: the second oldest, since one item may be misplaced."""
    ordered = sorted(times)
    return ordered[1] if len(ordered) > 2 else ordered[0]
