"""`listening config`: what is in force, defaults filled in, and every key with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from listening.cli.options import config_option, json_option
from listening.cli.output import write_line
from listening.codec import to_json
from listening.collect.schedule.timing import duration_text
from listening.collect.sources import Source
from listening.config import KEYS, Config, read_config
from listening.store import masked
from listening.workdays import Workdays

_PLAIN = re.compile(r"(?:/|[^\W\d_]|\d+[a-z])[\w./+-]*(?::[\w./+-]+)?")
_NO_TEXTS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


@click.command()
@config_option
@json_option
def command(config_file: Path, as_json: bool) -> None:
    """Print the effective configuration.

    It is a config.yaml with every key. No secret stands in it: sources name environment variables.

    \b
    Example:
      listening config
      listening config --json
    """
    config = read_config(config_file)
    values = {key.name: _value(config, key.name) for key in KEYS}
    if as_json:
        write_line(to_json(values))
        return
    for key in KEYS:
        click.echo(f"# {key.says}")
        if key.name != "sources":
            click.echo(f"{key.name}: {_shown(values[key.name])}\n")
            continue
        click.echo("sources:")
        for source in config.sources:
            click.echo(f"  {_scalar(source.name)}:")
            for name, value in _keys(source, config):
                click.echo(f"    {name}: {to_json(value).decode()}")


def _shown(value: object) -> str:
    return _scalar(value) if isinstance(value, str) else to_json(value).decode()


def _scalar(text: str) -> str:
    """Plain where YAML takes it as the same text, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXTS:
        return text
    return to_json(text).decode()


def _value(config: Config, name: str) -> object:
    value = getattr(config, name)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, timedelta) or name == "every":
        return duration_text(value)
    if isinstance(value, Workdays):
        days = {"holidays": value.holidays, "workdays": value.workdays}
        own = {key: sorted(map(str, of)) for key, of in days.items() if of}
        return {"country": value.country or "none", **own}
    if name == "store":
        return masked(str(value))
    if name == "sources":
        return {source.name: dict(_keys(source, config)) for source in config.sources}
    return value


def _keys(source: Source, config: Config) -> Iterator[tuple[str, Any]]:
    """What is said of a source: its spider or folder, their settings, and when it is crawled."""
    yield ("spider", source.spider) if source.folder is None else ("folder", str(source.folder))
    yield from source.settings.items()
    timing = source.timing
    if timing.cron is not None:
        yield "cron", timing.cron.text
    elif timing.every != config.every:
        yield "every", duration_text(timing.every)
    if timing.during:
        yield "during", [window.text for window in timing.during]
    if timing.jitter:
        yield "jitter", duration_text(timing.jitter)
