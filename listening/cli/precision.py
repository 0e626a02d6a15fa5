"""`listening precision`: which line of the rules costs the desk its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import config_option, json_option, since_option
from listening.cli.output import percent, table, write, write_line
from listening.codec import to_json
from listening.codec.sheets import to_sheet
from listening.errors import RuleMistakes
from listening.query import parse
from listening.review.intervals import Estimate
from listening.review.precision import WAITING, By, Precision, Precisions, precisions
from listening.review.verdicts import read_verdicts
from listening.rules import RuleSet, read_rules
from listening.store.pseudonyms import open_pseudonyms

_MINUTE = 60_000
_COLUMNS = (
    *("kind", "rule", "term", "relevant", "irrelevant", "duplicate", "precision", "low", "high"),
    *("waiting", "cost_minutes", "place"),
)


@click.command()
@config_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV for a spreadsheet, UTF-8 with a BOM.")
@since_option
@click.option(
    "--by",
    type=click.Choice([str(each) for each in By]),
    default=str(By.RULE),
    show_default=True,
    help="A row for each rule, or for each term of a rule.",
)
def command(config_file: Path, as_json: bool, as_csv: bool, since: timedelta | None, by: str) -> None:
    """Tell which rules and terms bring irrelevant hits.

    Of each rule, or each term, what people said of its hits, the precision that follows with its 95 %
    interval, how many hits wait for a word, and the minutes the desk spent on irrelevant ones. The costliest
    first. --since goes by the time of the verdict, and of closing.

    \b
    Example:
      listening precision --since 30d
      listening precision --by term
      listening precision --by term --csv > terms.csv
    """
    if as_json and as_csv:
        raise click.UsageError("give either --json or --csv")
    with open_app(config_file) as app:
        now, store = app.now(), app.store
        told = precisions(
            read_verdicts(store.events()),
            store.scan(parse(WAITING, now=now, zone=app.config.timezone)),
            open_pseudonyms(store),
            by=By(by),
            since=now - since if since is not None else None,
            ruleset=_rules(app),
        )
        if as_json:
            for row in told.rows:
                write_line(to_json(row))
        elif as_csv:
            write(to_sheet(_COLUMNS, map(_cells, told.rows)))
        else:
            _show(told.rows)
        _talk(told)


def _rules(app: App) -> RuleSet | None:
    try:
        return read_rules(app.config.rules)
    except RuleMistakes:
        click.echo("the rules have mistakes, so no places are told - see `listening check`", err=True)
        return None


def _cells(row: Precision) -> Iterator[str]:
    share = row.precision
    yield from (row.kind, row.rule, row.term or "")
    yield from map(str, (row.relevant, row.irrelevant, row.duplicate))
    yield from (f"{each:.4f}" for each in (share.value, share.low, share.high)) if share else ("", "", "")
    yield from (str(row.waiting), f"{row.cost_ms / _MINUTE:.1f}", row.place or "")


def _show(rows: Iterable[Precision]) -> None:
    headers = ["minutes", "rule", "relevant", "irrelevant", "duplicate", "precision", "95 %", "waiting"]
    table([*headers, "stands in"], map(_told, rows))


def _told(row: Precision) -> tuple[str, ...]:
    share = row.precision
    name = f"{row.kind} {row.rule}"
    return (
        f"{row.cost_ms / _MINUTE:,.1f}",
        f"{name}: {row.term}" if row.term else name,
        *(f"{n:,}" for n in (row.relevant, row.irrelevant, row.duplicate)),
        percent(share.value) if share else "",
        between(share) if share else "",
        f"{row.waiting:,}",
        row.place or "no longer",
    )


def between(share: Estimate) -> str:
    return f"{percent(share.low)} – {percent(share.high)}"


def _talk(told: Precisions) -> None:
    share = f", {percent(told.precision.value)} of them relevant" if told.precision else ""
    click.echo(f"{told.judged:,} hits judged{share}; {told.waiting:,} wait for a verdict", err=True)
    if told.cost_ms:
        click.echo(f"{told.cost_ms / _MINUTE:,.1f} minutes were spent on irrelevant cases", err=True)
    if told.unplaced_ms:
        minutes = f"{told.unplaced_ms / _MINUTE:,.1f} of them"
        click.echo(
            f"{minutes} on cases whose hits nobody judged: they count for rules, not for terms", err=True
        )
