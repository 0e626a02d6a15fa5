"""What several verbs share of their options and arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
F = TypeVar("F", bound=Callable[..., Any])


class _Words(click.ParamType[str]):
    """Words as the shell passed them on, if they are UTF-8: a word that is not can match nothing."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return _checked(str(value), self, param, ctx)


class _File(click.Path):
    """A path that can be named in records and messages."""

    def __init__(self, *, file_okay: bool = True) -> None:
        super().__init__(path_type=Path, file_okay=file_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        _checked(str(value), self, param, ctx)
        return super().convert(value, param, ctx)


def _checked(
    text: str, kind: click.ParamType[Any], param: click.Parameter | None, ctx: click.Context | None
) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        kind.fail(f"{text!a} is not UTF-8, write it in UTF-8", param, ctx)
    return text


WORDS = _Words()
FILE = _File()
FOLDER = _File(file_okay=False)


class Verbs(click.Group):
    """A group that answers an unknown verb with the ones there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"unknown command '{args[0]}' - there are: {known}", ctx) from None


class Searching(click.Command):
    """A command with a search behind it: `-招聘` is a word of the search, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        words = [arg for arg in args[:end] if re.match(r"-[^-]", arg) and arg != "-h"]
        rest = [arg for arg in args[:end] if arg not in words]
        return super().parse_args(ctx, [*rest, "--", *words, *args[end + 1 :]])


def config_option(function: F) -> F:
    """`--config FILE`; by default config.yaml of the current folder."""
    return click.option(
        "--config",
        "config_file",
        default="config.yaml",
        show_default=True,
        envvar="LISTENING_CONFIG",
        show_envvar=True,
        type=FILE,
        help="The operator's file: store, archive, rules, sources.",
    )(function)


def json_option(function: F) -> F:
    """`--json`: the same answer for a machine."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON lines for a machine.")(function)


def limit_option(default: int) -> Callable[[F], F]:
    """`--limit N`: at most so many rows are shown."""
    kind = click.IntRange(1, 100_000)
    return click.option(
        "--limit", default=default, show_default=True, type=kind, help="Show at most so many."
    )


def query_argument(function: F) -> F:
    """The words of a search, of which there may be none."""
    return click.argument("query", nargs=-1, type=WORDS)(function)


def _duration(_ctx: click.Context, _param: click.Parameter, text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,5})([mhdw])", text)
    if found is None:
        raise click.BadParameter(f"'{text}' is no duration, write one like 30d, 12h or 2w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def keep_option(function: F) -> F:
    """`--keep 400d`: what is older goes. Never nothing, which would be everything."""

    def checked(ctx: click.Context, param: click.Parameter, text: str | None) -> timedelta | None:
        found = _duration(ctx, param, text)
        if found == timedelta(0):
            raise click.BadParameter(f"'{text}' would keep nothing, write one like 400d")
        return found

    told = "Keep records of this time: 400d, 60w."
    return click.option("--keep", required=True, callback=checked, metavar="DURATION", help=told)(function)


def since_option(function: F) -> F:
    """`--since 30d`: only what was published in this time."""
    told = "Only posts of this time: 30d, 12h, 2w."
    return click.option("--since", callback=_duration, metavar="DURATION", help=told)(function)


def window_option(function: F) -> F:
    """`--since 7d`: the window of time that is spoken of, until now; never empty."""

    def checked(ctx: click.Context, param: click.Parameter, text: str) -> timedelta:
        found = _duration(ctx, param, text)
        if not found:
            raise click.BadParameter(f"'{text}' is no time at all, write one like 7d")
        return found

    told = "The time that is spoken of, until now: 7d, 24h."
    return click.option(
        "--since", default="7d", show_default=True, callback=checked, metavar="DURATION", help=told
    )(function)
