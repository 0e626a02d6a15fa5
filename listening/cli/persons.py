"""Who gives a command: `--as NAME`, or else the environment's LISTENING_PERSON."""

from __future__ import annotations

import click

from listening.app import App
from listening.cli.options import WORDS, F
from listening.errors import DeskMistake
from listening.review.people import People, Person
from listening.review.permissions import Permissions

_ENVIRONMENT = "LISTENING_PERSON"


def as_option(function: F) -> F:
    """`--as NAME`: given to the command as `person`; None where nobody is named."""
    return click.option(
        "--as",
        "person",
        envvar=_ENVIRONMENT,
        show_envvar=True,
        metavar="NAME",
        type=WORDS,
        help="Who does this.",
    )(function)


def acting(app: App, person: str | None) -> Person:
    """Whoever was named, as the desk knows them. Raises `DeskMistake`: nobody named, unknown, or gone."""
    if person is None or not person.strip():
        cure = f"add --as NAME or set {_ENVIRONMENT}; listening people list"
        raise DeskMistake("", "no person is named", cure)
    return People(app.store).acting(person)


def permitted(app: App, person: str | None, action: str) -> Person:
    """The same, where this is theirs to do. Raises `DeskMistake` where it is not, too."""
    found = acting(app, person)
    Permissions(People(app.store)).check(found.name, action)
    return found
