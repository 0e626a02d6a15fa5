"""`listening explain`: why a post is a hit, or why it is none, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import click

from listening.app import open_app
from listening.cli.options import FILE, WORDS, config_option, json_option
from listening.cli.output import write_line
from listening.codec import to_json
from listening.errors import InputMistake, Mistake, Place
from listening.match.explain.explain import Explanation, FieldSeen, OccurrenceSeen, RuleSeen, explain
from listening.match.plan.plan import Plan
from listening.model import Post
from listening.rules import read_rules
from listening.rules.say.phrases import Language
from listening.rules.say.sentences import say


@click.command()
@config_option
@json_option
@click.option("--rules", "folder", type=FILE, help="Rules to ask; default: config.yaml's.")
@click.option("--id", "post_id", type=WORDS, help="Explain a post of the archive.")
@click.option(
    "--say",
    "language",
    type=click.Choice(get_args(Language)),
    help="Also say in sentences what each rule asks for, in English or Chinese.",
)
@click.argument("text", required=False, type=WORDS)
def command(
    config_file: Path,
    as_json: bool,
    folder: Path | None,
    post_id: str | None,
    language: Language | None,
    text: str | None,
) -> None:
    """Explain why a text or a post is a hit, or none.

    Tells what the rules make of TEXT, or of an archived post: as it is folded, its words, each place where
    a term stands and whether it counts, and what each rule missed.

    \b
    Example:
      listening explain 星河宽带提示：请先判断网络是否正常
      listening explain --id discourse/forum.example:post:17 --say zh
    """
    if (text is None) == (post_id is None):
        raise click.UsageError("give either a TEXT or --id ID")
    if text is not None and folder is not None:
        post, plan = Post(id="text", text=text), Plan(read_rules(folder))
    else:
        with open_app(config_file) as app:
            plan = Plan(read_rules(folder or app.config.rules))
            post = (
                Post(id="text", text=text)
                if text is not None
                else _archived(app.archive.get(post_id or ""), post_id)
            )
    explanation = explain(post, plan)
    if as_json:
        write_line(to_json(explanation))
    else:
        _tell(explanation, _sentences(plan, language) if language else {})


def _sentences(plan: Plan, language: Language) -> dict[tuple[int, str], str]:
    """What each rule asks for, by level and name."""
    rules = [(1, rule.name, rule.conditions) for rule in plan.ruleset.subjects]
    rules += [(2, rule.name, rule.conditions) for rule in plan.ruleset.scenarios]
    return {(level, name): say(conditions, language) for level, name, conditions in rules}


def _archived(post: Post | None, post_id: str | None) -> Post:
    if post is None:
        cure = "see `listening search` for ids, or give the text itself"
        raise InputMistake([Mistake(Place("--id"), f"there is no post '{post_id}' in the archive", cure)])
    return post


def _tell(explanation: Explanation, sentences: Mapping[tuple[int, str], str]) -> None:
    decision = explanation.decision
    click.echo(f"outcome   {decision.outcome}" + (f" ({decision.because})" if decision.because else ""))
    for field in explanation.fields:
        _tell_field(field)
    for rule in explanation.rules:
        _tell_rule(rule, sentences.get((rule.level, rule.name), ""))


def _tell_field(field: FieldSeen) -> None:
    click.echo(f"\n{field.name}")
    click.echo(f"  folded  {field.written}")
    if field.compact is not None:
        click.echo(f"  compact {field.compact}")
    click.echo(f"  tokens  {'/'.join(field.tokens)}")
    if field.plain_tokens != field.tokens:
        click.echo(f"  plain   {'/'.join(field.plain_tokens)}")


def _tell_rule(rule: RuleSeen, sentences: str) -> None:
    if not rule.holds and not rule.occurrences and rule.level == 1:
        return
    kind = "subject " if rule.level == 1 else "scenario"
    name = f"{rule.subject}/{rule.name}" if rule.subject else rule.name
    click.echo(f"\n{kind}  {name}: {'yes' if rule.holds else 'no'}")
    for sentence in sentences.splitlines():
        click.echo(f"  “{sentence}”")
    for found in rule.occurrences:
        _tell_occurrence(found)
    for missed in rule.missed_by:
        click.echo(f"  {missed}")


def _tell_occurrence(found: OccurrenceSeen) -> None:
    sign = "+" if found.counts else "-"
    click.echo(f"  {sign} {found.term} ({found.key}) at {found.field} {found.start}-{found.end}: {found.why}")
