"""What happens to a case because time passes: warnings and breaches, and what nobody will answer any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from listening.codec import time_text
from listening.errors import TransitionRefused
from listening.model import SYSTEM, Case, EventKind, Result
from listening.review.levels import ServiceLevels
from listening.review.log import CaseLog
from listening.rules.ruleset import DeskSettings

_WARNS_AT_MOST_BEFORE = timedelta(days=30)
"""Time on the wall: a quarter of any target that a desk promises, nights and holidays included."""
_AT_ONCE = 10_000


class Ticker:
    """Asked now and then; what was said once is not said again. Any number of machines may ask."""

    def __init__(self, log: CaseLog, levels: ServiceLevels, settings: DeskSettings) -> None:
        self._log, self._levels, self._settings = log, levels, settings

    def tick(self) -> Counter[str]:
        """Warn of deadlines that come near, mark those that are missed; how many of each."""
        now, done = self._log.now(), Counter[str]()
        for case in self._log.store.due(now + _WARNS_AT_MOST_BEFORE, _AT_ONCE):
            if case.deadline is not None and (kind := self._kind(case, case.deadline)) is not None:
                by = time_text(case.deadline)
                data = {"target": case.target, "by": by}
                done[kind] += self._record(case, kind, data, f"{kind} {case.target} {by}")
        return done

    def sweep(self) -> Counter[str]:
        """Look at every live case: given up, unreachable, or due at another time than was assumed."""
        done = Counter[str]()
        for case in list(self._log.store.live()):
            if self._is_abandoned(case):
                done["abandon"] += self._record(case, EventKind.ABANDON, {"why": self._why(case)}, None)
            elif self._is_unreachable(case):
                data = {"result": str(Result.UNREACHABLE)}
                done["unreachable"] += self._record(case, EventKind.CLOSE, data, None)
            elif case.assumed and (target := self._levels.renewed(case)) is not None:
                data = {name: value for name, value in target.data().items() if not name.endswith("_ms")}
                done["deadline"] += self._record(case, EventKind.DEADLINE, data | {"why": "year"}, None)
        return done

    def _kind(self, case: Case, due: datetime) -> EventKind | None:
        """What is to be said of its deadline now."""
        now = self._log.now()
        if due < now:
            return EventKind.BREACH
        begin = case.found_at or case.opened_at
        warned = case.target in case.warned
        is_near = self._levels.warn_at(case.queue or "", begin, due, case.hours) <= now
        return EventKind.WARN if is_near and not warned else None

    def _is_abandoned(self, case: Case) -> bool:
        """No answer of ours, and nobody is at it: too old, or nothing is left to answer."""
        if case.replies or case.assignee is not None or case.responded_at is not None:
            return False
        is_old = self._log.now() - (case.found_at or case.opened_at) > self._settings.abandon_after
        return is_old or self._is_gone(case)

    def _is_gone(self, case: Case) -> bool:
        return bool(case.posts) and len(set(case.gone)) >= len(case.posts)

    def _why(self, case: Case) -> str:
        return "deleted" if self._is_gone(case) else "old"

    def _is_unreachable(self, case: Case) -> bool:
        """The customer did not answer our question."""
        asked = case.asked_at
        return asked is not None and self._log.now() - asked > self._settings.unreachable_after

    def _record(self, case: Case, kind: EventKind, data: Mapping[str, Any], key: str | None) -> bool:
        """False where somebody did something about it meanwhile."""
        try:
            self._log.record(case.id, kind, SYSTEM, data, key=key)
        except TransitionRefused:
            return False
        return True
