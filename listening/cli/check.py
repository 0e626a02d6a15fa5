"""`listening check`: every mistake in the rules, whether their examples hold, and what is suspicious."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.options import FILE, json_option, since_option
from listening.cli.output import write_line
from listening.codec import to_json
from listening.errors import Mistake, Place, RuleMistakes
from listening.match.explain.examples import count_examples, failing_examples
from listening.match.matcher import Matcher
from listening.match.warnings import RuleWarning, Severity, Study, warnings
from listening.model import Post
from listening.rules import read_rules

CONFIG = Path("config.yaml")
ERROR = "error"


@click.command()
@json_option
@click.option("--editor", is_flag=True, help="Print `file:line:column: error: …`, as editors read it.")
@click.option(
    "--level",
    type=click.Choice([str(severity) for severity in Severity]),
    default=str(Severity.LOW),
    show_default=True,
    help="The least severe warnings that are shown; `note` shows all.",
)
@click.option(
    "--config",
    "config_file",
    type=FILE,
    envvar="LISTENING_CONFIG",
    help="Whose archive the rules are held against.  [default: config.yaml, if it is there]",
)
@since_option
@click.option("--no-archive", is_flag=True, help="Do not look into the archive.")
@click.argument("folder", metavar="[RULES]", default="rules", type=FILE)
def command(
    as_json: bool,
    editor: bool,
    level: str,
    config_file: Path | None,
    since: timedelta | None,
    no_archive: bool,
    folder: Path,
) -> int:
    """Check rules and run their examples.

    RULES is a folder or a file (default: rules). All mistakes are told at once, with place and cure; it
    ends with 1 if there are any. Warnings keep nothing from going live: they tell what is suspicious, with
    figures from the archive where there is one.

    \b
    Example:
      listening check
      listening check --level note --since 30d
      listening check rules/telecom.yaml --json
    """
    try:
        matcher = Matcher(read_rules(folder))
    except RuleMistakes as error:
        _tell([_told(mistake) for mistake in error.mistakes], as_json, editor)
        click.echo(f"{len(error.mistakes)} mistakes", err=True)
        return 1
    failed = [_told(mistake) for mistake in sorted(failing_examples(matcher), key=lambda m: m.place)]
    with ExitStack() as stack:
        app = None if no_archive else _app(config_file, stack)
        study = Study(matcher, _posts(app, since) if app else None)
        warned = [_warned(warning) for warning in warnings(study)]
    shown = [told for told in warned if Severity(told.level).rank >= Severity(level).rank]
    _tell([*failed, *shown], as_json, editor)
    click.echo(_summary(matcher, len(failed), shown, len(warned)), err=True)
    click.echo(_looked_at(study), err=True)
    return 1 if failed else 0


class _Told:
    """A mistake or a warning, as it is printed."""

    def __init__(self, level: str, kind: str | None, place: Place, what: str, cure: str) -> None:
        self.level, self.kind, self.place, self.what, self.cure = level, kind, place, what, cure

    def line(self) -> str:
        label = "" if self.level == ERROR else f"{self.level} warning: "
        return f"{self.place}: {label}{self._said()}"

    def editor_line(self) -> str:
        level = {ERROR: "error", str(Severity.NOTE): "note"}.get(self.level, "warning")
        place = f"{self.place.file}:{max(self.place.line, 1)}:{max(self.place.column, 1)}"
        return f"{place}: {level}: {self._said()}"

    def record(self) -> dict[str, object]:
        place = {"file": self.place.file, "line": self.place.line, "column": self.place.column}
        kind = {"kind": self.kind} if self.kind else {}
        return {"level": self.level, **kind, **place, "what": self.what, "cure": self.cure}

    def _said(self) -> str:
        return f"{self.what} - {self.cure}" if self.cure else self.what


def _told(mistake: Mistake) -> _Told:
    return _Told(ERROR, None, mistake.place, mistake.what, mistake.cure)


def _warned(warning: RuleWarning) -> _Told:
    return _Told(str(warning.severity), warning.kind, warning.place, warning.what, warning.cure)


def _tell(told: Sequence[_Told], as_json: bool, editor: bool) -> None:
    for each in told:
        if as_json:
            write_line(to_json(each.record()))
        else:
            click.echo(each.editor_line() if editor else each.line())


def _app(config_file: Path | None, stack: ExitStack) -> App | None:
    """The installation of the config that is named or lies here; None where nothing was archived yet."""
    if config_file is None and not CONFIG.is_file():
        return None
    app = stack.enter_context(open_app(config_file or CONFIG))
    return app if app.config.archive.is_dir() else None


def _posts(app: App, since: timedelta | None) -> Iterator[Sequence[Post]]:
    yield from app.archive.scan(app.now() - since if since is not None else None)


def _summary(matcher: Matcher, failed: int, shown: Sequence[_Told], warned: int) -> str:
    ruleset = matcher.plan.ruleset
    sides = f"{len(ruleset.subjects)} brands and competitors, {len(ruleset.scenarios)} scenarios"
    hidden = f" ({warned - len(shown)} not shown, see --level)" if warned > len(shown) else ""
    examples = f"{count_examples(ruleset)} examples: {failed} failed"
    return f"{sides}, {examples}, {len(shown)} warnings{hidden}"


def _looked_at(study: Study) -> str:
    if study.seen is None:
        return "no archived posts: the warnings come from the rules and the dictionary alone"
    return f"held against {study.seen.posts:,} archived posts"
