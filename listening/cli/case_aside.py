"""Beside the seven steps of a case: verdicts, ratings, second looks; opening, joining, parting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from listening.cli.options import WORDS, config_option, json_option
from listening.cli.persons import as_option
from listening.cli.stepping import AtDesk, at_desk, case_step, category_path, tell_standing
from listening.errors import DeskMistake
from listening.model import Case, Hit, Result
from listening.review.steps import OUTCOMES
from listening.review.verdicts import Verdict

_VERDICTS = click.Choice([str(verdict) for verdict in Verdict])
_RESULTS = click.Choice([str(result) for result in Result])
_SCORE = click.argument("score", type=click.IntRange(1))
_SCALE = click.option(
    "--scale", default=5, show_default=True, type=click.IntRange(2), help="The best score there is."
)
_COMMENT = click.option("--comment", type=WORDS, help="In a few words.")
_HIT = 2


@click.command()
@case_step
@click.argument("verdict", metavar="VERDICT", type=_VERDICTS)
@click.option("--post", "post_id", metavar="ID", type=WORDS, help="Which of its hits, if it has several.")
@click.option("--reason", default="", type=WORDS, help="Why, in a few words.")
def verdict(at: AtDesk, case: str, verdict: str, post_id: str | None, reason: str) -> Case:
    """Say whether the rules were right about a hit.

    VERDICT is relevant, irrelevant or duplicate; the last word on a hit counts. The case goes on.

    \b
    Example:
      listening case verdict weibo:4900000000000001 irrelevant --reason 同名公司 --as 李娜
    """
    return at.desk.steps.verdict(case, at.person, _hit(at, case, post_id), verdict, reason)


def _hit(at: AtDesk, case_id: str, post_id: str | None) -> Hit:
    """The hit of the case that is meant. Raises `DeskMistake`."""
    posts = at.desk.log.case(case_id).posts
    hits = {hit.id: hit for hit in filter(None, map(at.app.store.get, posts)) if hit.level == _HIT}
    if post_id is not None and post_id in hits:
        return hits[post_id]
    if post_id is None and len(hits) == 1:
        return next(iter(hits.values()))
    named = f"say which by --post: {', '.join(hits)}" if hits else "there is nothing to judge"
    what = f"holds {len(hits)} hits" if post_id is None else f"holds no hit {post_id}"
    raise DeskMistake(case_id, what, named)


@click.command()
@case_step
@click.argument("outcome", metavar="OUTCOME", type=click.Choice(OUTCOMES))
@click.option("--confirmed", is_flag=True, help="Another system says so, too.")
@click.option("--value", type=float, help="What it is worth.")
def convert(at: AtDesk, case: str, outcome: str, confirmed: bool, value: float | None) -> Case:
    """Say what came of an opportunity.

    OUTCOME is won_over, kept, sold or none.

    \b
    Example:
      listening case convert weibo:4900000000000001 won_over --value 1188 --as 李娜
    """
    return at.desk.steps.convert(case, at.person, outcome, confirmed=confirmed, value=value)


@click.command()
@case_step
def invite(at: AtDesk, case: str) -> Case:
    """Say that the customer was asked for a rating.

    \b
    Example:
      listening case invite weibo:4900000000000001 --as 李娜
    """
    return at.desk.steps.invite(case, at.person)


@click.command()
@case_step
@_SCORE
@_SCALE
@_COMMENT
def satisfaction(at: AtDesk, case: str, score: int, scale: int, comment: str | None) -> Case:
    """Enter the customer's rating, from 1 (worst) on.

    \b
    Example:
      listening case satisfaction weibo:4900000000000001 4 --comment 修得快 --as 李娜
    """
    return at.desk.steps.satisfaction(case, at.person, score, scale, comment)


@click.command()
@case_step
@click.option("--category", type=WORDS, help="What you find it is: 报障/宽带/断网.")
@click.option("--verdict", type=_VERDICTS, help="What you find of its last judged hit.")
@click.option("--result", type=_RESULTS, help="How you find it ended.")
def check(at: AtDesk, case: str, category: str | None, verdict: str | None, result: str | None) -> Case:
    """Look a second time at somebody else's case.

    Nothing of it changes; what you say is compared with what they said.

    \b
    Example:
      listening case check weibo:4900000000000001 --category 报障/宽带/断网 --result resolved --as 韩梅梅
    """
    return at.desk.steps.check(
        case,
        at.person,
        category=category_path(category) if category else (),
        verdict=verdict,
        result=Result(result) if result else None,
    )


@click.command()
@case_step
@_SCORE
@_SCALE
@_COMMENT
def score(at: AtDesk, case: str, score: int, scale: int, comment: str | None) -> Case:
    """Grade how well the case was worked on, from 1 (worst) on.

    \b
    Example:
      listening case score weibo:4900000000000001 5 --comment 话术得体 --as 李雷
    """
    return at.desk.steps.score(case, at.person, score, scale, comment)


@click.command("open")
@config_option
@json_option
@as_option
@click.argument("post_id", metavar="POST", type=WORDS)
def open_(config_file: Path, as_json: bool, person: str | None, post_id: str) -> int:
    """Open a case for a record that has none.

    POST is the id of a mention, or of a hit that came too late for the queue.

    \b
    Example:
      listening case open weibo:4900000000000002 --as 李娜
    """
    with at_desk(config_file, person) as at:
        tell_standing(at.app, at.desk.by_hand.open(post_id, at.person), as_json)
        return at.code


@click.command()
@case_step
@click.argument("into", metavar="INTO", type=WORDS)
def join(at: AtDesk, case: str, into: str) -> Case:
    """Join a case to another: they are one matter.

    CASE goes into the case INTO, with its posts.

    \b
    Example:
      listening case join weibo:4900000000000002 weibo:4900000000000001 --as 李娜
    """
    return at.desk.by_hand.join(case, at.named(into), at.person)


@click.command()
@case_step
@click.argument("post_id", metavar="POST", type=WORDS)
def split(at: AtDesk, case: str, post_id: str) -> Case:
    """Part a post from its case: it is a matter of its own.

    \b
    Example:
      listening case split k3v7q2mxw4ab weibo:4900000000000002 --as 李娜
    """
    return at.desk.by_hand.split(case, post_id, at.person)


ASIDE: Sequence[click.Command] = (
    verdict,
    convert,
    invite,
    satisfaction,
    check,
    score,
    open_,
    join,
    split,
)
