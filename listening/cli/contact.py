"""`listening contact`: who writes, what they wrote before, and what became of it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import click

from listening.app import open_app
from listening.cli.contact_rows import (
    case_table,
    contact_lines,
    contact_table,
    contact_told,
    with_open_cases,
)
from listening.cli.options import (
    FILE,
    WORDS,
    Searching,
    Verbs,
    config_option,
    json_option,
    limit_option,
    query_argument,
)
from listening.cli.output import hit_table, write_line
from listening.cli.persons import as_option
from listening.cli.sights import allowed, sight, unmasked_option
from listening.codec import to_json
from listening.query import parse
from listening.review import contacts
from listening.review.contacts import Contact, Joined, joins
from listening.review.permissions import Action
from listening.review.profiles import (
    Profile,
    cases_of,
    history,
    last_satisfied,
    left_out,
    of_competitor,
    profile,
    profiles,
    without_competitors,
)
from listening.review.same_as import declare, read_pairs
from listening.review.showing import Sight, case_facts, contact_facts, record_facts
from listening.review.whom import contact_named
from listening.store.pseudonyms import open_pseudonyms

_MAY = Action.CONTACTS
"""The right to say something of a contact: that of a note on a case."""
_who = click.argument("name", metavar="CONTACT", type=WORDS)


@click.group(cls=Verbs)
def command() -> None:
    """Authors, what they wrote, and their cases.

    CONTACT is a key (weibo:1234567890), the id of a post of theirs, or a name that only they have.

    \b
    Example:
      listening contact list scenario:宽带报障 since:30d
      listening contact show weibo:1234567890
    """


@command.command("list", cls=Searching)
@config_option
@json_option
@limit_option(20)
@as_option
@unmasked_option
@click.option("--competitor", type=WORDS, help="Who complains of this competitor: customers to be won over.")
@query_argument
def list_(
    config_file: Path,
    as_json: bool,
    limit: int,
    person: str | None,
    unmasked: bool,
    competitor: str | None,
    query: tuple[str, ...],
) -> None:
    """List the contacts whose records a search finds.

    Who wrote the most of them stands first. What is said of competitors alone is left out, unless QUERY asks
    for their class or one of them by name; --competitor shows nothing else.

    \b
    Example:
      listening contact list scenario:宽带报障 since:30d
      listening contact list --competitor 长河通信 since:30d
    """
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        asked = parse(" ".join(query), now=app.now(), zone=app.config.timezone)
        wanted = of_competitor(asked, competitor) if competitor else without_competitors(asked)
        found = profiles(app.store, wanted)
        shown = with_open_cases(app.store, found.profiles[:limit], seen)
        if as_json:
            contact_lines(shown)
        else:
            contact_table(shown, app.config.timezone)
        _tell(len(found.profiles), limit, found.nameless, 0 if competitor else left_out(app.store, asked))


@command.command()
@config_option
@json_option
@limit_option(10)
@as_option
@unmasked_option
@_who
def show(config_file: Path, as_json: bool, limit: int, person: str | None, unmasked: bool, name: str) -> None:
    """Show what a contact wrote, and what became of it.

    \b
    Example:
      listening contact show weibo:1234567890
      listening contact show 张三 --limit 50
    """
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        contact = contact_named(app.store, name)
        found = profile(app.store, contact)
        cases = cases_of(app.store, contact, open_pseudonyms(app.store))
        records = [seen.hit(hit) for hit in islice(history(app.store, contact), limit)]
        facts = contact_facts(found, seen)
        said = [_joined(each, found, seen) for each in joins(app.store, contact)]
        if (satisfied := last_satisfied(cases)) is not None:
            facts["satisfied"] = satisfied
        if as_json:
            whole = {"joined": said, "cases": list(map(case_facts, cases))}
            write_line(to_json({**facts, **whole, "history": list(map(record_facts, records))}))
            return
        for line in contact_told(facts, said, app.config.timezone):
            click.echo(line)
        case_table(cases, app.config.timezone)
        click.echo()
        hit_table(records, app.config.timezone)


@command.command()
@config_option
@as_option
@_who
@click.argument("others", metavar="OTHER...", type=WORDS, nargs=-1, required=True)
def join(config_file: Path, person: str | None, name: str, others: tuple[str, ...]) -> None:
    """Say that CONTACT and each OTHER are one person.

    \b
    Example:
      listening contact join weibo:1234567890 bilibili:42 --as 李雷
    """
    with open_app(config_file) as app:
        by = allowed(app, person, _MAY)
        main, *rest = [contact_named(app.store, each).key for each in (name, *others)]
        whole = contacts.join(app.store, main, rest, person=by, at=app.now())
        click.echo(f"{whole.key}: {len(whole.members)} keys are one contact")


@command.command()
@config_option
@as_option
@click.argument("key", metavar="KEY", type=WORDS)
def part(config_file: Path, person: str | None, key: str) -> None:
    """Make one KEY of a contact a contact of its own again.

    Tags, name and note stay with the others.

    \b
    Example:
      listening contact part bilibili:42 --as 李雷
    """
    with open_app(config_file) as app:
        allowed(app, person, _MAY)
        left = contacts.part(app.store, key)
        click.echo(f"{key}: parted from {left.key}")


@command.command()
@config_option
@as_option
@_who
@click.argument("tags", metavar="TAG...", type=WORDS, nargs=-1, required=True)
def tag(config_file: Path, person: str | None, name: str, tags: tuple[str, ...]) -> None:
    """Put a TAG on a contact, or several.

    \b
    Example:
      listening contact tag weibo:1234567890 VIP 老用户 --as 李雷
    """
    with open_app(config_file) as app:
        allowed(app, person, _MAY)
        _say(contacts.tag(app.store, contact_named(app.store, name).key, tags))


@command.command()
@config_option
@as_option
@_who
@click.argument("tags", metavar="TAG...", type=WORDS, nargs=-1, required=True)
def untag(config_file: Path, person: str | None, name: str, tags: tuple[str, ...]) -> None:
    """Take a TAG off a contact, or several.

    \b
    Example:
      listening contact untag weibo:1234567890 老用户 --as 李雷
    """
    with open_app(config_file) as app:
        allowed(app, person, _MAY)
        _say(contacts.untag(app.store, contact_named(app.store, name).key, tags))


@command.command()
@config_option
@as_option
@click.option(
    "--name", "called", type=WORDS, help="What people call the contact; empty: as the platform does."
)
@click.option("--note", type=WORDS, help="What everybody should know; empty: nothing.")
@_who
def describe(config_file: Path, person: str | None, called: str | None, note: str | None, name: str) -> None:
    """Give a contact a name, or a note.

    \b
    Example:
      listening contact describe weibo:1234567890 --name 城东张女士 --note 只接电话 --as 李雷
    """
    if called is None and note is None:
        raise click.UsageError("nothing to say - give --name or --note")
    with open_app(config_file) as app:
        allowed(app, person, _MAY)
        key = contact_named(app.store, name).key
        contacts.describe(app.store, key, name=called, note=note)
        click.echo(f"{key}: kept")


@command.command("same-as")
@config_option
@as_option
@click.argument("file", metavar="FILE", type=FILE)
def same_as(config_file: Path, person: str | None, file: Path) -> None:
    """Join the contacts that a FILE says are one person.

    CSV with the columns contact and same_as, one pair a row. Everything that is wrong with it is told, and
    then nothing is joined.

    \b
    Example:
      listening contact same-as members.csv --as 李雷
    """
    pairs = read_pairs(file)
    with open_app(config_file) as app:
        by = allowed(app, person, _MAY)
        done = declare(app.store, pairs, person=by, at=app.now())
        click.echo(f"{len(pairs):,} pairs: {done.joined:,} joined, {done.known:,} known before")


def _tell(n: int, limit: int, nameless: int, apart: int) -> None:
    more = f", the first {limit:,} are shown" if n > limit else ""
    click.echo(f"{n:,} contacts{more}", err=True)
    if nameless:
        click.echo(f"{nameless:,} records name no author", err=True)
    if apart:
        click.echo(f"{apart:,} records of competitors alone are left out: class:competitor", err=True)


def _joined(each: Joined, found: Profile, seen: Sight) -> dict[str, Any]:
    key = seen.key(each.key, found.opaque)
    return {"key": key, "why": each.why, "person": each.person, "at": each.at}


def _say(contact: Contact) -> None:
    click.echo(f"{contact.key}: {'、'.join(contact.tags) or 'no tags'}")
