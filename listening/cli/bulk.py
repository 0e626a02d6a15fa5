"""`listening queue bulk`: one step on all cases that a search finds, told first and done then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from listening.cli.case_rows import case_table, rows_of
from listening.cli.options import WORDS, config_option, json_option
from listening.cli.output import counting, write_line
from listening.cli.persons import as_option, permitted
from listening.cli.stepping import AtDesk, at_desk, reason_option, until_options, wake_at
from listening.codec import to_json
from listening.errors import DeskMistake, TransitionRefused
from listening.model import Case, Escalation, EventKind, Result
from listening.query import parse
from listening.review.permissions import Action
from listening.review.queue import Bulk
from listening.review.showing import Sight
from listening.review.transitions import NEEDS_NO_WORK, check
from listening.suggest import cure

_SHOWN = 5
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done with each case, and what its event would say that decides whether it may be."""

    kind: EventKind
    take: Callable[[str], object]
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """What would be done, and what would be refused: the case, and why."""

    sample: list[Case] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


Given = Mapping[str, str | None]


def _needed(given: Given, name: str) -> str:
    if (value := given[name]) is None:
        raise click.UsageError(f"this step needs --{name}")
    return value


def _release(at: AtDesk, _given: Given) -> _Step:
    return _Step(EventKind.RELEASE, lambda case: at.desk.queue.release(case, at.person))


def _assign(at: AtDesk, given: Given) -> _Step:
    to = at.colleague(_needed(given, "to"))
    return _Step(EventKind.ASSIGN, lambda case: at.desk.queue.assign(case, at.person, to))


def _transfer(at: AtDesk, given: Given) -> _Step:
    to, reason = _needed(given, "to"), given["reason"]
    known = [queue.name for queue in at.ruleset.queues]
    if known and to not in known:
        raise DeskMistake(to, "there is no such queue", cure(to, known))
    return _Step(EventKind.TRANSFER, lambda case: at.desk.queue.transfer(case, at.person, to, reason))


def _snooze(at: AtDesk, given: Given) -> _Step:
    until = wake_at(at.app, given["until"], given["lasting"])
    if until <= at.app.now():
        raise click.UsageError("cases cannot sleep until a time that is past - give a later one")
    return _Step(EventKind.SNOOZE, lambda case: at.desk.queue.snooze(case, at.person, until, given["reason"]))


def _close(at: AtDesk, given: Given) -> _Step:
    result, reason = Result(_needed(given, "result")), given["reason"]
    close = at.desk.steps.close
    return _Step(EventKind.CLOSE, lambda case: close(case, at.person, result, reason), {"result": result})


def _escalate(at: AtDesk, given: Given) -> _Step:
    level, reason = Escalation(_needed(given, "level")), _needed(given, "reason")
    escalate = at.desk.steps.escalate
    return _Step(EventKind.ESCALATE, lambda case: escalate(case, at.person, level, reason, given["to"]))


_STEPS: Mapping[str, tuple[Callable[[AtDesk, Given], _Step], frozenset[str]]] = {
    "release": (_release, frozenset()),
    "assign": (_assign, frozenset({"to"})),
    "transfer": (_transfer, frozenset({"to", "reason"})),
    "snooze": (_snooze, frozenset({"until", "lasting", "reason"})),
    "close": (_close, frozenset({"result", "reason"})),
    "escalate": (_escalate, frozenset({"level", "reason", "to"})),
}
"""How each is prepared, and the options it takes."""
_RESULTS = click.Choice(sorted(map(str, NEEDS_NO_WORK)))
_LEVELS = click.Choice([str(level) for level in Escalation])


