"""APScheduler as an alarm clock: it calls when a source is due, and has no opinion on what that means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

Next = Callable[[datetime], datetime | None]
"""The next time later than a moment."""
_PULSE = timedelta(seconds=20)
"""It waits by a clock that stands still while the machine sleeps; so it never waits for longer than this."""


class Timer:
    """Calls `fire` with a name and the time it was due. A source that missed several times is called once."""

    def __init__(self, fire: Callable[[str, datetime], None]) -> None:
        self._fire = fire
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": _InPlace()},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        self._scheduler.add_job(lambda _due=None: None, _Then(lambda moment: moment + _PULSE))

    def set(self, name: str, first: datetime, then: Next) -> None:
        """Call at `first`, and then as `then` says; instead of what was set for this name before."""
        self._scheduler.add_job(
            self._call,
            _Then(then),
            args=[name],
            id=f"source {name}",
            next_run_time=first,
            replace_existing=True,
        )

    def remove(self, name: str) -> None:
        """Call no more."""
        try:
            self._scheduler.remove_job(f"source {name}")
        except JobLookupError:
            return  # it has no next time, and was removed for that

    def _call(self, name: str, due: datetime | None = None) -> None:
        assert due is not None
        self._fire(name, due)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


class _Then(BaseTrigger):  # type: ignore[misc]
    def __init__(self, then: Next) -> None:
        self._then = then

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Never what lies behind: many missed times are one."""
        return self._then(max(previous, now) if previous else now)


class _InPlace(BaseExecutor):  # type: ignore[misc]
    """Calls at once, in the timer's own thread, and says for when it was due, as no other executor does."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        job.func(*job.args, run_times[0])
        self._run_job_success(job.id, [])
