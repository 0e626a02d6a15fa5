"""What the steps of cases have in common on the command line: the desk, who acts, which case, the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from listening.app import App, open_app
from listening.cli.case_rows import desk_facts, standing
from listening.cli.options import WORDS, F, config_option, json_option
from listening.cli.output import write_line
from listening.cli.persons import acting, as_option
from listening.codec import to_json
from listening.errors import QueryMistake
from listening.model import Case
from listening.query.times import bound_at
from listening.review.desk import Desk
from listening.review.people import People, Person
from listening.review.permissions import Permissions
from listening.review.which import case_named
from listening.rules import RuleSet

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody at the desk, with the rights they have."""

    app: App
    desk: Desk
    who: Person

    @property
    def person(self) -> str:
        return self.who.name

    @property
    def leads(self) -> bool:
        """May they act on cases that others hold?"""
        return Permissions(People(self.app.store)).leads(self.person)

    @property
    def code(self) -> int:
        """The exit code of what was done: 3 under old rules."""
        return exit_code(self.app)

    @property
    def ruleset(self) -> RuleSet:
        """The one that the desk works under."""
        return rules_of(self.app)

    @property
    def queues(self) -> tuple[str, ...]:
        """Those that the rules speak of."""
        listed = (queue.name for queue in self.ruleset.queues)
        return tuple(dict.fromkeys((*listed, *(each.queue for each in self.ruleset.scenarios))))

    def named(self, text: str) -> str:
        """The id of the case that is meant. Raises `DeskMistake`."""
        return case_named(self.app.store, text)

    def colleague(self, name: str) -> str:
        """Somebody who may be given a case, as the desk writes them. Raises `DeskMistake`."""
        return People(self.app.store).acting(name).name


@contextmanager
def at_desk(config_file: Path, person: str | None) -> Iterator[AtDesk]:
    """The desk under the live rules, for whoever is named. Raises `DeskMistake` where nobody is."""
    with open_app(config_file) as app:
        who = acting(app, person)
        yield AtDesk(app, desk_of(app, Permissions(People(app.store))), who)


def desk_of(app: App, rights: Permissions | None = None) -> Desk:
    """The desk; tells where it works under old rules, or under none."""
    if app.live.mistakes is not None:
        used = "the last good ones are used" if app.live.matcher else "there are none"
        click.echo(f"{app.config.rules}: the rules have mistakes, {used} - see listening check", err=True)
    return app.desk(rights=rights)


def rules_of(app: App) -> RuleSet:
    """The live rules; without any, none."""
    matcher = app.live.matcher
    return matcher.plan.ruleset if matcher else RuleSet()


def exit_code(app: App) -> int:
    """0, or 3 where old rules were used."""
    return 3 if app.live.mistakes is not None else 0


case_argument = click.argument("name", metavar="CASE", type=WORDS)
"""The id of a case, its beginning, or the id of a post of it."""


def case_step(function: Callable[..., Case]) -> Callable[..., int]:
    """A command that takes a case one step on: `function(at, case's id, …)` gives it as it stands then."""

    @config_option
    @json_option
    @as_option
    @case_argument
    @wraps(function)
    def command(config_file: Path, as_json: bool, person: str | None, name: str, **given: Any) -> int:
        with at_desk(config_file, person) as at:
            tell_standing(at.app, function(at, at.named(name), **given), as_json)
            return at.code

    return command


def category_path(written: str) -> tuple[str, ...]:
    """`报障/宽带/断网`, also with the slashes of a Chinese keyboard."""
    return tuple(part.strip() for part in re.split("[/／]", written))


def tell_standing(app: App, case: Case, as_json: bool) -> None:
    """Where a case stands after a step."""
    if as_json:
        write_line(to_json(desk_facts(case, app.now())))
    else:
        click.echo(standing(case, app.config.timezone, app.now()))


def reason_option(function: F) -> F:
    """`--reason TEXT`."""
    return click.option("--reason", type=WORDS, help="Why, in a few words.")(function)


def until_options(function: F) -> F:
    """`--until TIME` or `--for 2h`, for `wake_at`."""
    told = "Until then: 2026-11-25 or 2026-11-25T09:00, by the clocks of the config's zone."
    function = click.option("--until", metavar="TIME", type=WORDS, help=told)(function)
    return click.option("--for", "lasting", metavar="DURATION", type=WORDS, help="So long: 30m, 2h, 3d.")(
        function
    )


def wake_at(app: App, until: str | None, lasting: str | None) -> datetime:
    """The moment that one of the two says; both or neither are a usage error."""
    if (until is None) == (lasting is None):
        raise click.UsageError("say how long, by one of --until TIME and --for DURATION")
    if until is not None:
        return moment(app, "--until", until)
    found = re.fullmatch(r"([0-9]{1,5})([mhdw])", lasting or "")
    if found is None:
        raise click.UsageError(f"--for {lasting}: is no duration - write one like 30m, 2h or 3d")
    return app.now() + timedelta(**{_UNITS[found[2]]: int(found[1])})


def moment(app: App, option: str, written: str) -> datetime:
    """A time as the search language writes it; of a day its beginning."""
    try:
        return bound_at("since", written, app.now(), ZoneInfo(app.config.timezone))
    except QueryMistake as mistake:
        raise click.UsageError(f"{option} {written}: {mistake.what} - {mistake.cure}") from None
