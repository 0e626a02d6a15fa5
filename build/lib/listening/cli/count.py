"""`listening count`: how many records match, in all, by a field, or over time."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listening.app import open_app
from listening.cli.options import Searching, config_option, json_option, query_argument
from listening.cli.output import table, write_line
from listening.codec import to_json
from listening.query import FACETS, parse

_INTERVALS = ("hour", "day", "week", "month")
_BY = f"A field ({' '.join(FACETS)}) or an interval ({' '.join(_INTERVALS)})."


@click.command(cls=Searching)
@config_option
@json_option
@click.option("--by", type=click.Choice([*FACETS, *_INTERVALS]), metavar="FIELD", help=_BY)
@query_argument
def command(config_file: Path, as_json: bool, by: str | None, query: tuple[str, ...]) -> None:
    """Count hits and mentions exactly.

    In all, by a field or over time. The language is described in docs/search.md.

    \b
    Example:
      listening count level:2 since:7d
      listening count --by brand
      listening count --by day 断网 since:14d
    """
    with open_app(config_file) as app:
        zone = app.config.timezone
        asked = parse(" ".join(query), now=app.now(), zone=zone)
        if by is None:
            total = app.store.count(asked)
            click.echo(f'{{"total":{total}}}' if as_json else f"{total}")
            return
        if by in _INTERVALS:
            steps = app.store.histogram(asked, by, zone)
            rows = [(start.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"), n) for start, n in steps]
        else:
            rows = app.store.facets(asked, by)
        if as_json:
            write_line(to_json([{by: value, "records": n} for value, n in rows]))
        else:
            table([by, "records"], rows)
