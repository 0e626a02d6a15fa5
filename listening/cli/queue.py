"""`listening queue`: what waits for an answer, most urgent first."""

from __future__ import annotations

import re
from pathlib import Path

import click

from listening.app import open_app
from listening.cli.options import WORDS, Verbs, config_option, json_option, limit_option
from listening.cli.output import queue_table, write_line
from listening.codec import hit_to_json
from listening.model import Hit, Priority
from listening.query import parse


@click.group(cls=Verbs)
def command() -> None:
    """What waits in the queues for an answer.

    \b
    Example:
      listening queue list 技术支持
    """


@command.command("list")
@config_option
@json_option
@limit_option(20)
@click.argument("queue", required=False, type=WORDS)
def list_(config_file: Path, as_json: bool, limit: int, queue: str | None) -> None:
    """List open hits of one QUEUE or of all.

    The highest priority first, then the nearest deadline, then what was found first.

    \b
    Example:
      listening queue list
      listening queue list 技术支持 --limit 50
    """
    with open_app(config_file) as app:
        words = "status:open level:2" + (f" queue:{_quoted(queue)}" if queue else "")
        waiting = sorted(app.store.scan(parse(words, now=app.now(), zone=app.config.timezone)), key=_urgency)
        if as_json:
            for hit in waiting[:limit]:
                write_line(hit_to_json(hit))
        else:
            queue_table(waiting[:limit], app.config.timezone, app.now())
        click.echo(f"{len(waiting):,} waiting", err=True)


def _quoted(name: str) -> str:
    """A name as the search language takes it, whatever stands in it."""
    return '"' + re.sub(r'(["＂\\])', r"\\\1", name) + '"'


def _urgency(hit: Hit) -> tuple[int, bool, float, float, str]:
    deadline = hit.respond_by.timestamp() if hit.respond_by else 0.0
    found = hit.found_at.timestamp() if hit.found_at else 0.0
    priority = hit.priority or Priority.NORMAL
    return (-priority.rank, hit.respond_by is None, deadline, found, hit.id)
