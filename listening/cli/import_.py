"""`listening import`: files of posts into the archive, the matcher and the store."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from listening.app import open_app
from listening.cli.collecting import Reporter, collecting, exit_code
from listening.cli.options import FILE, WORDS, config_option, json_option
from listening.collect.importers import Options, find, formats, guess, read_posts
from listening.errors import InputMistake, Mistake, Place
from listening.model import Run


def _zone(_ctx: click.Context, _param: click.Parameter, name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"unknown time zone '{name}', write one like Asia/Shanghai") from None


def _formats() -> str:
    return "\n".join(["\b", "Formats:", *(f"  {name:14}{says}" for name, says in formats().items())])


@click.command(epilog=_formats())
@config_option
@json_option
@click.option("--as", "format_name", help="The format; by default jsonl, or mapped where --map is given.")
@click.option("--map", "column_map", type=FILE, help="Column map: docs/importing.md.")
@click.option("--zone", callback=_zone, help="Zone of times that bring none, for example Asia/Shanghai.")
@click.option(
    "--source", type=WORDS, help="Name of the source that these posts come from; by default the file's name."
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
def command(
    config_file: Path,
    as_json: bool,
    format_name: str | None,
    column_map: Path | None,
    zone: ZoneInfo | None,
    source: str | None,
    files: tuple[Path, ...],
) -> int:
    """Archive, match and store the posts of files.

    Bad lines go to quarantine and the rest goes on; it ends with 3 if there were any. Importing again is
    harmless. What each FILE came to is told on stdout.

    \b
    Example:
      listening import posts.jsonl.gz
      listening import 留言.csv --map maps/citizen.yaml --zone Asia/Shanghai
      listening import data/weibo/jsonl/*.jsonl --as mediacrawler
    """
    importer = find(format_name or ("mapped" if column_map else "jsonl"), Options(map=column_map, zone=zone))
    opened = []
    mistakes: list[Mistake] = []
    for file in files:
        if format_name is None and column_map is None and (known := guess(file)):
            mistakes.append(Mistake(Place(str(file)), f"looks like {known}", f"add --as {known}"))
            continue
        try:
            opened.append((file, read_posts(file, importer)))
        except InputMistake as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputMistake(dict.fromkeys(mistakes))
    with open_app(config_file) as app, collecting(app) as runner:
        done: list[Run] = []
        for file, posts in opened:
            name = source or file.name
            with app.lock(name), Reporter(file.name) as reporter:
                done.append(runner.import_file(file, name, posts, reporter.progress))
            reporter.tell(done[-1], as_json=as_json)
        return exit_code(app, done)
