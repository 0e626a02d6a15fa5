"""`listening coverage`: for which time we can vouch, and for which nobody can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import WORDS, config_option, json_option, window_option
from listening.cli.output import local, percent, table, write_line
from listening.codec import to_json
from listening.collect.coverage.pulse import spoken
from listening.collect.coverage.vouching import BrandVouched, Vouched, by_brand, vouched_by_all
from listening.errors import RuleMistakes
from listening.model import Stretch


@click.command()
@config_option
@json_option
@window_option
@click.argument("names", metavar="[SOURCE]...", nargs=-1, type=WORDS)
def command(config_file: Path, as_json: bool, since: timedelta, names: tuple[str, ...]) -> int:
    """Tell for which share of the time each source can vouch.

    What is missing is either a gap, of which the reason is known, or a time in which nobody looked. A listing
    sorted by activity or rank can vouch for nothing. Of a brand it is told how much of the time everything
    that carries its words was seen (all), and how much anything was (any).

    \b
    Example:
      listening coverage --since 7d
      listening coverage 星河论坛 --since 24h --json
    """
    with open_app(config_file) as app:
        now = app.now()
        window = Stretch(now - since, now)
        told = vouched_by_all(app.store, (each.name for each in app.config.sources), window, names)
        brands = by_brand(told, _brands(app), window)
        if as_json:
            for each in (*told, *brands):
                write_line(to_json(each))
        else:
            _show(told, brands, window, app.config.timezone)
        return 0


def _brands(app: App) -> list[str]:
    """The subjects of the rules that are live, or were; coverage is told without any, too."""
    try:
        kept = app.last_good()
    except RuleMistakes:
        return []
    return [subject.name for subject in kept.ruleset.subjects] if kept else []


def _show(told: Sequence[Vouched], brands: Sequence[BrandVouched], window: Stretch, zone: str) -> None:
    click.echo(f"{local(window.begin, zone)} – {local(window.end, zone)} {zone}\n")
    table(
        ["source", "vouched", "gaps", "not looked at", "last good run", "last run"],
        [_row(each, zone) for each in told],
    )
    lines = [line for each in told for line in _missing(each, zone)]
    if lines:
        click.echo("\n" + "\n".join(lines))
    if brands:
        click.echo()
        table(["brand", "all", "any", "sources", "cannot vouch"], map(_brand_row, brands))


def _row(each: Vouched, zone: str) -> tuple[str, ...]:
    missing = sum((s.end - s.begin for s in each.unlooked), timedelta())
    return (
        _name(each),
        "never" if each.share is None else percent(each.share),
        str(len(each.gaps) or ""),
        spoken(missing) if missing else "",
        local(each.last_good, zone),
        f"{each.status or ''}{': ' + each.reason if each.reason else ''}",
    )


def _name(each: Vouched) -> str:
    return f"{each.source}/{each.query}" if each.query else each.source


def _missing(each: Vouched, zone: str) -> Iterator[str]:
    for gap in each.gaps:
        waits = " (closed by --fill-gaps)" if gap.capped else ""
        yield f"{_name(each)}: gap {_span(gap.stretch, zone)}: {gap.reason}{waits}"
    if each.share is None:
        yield f"{_name(each)}: cannot vouch for anything, its listing is sorted by {each.order}"


def _span(stretch: Stretch, zone: str) -> str:
    length = spoken(stretch.end - stretch.begin)
    return f"{local(stretch.begin, zone)} – {local(stretch.end, zone)} ({length})"


def _brand_row(each: BrandVouched) -> tuple[str, ...]:
    return (
        each.brand,
        percent(each.all_share),
        percent(each.any_share),
        str(len(each.sources)),
        str(len(each.unable) or ""),
    )
