"""`listening crawl`: one shot over the configured sources, for cron."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.collecting import Reporter, collecting, exit_code
from listening.cli.options import WORDS, config_option, json_option
from listening.collect.dropbox import import_folder
from listening.collect.runs import Progress, Runner
from listening.collect.sources import Source
from listening.errors import ConfigMistakes, CrawlError, Locked
from listening.model import Run
from listening.rules.findings import suggestion

_LOCKED = 75
End = Run | CrawlError | Locked


@click.command()
@config_option
@json_option
@click.option(
    "--fill-gaps", "fill", is_flag=True, help="Look for what earlier runs missed, and only for that."
)
@click.option("--now", "at_once", is_flag=True, help="Also sources that are left in peace after bad runs.")
@click.argument("names", metavar="[SOURCE]...", nargs=-1, type=WORDS)
def command(config_file: Path, as_json: bool, fill: bool, at_once: bool, names: tuple[str, ...]) -> int:
    """Crawl the sources of config.yaml once.

    Each SOURCE that is named, or all. Ends with 3 if one was not seen whole, else with 75 if somebody else is
    crawling one, here or on another machine with the same store; the others are crawled all the same.

    \b
    Example:
      listening crawl
      listening crawl 星河论坛
      listening crawl 星河论坛 --fill-gaps                   (what is missing: listening coverage)
      */15 * * * *  cd /srv/listening && listening crawl     (cron)
    """
    with open_app(config_file) as app:
        chosen = _chosen(app, names)
        if mistakes := app.config.check_sources(names):
            raise ConfigMistakes(mistakes)
        with collecting(app) as runner:
            crawl = partial(runner.crawl, fill=fill, at_once=at_once)
            ends = [e for each in chosen for e in _crawl(app, crawl, runner, each, as_json=as_json)]
            return _code(app, ends)


def _chosen(app: App, names: tuple[str, ...]) -> list[Source]:
    known = {source.name: source for source in app.config.sources}
    for name in names:
        if name not in known:
            raise click.UsageError(f"unknown source '{name}' - {suggestion(name, known)}")
    if not known:
        click.echo(f"{app.config.file}: names no sources - add some under `sources:`", err=True)
    return [known[name] for name in names] if names else list(known.values())


def _crawl(
    app: App, crawl: Callable[[Source, Progress], Run], runner: Runner, source: Source, *, as_json: bool
) -> list[End]:
    """One source; what kept us from crawling it, which leaves the others their turn."""
    ends: list[End] = []
    try:
        with Reporter(source.name) as reporter, app.lock(source.name):
            if source.folder is None:
                ends = [crawl(source, reporter.progress)]
            else:
                for dropped in import_folder(source, runner, reporter.progress, now=app.now()):
                    ends.append(dropped.run or CrawlError(source.name, dropped.reason or ""))
    except (CrawlError, Locked) as error:
        ends.append(error)
    for end in ends:
        if isinstance(end, Run):
            reporter.tell(end, as_json=as_json)
        else:
            click.echo(str(end), err=True)
    return ends


def _code(app: App, ends: Sequence[End]) -> int:
    """That nobody has seen a source whole is worse than that somebody else is at it."""
    if any(isinstance(end, CrawlError) for end in ends):
        return 3
    code = exit_code(app, [end for end in ends if isinstance(end, Run)])
    return code or (_LOCKED if any(isinstance(end, Locked) for end in ends) else 0)
