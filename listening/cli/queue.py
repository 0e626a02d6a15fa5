"""`listening queue`: what waits for an answer, most urgent first, and who takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.bulk import bulk
from listening.cli.case_rows import case_lines, case_table, rows_of
from listening.cli.deskclock import tell_done
from listening.cli.options import WORDS, Verbs, config_option, json_option, limit_option
from listening.cli.output import local, table, write_line
from listening.cli.persons import acting, as_option
from listening.cli.sights import sight, unmasked_option
from listening.cli.stepping import (
    AtDesk,
    at_desk,
    case_step,
    desk_of,
    exit_code,
    reason_option,
    until_options,
    wake_at,
)
from listening.cli.timeline import tell_case
from listening.codec import to_json
from listening.errors import DeskMistake
from listening.model import LIVE, Case
from listening.review.aloud import span
from listening.review.people import People
from listening.review.queue import Load
from listening.suggest import cure

_COUNTED = 1_000
"""So many cases beyond those shown are counted: counting all of a long queue takes seconds."""
_STATUSES = click.Choice(sorted(map(str, LIVE)))
_queue = click.argument("queue", metavar="[QUEUE]", required=False, type=WORDS)


@click.group(cls=Verbs)
def command() -> None:
    """What waits in the queues, and who works on it.

    CASE is a case's id, four or more characters of its beginning, or the id of a post of it.

    \b
    Example:
      listening queue list 技术支持
      listening queue next --as 李娜
    """


@command.command("list")
@config_option
@json_option
@limit_option(20)
@as_option
@unmasked_option
@click.option("--mine", is_flag=True, help="What you hold yourself; needs --as.")
@click.option("--held-by", metavar="NAME", type=WORDS, help="What somebody holds.")
@click.option("--waiting", is_flag=True, help="What anybody may claim now.")
@click.option("--status", type=_STATUSES, help="Only cases that stand so.")
@_queue
def list_(
    config_file: Path,
    as_json: bool,
    limit: int,
    person: str | None,
    unmasked: bool,
    mine: bool,
    held_by: str | None,
    waiting: bool,
    status: str | None,
    queue: str | None,
) -> None:
    """List the cases of one QUEUE or of all that are not done with.

    The highest escalation first, then priority, deadline, direct before indirect, and what was found first.

    \b
    Example:
      listening queue list
      listening queue list 技术支持 --limit 50
      listening queue list --mine --as 李娜
    """
    if mine + waiting + (held_by is not None) > 1:
        raise click.UsageError("--mine, --held-by and --waiting cannot be had together - give one of them")
    with open_app(config_file) as app:
        seen = sight(app, person, unmasked)
        if mine:
            held_by = acting(app, person).name
        elif held_by is not None:
            held_by = People(app.store).known(held_by).name
        with closing(_live(app, queue, held_by, waiting, limit + _COUNTED)) as live:
            found = list(islice(_of_status(live, status), limit + _COUNTED))
        rows = rows_of(found[:limit], app.store, seen)
        if as_json:
            case_lines(rows, app.now())
        else:
            case_table(rows, app.config.timezone, app.now())
        click.echo(_total(len(found), limit), err=True)


def _live(
    app: App, queue: str | None, held_by: str | None, waiting: bool, most: int
) -> Generator[Case, None, None]:
    """By urgency."""
    if held_by is not None:
        held = app.desk().queue.held_by(held_by)
        yield from (case for case in held if queue in (None, case.queue))
    elif waiting:
        yield from app.store.waiting(queue, app.now(), most)
    else:
        yield from app.store.live(queue)


def _of_status(cases: Iterable[Case], status: str | None) -> Iterator[Case]:
    return (case for case in cases if status in (None, case.status))


def _total(n: int, limit: int) -> str:
    shown = f", the first {limit:,} are shown" if n > limit else ""
    more = "more than " if n >= limit + _COUNTED else ""
    return f"{more}{n:,} {'case' if n == 1 else 'cases'}{shown}"


@command.command()
@config_option
@json_option
def loads(config_file: Path, as_json: bool) -> None:
    """Tell how full each queue is, and who holds what of it.

    \b
    Example:
      listening queue loads
    """
    with open_app(config_file) as app:
        found = app.desk().queue.loads()
        if as_json:
            for each in found:
                write_line(to_json(_load_facts(each)))
            return
        headers = ["queue", "waiting", "held", "sleeping", "late", "nearest deadline", "people"]
        table(headers, (_load_cells(each, app) for each in found))


def _load_facts(load: Load) -> dict[str, object]:
    names = ("queue", "waiting", "held", "sleeping", "late", "nearest")
    facts = {name: getattr(load, name) for name in names}
    known = {name: value for name, value in facts.items() if value is not None}
    return {**known, "people": dict(load.people.most_common())}


def _load_cells(load: Load, app: App) -> tuple[object, ...]:
    nearest = ""
    if load.nearest is not None:
        left = load.nearest - app.now()
        told = f"{span(left)} left" if load.nearest >= app.now() else f"{span(-left)} late"
        nearest = f"{local(load.nearest, app.config.timezone)}, {told}"
    people = "、".join(f"{name} {n:,}" for name, n in load.people.most_common())
    return (load.queue, load.waiting, load.held, load.sleeping, load.late or "", nearest, people)


@command.command("next")
@config_option
@json_option
@as_option
@unmasked_option
@_queue
def next_(config_file: Path, as_json: bool, person: str | None, unmasked: bool, queue: str | None) -> int:
    """Claim the most urgent case that is free, and show it.

    Without QUEUE it is one of the queues that you work on. It is yours until the claim runs out, and longer
    while you work on it.

    \b
    Example:
      listening queue next --as 李娜
      listening queue next 技术支持 --as 李娜
    """
    with at_desk(config_file, person) as at:
        seen = sight(at.app, person, unmasked)
        case = _claimed(at, queue)
        if case is None and queue is not None and queue not in at.queues:
            raise DeskMistake(queue, "there is no such queue", cure(queue, at.queues))
        if case is None:
            click.echo(f"nothing waits{f' in {queue}' if queue else ''}", err=True)
        else:
            tell_case(at.app, case.id, seen, as_json=as_json)
            click.echo(f"it is yours: listening case respond {case.id} --as {at.person}", err=True)
        return at.code


def _claimed(at: AtDesk, queue: str | None) -> Case | None:
    """Of this queue; else of the person's, the one first whose most urgent case is."""
    if queue is not None or not at.who.queues:
        return at.desk.queue.next(at.person, queue)
    now = at.app.now()
    heads = [case for name in at.who.queues for case in at.app.store.waiting(name, now, 1)]
    heads.sort(key=lambda case: case.urgency)
    claimed = (at.desk.queue.next(at.person, case.queue) for case in heads)
    return next(filter(None, claimed), None)


