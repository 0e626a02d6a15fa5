"""`listening quarantine`: what could not be read, and another try at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from listening.app import App, open_app
from listening.archive import Entry
from listening.cli.collecting import collecting, waiting_line
from listening.cli.options import FILE, WORDS, Verbs, config_option, json_option, limit_option
from listening.cli.output import local, one_line, outcome_line, table, write_line
from listening.codec import post_from_json, to_json
from listening.collect.lines import check_readable, lines, refuse
from listening.errors import InputMistake, InvalidPost, Mistake, Place
from listening.model import Outcome, Post
from listening.pipeline import Refused

_AT_ONCE = 20
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
    """Show entry N whole.

    The raw line goes to stdout, where it stood and why it was refused to stderr.

    \b
    Example:
      listening quarantine show 3
    """
    with open_app(config_file) as app:
        entry = _entry(app, n)
        click.echo(f"{_where(entry)}: {entry.reason}", err=True)
        if entry.cut:
            click.echo(f"only the first {len(entry.raw):,} of {entry.size:,} bytes were kept", err=True)
        write_line(entry.raw.removesuffix(b"\n"))


@command.command()
@config_option
@click.option(
    "--mended", type=FILE, help="A file with the post as it should be (one line of JSON), for one N."
)
@click.argument("numbers", metavar="[N]...", nargs=-1, type=_NUMBER)
def retry(config_file: Path, mended: Path | None, numbers: tuple[int, ...]) -> int:
    """Try entries again, each N or all.

    What can be read and stored leaves the quarantine; the command ends with 3 while something stays.
    Without --mended that helps after an update of the program, which may read more than it did.

    \b
    Example:
      listening quarantine retry
      listening quarantine show 3 > post.json         then mend it
      listening quarantine retry 3 --mended post.json
    """
    if mended is not None and len(numbers) != 1:
        raise click.UsageError("--mended is for one entry - name its number")
    better = _mended(mended) if mended is not None else None
    with open_app(config_file) as app, collecting(app):
        entries = [_entry(app, n) for n in numbers] if numbers else _all(app)
        results = Counter(_retry(app, entry, better, tell=bool(numbers)) for entry in entries)
        waiting = results.pop(None, 0)
        outcomes = Counter({outcome: n for outcome, n in results.items() if outcome is not None})
        click.echo(outcome_line(outcomes))
        if waiting:
            click.echo(waiting_line(waiting))
        return 3 if outcomes[Outcome.INVALID] or app.live.mistakes is not None else 0


def _mended(file: Path) -> bytes:
    """The one line of a file that is not blank."""
    check_readable(file)
    found = [line.raw for line in lines(file) if line.raw.strip()]
    if len(found) != 1:
        raise refuse(file, f"holds {len(found)} lines", "write the mended post as one line of JSON")
    return found[0]


def _all(app: App) -> Iterator[Entry]:
    """Every entry, a few at a time: each may be as large as a megabyte."""
    after = 0
    while some := app.quarantine.entries(limit=_AT_ONCE, after=after):
        yield from some
        after = some[-1].n


def _retry(app: App, entry: Entry, mended: bytes | None, *, tell: bool) -> Outcome | None:
    """One entry through the pipeline, removed only when its post is archived. None: that waits for rules."""
    refused: list[Refused] = []
    try:
        post = post_from_json(entry.raw if mended is None else mended)
    except InvalidPost as error:
        _tell(entry, str(error), tell)
        return Outcome.INVALID
    with app.archive.writer(entry.source, f"retry-{entry.n}") as writer:
        tally = app.pipeline(app.live.matcher).take([_sourced(post, entry)], writer, refused.append)
    if refused:
        _tell(entry, refused[0].reason, tell)
    else:
        app.quarantine.remove(entry.n)
    return next(tally.outcomes.elements(), None)


def _tell(entry: Entry, reason: str, tell: bool) -> None:
    """Why it stays; where all are tried, that would be the list of them."""
    if tell:
        click.echo(f"{entry.n} ({_where(entry)}): {reason}", err=True)


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
