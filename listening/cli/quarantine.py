"""`listening quarantine`: what could not be read, and another try at it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from listening.app import App, open_app
from listening.archive import Entry
from listening.cli.collecting import collecting
from listening.cli.options import WORDS, Verbs, config_option, json_option, limit_option
from listening.cli.output import local, one_line, outcome_line, table, write_line
from listening.codec import post_from_json, to_json
from listening.errors import InputMistake, InvalidPost, Mistake, Place
from listening.model import Outcome, Post

_NUMBER = click.IntRange(1, 2**63 - 1)  # as far as SQLite counts


@click.group(cls=Verbs)
def command() -> None:
    """Lines and items that could not become posts, with the reasons.

    \b
    Example:
      listening quarantine list
      listening quarantine show 3
    """


@command.command("list")
@config_option
@json_option
@click.option("--source", type=WORDS, help="Only of this source.")
@limit_option(50)
def list_(config_file: Path, as_json: bool, source: str | None, limit: int) -> None:
    """List what is in quarantine.

    \b
    Example:
      listening quarantine list --source 星河博客
    """
    with open_app(config_file) as app:
        entries = app.quarantine.entries(source=source, limit=limit)
        if as_json:
            for entry in entries:
                write_line(to_json(_plain(entry)))
        else:
            zone = app.config.timezone
            rows = [(e.n, local(e.at, zone), e.source, _where(e), one_line(e.reason, 70)) for e in entries]
            table(["n", "at", "source", "where", "reason"], rows)
        click.echo(f"{sum(app.quarantine.counts().values()):,} in quarantine", err=True)


@command.command()
@config_option
@click.argument("n", type=_NUMBER)
def show(config_file: Path, n: int) -> None:
    """Show entry N whole: where it stood, why it was refused, and the raw line.

    \b
    Example:
      listening quarantine show 3
    """
    with open_app(config_file) as app:
        entry = _entry(app, n)
        click.echo(f"{_where(entry)}: {entry.reason}", err=True)
        if entry.cut:
            click.echo(f"only the first {len(entry.raw):,} of {entry.size:,} bytes were kept", err=True)
        write_line(entry.raw)


@command.command()
@config_option
@click.argument("numbers", nargs=-1, type=_NUMBER)
def retry(config_file: Path, numbers: tuple[int, ...]) -> int:
    """Try entries again (all without NUMBERS); what can be read and stored now leaves the quarantine.

    \b
    Example:
      listening quarantine retry
    """
    with open_app(config_file) as app, collecting(app):
        entries = [_entry(app, n) for n in numbers] if numbers else app.quarantine.entries()
        outcomes = Counter(_retry(app, entry) for entry in entries)
        click.echo(outcome_line(outcomes))
        return 3 if outcomes[Outcome.INVALID] else 0


def _retry(app: App, entry: Entry) -> Outcome:
    """One entry through the pipeline; it is removed only when its post is stored."""
    try:
        post = post_from_json(entry.raw, _where(entry))
    except InvalidPost:
        return Outcome.INVALID
    refused: list[object] = []
    with app.archive.writer(entry.source, f"retry-{entry.n}") as writer:
        tally = app.pipeline(app.live.matcher).take([_sourced(post, entry)], writer, refused.append)
    outcome = next(iter(tally.outcomes.elements()), Outcome.UNMATCHED)
    if not refused:
        app.quarantine.remove(entry.n)
    return outcome


def _sourced(post: Post, entry: Entry) -> Post:
    return post if post.source else replace(post, source=entry.source)


def _entry(app: App, n: int) -> Entry:
    entry = app.quarantine.get(n)
    if entry is None:
        cure = "see `listening quarantine list`"
        raise InputMistake([Mistake(Place("quarantine"), f"there is no entry {n}", cure)])
    return entry


def _where(entry: Entry) -> str:
    return f"{entry.file}:{entry.line}" if entry.line else entry.file


def _plain(entry: Entry) -> dict[str, object]:
    return {
        "n": entry.n,
        "at": entry.at,
        "source": entry.source,
        "file": entry.file,
        "line": entry.line,
        "reason": entry.reason,
        "raw": entry.raw.decode("utf-8", "replace"),
    }
