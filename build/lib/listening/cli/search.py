"""`listening search`: records that match a query, newest first."""

from __future__ import annotations

from pathlib import Path

import click

from listening.app import open_app
from listening.cli.options import Searching, config_option, json_option, query_argument
from listening.cli.output import hit_table, write_line
from listening.codec import hit_to_json
from listening.query import parse


@click.command(cls=Searching)
@config_option
@json_option
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Show at most so many."
)
@query_argument
def command(config_file: Path, as_json: bool, limit: int, query: tuple[str, ...]) -> None:
    """Search hits and mentions.

    The newest are shown first; without QUERY all are found. The language is described in docs/search.md.

    \b
    Example:
      listening search 断网 brand:星河宽带 since:7d
      listening search 'level:2 -招聘 "一整句"' --json
    """
    with open_app(config_file) as app:
        asked = parse(" ".join(query), now=app.now(), zone=app.config.timezone)
        page = app.store.search(asked, limit=limit)
        if as_json:
            for hit in page.hits:
                write_line(hit_to_json(hit))
        else:
            hit_table(page.hits, app.config.timezone)
        shown = len(page.hits)
        more = f", the newest {shown:,} are shown" if page.total > shown else ""
        click.echo(f"{page.total:,} found{more}", err=True)
