"""What `import` and `crawl` share: recovery first, progress, the account of each run, the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

import click

from listening.app import App
from listening.archive import Recovery
from listening.cli.output import outcome_line, read_or_not, write_line
from listening.codec import to_json
from listening.collect.runs import Recovered, Runner
from listening.model import Outcome, Run, RunStatus

_WHOLE = (RunStatus.OK, RunStatus.EMPTY)
_EVERY = 0.2


@contextmanager
def collecting(app: App) -> Iterator[Runner]:
    """A runner with the live rules, after finishing what a dead run left."""
    live = app.live
    if live.mistakes is not None:
        click.echo(str(live.mistakes), err=True)
        used = (
            "the last good rules are used" if live.matcher else "posts are archived and wait for good rules"
        )
        click.echo(f"{app.config.rules}: the rules have mistakes, so {used} - mend them", err=True)
    runner = Runner(app.archive, app.store, app.pipeline(live.matcher), app.now)
    _tell_recovered(runner.recover())
    yield runner


def _tell_recovered(recovered: Recovered) -> None:
    tell_mended(recovered.archive)
    if recovered.tally.total:
        click.echo(f"left over by earlier runs: {outcome_line(recovered.tally.outcomes)}", err=True)


def tell_mended(recovery: Recovery) -> None:
    """What a crash, or the disk, had done to the archive."""
    for torn in recovery.cut:
        click.echo(
            f"{torn.file}: a torn tail of {torn.bytes:,} bytes was cut at byte {torn.offset:,}", err=True
        )
    for damage in recovery.damaged:
        what = f"{damage.bytes:,} bytes at byte {damage.offset:,} are damaged or gone"
        click.echo(f"{damage.file}: {what} - restore the file from a backup", err=True)


class Reporter:
    """Shows how far a run is, on a terminal only, and tells its end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0.0
        self._on_terminal = sys.stderr.isatty()

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)

    def progress(self, run: Run) -> None:
        if self._on_terminal and time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            click.echo(f"\r\x1b[K{self._name}: {run.read:,} posts", err=True, nl=False)

    def tell(self, run: Run, *, as_json: bool) -> None:
        """The run's outcomes, which sum up to what was read, on stdout."""
        with read_or_not():
            if as_json:
                write_line(to_json(run))
                return
            status = f" [{run.status}{': ' + run.reason if run.reason else ''}]"
            click.echo(f"{self._name}: {outcome_line(run.outcomes)}{status}")
            waiting = run.read - sum(run.outcomes.values())
            if waiting:
                click.echo(f"{self._name}: {waiting_line(waiting)}")


def waiting_line(posts: int) -> str:
    """What became of posts for which there are no rules."""
    return f"{posts:,} posts are archived and wait for good rules"


def exit_code(app: App, done: Sequence[Run]) -> int:
    """3 when old rules or none were used, a line was bad or a source was not seen whole."""
    bad = any(run.status not in _WHOLE or run.outcomes.get(Outcome.INVALID) for run in done)
    return 3 if bad or app.live.mistakes is not None else 0
