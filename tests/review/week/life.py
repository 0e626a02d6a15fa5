"""Writing down the life of one matter, move by move; only what a desk could really do.

A `Life` keeps a hand on the clock: each move comes some minutes after the one before it. Whoever works on a
case has it: where their claim has run out meanwhile, somebody takes it anew first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.review.week.script import (
    BEGIN,
    CATEGORIES,
    CLAIMED_FOR,
    MINUTE,
    REVIEWERS,
    Move,
)

CRAWL = 20 * MINUTE
"""So often it is looked for posts: at the full twenty minutes."""


class Week:
    """All that is written down so far."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.moves: list[Move] = []
        self.lives: dict[int, str] = {}
        self.lead = ""
        """What kind of life is written down just now."""
        self._taken: set[datetime] = set()

    def number(self) -> int:
        """Of a new matter."""
        number = len(self.lives) + 1
        self.lives[number] = self.lead
        return number

    def moment(self, after: datetime) -> datetime:
        """A moment soon after it that nobody else has, and at which no full second begins."""
        at = after
        while at in self._taken or at == after or not at.microsecond:
            at += timedelta(milliseconds=self.random.randint(1, 997))
        self._taken.add(at)
        return at

    def crawl(self, after: datetime) -> datetime:
        """The first time that is looked for posts from then on."""
        rounds = -(-(after - BEGIN) // CRAWL)
        return BEGIN + rounds * CRAWL

    def between(self, least: float, most: float) -> timedelta:
        """So many minutes, whole milliseconds."""
        return timedelta(milliseconds=self.random.randint(int(least * 60_000), int(most * 60_000)))


class Life:
    """One matter; `at` is when its last move was, `root` the thread it stands in."""

    def __init__(
        self,
        week: Week,
        at: datetime,
        *,
        author: int | None = None,
        root: str | None = None,
        posts: Sequence[str] = (),
    ) -> None:
        self.week, self.random = week, week.random
        self.number = week.number()
        self.author = author or self.number
        self.root = root
        self.at = at
        self.posts = list(posts)
        self.first = ""
        self.replies = 0
        self.holder: str | None = None
        self.kept_until: datetime | None = None
        self.opened = False
        self.category: str | None = None

    def note(self, what: str, who: str = "system", /, **said: Any) -> None:
        """Write a move down, at the moment reached."""
        self.week.moves.append(Move(at=self.at, what=what, matter=self.number, who=who, said=said))

    def wait(self, least: float, most: float) -> Life:
        """So many minutes pass."""
        self.at += self.week.between(least, most)
        return self

    def somebody(self, *but: str | None) -> str:
        return self.random.choice([name for name in REVIEWERS if name not in but])

    # What is found

    def post(self, text: str, *, lag: timedelta | None = None) -> str:
        """The customer writes, below the first post; it is found some time later."""
        self.at = self.week.crawl(self.at)
        lag = self.week.between(0.5, 9) if lag is None else lag
        name = f"{self.number}-{len(self.posts) + 1}"
        root = self.root or (self.posts[0] if self.posts else None)
        self.note("post", post=name, text=text, author=self.author, published=self.at - lag, root=root)
        self.posts.append(name)
        self.first = self.first or text
        return name

    def seen(self, published: datetime, below: str | None = None) -> None:
        """Our answer is found on the platform, where it stands since then."""
        self.at = self.week.crawl(max(self.at, published))
        self.replies += 1
        name = f"{self.number}-r{self.replies}"
        root = self.root or self.posts[0]
        self.note("seen", post=name, below=below or self.posts[-1], root=root, published=published)

    def found(self, what: str, **said: Any) -> None:
        """Something else is found."""
        self.at = self.week.crawl(self.at)
        self.note(what, **said)

    # What people do

    def any(self, what: str, who: str | None = None, /, **said: Any) -> str:
        """Anybody does something, some minutes later."""
        self.at = self.week.moment(self.at + self.week.between(0.4, 6))
        who = who or self.somebody()
        self.note(what, who, **said)
        return who

    def take(self, who: str | None = None) -> Life:
        """Somebody claims it; while somebody has it, they do."""
        if who is None and (self.kept_until is None or self.at < self.kept_until):
            who = self.holder
        self.holder = self.any("claim", who)
        self.kept_until, self.opened = self.at + CLAIMED_FOR, False
        return self

    def assign(self, to: str | None = None) -> Life:
        """Whoever has it gives it to somebody for good, or keeps it so."""
        to = to or self.somebody()
        self.work("assign", to=to)
        self.holder, self.kept_until, self.opened = to, None, False
        return self

    def work(self, what: str, /, **said: Any) -> Life:
        """Whoever has it takes a step."""
        needed = 7 * MINUTE
        if self.holder is None or (self.kept_until and self.at + needed >= self.kept_until):
            self.at = max(self.at, self.kept_until or self.at)
            self.take(self.holder if self.random.random() < 0.6 else None)
        if what in ("reply", "ticket") and not self.opened:
            self.respond()
        self.any(what, self.holder, **said)
        if self.kept_until and what in ("respond", "classify", "note", "reply", "ticket"):
            self.kept_until = self.at + CLAIMED_FOR
        return self

    def respond(self) -> Life:
        self.work("respond")
        self.opened = True
        return self

    def classify(self, category: str | None = None) -> Life:
        self.category = category or self.random.choice(CATEGORIES)
        return self.work("classify", category=self.category)

    def reply(self, *, asks: bool = False, result: bool = False, given: datetime | None = None) -> Life:
        """An answer that whoever has it enters; `given` where that was earlier."""
        return self.work("reply", asks=asks, result=result, given=given)

    def let_go(self, what: str, /, **said: Any) -> Life:
        """A step after which nobody has it."""
        self.work(what, **said)
        self.holder, self.opened = None, False
        return self

    def close(self, result: str) -> Life:
        """It ends; whoever had it still bears its name."""
        self.work("close", result=result)
        self.opened = False
        return self

    def back(self) -> Life:
        """It lies in its queue again."""
        self.holder, self.opened = None, False
        return self

    # What often comes together

    def begin(self, least: float = 2, most: float = 25) -> Life:
        """Somebody takes it, opens it and says what it is."""
        self.wait(least, most).take().respond()
        return self.classify()

    def solved(self) -> Life:
        """The customer is told the result, and that is the end."""
        return self.reply(result=True).close("resolved")

    def same(self) -> str:
        """A text with the same scenario, and nothing that reports it further up."""
        return {"ministry": "outage", "exposed": "fee"}.get(self.first, self.first)


def arrives(
    week: Week,
    text: str,
    found: datetime,
    *,
    author: int | None = None,
    root: str | None = None,
    lag: timedelta | None = None,
) -> Life:
    """A new matter, by its first post."""
    life = Life(week, found, author=author, root=root)
    life.post(text, lag=lag)
    return life