@click.command()
@config_option
@json_option
@as_option
@click.option("--where", required=True, metavar="QUERY", type=WORDS, help="Whose hits: docs/search.md.")
@click.option("--really", is_flag=True, help="Do it; without this, only what it would do is told.")
@click.option("--to", metavar="NAME", type=WORDS, help="assign, escalate: to whom; transfer: which queue.")
@until_options
@click.option("--result", type=_RESULTS, help="close: how they ended.")
@click.option("--level", type=_LEVELS, help="escalate: how far up.")
@reason_option
@click.argument("step", metavar="STEP", type=click.Choice(list(_STEPS)))
def bulk(
    config_file: Path,
    as_json: bool,
    person: str | None,
    where: str,
    really: bool,
    step: str,
    **given: str | None,
) -> int:
    """Take one step on the cases of all hits that a search finds.

    STEP is release, assign, transfer, snooze, close or escalate. Nothing is done without --really: it is told
    how many cases there are, which ones would be refused, and why. It ends with 3 where some were refused.

    \b
    Example:
      listening queue bulk close --where '抽奖 status:open' --result irrelevant --as 李雷
      listening queue bulk assign --where 'scenario:宽带报障 status:open' --to 王磊 --really --as 李雷
    """
    begin, takes = _STEPS[step]
    if odd := [name for name, value in given.items() if value is not None and name not in takes]:
        options = ", ".join(f"--{'for' if name == 'lasting' else name}" for name in odd)
        raise click.UsageError(f"{step} takes no {options}")
    with at_desk(config_file, person) as at:
        permitted(at.app, at.person, Action.BULK)
        one = begin(at, given)
        permitted(at.app, at.person, one.kind)
        ids = _found(at, where)
        if really:
            return _tell(at, _do(at, ids, one, step), step, as_json)
        _tell_plan(at, _plan(at, ids, one), step, as_json)
        return at.code


def _found(at: AtDesk, where: str) -> list[str]:
    """The cases of the hits that are found, each once."""
    asked = parse(where, now=at.app.now(), zone=at.app.config.timezone)
    found: dict[str, None] = {}
    with counting("searching") as show:
        for number, hit in enumerate(at.app.store.scan(asked), 1):
            show("hits", number)
            if hit.case is not None:
                found[hit.case] = None
    return list(found)


def _plan(at: AtDesk, ids: Sequence[str], one: _Step) -> _Plan:
    """As the cases are kept; writes nothing."""
    plan = _Plan()
    leads, now = at.leads, at.app.now()
    for case in _cases(at, ids):
        if (why := _why_not(case, one, at.person, now, leads=leads)) is not None:
            plan.refused.append((case.id, why))
            continue
        plan.done.append(case.id)
        if len(plan.sample) < _SHOWN:
            plan.sample.append(case)
    return plan


def _cases(at: AtDesk, ids: Sequence[str]) -> Iterator[Case]:
    batches = iter(ids)
    while batch := list(islice(batches, _AT_ONCE)):
        yield from at.app.store.get_cases(batch)


def _why_not(case: Case, one: _Step, person: str, now: datetime, *, leads: bool) -> str | None:
    try:
        check(case, one.kind, person, now, one.data, leads=leads)
    except TransitionRefused as refused:
        return str(refused)
    return None


def _do(at: AtDesk, ids: Sequence[str], one: _Step, step: str) -> Bulk:
    with counting(step) as show:
        numbers = iter(range(1, len(ids) + 1))

        def take(case_id: str) -> None:
            show("cases", next(numbers))
            one.take(case_id)

        return at.desk.queue.bulk(ids, take)


def _tell_plan(at: AtDesk, plan: _Plan, step: str, as_json: bool) -> None:
    if as_json:
        write_line(to_json(_facts(step, plan.done, plan.refused, really=False)))
        return
    click.echo(f"{step}: {len(plan.done):,} cases")
    case_table(rows_of(plan.sample, at.app.store, Sight()), at.app.config.timezone, at.app.now())
    if len(plan.done) > len(plan.sample):
        click.echo(f"… and {len(plan.done) - len(plan.sample):,} more")
    _tell_refused(plan.refused, "would be refused")
    click.echo("nothing was done yet - add --really", err=True)


def _tell(at: AtDesk, done: Bulk, step: str, as_json: bool) -> int:
    if as_json:
        write_line(to_json(_facts(step, done.done, done.refused, really=True)))
    else:
        click.echo(f"{step}: {len(done.done):,} cases")
        _tell_refused(done.refused, "were refused")
    return 3 if done.refused else at.code


def _tell_refused(refused: Sequence[tuple[str, str]], what: str) -> None:
    """By the reason, with the first case of each."""
    if not refused:
        return
    click.echo(f"{len(refused):,} {what}:")
    first: dict[str, str] = {}
    for case_id, why in refused:
        first.setdefault(why.removeprefix(f"{case_id}: "), case_id)
    counts = Counter(why.removeprefix(f"{case_id}: ") for case_id, why in refused)
    for why, n in counts.most_common():
        click.echo(f"  {n:,}: {why} (such as {first[why]})")


def _facts(
    step: str, done: Sequence[str], refused: Sequence[tuple[str, str]], *, really: bool
) -> dict[str, Any]:
    told = [{"case": case_id, "why": why.removeprefix(f"{case_id}: ")} for case_id, why in refused]
    return {"step": step, "really": really, "cases": list(done), "refused": told}
