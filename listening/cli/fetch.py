"""`listening fetch`: what a source gives, looked at and not kept; its answers as files to write tests by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from listening.app import open_app
from listening.cli.options import FOLDER, WORDS, config_option
from listening.cli.output import write_line
from listening.codec import post_to_json
from listening.collect.coverage.queries import options_of, queries_of
from listening.collect.crawling.crawl import BadItem, Crawl, CrawlReport
from listening.collect.reading.trouble import Trouble
from listening.collect.sources import Source
from listening.collect.spider.listing import Asked, Look
from listening.errors import ConfigMistakes
from listening.model import RunStatus
from listening.rules import RuleSet
from listening.rules.findings import suggestion


@click.command()
@config_option
@click.option("--save", type=FOLDER, help="Keep every answer in this folder, secrets taken out.")
@click.option(
    "--pages", default=1, show_default=True, type=click.IntRange(1, 1000), help="Read so many pages."
)
@click.option("--query", "only", type=WORDS, help="Ask for this word or account alone.")
@click.argument("name", metavar="SOURCE", type=WORDS)
def command(config_file: Path, save: Path | None, pages: int, only: str | None, name: str) -> int:
    """Fetch a source once and print its posts as JSON lines. Nothing is archived, matched or stored.

    With --save its answers are kept as files, to write a spider's tests by: without your secrets and the
    site's cookies, but with all that the pages say of people.

    \b
    Example:
      listening fetch 星河论坛 | head -3
      listening fetch 星河论坛 --pages 2 --save /tmp/pages
    """
    with open_app(config_file) as app:
        source = _source(app.config.sources, name)
        if source.folder is not None:
            raise click.UsageError(
                f"'{name}' is a folder, there is nothing to fetch - name a source with a spider"
            )
        if mistakes := app.config.check_sources((name,)):
            raise ConfigMistakes(mistakes)
        kept = app.last_good()
        asked = _asked(source, kept.ruleset if kept else None, only, app.now())
        short = replace(source, settings={**source.settings, "max_pages": pages})
        report = _fetched(Crawl(short, asked, now=app.now(), record=save))
    reason = f": {report.reason}" if report.reason else ""
    click.echo(f"{name}: {report.statistics.get('posts', 0):,} posts [{report.status}{reason}]", err=True)
    if save:
        click.echo(f"{save}: {report.statistics.get('pages', 0):,} pages and index.jsonl", err=True)
    return 0 if all(_is_good(*each) for each in report.looks) and report.looks else 3


def _asked(source: Source, rules: RuleSet | None, only: str | None, now: datetime) -> list[Asked]:
    """All that is asked for, or one of it; as a first run would."""
    back = timedelta(days=options_of(source).days_back)
    queries = [only] if only else [each.text for each in queries_of(source, rules)]
    return [Asked(query=query, wanted=now - back) for query in queries]


def _fetched(crawl: Crawl) -> CrawlReport:
    with crawl:
        for batch in crawl.batches():
            for item in batch:
                if isinstance(item, BadItem):
                    click.echo(f"{item.where}: {item.what}", err=True)
                else:
                    write_line(post_to_json(item))
    assert crawl.report is not None
    return crawl.report


def _is_good(look: Look, verdict: Trouble) -> bool:
    """To stop after so many pages is what was asked for."""
    return verdict.status in (RunStatus.OK, RunStatus.EMPTY) or look.facts.capped == verdict.reason


def _source(sources: tuple[Source, ...], name: str) -> Source:
    known = {source.name: source for source in sources}
    if name not in known:
        raise click.UsageError(f"unknown source '{name}' - {suggestion(name, known)}")
    return known[name]