@command.command()
@case_step
def claim(at: AtDesk, case: str) -> Case:
    """Take a case: it is yours until the claim runs out.

    \b
    Example:
      listening queue claim weibo:4900000000000001 --as 李娜
    """
    return at.desk.queue.claim(case, at.person)


@command.command()
@case_step
def release(at: AtDesk, case: str) -> Case:
    """Give a case back to its queue.

    \b
    Example:
      listening queue release weibo:4900000000000001 --as 李娜
    """
    return at.desk.queue.release(case, at.person)


@command.command()
@case_step
@click.option("--to", required=True, metavar="NAME", type=WORDS, help="Who has it from now on.")
def assign(at: AtDesk, case: str, to: str) -> Case:
    """Give a case to somebody for good: it does not run out.

    \b
    Example:
      listening queue assign weibo:4900000000000001 --to 王磊 --as 李娜
    """
    return at.desk.queue.assign(case, at.person, at.colleague(to))


@command.command()
@case_step
@until_options
@reason_option
def snooze(at: AtDesk, case: str, until: str | None, lasting: str | None, reason: str | None) -> Case:
    """Put a case off until a time, or until the customer writes.

    It goes back into its queue, but nobody is given it before.

    \b
    Example:
      listening queue snooze weibo:4900000000000001 --for 2h --reason 等机房回复 --as 李娜
    """
    return at.desk.queue.snooze(case, at.person, wake_at(at.app, until, lasting), reason)


@command.command()
@case_step
@click.argument("queue", metavar="QUEUE", type=WORDS)
@reason_option
def transfer(at: AtDesk, case: str, queue: str, reason: str | None) -> Case:
    """Move a case into another QUEUE, whose targets hold from now on.

    \b
    Example:
      listening queue transfer weibo:4900000000000001 投诉处理 --reason 要退费 --as 李娜
    """
    return at.desk.queue.transfer(case, at.person, queue, reason)


@command.command("return")
@case_step
@reason_option
def return_(at: AtDesk, case: str, reason: str | None) -> Case:
    """Move a case back into the queue it was transferred from.

    \b
    Example:
      listening queue return weibo:4900000000000001 --reason 不是投诉 --as 李娜
    """
    return at.desk.queue.return_(case, at.person, reason)


@command.command()
@config_option
@json_option
def tick(config_file: Path, as_json: bool) -> int:
    """Warn of deadlines that come near, mark those missed.

    For cron, every minute or so, where `listening run` does not run; nothing is said where nothing happened.

    \b
    Example:
      listening queue tick
    """
    with open_app(config_file) as app:
        return _tell_done(app, desk_of(app).ticker.tick(), as_json)


@command.command()
@config_option
@json_option
def sweep(config_file: Path, as_json: bool) -> int:
    """Give up what nobody will answer any more.

    Cases that are too old or whose posts are gone are abandoned, those whose customer does not answer are
    closed, and deadlines are counted anew where a year's holidays became known. For cron, every hour or so,
    where `listening run` does not run; nothing is said where nothing happened.

    \b
    Example:
      listening queue sweep
    """
    with open_app(config_file) as app:
        return _tell_done(app, desk_of(app).ticker.sweep(), as_json)


def _tell_done(app: App, done: Counter[str], as_json: bool) -> int:
    if as_json:
        write_line(to_json(dict(+done)))
    elif told := tell_done(done):
        click.echo(told)
    return exit_code(app)


command.add_command(bulk)
