"""The `listening` command: finds its verbs by file name and turns every outcome into an exit code.

0 done · 1 rules, config or an input file are wrong · 2 usage · 3 some of it failed, or old rules were used ·
4 the store or a service cannot be used · 75 somebody else holds the lock · 130 Ctrl-C
"""

from __future__ import annotations

import errno
import importlib
import logging
import pkgutil
import sys
from io import TextIOWrapper
from pathlib import Path

import click

from listening import errors
from listening.cli.options import Verbs
from listening.cli.output import give_up_stdout

_EXIT_CODES: tuple[tuple[type[errors.ListeningError], int], ...] = (
    (errors.QueryMistake, 2),
    (errors.Locked, 75),
    (errors.StoreError, 4),
    (errors.ArchiveError, 4),
    (errors.CrawlError, 3),
    (errors.ListeningError, 1),
)
_NOT_VERBS = frozenset({"chunks", "collecting", "entry", "matching", "options", "outlooks", "output"})
_DISK = {
    errno.ENOSPC: "make room and run it again",
    errno.EDQUOT: "make room and run it again",
    errno.EIO: "check the disk",
}


class Listening(Verbs):
    """Loads a verb's file when it is asked for, so that `listening match` never pays for Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        names = {name.rstrip("_") for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)])}
        return sorted(names - _NOT_VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        file_name = f"{name}_" if name == "import" else name
        command = importlib.import_module(f"listening.cli.{file_name}").command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=Listening, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="listening")
def group() -> None:
    """Listen to public posts: collect them, match them against your rules, work the queue.

    \b
    Example:
      listening demo                                made-up sites, a real crawl, real hits
      listening match --rules rules/ posts.jsonl    posts in, hits out; no store, no config
    """


class _OnStderr(logging.Handler):
    """What has to be told while a command goes on, such as that it waits for a server."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


_ON_STDERR = _OnStderr(logging.WARNING)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Chinese comes out right, whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run one command and give its exit code; errors that a person can act on are one line on stderr."""
    logging.getLogger("listening").addHandler(_ON_STDERR)  # the same one twice is one
    try:
        code = _call(args)
        sys.stdout.flush()
        return code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        give_up_stdout()
        return 0
    except errors.ListeningError as error:
        click.echo(str(error), err=True)
        return next(code for kind, code in _EXIT_CODES if isinstance(error, kind))
    except OSError as error:
        if error.errno not in _DISK:
            raise
        give_up_stdout()
        click.echo(f"{error.filename or 'output'}: {error.strerror} - {_DISK[error.errno]}", err=True)
        return 3


def _call(args: list[str]) -> int:
    """Not `group.main`: that one ends the program with 1 on a closed pipe."""
    try:
        with group.make_context("listening", list(args)) as context:
            code = group.invoke(context)
    except click.exceptions.Exit as end:  # --help and --version
        return end.exit_code
    return code if isinstance(code, int) else 0
