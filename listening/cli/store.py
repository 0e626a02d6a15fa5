"""`listening store`: set a store up, look at it, move it, hold its index against its records, thin it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import WORDS, Verbs, config_option, json_option, keep_option
from listening.cli.output import counting, table, write_line
from listening.codec import to_json
from listening.store import masked, migrate_store, prepare_store
from listening.store.comparing import Comparison
from listening.store.copying import Copied, copy
from listening.store.ports import Flaw, Saved, StoreStatus
from listening.store.retention import Retention, count_older, drop_older
from listening.store.verifying import mend

_SHARDS = click.IntRange(1, 1024)
_REPLICAS = click.IntRange(0, 64)


@click.group(cls=Verbs)
def command() -> None:
    """Set up, move, check and thin out the store.

    \b
    Example:
      listening store status
      listening store verify
    """


@command.command()
@config_option
@json_option
@click.option("--shards", type=_SHARDS, help="Shards of the index, fixed for its life (servers only).")
@click.option("--replicas", type=_REPLICAS, help="Copies of each shard (servers only).")
def init(config_file: Path, as_json: bool, shards: int | None, replicas: int | None) -> None:
    """Make the store of config.yaml ready for use.

    Harmless where it is. SQLite needs none of it: its file is made when it is first used.

    \b
    Example:
      listening store init
      listening store init --shards 6 --replicas 1
    """
    with open_app(config_file) as app:
        url, base = app.config.store, app.config.base
        _say(app, prepare_store(url, base, shards=shards, replicas=replicas), as_json)


@command.command()
@config_option
@json_option
def migrate(config_file: Path, as_json: bool) -> None:
    """Bring the store to the layout of this version.

    Harmless where it has it already; after a kill, run it again.

    \b
    Example:
      listening store migrate
    """
    with open_app(config_file) as app:
        with counting("migrate") as progress:
            said = migrate_store(app.config.store, app.config.base, progress)
        _say(app, said, as_json)


@command.command()
@config_option
@json_option
def status(config_file: Path, as_json: bool) -> None:
    """Tell what the store is, and how much it holds.

    \b
    Example:
      listening store status
      listening store status --json
    """
    with open_app(config_file) as app:
        told = app.store.status()
    if as_json:
        write_line(to_json(asdict(told) | {"place": masked(told.place), "facts": dict(told.facts)}))
    else:
        for name, value in _status_rows(told):
            click.echo(f"{name + ':':12}{value}")


@command.command("copy")
@config_option
@json_option
@click.option("--into-existing", is_flag=True, help="Write over a DST that holds something else already.")
@click.argument("source", metavar="SRC", type=WORDS)
@click.argument("target", metavar="DST", type=WORDS)
def copy_(config_file: Path, as_json: bool, into_existing: bool, source: str, target: str) -> int:
    """Copy all of store SRC into store DST, then compare them.

    Named as in config.yaml, whose own store is called `config`. Records, events and documents are copied as
    they are. After a kill the same command goes on where it stopped; after its end it brings what has
    changed. It ends with 3 if the two differ in the end. Stop what collects into SRC before the last run.

    \b
    Example:
      listening store copy config sqlite:/backup/listening.sqlite
      listening store copy sqlite:var/listening.sqlite sqlite:/srv/listening.sqlite --json
    """
    with open_app(config_file) as app:
        urls = [app.config.store if url == "config" else url for url in (source, target)]
        stores = app.open_store(urls[0], existing=True), app.open_store(urls[1])
        with counting("copy") as progress:
            done = copy(*stores, progress, into_existing=into_existing)
    names = [masked(url) for url in urls]
    if as_json:
        write_line(to_json(_copied_plain(done)))
    else:
        _tell_copied(done, names)
    for refusal in done.records.refused:
        click.echo(f"record {refusal.id}: was refused ({refusal.reason})", err=True)
    _talk_differences(done.comparison, names)
    return 3 if done.comparison.differences else 0


@command.command()
@config_option
@json_option
@click.option("--mend", "mending", is_flag=True, help="Derive anew what is wrong.")
def verify(config_file: Path, as_json: bool, mending: bool) -> int:
    """Hold the index of the store against its records.

    Tells each flaw. It ends with 3 while flaws are left.

    \b
    Example:
      listening store verify
      listening store verify --mend
    """

    def tell(flaw: Flaw) -> None:
        if as_json:
            write_line(to_json(flaw))
        else:
            click.echo(f"{flaw.id}: {flaw.what}" if flaw.id else flaw.what)

    with open_app(config_file) as app:
        if mending:
            found, left = mend(app.store, tell)
        else:
            found = left = _tell_all(app.store.check(), tell)
    cure = " - mend them with `listening store verify --mend`" if left and not mending else ""
    click.echo(f"{found:,} flaws found, {left:,} left{cure}", err=True)
    return 3 if left else 0


@command.command()
@config_option
@json_option
@keep_option
@click.option("--dry-run", is_flag=True, help="Count only.")
def retention(config_file: Path, as_json: bool, keep: timedelta, dry_run: bool) -> None:
    """Drop the records of posts that are older than --keep.

    Open ones stay, and are told by number. Events and documents stay too, and so does the archive: a replay
    further back than --keep brings the records again.

    \b
    Example:
      listening store retention --keep 400d --dry-run
      listening store retention --keep 400d
    """
    with open_app(config_file) as app:
        before = app.now() - keep
        with counting("retention") as progress:
            done = count_older(app.store, before) if dry_run else drop_older(app.store, before, progress)
    if as_json:
        write_line(to_json(asdict(done) | {"before": before, "dry_run": dry_run}))
    else:
        click.echo(_retention_line(done, dry_run))


def _tell_all(flaws: Iterable[Flaw], tell: Callable[[Flaw], None]) -> int:
    count = 0
    for flaw in flaws:
        count += 1
        tell(flaw)
    return count


def _say(app: App, said: str, as_json: bool) -> None:
    name = masked(app.config.store)
    if as_json:
        write_line(to_json({"store": name, "says": said}))
    else:
        click.echo(f"{name}: {said}")


def _status_rows(told: StoreStatus) -> list[tuple[str, object]]:
    return [
        ("kind", told.kind),
        ("place", masked(told.place)),
        ("schema", told.schema),
        ("records", f"{told.records:,} ({told.withdrawn:,} of them withdrawn)"),
        ("events", f"{told.events:,}"),
        ("documents", f"{told.documents:,}"),
        *([("bytes", f"{told.bytes:,}")] if told.bytes is not None else []),
        *told.facts,
    ]


def _retention_line(done: Retention, dry_run: bool) -> str:
    went = f"{done.dropped:,} records {'would go' if dry_run else 'dropped'}"
    return f"{went}, {done.open:,} as old are open and stay"


def _copied_plain(done: Copied) -> dict[str, object]:
    both = done.comparison
    return {
        "resumed": done.resumed,
        "records": asdict(done.records),
        "events": done.events,
        "documents": done.documents,
        "source": both.left._asdict(),
        "target": both.right._asdict(),
        "differences": both.differences,
        "first": [each._asdict() for each in both.first],
    }


def _tell_copied(done: Copied, names: list[str]) -> None:
    begun = "went on with an earlier copy: " if done.resumed else ""
    click.echo(
        f"{begun}{_saved(done.records)}; {done.events:,} new events; {done.documents:,} changed documents"
    )
    sides = zip(names, (done.comparison.left, done.comparison.right), strict=True)
    rows = [(name, f"{s.records:,}", f"{s.events:,}", f"{s.documents:,}", s.sha256) for name, s in sides]
    table(["store", "records", "events", "documents", "sha256"], rows)


def _saved(saved: Saved) -> str:
    return f"records: {saved.created:,} created, {saved.updated:,} updated, {saved.unchanged:,} unchanged"


def _talk_differences(both: Comparison, names: list[str]) -> None:
    for each in both.first:
        click.echo(f"{each.kind} {each.name}: {each.what} in {names[1]}", err=True)
    if both.differences:
        cure = "stop what writes to them, and run the same command again"
        click.echo(f"{names[1]}: {both.differences:,} differences to {names[0]} - {cure}", err=True)
