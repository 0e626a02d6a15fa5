"""`listening personal`: what is held of one contact, handed out or erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from listening.app import App, open_app
from listening.archive import Archive
from listening.cli.options import FILE, WORDS, Verbs, config_option, json_option
from listening.cli.output import counting, local, table, write_line
from listening.cli.persons import as_option, permitted
from listening.codec import to_json
from listening.errors import InputMistake, Mistake, Place
from listening.model import EventKind
from listening.review.disclosure import disclosure, told
from listening.review.erasure import Erased, erase
from listening.review.permissions import Action
from listening.review.personal import Holdings, holdings, whose
from listening.store.tombstones import Tombstones

_contact = click.argument("contact", metavar="CONTACT", type=WORDS)
_BY_NAME = "Also posts that show the same name and no id; they may be somebody else's."


@click.group(cls=Verbs)
def command() -> None:
    """What is held of one person: hand it out, erase it.

    CONTACT is a key (weibo:1234567890), the id of a case, or the id of a post of theirs. Where it may be
    read in two ways, say which: contact:…, case:…, post:….

    \b
    Example:
      listening personal export weibo:1234567890 --as 李娜 --out 1234567890.json
      listening personal erase weibo:1234567890 --as 李娜
    """


@command.command()
@config_option
@as_option
@click.option("--out", type=FILE, help="Write into this file, which must be new.")
@click.option("--text", "as_text", is_flag=True, help="To be read, not as JSON.")
@_contact
def export(config_file: Path, person: str | None, out: Path | None, as_text: bool, contact: str) -> None:
    """Hand out all that is held of CONTACT.

    Posts in archive and store, cases with their events, what the desk has noted. It names the people who
    worked on the cases: look through it before it leaves the house.

    \b
    Example:
      listening personal export weibo:1234567890 --as 李娜 --out 1234567890.json
      listening personal export weibo:1234567890 --as 李娜 --text
    """
    _check_target(out)
    with open_app(config_file) as app, _archive(app) as (archive, _):
        permitted(app, person, Action.EXPORT_UNMASKED)
        with counting("export") as progress:
            found = holdings(app.store, archive, whose(app.store, archive, contact), progress)
        value = disclosure(app.store, found, app.now())
    lines = list(told(value)) if as_text else [to_json(value).decode()]
    _hand_out("\n".join(lines) + "\n", out)
    click.echo(_held(found), err=True)


@command.command("erase")
@config_option
@json_option
@as_option
@click.option("--really", is_flag=True, help="Do it. Without this, only tell what would go.")
@click.option("--by-name", is_flag=True, help=_BY_NAME)
@_contact
def erase_(
    config_file: Path, as_json: bool, person: str | None, really: bool, by_name: bool, contact: str
) -> int:
    """Erase CONTACT, for good.

    Posts leave archive, store and quarantine, other people's posts name them no more, and nothing of theirs
    is collected again. Events stay, without anything that leads to a person; so figures stay. Texts that
    the desk wrote into them stay too. It ends with 3 while somebody is writing to segments that hold more:
    the next collecting command completes it, or the same command again.

    \b
    Example:
      listening personal erase weibo:1234567890 --as 李娜
      listening personal erase weibo:1234567890 --as 李娜 --really
    """
    with open_app(config_file) as app, _archive(app) as (archive, tombstones):
        name = permitted(app, person, EventKind.ERASE).name
        with counting("erase") as progress:
            meant = whose(app.store, archive, contact, certain=really)
            found = holdings(app.store, archive, meant, progress)
            if by_name and found.names:
                found = holdings(app.store, archive, found.by_name(), progress)
            done = (
                erase(app.store, archive, tombstones, found, person=name, at=app.now(), progress=progress)
                if really
                else None
            )
    if as_json:
        write_line(to_json(_plain(found, done)))
    else:
        for line in _would_go(found) if done is None else _gone(found, done):
            click.echo(line)
    return 0 if done is None or done.is_whole else 3


@command.command()
@config_option
@json_option
def erased(config_file: Path, as_json: bool) -> None:
    """List who was erased, when and by whom.

    They stand there under their pseudonyms: nobody can tell from them who it was.

    \b
    Example:
      listening personal erased
    """
    with open_app(config_file) as app:
        stones = Tombstones(lambda: app.store).all()
        if as_json:
            for stone in stones:
                write_line(to_json(stone))
        else:
            rows = [(stone.contact, local(stone.at, app.config.timezone), stone.person) for stone in stones]
            table(["contact", "at", "by"], rows)
        click.echo(f"{len(stones):,} erased", err=True)


@contextmanager
def _archive(app: App) -> Iterator[tuple[Archive, Tombstones]]:
    tombstones = Tombstones(lambda: app.store)
    with Archive.open(app.config.archive, now=app.now, erased=tombstones) as archive:
        yield archive, tombstones


def _hand_out(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        descriptor = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)  # nobody else's to read
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _refused(out, f"cannot be written ({error.strerror})") from None


def _check_target(out: Path | None) -> None:
    """Before all is read for nothing."""
    if out is not None and out.exists():
        raise _refused(out, "is there already")
    if out is not None and not out.parent.is_dir():
        raise _refused(out, "cannot be written (there is no such folder)")


def _refused(out: Path, what: str) -> InputMistake:
    return InputMistake([Mistake(Place(str(out)), what, "name another file")])


def _held(found: Holdings) -> str:
    return ", ".join(_counted(found)) or "nothing is held"


def _counted(found: Holdings) -> Iterator[str]:
    counts = (
        (len(found.posts), "posts"),
        (len(found.records), "records"),
        (len(found.cases), "cases"),
        (len(found.quarantine), "unreadable lines"),
        (len(found.naming), "posts of others that name them"),
    )
    return (f"{number:,} {what}" for number, what in counts if number)


def _would_go(found: Holdings) -> Iterator[str]:
    contact = found.contact
    yield f"{contact.key}{_also(found)}: {_held(found)}"
    if contact.tags or contact.note or contact.name:
        yield "what the desk has noted of them: name, tags, note"
    if found.namesakes:
        yield f"{len(found.namesakes):,} posts show the same name and no id: they stay without --by-name"
    yield f"nothing was erased - do it with: listening personal erase contact:{contact.key} --really"


def _gone(found: Holdings, done: Erased) -> Iterator[str]:
    cleared = done.cleared
    yield (
        f"{found.contact.key}{_also(found)}: {cleared.posts:,} versions of posts left the archive, "
        f"{cleared.quarantine:,} entries the quarantine, {done.records:,} records the store; "
        f"{done.cases:,} cases name nobody any more"
    )
    yield f"{done.named:,} records and {cleared.named:,} archived versions of others name them no more"
    if done.open:
        yield f"still open, with nobody to be answered: {', '.join(done.open)} - close them as no_need"
    if cleared.unreadable:
        yield f"{cleared.unreadable:,} damaged bytes of the archive could not be looked through"
    if cleared.left:
        yield f"left, as somebody writes to them: {', '.join(cleared.left)} - run it again when they are done"


def _also(found: Holdings) -> str:
    others = found.contact.members[1:]
    return f" ({', '.join(others)})" if others else ""


def _plain(found: Holdings, done: Erased | None) -> dict[str, object]:
    facts: dict[str, object] = {
        "contact": found.contact.key,
        "members": list(found.contact.members),
        "posts": list(found.posts),
        "records": len(found.records),
        "cases": [case.id for case in found.cases],
        "unreadable": len(found.quarantine),
        "named_in": list(found.naming),
        "same_name": list(found.namesakes),
        "erased": done is not None,
    }
    return facts if done is None else facts | {"done": done}
