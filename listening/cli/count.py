"""`listening count`: how many records match, in all, by a field, or over time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listening.app import App, open_app
from listening.cli.options import Searching, config_option, json_option, query_argument
from listening.cli.output import local, percent, table, write_line
from listening.codec import to_json
from listening.collect.coverage.vouching import together, vouched_by_all
from listening.model import Stretch
from listening.query import FACETS, Bound, Field, Query, parse
from listening.store import Store

_INTERVALS = ("hour", "day", "week", "month")
_USUAL = timedelta(days=7)
_BY = f"A field ({' '.join(FACETS)}) or an interval ({' '.join(_INTERVALS)})."


@click.command(cls=Searching)
@config_option
@json_option
@click.option("--by", type=click.Choice([*FACETS, *_INTERVALS]), metavar="FIELD", help=_BY)
@click.option(
    "--coverage", "with_coverage", is_flag=True, help="Tell as well how much of that time was seen."
)
@query_argument
def command(
    config_file: Path, as_json: bool, by: str | None, with_coverage: bool, query: tuple[str, ...]
) -> None:
    """Count hits and mentions exactly.

    In all, by a field or over time. The language is described in docs/search.md. With --coverage a last line
    tells for how much of the time asked for (without `since:` of the last 7 days) the sources can vouch.

    \b
    Example:
      listening count level:2 since:7d
      listening count level:2 since:7d --coverage
      listening count --by brand
      listening count --by day 断网 since:14d
    """
    with open_app(config_file) as app:
        zone = app.config.timezone
        asked = parse(" ".join(query), now=app.now(), zone=zone)
        if by is None:
            total = app.store.count(asked)
            click.echo(f'{{"total":{total}}}' if as_json else f"{total}")
        else:
            _tell_by(by, app.store, asked, zone, as_json=as_json)
        if with_coverage:
            _tell_coverage(app, asked, as_json=as_json)


def _tell_by(by: str, store: Store, asked: Query, zone: str, *, as_json: bool) -> None:
    if by in _INTERVALS:
        steps = store.histogram(asked, by, zone)
        rows = [(start.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"), n) for start, n in steps]
    else:
        rows = store.facets(asked, by)
    if as_json:
        write_line(to_json([{by: value, "records": n} for value, n in rows]))
    else:
        table([by, "records"], rows)


def _tell_coverage(app: App, asked: Query, *, as_json: bool) -> None:
    """Of the sources and subjects that the query names, or of all there are."""
    window = _window(asked, app.now())
    configured = [each.name for each in app.config.sources]
    told = vouched_by_all(app.store, configured, window, _named(asked, "source"))
    subjects = {*_named(asked, "brand"), *_named(asked, "competitor")}
    carrying = [each for each in told if not each.brands or not subjects or subjects & set(each.brands)]
    whole = together("", carrying, window)
    if as_json:
        write_line(to_json({"window": window, "coverage": whole, "gaps": sum(len(e.gaps) for e in carrying)}))
        return
    zone = app.config.timezone
    span = f"{local(window.begin, zone)} – {local(window.end, zone)}"
    if not whole.sources:
        click.echo(f"coverage {span}: no source vouches for any of it")
        return
    shares = f"all {percent(whole.all_share)}, any {percent(whole.any_share)} of {len(whole.sources)} sources"
    gaps = sum(len(each.gaps) for each in carrying)
    click.echo(f"coverage {span}: {shares}, {gaps} gaps (listening coverage)")


def _window(asked: Query, now: datetime) -> Stretch:
    bounds = [each for each in asked.clauses if isinstance(each, Bound) and not each.negated]
    end = min([now, *(each.at for each in bounds if each.name == "until")])
    begin = max((each.at for each in bounds if each.name == "since"), default=end - _USUAL)
    return Stretch(begin, end) if begin < end else Stretch(end - _USUAL, end)


def _named(asked: Query, field: str) -> tuple[str, ...]:
    fields = (each for each in asked.clauses if isinstance(each, Field) and not each.negated)
    return tuple(value for each in fields if each.name == field for value in each.values)
