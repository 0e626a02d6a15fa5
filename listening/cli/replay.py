"""`listening replay`: match the archive again with today's rules."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import click

from listening.app import open_app
from listening.cli.collecting import tell_mended
from listening.cli.options import WORDS, config_option, since_option
from listening.cli.output import outcome_line
from listening.model import Outcome
from listening.pipeline import Tally


@click.command()
@config_option
@since_option
@click.option("--source", type=WORDS, help="Only what this source brought.")
def command(config_file: Path, since: timedelta | None, source: str | None) -> int:
    """Match the archive again with today's rules.

    New hits are added, changed ones replaced, lost ones withdrawn; old posts do not come into the queues.
    Only good rules are taken: with mistakes in them nothing is done and it ends with 1. It ends with 3 if the
    store refused records; their posts are in quarantine.

    \b
    Example:
      listening replay --since 30d
      listening replay --source 星河论坛
    """
    with open_app(config_file) as app:
        matcher = app.kept_rules()
        with app.lock("replay"):
            tell_mended(app.archive.recover())
            pipeline = app.pipeline(matcher)
            tally = Tally(Counter())
            begin = app.now() - since if since is not None else None
            for part in pipeline.replay(app.archive.scan(begin, source)):
                tally.add(part)
        click.echo(f"{outcome_line(tally.outcomes)}; {tally.withdrawn:,} withdrawn")
        return 3 if tally.outcomes[Outcome.INVALID] else 0
