"""The rules of a service: the folder's while they are good, else the last good ones; each change is told.

Whatever becomes live is kept in the store, as every collecting command does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from listening.collect.schedule.news import Kind
from listening.errors import RuleMistakes, StoreError
from listening.follow import FollowedRules, Generation
from listening.match.matcher import Matcher
from listening.rulebook import keep, live_rules
from listening.store.ports import Documents

LOOK_AGAIN = 2.0
"""Seconds between two looks at a folder whose rules were bad when the service began."""
TellRules = Callable[[Kind, str], None]


class LiveRules:
    """Use it as a context manager. `matcher` is the one to use now; None while there never were good rules.

    `changed` is called when another one is to be used. Raises `StoreError` on entering.
    """

    def __init__(
        self,
        folder: Path,
        documents: Documents,
        *,
        now: Callable[[], datetime],
        tell: TellRules,
        changed: Callable[[], None],
    ) -> None:
        self.matcher: Matcher | None = None
        self._folder, self._documents = folder, documents
        self._now, self._tell, self._changed = now, tell, changed
        self._unkept = False
        self._bad: object = None  # what the folder looked like when its rules were bad
        self._end = Event()
        self._follower = Thread(target=self._follow, name="rules of the service", daemon=True)

    def __enter__(self) -> LiveRules:
        shape = _shape(self._folder)
        live = live_rules(self._folder, self._documents, self._now())
        self.matcher = live.matcher
        if live.mistakes is not None:
            self._bad = shape
            self._tell_mistakes(live.mistakes)
        self._follower.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end.set()
        self._follower.join()

    def keep(self) -> None:
        """Keep in the store what could not be kept while it was away. Raises `StoreError`."""
        if self._unkept:
            self._take()

    def _follow(self) -> None:
        """`FollowedRules` begins with good ones only; until there are some, the folder is looked at."""
        while not self._end.is_set():
            shape = _shape(self._folder)
            if shape == self._bad:
                self._end.wait(LOOK_AGAIN)
                continue
            try:
                with FollowedRules(self._folder, self._told) as followed:
                    self._told(followed())
                    self._end.wait()
            except RuleMistakes as mistakes:
                self._bad = shape
                self._tell_mistakes(mistakes)

    def _told(self, news: Generation | RuleMistakes) -> None:
        if isinstance(news, RuleMistakes):
            self._tell_mistakes(news)
            return
        is_same = self.matcher is not None and news.matcher.rules_version == self.matcher.rules_version
        if not is_same:
            self.matcher = news.matcher
            self._take()
        if self._bad is not None or not is_same:
            self._bad = None
            self._tell(Kind.RULES, f"rules: now {news.matcher.rules_version}")
            self._changed()

    def _take(self) -> None:
        if self.matcher is None:
            return
        try:
            keep(self.matcher, self._documents, self._now())
            self._unkept = False
        except StoreError:
            self._unkept = True

    def _tell_mistakes(self, mistakes: RuleMistakes) -> None:
        used = "the last good ones stay" if self.matcher else "posts are archived and wait for good rules"
        self._tell(Kind.RULES, f"{mistakes}\nrules: {len(mistakes.mistakes)} mistakes, {used} - mend them")


def _shape(folder: Path) -> frozenset[tuple[Path, int, int]]:
    """Changes whenever one of the folder's files does."""
    files = [folder] if folder.is_file() else folder.rglob("*")
    found = set()
    for file in files:
        with suppress(OSError):  # gone meanwhile
            status = file.stat()
            found.add((file, status.st_mtime_ns, status.st_size))
    return frozenset(found)
