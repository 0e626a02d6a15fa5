"""`listening audit`: what the rules miss, and whether two people judge alike."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from listening.app import open_app
from listening.cli.options import FILE, WORDS, Verbs, config_option, json_option, since_option
from listening.cli.output import local, one_line, percent, write, write_line
from listening.cli.persons import acting, as_option
from listening.codec import to_json
from listening.model import Post
from listening.review.agreement import Agreement, agreement, second_looks
from listening.review.audit import Asked, Audit, Label, add_labels, draw, find, keep
from listening.review.audit_sheet import labels_of, read_filled, sheet
from listening.review.people import People
from listening.review.permissions import Action, Permissions
from listening.review.precision import given_since, overall
from listening.review.recall import Report, posts_of, report
from listening.review.verdicts import read_verdicts
from listening.rulebook import history
from listening.store.pseudonyms import open_pseudonyms
from listening.text.masking import masked

F = TypeVar("F", bound=Callable[..., Any])
_SEEDS = 1_000_000


def _size_option(default: int) -> Callable[[F], F]:
    kind = click.IntRange(1, 100_000)
    return click.option("--size", default=default, show_default=True, type=kind, help="How many to draw.")


@click.group(cls=Verbs)
def command() -> None:
    """Tell what the rules miss, by random samples.

    And whether two people see the same: `second` draws closed cases for a second look.

    \b
    Example:
      listening audit sample --size 200 --since 30d > sheet.csv
      listening audit label sheet.csv --as 李雷
      listening audit report
    """


@command.command()
@config_option
@_size_option(200)
@since_option
@click.option("--seed", type=click.IntRange(0), help="Draws the same posts again; default: a new one.")
@click.option("--source", type=WORDS, help="Only what this source brought.")
@click.option("--mentions", is_flag=True, help="Draw from mentions, too.")
def sample(
    config_file: Path,
    size: int,
    since: timedelta | None,
    seed: int | None,
    source: str | None,
    mentions: bool,
) -> None:
    """Draw posts that are no hits, as a sheet to judge.

    Each unmatched post of the archive has the same chance. The sheet is CSV: fill in the column `relevant`
    (yes or no, 是 or 否, 1 or 0), and where it should have been a hit, `scenario` and `why`. Its rows are in
    random order, so whoever has no time for all of them begins at the top.

    \b
    Example:
      listening audit sample --size 200 --since 30d > sheet.csv
      listening audit sample --mentions --source 星河论坛 --seed 7 > sheet.csv
    """
    with open_app(config_file) as app:
        at = app.now()
        asked = Asked(
            size=size,
            seed=secrets.randbelow(_SEEDS) if seed is None else seed,
            since=at - since if since is not None else None,
            source=source,
            mentions=mentions,
        )
        periods = history(app.store)
        rules = periods[-1].rules_version if periods else None
        audit, posts = draw(app.archive, asked, open_pseudonyms(app.store), at=at, rules=rules)
        if audit.posts:
            keep(audit, app.store)
        write(sheet(audit, posts, app.config.timezone))
        _tell_sample(audit)


def _tell_sample(audit: Audit) -> None:
    of = f"{audit.size:,} of {audit.population:,} posts ({', '.join(audit.outcomes)})"
    click.echo(f"audit {audit.id}: {of}, --seed {audit.seed}; {audit.hits:,} hits beside them", err=True)
    if audit.pending:
        click.echo(f"{audit.pending:,} posts have no outcome yet and could not be drawn", err=True)
    if audit.stale:
        told = f"{audit.stale:,} of the {audit.population:,} were matched with other rules than today's"
        click.echo(f"{told} - run `listening replay` and draw again to audit these", err=True)


@command.command()
@config_option
@json_option
@as_option
@click.argument("file", metavar="SHEET", type=FILE)
def label(config_file: Path, as_json: bool, person: str | None, file: Path) -> None:
    """Take what was filled in on a sheet.

    A sheet may be given as often as it has grown: what was said before stays. Unknown answers and posts are
    told with their line, and then nothing is taken.

    \b
    Example:
      listening audit label sheet.csv --as 李雷
    """
    filled = read_filled(file)
    with open_app(config_file) as app:
        name = acting(app, person).name
        Permissions(People(app.store)).check(name, Action.AUDIT)
        audit = find(filled.audit, app.store)
        labels = labels_of(filled, audit, open_pseudonyms(app.store), person=name, at=app.now())
        audit, new = add_labels(audit.id, labels, app.store)
        labelled = len(audit.said())
        if as_json:
            write_line(to_json({"audit": audit.id, "new": new, "labelled": labelled, "size": audit.size}))
        else:
            left = f"{labelled:,} of {audit.size:,} posts are labelled"
            click.echo(f"audit {audit.id}: {new:,} labels new or changed, {left}")


@command.command("report")
@config_option
@json_option
@click.argument("audit_id", metavar="[ID]", required=False, type=WORDS)
def report_(config_file: Path, as_json: bool, audit_id: str | None) -> None:
    """Tell how many posts the rules miss, and which share they find.

    Of the last audit, or of ID. The precision of the hits is taken from the verdicts on them since the time
    that the audit begins with; without any, all hits count as relevant.

    \b
    Example:
      listening audit report
      listening audit report 20261124-3f9a1c --json
    """
    with open_app(config_file) as app:
        audit = find(audit_id, app.store)
        judged = given_since(read_verdicts(app.store.events()), audit.since, audit.source)
        told = report(audit, overall(judged))
        names = [label.post for label in told.missed]
        posts = posts_of(names, audit, app.archive, open_pseudonyms(app.store))
        if as_json:
            write_line(to_json(_plain(told, posts)))
        else:
            _tell(told, app.config.timezone)
            _tell_missed(told, posts, app.config.timezone)


def _plain(told: Report, posts: dict[str, Post]) -> dict[str, object]:
    """Without the sample itself, with the posts by their own ids."""
    audit = told.audit
    names = ("id", "at", "seed", "size", "since", "source", "outcomes", "population", "hits", "pending")
    about: dict[str, object] = {name: getattr(audit, name) for name in (*names, "stale", "rules")}
    return {
        "audit": {name: value for name, value in about.items() if value is not None},
        "labelled": told.labelled,
        "missed": [_missed(label, posts.get(label.post)) for label in told.missed],
        **{name: value for name in ("in_all", "precision", "recall") if (value := getattr(told, name))},
    }


def _missed(label: Label, post: Post | None) -> dict[str, object]:
    said = {"scenario": label.scenario, "why": label.why, "person": label.person, "at": label.at}
    about = {"id": post.id, "text": _text(post), "next": _explain(post)} if post else {}
    return about | {name: value for name, value in said.items() if value}


def _tell(told: Report, zone: str) -> None:
    audit = told.audit
    since = f"published since {local(audit.since, zone)}, " if audit.since else ""
    of = f" of {audit.source}" if audit.source else ""
    click.echo(f"audit {audit.id}, drawn {local(audit.at, zone)} ({zone}) with --seed {audit.seed}")
    click.echo(f"posts      {audit.population:,}{of}, {since}{', '.join(audit.outcomes)}")
    click.echo(f"hits       {audit.hits:,} beside them")
    people = ", ".join(sorted({label.person for label in audit.said().values()}))
    click.echo(f"labelled   {told.labelled:,} of {audit.size:,}{' by ' + people if people else ''}")
    if told.in_all is None:
        click.echo("nothing can be told yet - fill in the sheet, then: listening audit label SHEET --as NAME")
        return
    low, high = round(told.in_all.low), round(told.in_all.high)
    click.echo(f"missed     {len(told.missed):,} of these; in all about {round(told.in_all.value):,}")
    click.echo(f"           95 %: {low:,} to {high:,}")
    for name in ("precision", "recall"):
        if (share := getattr(told, name)) is not None:
            between = f"95 %: {percent(share.low)} to {percent(share.high)}"
            click.echo(f"{name:9}  {percent(share.value)} ({between})")
    if told.precision is None:
        click.echo("nobody judged hits of this time, so all of them count as relevant", err=True)


def _tell_missed(told: Report, posts: dict[str, Post], zone: str) -> None:
    for label in told.missed:
        post = posts.get(label.post)
        said = "; ".join(filter(None, (label.scenario, label.why)))
        about = f" - {said}" if said else ""
        if post is None:
            click.echo(f"\n(no longer in the archive){about}")
            continue
        click.echo(f"\n{_at(post.published_at, zone)}{one_line(_text(post))}{about}")
        click.echo(f"  {_explain(post)}")


def _at(moment: datetime | None, zone: str) -> str:
    return f"{local(moment, zone)}  " if moment else ""


def _text(post: Post) -> str:
    return masked(" ".join(text for _, text in post.texts()))


def _explain(post: Post) -> str:
    return shlex.join(["listening", "explain", "--id", post.id])


@command.command()
@config_option
@_size_option(20)
@since_option
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="Another one, other cases."
)
@as_option
def second(config_file: Path, size: int, since: timedelta | None, seed: int, person: str | None) -> None:
    """Draw closed cases for somebody else's second look.

    A case a line: closed in this time, and looked at by nobody a second time yet. Whoever will look (--as) is
    given none that they worked on. The second look itself is a step of the case (`check`).

    \b
    Example:
      listening audit second --size 20 --since 30d --as 韩梅梅
    """
    with open_app(config_file) as app:
        begin = app.now() - since if since is not None else None
        name = acting(app, person).name if person else None
        found = second_looks(app.store.events(), size=size, seed=seed, since=begin, person=name)
        for case in found:
            click.echo(case)
        click.echo(f"{len(found):,} cases", err=True)
        _tell_agreement(agreement(app.store.events()))


def _tell_agreement(told: Agreement) -> None:
    """How far second looks agreed until now, and how much of that chance would not have done."""
    if told.share is None:
        return
    parts = [f"{told.checks:,} second looks until now: {percent(told.share)} agree"]
    for name in ("verdict", "result"):
        if (seen := getattr(told, name)) is not None:
            beyond = "" if seen.kappa is None else f", kappa {seen.kappa:.2f}"
            parts.append(f"{name} {seen.same:,} of {seen.pairs:,}{beyond}")
    click.echo("; ".join(parts), err=True)
