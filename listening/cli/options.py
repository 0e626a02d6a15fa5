"""What several verbs share: --config and --json, and the opened app."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """`--config FILE`; by default config.yaml of the current folder."""
    return click.option(
        "--config",
        "config_file",
        default="config.yaml",
        show_default=True,
        envvar="LISTENING_CONFIG",
        type=click.Path(path_type=Path),
        help="The operator's file: store, archive, rules, sources.",
    )(function)


def json_option(function: F) -> F:
    """`--json`: the same answer for a machine."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")(function)


def _duration(_ctx: click.Context, _param: click.Parameter, text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,5})([mhdw])", text)
    if found is None:
        raise click.BadParameter(f"'{text}' is no duration, write one like 30d, 12h or 2w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def since_option(function: F) -> F:
    """`--since 30d`: only what was published in this time."""
    return click.option("--since", callback=_duration, help="Only posts of this time: 30d, 12h, 2w.")(
        function
    )
