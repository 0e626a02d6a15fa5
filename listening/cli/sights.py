"""How much of people a command shows: numbers and names masked, or in full for whoever may see them."""

from __future__ import annotations

import click

from listening.app import App
from listening.cli.options import F
from listening.cli.persons import acting
from listening.review.people import People
from listening.review.permissions import Action, Permissions
from listening.review.showing import Sight


def unmasked_option(function: F) -> F:
    """`--unmasked`: numbers and names in full."""
    told = "Show numbers and names in full; needs --as, and the right to."
    return click.option("--unmasked", is_flag=True, help=told)(function)


def sight(app: App, person: str | None, unmasked: bool) -> Sight:
    """What the answer may show. Raises `DeskMistake` where more is asked for than the person may see."""
    if unmasked:
        allowed(app, person, Action.EXPORT_UNMASKED)
    return Sight(full=unmasked)


def allowed(app: App, person: str | None, action: str) -> str:
    """The name of whoever gives the command, whose it is to give. Raises `DeskMistake`."""
    name = acting(app, person).name
    Permissions(People(app.store)).check(name, action)
    return name
