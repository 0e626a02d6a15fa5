"""`listening sources`: how each source is, when it is crawled next, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import config_option, json_option
from listening.cli.output import local, table, write_line
from listening.codec import to_json
from listening.collect.coverage.knowledge import all_known
from listening.collect.coverage.vouching import CURES, doubt
from listening.collect.runs import runs
from listening.collect.schedule import read_due
from listening.collect.sources import Source
from listening.collect.spider.status import worst
from listening.model import Known, RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source, for its operator. `doubt`: its runs are well, and yet something is strange."""

    source: str
    spider: str
    status: RunStatus | None
    reason: str | None
    last_run: datetime | None
    last_good: datetime | None
    next_run: datetime | None
    not_before: datetime | None
    gaps: int
    doubt: str | None
    cure: str | None


@click.command()
@config_option
@json_option
def command(config_file: Path, as_json: bool) -> int:
    """Tell how each source is, and what to do about it.

    Also when it is crawled next, if `listening run` is at work. Ends with 3 if the last run of one did not
    see everything, or one is strangely quiet.

    \b
    Example:
      listening sources
      listening sources --json
    """
    with open_app(config_file) as app:
        known, due = dict(all_known(app.store)), read_due(app.store)
        told = [_health(app, each, known.get(each.name, Known()), due) for each in app.config.sources]
        if as_json:
            for each in told:
                write_line(to_json(each))
        else:
            _show(told, app.config.timezone)
        return 3 if any(each.cure for each in told) else 0


def _health(app: App, source: Source, known: Known, due: Mapping[str, datetime]) -> Health:
    now, doubted = app.now(), doubt(known, app.now())
    status, reason, last_run, last_good = _ends(known) if source.folder is None else _imports(app, source)
    mistakes = app.config.check_sources((source.name,))
    return Health(
        source=source.name,
        spider=source.spider or "folder",
        status=status,
        reason=reason,
        last_run=last_run,
        last_good=last_good,
        next_run=due.get(source.name) if source.timing.is_scheduled else None,
        not_before=known.not_before if known.not_before and known.not_before > now else None,
        gaps=sum(len(each.gaps) for each in known.queries),
        doubt=doubted,
        cure=str(mistakes[0]) if mistakes else _cure(status, doubted),
    )


Ends = tuple[RunStatus | None, str | None, datetime | None, datetime | None]


def _ends(known: Known) -> Ends:
    """How the last look at each query ended: the worst of them, the latest time, the earliest good one."""
    ends = [each for each in known.queries if each.status]
    last = min(ends, key=lambda each: worst(each.status), default=None)
    return (
        last.status if last else None,
        last.reason if last else None,
        max((each.last_run for each in ends if each.last_run), default=None),
        min((each.last_good for each in ends if each.last_good), default=None),
    )


def _imports(app: App, source: Source) -> Ends:
    """The same of a watched folder: of its last file."""
    done = list(runs(app.store, source.name))
    good = [run.started_at for run in done if run.status in (RunStatus.OK, RunStatus.EMPTY)]
    last = done[-1] if done else None
    return (
        last.status if last else None,
        last.reason if last else None,
        last.started_at if last else None,
        good[-1] if good else None,
    )


def _cure(status: RunStatus | None, doubted: str | None) -> str | None:
    if status is not None and status in CURES:
        return CURES[status]
    return "look at the site; name an old post as `canary`" if doubted else None


def _show(told: list[Health], zone: str) -> None:
    rows = [
        (
            each.source,
            each.spider,
            each.status or "never crawled",
            local(each.last_run, zone),
            local(each.last_good, zone),
            local(each.not_before or each.next_run, zone),
            str(each.gaps or ""),
        )
        for each in told
    ]
    table(["source", "spider", "status", "last run", "last good run", "next run", "gaps"], rows)
    for each in told:
        for what in filter(None, (each.reason, each.doubt)):
            click.echo(f"{each.source}: {what}", err=True)
        if each.cure:
            click.echo(f"{each.source}: {each.cure}", err=True)
