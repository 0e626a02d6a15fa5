"""`listening segment`: questions about contacts that are asked again and again."""

from __future__ import annotations

from pathlib import Path

import click

from listening.app import open_app
from listening.cli.contact_rows import contact_lines, contact_sheet, contact_table, with_open_cases
from listening.cli.options import WORDS, Verbs, config_option, json_option, limit_option
from listening.cli.output import local, table, write_line
from listening.cli.persons import as_option
from listening.cli.sights import allowed, sight, unmasked_option
from listening.codec import to_json
from listening.review.permissions import Action
from listening.review.profiles import left_out
from listening.review.segments import (
    Segment,
    asked_of,
    delete_segment,
    members,
    save_segment,
    segment_named,
    segments,
)
from listening.review.showing import contact_facts

_name = click.argument("name", metavar="NAME", type=WORDS)


@click.group(cls=Verbs)
def command() -> None:
    """Saved questions about contacts, with their size and export.

    \b
    Example:
      listening segment save 大号报障 --query 'scenario:宽带报障 since:30d' --followers 1000 --as 李雷
      listening segment export 大号报障 --csv > 大号报障.csv
    """


@command.command()
@config_option
@as_option
@click.option("--query", default="", type=WORDS, help="Records that the contact has written: docs/search.md.")
@click.option("--tag", "tags", multiple=True, type=WORDS, help="The contact has this tag; all of several.")
@click.option("--followers", type=click.IntRange(1), help="The contact has so many or more.")
@click.option("--region", "regions", multiple=True, type=WORDS, help="From there; one of several.")
@click.option("--platform", "platforms", multiple=True, type=WORDS, help="On this platform; one of several.")
@_name
def save(
    config_file: Path,
    person: str | None,
    query: str,
    tags: tuple[str, ...],
    followers: int | None,
    regions: tuple[str, ...],
    platforms: tuple[str, ...],
    name: str,
) -> None:
    """Keep a question under NAME, in the place of what is there.

    The words are kept as they are: since:30d always means the last 30 days.

    \b
    Example:
      listening segment save 大号报障 --query 'scenario:宽带报障 since:30d' --followers 1000 --as 李雷
      listening segment save 老用户 --tag VIP --region 云州 --region 海州 --as 李雷
    """
    with open_app(config_file) as app:
        segment = Segment(
            name=name,
            query=query,
            tags=tags,
            min_followers=followers,
            regions=regions,
            platforms=platforms,
            person=allowed(app, person, Action.SEGMENTS),
            at=app.now(),
        )
        new = save_segment(app.store, segment, zone=app.config.timezone)
        size = len(members(app.store, segment, now=app.now(), zone=app.config.timezone))
        click.echo(f"{name}: {'saved' if new else 'saved in the place of another'}, {size:,} contacts")


@command.command("list")
@config_option
@json_option
def list_(config_file: Path, as_json: bool) -> None:
    """List the segments, with how many contacts each has now.

    \b
    Example:
      listening segment list
    """
    with open_app(config_file) as app:
        zone = app.config.timezone
        sized = [
            (each, len(members(app.store, each, now=app.now(), zone=zone))) for each in segments(app.store)
        ]
        if as_json:
            for each, size in sized:
                write_line(to_json(_facts(each, size)))
            return
        rows = [(each.name, size, _words(each), each.person, local(each.at, zone)) for each, size in sized]
        table(["segment", "contacts", "question", "by", "saved"], rows)


@command.command()
@config_option
@json_option
@limit_option(20)
@as_option
@unmasked_option
@_name
def show(config_file: Path, as_json: bool, limit: int, person: str | None, unmasked: bool, name: str) -> None:
    """Show the question, the size and some contacts of a segment.

    \b
    Example:
      listening segment show 大号报障
    """
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        now, zone = app.now(), app.config.timezone
        segment = segment_named(app.store, name)
        found = members(app.store, segment, now=now, zone=zone)
        shown = with_open_cases(app.store, found[:limit], seen)
        if as_json:
            write_line(to_json({**_facts(segment, len(found)), "shown": shown}))
        else:
            click.echo(f"{name}: {_words(segment)}")
            contact_table(shown, zone)
        click.echo(f"{len(found):,} contacts", err=True)
        if apart := left_out(app.store, asked_of(segment, now=now, zone=zone)):
            click.echo(f"{apart:,} records of competitors alone are left out: class:competitor", err=True)


@command.command()
@config_option
@as_option
@unmasked_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV for a spreadsheet, UTF-8 with a BOM.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, as without --csv.")
@_name
def export(
    config_file: Path, person: str | None, unmasked: bool, as_csv: bool, as_json: bool, name: str
) -> None:
    """Print the contacts of a segment, for another program.

    Numbers and names are masked, and so are keys that are made of a name.

    \b
    Example:
      listening segment export 大号报障 --csv > 大号报障.csv
      listening segment export 大号报障 --unmasked --as 韩梅梅 > 大号报障.jsonl
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json cannot be had together")
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        found = members(app.store, segment_named(app.store, name), now=app.now(), zone=app.config.timezone)
        facts = (contact_facts(each, seen) for each in found)
        if as_csv:
            contact_sheet(facts, app.config.timezone)
        else:
            contact_lines(facts)
        click.echo(f"{len(found):,} contacts", err=True)


@command.command()
@config_option
@as_option
@_name
def delete(config_file: Path, person: str | None, name: str) -> None:
    """Forget a segment; its contacts stay as they are.

    \b
    Example:
      listening segment delete 大号报障 --as 李雷
    """
    with open_app(config_file) as app:
        allowed(app, person, Action.SEGMENTS)
        delete_segment(app.store, name)
        click.echo(f"{name}: deleted")


def _facts(segment: Segment, size: int) -> dict[str, object]:
    return {
        "segment": segment.name,
        "contacts": size,
        "query": segment.query,
        "tags": list(segment.tags),
        "followers": segment.min_followers,
        "regions": list(segment.regions),
        "platforms": list(segment.platforms),
        "person": segment.person,
        "at": segment.at,
    }


def _words(segment: Segment) -> str:
    """The question on one line."""
    followers = [f"{segment.min_followers:,} followers or more"] if segment.min_followers else []
    parts = (
        *([segment.query] if segment.query else []),
        *(f"tag {tag}" for tag in segment.tags),
        *followers,
        *([f"from {' or '.join(segment.regions)}"] if segment.regions else []),
        *([f"on {' or '.join(segment.platforms)}"] if segment.platforms else []),
    )
    return ", ".join(parts) or "everybody"
