"""`listening check`: every mistake in the rules, and whether their examples hold."""

from __future__ import annotations

from pathlib import Path

import click

from listening.cli.options import FILE, json_option
from listening.cli.output import write_line
from listening.codec import to_json
from listening.errors import Mistake, RuleMistakes
from listening.match.examples import count_examples, failing_examples
from listening.match.matcher import Matcher
from listening.rules import RuleSet, read_rules


@click.command()
@json_option
@click.argument("folder", metavar="[RULES]", default="rules", type=FILE)
def command(as_json: bool, folder: Path) -> int:
    """Check rules and run their examples.

    RULES is a folder or a file (default: rules). All mistakes are told at once, with place and cure; it
    ends with 1 if there are any.

    \b
    Example:
      listening check
      listening check rules/telecom.yaml --json
    """
    ruleset, mistakes = _checked(folder)
    if as_json:
        for mistake in mistakes:
            place = {"file": mistake.place.file, "line": mistake.place.line, "column": mistake.place.column}
            write_line(to_json({"level": "error", **place, "what": mistake.what, "cure": mistake.cure}))
    else:
        for mistake in mistakes:
            click.echo(str(mistake))
    if ruleset is not None:
        sides = [f"{len(ruleset.subjects)} brands and competitors", f"{len(ruleset.scenarios)} scenarios"]
        click.echo(
            f"{', '.join(sides)}, {count_examples(ruleset)} examples: {len(mistakes)} failed", err=True
        )
    else:
        click.echo(f"{len(mistakes)} mistakes", err=True)
    return 1 if mistakes else 0


def _checked(folder: Path) -> tuple[RuleSet | None, list[Mistake]]:
    """The rule set, None if it cannot be read, and every mistake."""
    try:
        ruleset = read_rules(folder)
    except RuleMistakes as error:
        return None, list(error.mistakes)
    return ruleset, sorted(failing_examples(Matcher(ruleset)), key=lambda mistake: mistake.place)
