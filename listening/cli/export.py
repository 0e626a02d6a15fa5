"""`listening export`: every record that matches, in order, for another program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from listening.app import open_app
from listening.cli.options import Searching, config_option, query_argument
from listening.cli.output import write_line
from listening.codec import hit_to_json
from listening.model import Hit
from listening.query import parse
from listening.report.cells import safe

_COLUMNS = (
    *("id", "platform", "source", "kind", "published_at", "level", "class", "brands", "competitors"),
    *("scenarios", "reach", "channel", "queue", "priority", "status", "author", "title", "text", "matched"),
    *("url", "found_at", "respond_by", "rules_version"),
)


@click.command(cls=Searching)
@config_option
@click.option(
    "--csv", "as_csv", is_flag=True, help="CSV for a spreadsheet, UTF-8 with a BOM. Default: JSON lines."
)
@query_argument
def command(config_file: Path, as_csv: bool, query: tuple[str, ...]) -> None:
    """Print every record that matches, for another program.

    JSON lines or CSV, newest first; without QUERY all of them. The language is described in docs/search.md.

    \b
    Example:
      listening export level:2 since:30d > hits.jsonl
      listening export --csv brand:星河宽带 > hits.csv
    """
    with open_app(config_file) as app:
        asked = parse(" ".join(query), now=app.now(), zone=app.config.timezone)
        lines = (
            _csv(app.store.scan(asked), app.config.timezone)
            if as_csv
            else map(hit_to_json, app.store.scan(asked))
        )
        count = 0
        for line in lines:
            write_line(line)
            count += 1
        click.echo(f"{count - as_csv:,} records", err=True)


def _csv(hits: Iterator[Hit], zone: str) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _row(list(_COLUMNS))
    for hit in hits:
        yield _row(list(_cells(hit, ZoneInfo(zone))))


def _row(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue().encode()


def _cells(hit: Hit, zone: ZoneInfo) -> Iterator[str]:
    author = hit.post.author
    values: dict[str, object] = {
        "class": hit.listening_class,
        "author": (author.name or author.id) if author else None,
        "matched": tuple(dict.fromkeys(m.text for m in hit.matches if m.text)),
    }
    for column in _COLUMNS:
        value = values.get(column, getattr(hit, column, None) or getattr(hit.post, column, None))
        yield _cell(value, zone)


def _cell(value: object, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="milliseconds")
    text = "；".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return safe(text)
