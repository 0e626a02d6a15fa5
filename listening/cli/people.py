"""`listening people`: who works at the desk, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import WORDS, F, Verbs, config_option, json_option
from listening.cli.output import table, write_line
from listening.cli.persons import as_option, permitted
from listening.codec import to_json
from listening.review.people import People, Person, Role
from listening.review.permissions import RIGHTS, Action, Permissions, may


def _roles(told: str, *, required: bool = False) -> Callable[[F], F]:
    return click.option(
        "--role",
        "roles",
        multiple=True,
        required=required,
        type=click.Choice([str(role) for role in Role]),
        help=told,
    )


def _queues(told: str) -> Callable[[F], F]:
    return click.option("--queue", "queues", multiple=True, metavar="QUEUE", type=WORDS, help=told)


_name = click.argument("name", type=WORDS)


@click.group(cls=Verbs)
def command() -> None:
    """Who works at the desk, and who may do what.

    \b
    Example:
      listening people add 李娜 --role admin
      listening people list
    """


@command.command()
@config_option
@json_option
@as_option
@_roles("What they are there for; may be given several times.", required=True)
@_queues("A queue they work on; may be given several times. Without it, all.")
@click.option("--note", type=WORDS, help="Anything worth knowing.")
@_name
def add(
    config_file: Path,
    as_json: bool,
    person: str | None,
    roles: tuple[str, ...],
    queues: tuple[str, ...],
    note: str | None,
    name: str,
) -> None:
    """Add somebody.

    The first one must be an admin; from then on only admins may.

    \b
    Example:
      listening people add 李娜 --role admin
      listening people add 王磊 --role reviewer --queue 技术支持 --as 李娜
    """
    with open_app(config_file) as app:
        added = _staff(app, person).add(name, map(Role, roles), queues=queues, note=note)
        _tell(added, "was added", as_json)


@command.command("list")
@config_option
@json_option
@click.option("--all", "also_left", is_flag=True, help="Also those who have left.")
def list_(config_file: Path, as_json: bool, also_left: bool) -> None:
    """List who works at the desk.

    \b
    Example:
      listening people list
      listening people list --all --json
    """
    with open_app(config_file) as app:
        everybody = People(app.store).everybody()
    shown = [each for each in everybody if each.active or also_left]
    if as_json:
        for each in shown:
            write_line(to_json(each))
    else:
        rows = [
            (
                each.name,
                ", ".join(each.roles),
                _worked(each),
                "" if each.active else "has left",
                each.note or "",
            )
            for each in shown
        ]
        table(["name", "roles", "queues", "", "note"], rows)
    left = sum(not each.active for each in everybody)
    click.echo(f"{len(everybody) - left:,} at the desk, {left:,} gone", err=True)


@command.command()
@config_option
@json_option
@_name
def show(config_file: Path, as_json: bool, name: str) -> None:
    """Show one of them, and what they may do.

    \b
    Example:
      listening people show 李娜
    """
    with open_app(config_file) as app:
        found = People(app.store).known(name)
    if as_json:
        write_line(to_json(found))
        return
    for said, value in _facts(found):
        click.echo(f"{said + ':':8}{value}")


@command.command()
@config_option
@json_option
@as_option
@_roles("Their roles from now on, in place of those they have; may be given several times.")
@_queues("Their queues from now on, in place of those they have; may be given several times.")
@click.option("--all-queues", is_flag=True, help="They work on all queues again.")
@click.option("--note", type=WORDS, help="In place of the note; an empty one takes it away.")
@click.option("--active", is_flag=True, help="Somebody who had left is back.")
@_name
def change(
    config_file: Path,
    as_json: bool,
    person: str | None,
    roles: tuple[str, ...],
    queues: tuple[str, ...],
    all_queues: bool,
    note: str | None,
    active: bool,
    name: str,
) -> None:
    """Change somebody's roles, queues or note, or take them back.

    Only what is given changes. Admins may.

    \b
    Example:
      listening people change 王磊 --role reviewer --role analyst --as 李娜
      listening people change 王磊 --all-queues --as 李娜
    """
    if queues and all_queues:
        raise click.UsageError("--queue and --all-queues cannot be both - give one of them")
    if not (roles or queues or all_queues or active or note is not None):
        raise click.UsageError("nothing is to be changed - give --role, --queue, --note or --active")
    with open_app(config_file) as app:
        changed = _staff(app, person).change(
            name,
            roles=tuple(map(Role, roles)) or None,
            queues=queues if queues or all_queues else None,
            note=note,
            active=active or None,
        )
        _tell(changed, "was changed", as_json)


@command.command()
@config_option
@json_option
@as_option
@_name
def retire(config_file: Path, as_json: bool, person: str | None, name: str) -> None:
    """Let somebody go.

    Their name stays, as the steps of cases bear it. What is still in their hands is told. Admins may.

    \b
    Example:
      listening people retire 王磊 --as 李娜
    """
    with open_app(config_file) as app:
        gone = _staff(app, person).retire(name)
        _tell(gone, "has left", as_json)
        if held := _in_hands(app, gone.name):
            click.echo(f"{gone.name} still holds {held:,} cases - assign them to somebody else", err=True)


@command.command()
@json_option
def roles(as_json: bool) -> None:
    """Tell which role may do what.

    \b
    Example:
      listening people roles
    """
    if as_json:
        for action, right in RIGHTS.items():
            those = [role for role in Role if role in right.roles]
            write_line(to_json({"action": action, "roles": those, "means": right.means}))
        return
    rows = [
        (action, *("✓" if role in right.roles else "" for role in Role), right.means)
        for action, right in RIGHTS.items()
    ]
    table(["may", *Role, ""], rows)


def _staff(app: App, person: str | None) -> People:
    """The people, for somebody who may change them: an admin, or anybody while there is none."""
    people = People(app.store)
    if Permissions(people).is_staffed():
        permitted(app, person, Action.PEOPLE)
    return people


def _tell(person: Person, what: str, as_json: bool) -> None:
    if as_json:
        write_line(to_json(person))
    else:
        click.echo(f"{person.name} {what}: {', '.join(person.roles)}; {_worked(person)}")


def _worked(person: Person) -> str:
    return "、".join(person.queues) or "all queues"


def _facts(person: Person) -> list[tuple[str, str]]:
    told = [
        ("name", person.name if person.active else f"{person.name} (has left)"),
        ("roles", ", ".join(person.roles)),
        ("queues", _worked(person)),
        ("note", person.note or ""),
        ("may", " ".join(action for action in RIGHTS if may(person, action))),
    ]
    return [(said, value) for said, value in told if value]


def _in_hands(app: App, name: str) -> int:
    """Live cases that do not come back by themselves at once: assigned ones, and claims that still run."""
    now = app.now()
    return sum(
        case.is_live and (case.held_until is None or case.held_until > now)
        for case in app.store.cases_by("assignee", [name])
    )
