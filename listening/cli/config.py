"""`listening config`: what is in force, defaults filled in, and every key with its sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from listening.cli.options import config_option, json_option
from listening.cli.output import write_line
from listening.codec import to_json
from listening.config import KEYS, Config, read_config
from listening.store import masked

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
            click.echo(f"{key.name}: {_scalar(str(values[key.name]))}\n")
            continue
        click.echo("sources:")
        for source in config.sources:
            click.echo(f"  {_scalar(source.name)}:\n    spider: {source.spider}")
            for name, value in source.settings.items():
                click.echo(f"    {name}: {to_json(value).decode()}")


def _scalar(text: str) -> str:
    """Plain where YAML takes it as the same text, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXTS:
        return text
    return to_json(text).decode()


def _value(config: Config, name: str) -> object:
    value = getattr(config, name)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, timedelta):
        hours, rest = divmod(int(value.total_seconds()), 3600)
        return f"{hours // 24}d" if not rest and hours % 24 == 0 else f"{int(value.total_seconds())}s"
    if name == "store":
        return masked(str(value))
    if name == "sources":
        return {s.name: {"spider": s.spider, **s.settings} for s in config.sources}
    return value
