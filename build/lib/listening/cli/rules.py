"""`listening rules history`: which rules were live, and when."""

from __future__ import annotations

from pathlib import Path

import click

from listening.app import open_app
from listening.cli.options import Verbs, config_option, json_option
from listening.cli.output import local, table, write_line
from listening.codec import to_json
from listening.rulebook import history

_SHOWN = 12
"""Characters of a digest; as many name it."""


@click.group(cls=Verbs)
def command() -> None:
    """The rule sets that were live.

    \b
    Example:
      listening rules history
    """


@command.command("history")
@config_option
@json_option
def history_(config_file: Path, as_json: bool) -> None:
    """List rule sets with the times they were live.

    From old to new. The version is what stands on the hits that they made.

    \b
    Example:
      listening rules history --json
    """
    with open_app(config_file) as app:
        periods = history(app.store)
        if as_json:
            for period in periods:
                write_line(to_json(period))
            return
        zone = app.config.timezone
        rows = [
            (local(p.since, zone), local(p.until, zone) or "now", p.digest[:_SHOWN], p.rules_version)
            for p in periods
        ]
        table(["since", "until", "digest", "version"], rows)
