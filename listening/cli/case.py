"""`listening case`: one case, and the steps it takes from the first response to the follow-up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from listening.app import open_app
from listening.cli.case_aside import ASIDE
from listening.cli.options import WORDS, Verbs, config_option, json_option
from listening.cli.output import write_line
from listening.cli.persons import as_option
from listening.cli.sights import sight, unmasked_option
from listening.cli.stepping import (
    AtDesk,
    at_desk,
    case_argument,
    case_step,
    category_path,
    desk_of,
    exit_code,
    moment,
    reason_option,
    rules_of,
    tell_standing,
)
from listening.cli.timeline import tell_case
from listening.codec import to_json
from listening.errors import TransitionRefused
from listening.model import Case, Escalation, Result
from listening.review.desk import Desk
from listening.review.transitions import NEEDS_NO_WORK
from listening.review.which import case_named
from listening.store.ports import HitStore

_LEVELS = click.Choice([str(level) for level in Escalation])
_RESULTS = click.Choice([str(result) for result in Result])


@click.group(cls=Verbs)
def command() -> None:
    """One case: what happened to it, and its next step.

    CASE is a case's id, four or more characters of its beginning, or the id of a post of it.

    \b
    Example:
      listening case show weibo:4900000000000001
      listening case respond weibo:4900000000000001 --as 李娜
    """


@command.command()
@config_option
@json_option
@as_option
@unmasked_option
@case_argument
def show(config_file: Path, as_json: bool, person: str | None, unmasked: bool, name: str) -> None:
    """Show a case: where it stands, what was said, what happened.

    Names of people and numbers, such as those of telephones, are masked.

    \b
    Example:
      listening case show weibo:4900000000000001
      listening case show weibo:4900000000000001 --unmasked --as 李娜
    """
    with open_app(config_file) as app:
        tell_case(app, case_named(app.store, name), sight(app, person, unmasked), as_json=as_json)


@command.command()
@case_step
def respond(at: AtDesk, case: str) -> Case:
    """Say that you opened a claimed case: the first response.

    The clock of the first answer stops, and the news of the case are seen.

    \b
    Example:
      listening case respond weibo:4900000000000001 --as 李娜
    """
    return at.desk.steps.respond(case, at.person)


@command.command()
@config_option
@json_option
@as_option
@case_argument
@click.argument("category", metavar="[CATEGORY]", required=False, type=WORDS)
def classify(config_file: Path, as_json: bool, person: str | None, name: str, category: str | None) -> int:
    """Say what the matter is, as a CATEGORY of the rules.

    Without CATEGORY, the tree is shown, with the one that the rules suggest.

    \b
    Example:
      listening case classify weibo:4900000000000001 --as 李娜
      listening case classify weibo:4900000000000001 报障/宽带/断网 --as 李娜
    """
    if category is None:
        with open_app(config_file) as app:
            suggested = _suggested(app.store, desk_of(app), case_named(app.store, name))
            _tell_categories(rules_of(app).categories, suggested, as_json)
            return exit_code(app)
    with at_desk(config_file, person) as at:
        case, path = at.named(name), category_path(category)
        suggested = _suggested(at.app.store, at.desk, case)
        tell_standing(at.app, at.desk.steps.classify(case, at.person, path, suggested), as_json)
        return at.code


def _suggested(store: HitStore, desk: Desk, case_id: str) -> tuple[str, ...]:
    """By the first of its hits that has any."""
    hits = filter(None, map(store.get, desk.log.case(case_id).posts))
    return next(filter(None, map(desk.levels.category, hits)), ())


def _tell_categories(tree: Iterable[tuple[str, ...]], suggested: tuple[str, ...], as_json: bool) -> None:
    for path in tree:
        if as_json:
            write_line(to_json({"category": list(path), "suggested": path == suggested}))
        else:
            mark = "  <- suggested" if path == suggested else ""
            click.echo(f"{'  ' * (len(path) - 1)}{'/'.join(path)}{mark}")


@command.command()
@case_step
@click.argument("text", metavar="TEXT", type=WORDS)
def note(at: AtDesk, case: str, text: str) -> Case:
    """Write down anything worth knowing.

    It outlives the erasure of a contact, so what people are called does not belong in it.

    \b
    Example:
      listening case note weibo:4900000000000001 光猫已换过一次 --as 李娜
    """
    return at.desk.steps.note(case, at.person, text)


@command.command()
@case_step
@click.option("--text", type=WORDS, help="What we said.")
@click.option("--asks", is_flag=True, help="It asks the customer: time for the end stands still meanwhile.")
@click.option("--with-result", is_flag=True, help="It tells the customer what came of the matter.")
@click.option(
    "--at",
    "given_at",
    metavar="TIME",
    type=WORDS,
    help="When it was given, if that was before: 2026-11-24T20:10, or 10m ago.",
)
def reply(
    at: AtDesk, case: str, text: str | None, asks: bool, with_result: bool, given_at: str | None
) -> Case:
    """Enter an answer of ours.

    Answers of our accounts that are collected enter themselves; one that was entered by hand counts as not
    seen until then.

    \b
    Example:
      listening case reply weibo:4900000000000001 --text 已为您重启端口，请看看好了吗 --asks --as 李娜
      listening case reply weibo:4900000000000001 --with-result --at 10m --as 李娜
    """
    given = moment(at.app, "--at", given_at) if given_at is not None else None
    return at.desk.steps.reply(case, at.person, text=text, asks=asks, carries_result=with_result, at=given)


@command.command()
@case_step
@click.option("--system", required=True, metavar="NAME", type=WORDS, help="The other system.")
@click.option("--number", required=True, metavar="NUMBER", type=WORDS, help="What it is called there.")
def ticket(at: AtDesk, case: str, system: str, number: str) -> Case:
    """Enter the number that the case has in another system.

    \b
    Example:
      listening case ticket weibo:4900000000000001 --system 工单系统 --number GD-1001 --as 李娜
    """
    return at.desk.steps.ticket(case, at.person, system, number)


@command.command()
@case_step
@click.option("--number", required=True, metavar="NUMBER", type=WORDS, help="What it is called there.")
@click.option("--result", required=True, metavar="TEXT", type=WORDS, help="What came back.")
def receipt(at: AtDesk, case: str, number: str, result: str) -> Case:
    """Enter what came back from the other system.

    The customer is to be told before the case can be closed.

    \b
    Example:
      listening case receipt weibo:4900000000000001 --number GD-1001 --result 端口已修复 --as 李娜
    """
    return at.desk.steps.receipt(case, at.person, number, result)


@command.command()
@case_step
@click.argument("level", type=_LEVELS)
@click.option("--reason", required=True, type=WORDS, help="Why, in a few words.")
@click.option("--to", metavar="NAME", type=WORDS, help="Who is told.")
def escalate(at: AtDesk, case: str, level: str, reason: str, to: str | None) -> Case:
    """Report a case further up, or back down.

    \b
    Example:
      listening case escalate weibo:4900000000000001 crisis --reason 媒体在问 --to 值班经理 --as 李娜
    """
    return at.desk.steps.escalate(case, at.person, Escalation(level), reason, to)


@command.command()
@case_step
@click.option("--result", required=True, type=_RESULTS, help="How it ended.")
@reason_option
def close(at: AtDesk, case: str, result: str, reason: str | None) -> Case:
    """Close a case, with its result.

    It needs a category, and where a receipt came, an answer with its result; not so what is irrelevant or a
    duplicate.

    \b
    Example:
      listening case close weibo:4900000000000001 --result resolved --as 李娜
      listening case close weibo:4900000000000001 --result irrelevant --reason 同名公司 --as 李娜
    """
    try:
        return at.desk.steps.close(case, at.person, Result(result), reason)
    except TransitionRefused as refused:
        found = at.desk.log.case(case)
        if found.category or found.responded_at is None or Result(result) in NEEDS_NO_WORK:
            raise
        suggested = "/".join(_suggested(at.app.store, at.desk, case)) or "CATEGORY"
        raise TransitionRefused(
            refused.where, refused.what, f"listening case classify {case} {suggested} --as {at.person}"
        ) from None


@command.command("follow-up")
@case_step
@click.option("--confirmed/--revoked", required=True, help="Is it done, as the customer says?")
@reason_option
def follow_up(at: AtDesk, case: str, confirmed: bool, reason: str | None) -> Case:
    """Say what the customer answered when asked again.

    A case that is not done goes back into its queue.

    \b
    Example:
      listening case follow-up weibo:4900000000000001 --confirmed --as 李娜
    """
    return at.desk.steps.follow_up(case, at.person, confirmed=confirmed, reason=reason)


@command.command()
@case_step
@reason_option
def reopen(at: AtDesk, case: str, reason: str | None) -> Case:
    """Put a case that was done with back into its queue.

    \b
    Example:
      listening case reopen weibo:4900000000000001 --reason 用户来电说又断了 --as 李娜
    """
    return at.desk.steps.reopen(case, at.person, reason)


@command.command()
@case_step
@reason_option
def abandon(at: AtDesk, case: str, reason: str | None) -> Case:
    """Give a case up without an answer.

    \b
    Example:
      listening case abandon weibo:4900000000000001 --reason 帖子已不可见 --as 李娜
    """
    return at.desk.steps.abandon(case, at.person, reason)


for each in ASIDE:
    command.add_command(each)
