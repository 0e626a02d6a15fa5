"""The rules of a folder while analysts edit them: whoever asks is given the last good ones.

A thread watches the folder. A change that has a mistake, or whose examples fail, changes nothing and is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from watchfiles import Change, watch

from listening.errors import RuleMistakes
from listening.match.matcher import Matcher
from listening.rulebook import good_rules
from listening.rules.reader import SUFFIXES

SETTLED = 200
"""Milliseconds without a further change, after which one is looked at: editors write in several steps."""
PATIENCE = 200
"""Milliseconds between two looks at whether the watching is to end."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Good rules, and how often they have changed before: 0 for those it began with."""

    number: int
    matcher: Matcher


Told = Callable[[Generation | RuleMistakes], None]


class FollowedRules:
    """Use it as a context manager. `tell` is given each new generation, and the mistakes of what is none.

    Raises `RuleMistakes` where the rules are not good from the start.
    """

    def __init__(self, folder: Path, tell: Told) -> None:
        self._folder = folder
        self._tell = tell
        self._end = Event()
        self._watcher = Thread(target=self._watch, name="rules", daemon=True)
        self.current = Generation(0, good_rules(folder))

    def __call__(self) -> Generation:
        return self.current

    def __enter__(self) -> FollowedRules:
        self._watcher.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end.set()
        self._watcher.join()

    def _watch(self) -> None:
        where = self._folder if self._folder.is_dir() else self._folder.parent
        changes = watch(
            where,
            watch_filter=self._concerns,
            debounce=SETTLED * 4,
            step=SETTLED,
            stop_event=self._end,
            rust_timeout=PATIENCE,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        seen_once = False
        for changed in changes:
            # what was changed between the first reading and the first look is in no list of changes
            if changed or not seen_once:
                self._look()
            seen_once = True

    def _concerns(self, _change: Change, path: str) -> bool:
        return path.lower().endswith(SUFFIXES)

    def _look(self) -> None:
        try:
            matcher = good_rules(self._folder)
        except RuleMistakes as mistakes:
            self._tell(mistakes)
            return
        if matcher.rules_version != self.current.matcher.rules_version:
            self.current = Generation(self.current.number + 1, matcher)
            self._tell(self.current)
