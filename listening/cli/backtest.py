"""`listening backtest`: what new rules would gain, lose and change over the archive."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click

from listening.app import App, open_app
from listening.archive import Held
from listening.cli.options import FILE, WORDS, config_option, json_option, since_option
from listening.cli.outlooks import tell
from listening.cli.output import write_line
from listening.codec import to_json
from listening.errors import InputMistake, Mistake, Place
from listening.report.backtest.compare import Asked
from listening.report.backtest.labels import SHEET, Labels, by_post, precisions, read_labels, sheet
from listening.report.backtest.outlook import Outlook, all_keys, outlook
from listening.report.backtest.page import to_html
from listening.report.backtest.plain import to_plain
from listening.report.backtest.rules import Named, old_rules
from listening.report.backtest.tally import Tally
from listening.report.backtest.workers import Task, run, task
from listening.rulebook import good_rules

_DIGEST = re.compile("[0-9a-f]{12,64}")
_TOLD = 5
"""So many damaged batches are told one by one."""


@click.command()
@config_option
@json_option
@click.option("--rules", "folder", type=FILE, help="The new rules; default: config.yaml's.")
@click.option(
    "--against",
    type=WORDS,
    help="The old rules: a folder, a git revision of the new one, or a digest that `listening rules history` "
    "tells; default: the last good ones kept.",
)
@since_option
@click.option("--source", type=WORDS, help="Only what this source brought.")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes; default: as many as there are processors."
)
@click.option(
    "--samples",
    default=5,
    show_default=True,
    type=click.IntRange(0, 100),
    help="Posts shown of each rule and change.",
)
@click.option("--html", "page", type=FILE, help="Write all of it as one HTML page.")
@click.option("--label-sheet", "label_sheet", type=FILE, help="Write a CSV of posts to judge by hand.")
@click.option("--labels", "labels_file", type=FILE, help="Read a judged CSV, and tell the precision.")
def command(
    config_file: Path,
    as_json: bool,
    folder: Path | None,
    against: str | None,
    since: timedelta | None,
    source: str | None,
    workers: int | None,
    samples: int,
    page: Path | None,
    label_sheet: Path | None,
    labels_file: Path | None,
) -> int:
    """Hold new rules against old ones over the archive.

    Tells what each rule gains, loses and finds otherwise. Nothing is stored. New rules with a mistake, or
    whose examples fail, are refused with 1. It ends with 3 where a part of the archive could not be read.

    \b
    Example:
      listening backtest --against HEAD --since 30d
      listening backtest --rules drafts/ --html backtest.html
      listening backtest --label-sheet judge.csv    then fill in its last column, and
      listening backtest --labels judge.csv
    """
    _check_targets(page, label_sheet)
    with open_app(config_file) as app:
        new_folder = folder or app.config.rules
        new = Named(_shown(new_folder), good_rules(new_folder).plan.ruleset)
        old = _old(app, against, new_folder)
        keys = all_keys(old.ruleset, new.ruleset)
        labels = read_labels(labels_file, keys) if labels_file else {}
        span = _Span(app.now() - since if since is not None else None, source)
        asked = Asked(
            zone=app.config.timezone,
            queue_max_age=app.config.queue_max_age,
            samples=samples,
            sheet=SHEET if label_sheet else 0,
            labelled=by_post(labels),
        )
        held = app.archive.held(*span)
        work = task(app.config.archive, old.ruleset, new.ruleset, asked)
        tally, made_at = _tally(app, work, span, held, workers), app.now()
    if tally is None:
        return 3
    judged = precisions(keys, tally, labels)
    told = outlook(tally, old, new, asked, since=span.since, source=source, held=held, precisions=judged)
    if page is not None:
        _write(page, to_html(told, made_at).encode())
    if label_sheet is not None:
        _write(label_sheet, sheet(keys, tally, told.zone))
    _tell(told, as_json)
    _talk(told, tally, labels)
    return 3 if told.unread else 0


class _Span(NamedTuple):
    """Which posts of the archive: since when, and of which source."""

    since: datetime | None
    source: str | None


def _tally(app: App, work: Task, span: _Span, held: Sequence[Held], workers: int | None) -> Tally | None:
    """None where a worker was killed, which is told."""
    try:
        with _progress(sum(each.posts for each in held)) as progress:
            return run(app.archive.places(*span), work, workers or os.cpu_count() or 1, progress)
    except BrokenProcessPool:
        click.echo("backtest: a worker process was killed - run it again with fewer --workers", err=True)
        return None


def _old(app: App, against: str | None, new: Path) -> Named:
    if against is not None and _DIGEST.fullmatch(against) and (was := app.remembered(against)):
        return Named(f"the rules {against}", was)
    if against is not None:
        return old_rules(against, new)
    kept = app.last_good()
    if kept is None:
        what = "no last good rules are kept in the store yet"
        cure = "name a folder of rules, or a git revision, with --against"
        raise InputMistake([Mistake(Place("--against"), what, cure)])
    return Named(f"last good rules, kept {kept.since}", kept.ruleset)


def _shown(folder: Path) -> str:
    """A folder as short as it can be named from here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def _check_targets(page: Path | None, label_sheet: Path | None) -> None:
    """What cannot be written is told before the work is done, and nobody's labels are written over."""
    mistakes = [
        Mistake(Place(str(file)), "cannot be written (there is no such folder)", "name another file")
        for file in (page, label_sheet)
        if file is not None and (not file.parent.is_dir() or file.is_dir())
    ]
    if label_sheet is not None and label_sheet.exists():
        what = "is there already, and may hold somebody's labels"
        mistakes.append(Mistake(Place(str(label_sheet)), what, "name another file, or delete it"))
    if mistakes:
        raise InputMistake(mistakes)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        mistake = Mistake(Place(str(file)), f"cannot be written ({error.strerror})", "name another file")
        raise InputMistake([mistake]) from None


@contextmanager
def _progress(posts: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=posts, label="backtest", file=sys.stderr) as bar:
        yield bar.update


def _tell(told: Outlook, as_json: bool) -> None:
    if as_json:
        write_line(to_json(to_plain(told)))
    else:
        tell(told)


def _talk(told: Outlook, tally: Tally, labels: Labels) -> None:
    """What is no result, but has to be known."""
    for each in told.unread[:_TOLD]:
        click.echo(each.why, err=True)
    if told.unread:
        batches = f"{len(told.unread):,} batches" if len(told.unread) > 1 else "1 batch"
        click.echo(
            f"{told.unread_posts:,} posts in {batches} could not be read, and are not counted", err=True
        )
    if told.old.ruleset.digest == told.new.ruleset.digest:
        click.echo("both rule sets mean the same", err=True)
    if unfound := len(labels) - len(tally.labelled):
        click.echo(f"{unfound:,} labels are of posts that the rule does not match here, old or new", err=True)
