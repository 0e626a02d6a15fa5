"""`listening kpi`: the figures of the desk, each with its definition and what it leaves out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listening.app import App, open_app
from listening.cli.options import WORDS, config_option, json_option
from listening.cli.output import counting, local, percent, table, write_line
from listening.codec import to_json
from listening.codec.sheets import safe
from listening.collect.coverage.vouching import together, vouched_by_all
from listening.errors import QueryMistake
from listening.model import Stretch
from listening.query.times import bound_at
from listening.review.kpi import (
    GROUPINGS,
    Asked,
    Figure,
    Seen,
    as_row,
    ask,
    behind,
    defined,
    explained,
    figures,
    named,
    parts_text,
    reasons_text,
    value_text,
)

_USUAL = timedelta(days=6)
_YEARS = range(1970, 2200)


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"'{text}' is no day, write one like 2026-11-30") from None
    if day.year not in _YEARS:
        raise click.BadParameter(f"'{text}' is outside the calendar, take a nearer day")
    return day


@click.command()
@config_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV for a spreadsheet, UTF-8 with a BOM.")
@click.option(
    "--from", "first", callback=_day, metavar="DAY", help="The first day. Default: 6 days before the last."
)
@click.option("--to", "last", callback=_day, metavar="DAY", help="The last day, included. Default: today.")
@click.option(
    "--by",
    multiple=True,
    type=WORDS,
    metavar="GROUPING",
    help=f"{' '.join(GROUPINGS)}; one period and one other thing at most.",
)
@click.option(
    "--figure", "names", multiple=True, type=WORDS, metavar="NAME", help="Only this figure, or its family."
)
@click.option(
    "--as-of", type=WORDS, metavar="TIME", help="As it was known then: a day, or a time. Default: now."
)
@click.option(
    "--opportunity",
    "opportunities",
    multiple=True,
    type=WORDS,
    metavar="SCENARIO",
    help="Cases of this scenario may be won, besides those of class competitor.",
)
@click.option("--cases", "with_cases", is_flag=True, help="With --json: the cases behind each figure.")
@click.option("--definitions", is_flag=True, help="Print below what each figure means.")
@click.option(
    "--explain", type=WORDS, metavar="NAME", help="Only tell what a figure, or a family of them, means."
)
def command(
    config_file: Path,
    as_json: bool,
    as_csv: bool,
    first: date | None,
    last: date | None,
    by: tuple[str, ...],
    names: tuple[str, ...],
    as_of: str | None,
    opportunities: tuple[str, ...],
    with_cases: bool,
    definitions: bool,
    explain: str | None,
) -> None:
    """Tell the figures of the desk.

    They are computed from the events of all cases, from the first to the last day in the configured zone. A
    case counts under each of its brands and scenarios; the total is computed over all of them. What each
    figure means stands in docs/kpi.md.

    \b
    Example:
      listening kpi --from 2026-11-01 --to 2026-11-30 --by week
      listening kpi --by day --by queue --figure response --figure backlog
      listening kpi --from 2026-11-01 --to 2026-11-30 --as-of 2026-12-07 --csv > november.csv
      listening kpi --explain resolution
    """
    chosen = named([explain] if explain else names)
    if explain:
        click.echo("\n\n".join(map(explained, chosen)))
        return
    if as_csv and as_json:
        raise click.UsageError("--csv and --json are two answers, take one")
    if with_cases and not as_json:
        raise click.UsageError("--cases needs --json")
    with open_app(config_file) as app:
        zone, now = app.config.timezone, app.now()
        seen_from = _moment(as_of, now, zone) if as_of else now
        end = last or now.astimezone(ZoneInfo(zone)).date()
        asked = ask(
            first or end - _USUAL, end, zone=zone, as_of=seen_from, by=by, opportunities=opportunities
        )
        seen = _seen(app, asked)
        with counting("kpi") as progress:
            told = figures(app.store.events(), asked, chosen, coverage=seen, progress=progress)
        if as_json:
            _print_json(told, asked, seen, with_cases=with_cases)
        elif as_csv:
            _print_csv(told, asked)
            click.echo(_coverage_line(seen, zone), err=True)
        else:
            _print_table(told, asked)
            if definitions:
                click.echo("\n" + "\n".join(map(defined, chosen)))
            click.echo("\n" + _coverage_line(seen, zone))


def _moment(text: str, now: datetime, zone: str) -> datetime:
    """A day is its last moment."""
    try:
        return bound_at("until", text, now, ZoneInfo(zone))
    except QueryMistake as error:
        raise click.BadParameter(f"'{text}' {error.what}, {error.cure}", param_hint="--as-of") from None


def _seen(app: App, asked: Asked) -> Seen | None:
    """Of all sources there are, as far as the time asked for has passed."""
    begin, end = asked.window.begin, min(asked.window.end, asked.as_of)
    if begin >= end:
        return None
    window = Stretch(begin, end)
    told = vouched_by_all(app.store, [each.name for each in app.config.sources], window)
    whole = together("", told, window)
    return Seen(
        begin=begin,
        end=end,
        sources=whole.sources,
        unable=whole.unable,
        all_share=whole.all_share,
        any_share=whole.any_share,
        gaps=sum(len(each.gaps) for each in told),
    )


def _coverage_line(seen: Seen | None, zone: str) -> str:
    if seen is None:
        return "coverage: nothing of that time has passed"
    span = f"{local(seen.begin, zone)} – {local(seen.end, zone)}"
    if not seen.sources:
        return f"coverage {span}: no source vouches for any of it"
    shares = f"all {percent(seen.all_share)}, any {percent(seen.any_share)} of {len(seen.sources)} sources"
    return f"coverage {span}: {shares}, {seen.gaps} gaps (listening coverage)"


def _print_json(told: Sequence[Figure], asked: Asked, seen: Seen | None, *, with_cases: bool) -> None:
    for each in told:
        row = as_row(each, asked)
        write_line(to_json(row | dict(behind(each)) if with_cases else row))
    write_line(to_json({"as_of": asked.as_of, "coverage": seen}))


def _print_csv(told: Sequence[Figure], asked: Asked) -> None:
    head = list(as_row(told[0], asked))
    write_line(b"\xef\xbb\xbf" + _line(head))
    for each in told:
        write_line(_line([_cell(name, value) for name, value in as_row(each, asked).items()]))


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue().encode()


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "left_out":
        return reasons_text(value)
    if isinstance(value, float):
        return f"{value:.4f}"
    return safe(value) if isinstance(value, str) else str(value).lower()


def _print_table(told: Sequence[Figure], asked: Asked) -> None:
    columns = {"period": asked.period, str(asked.dimension): asked.dimension}
    groupings = {key: str(name) for key, name in columns.items() if name is not None}
    rows = []
    for each in told:
        row = as_row(each, asked)
        places = ["total" if each.total else _place(row[key]) for key in groupings]
        rows.append(
            [
                row["figure"],
                row["zh"],
                *places,
                value_text(each),
                parts_text(each),
                reasons_text(each.left_out),
            ]
        )
    table(["figure", "指标", *groupings.values(), "value", "of", "left out"], rows)


def _place(value: str | None) -> str:
    return "–" if value is None else value
