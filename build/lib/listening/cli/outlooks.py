"""The outcome of a backtest as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from listening.cli.output import highlighted, local, one_line, table
from listening.report.backtest.excerpt import excerpt
from listening.report.backtest.labels import Precision
from listening.report.backtest.outlook import SHOWN, Outlook, RuleOutlook, steps
from listening.report.backtest.plain import moment
from listening.report.backtest.tally import Change, Sample

_WIDTH = 70


def tell(told: Outlook) -> None:
    """Everything, from the whole to the single post, on stdout."""
    _head(told)
    parts: tuple[tuple[str, Callable[[Outlook], None]], ...] = (
        ("outcomes", _outcomes),
        ("rules", lambda told: _rules(told.rules)),
        ("subjects and scenarios", lambda told: _rules(told.pairs)),
        ("precision by the labels", _precisions),
        ("samples", _samples),
        (f"hits per {steps(told.days)[0]}", _days),
        ("queue load, by the day posts came in", _queues),
        ("what the archive holds for this time", _held),
    )
    for title, part in parts:
        if part is _precisions and not told.precisions:
            continue
        click.echo(f"\n{title}")
        part(told)


def _head(told: Outlook) -> None:
    stretch = f", {local(told.first, told.zone)} to {local(told.last, told.zone)}" if told.first else ""
    click.echo(f"{told.posts:,} posts{stretch} ({told.zone})")
    click.echo(f"old  {told.old.name}  {told.old.ruleset.digest[:12]}")
    click.echo(f"new  {told.new.name}  {told.new.ruleset.digest[:12]}")


def _outcomes(told: Outlook) -> None:
    table(["outcome", "old", "new"], [(o, f"{old:,}", f"{new:,}") for o, old, new in told.outcomes()])
    for old, new, posts in told.moved():
        click.echo(f"{old} -> {new}  {posts:,}")


def _rules(rules: Sequence[RuleOutlook]) -> None:
    rows = [
        (
            rule.key.kind,
            rule.key.name,
            *(f"{n:,}" for n in (rule.old, rule.new, rule.gained, rule.lost, rule.changed)),
            {"old": "removed", "new": "added"}[rule.only] if rule.only else "",
        )
        for rule in rules
    ]
    table(["kind", "rule", "old", "new", "gained", "lost", "changed", ""], rows)


def _precisions(told: Outlook) -> None:
    rows = [(str(p.rule), p.side, *_interval(p), f"{p.labels:,}") for p in told.precisions]
    table(["rule", "rules", "precision", "95 % interval", "labels"], rows)


def _interval(each: Precision) -> tuple[str, str]:
    if each.share is None or each.low is None or each.high is None:
        return "", f"needs labels of {' and '.join(each.missing)} posts" if each.missing else "no labels"
    return f"{each.share:.1%}", f"{each.low:.1%} to {each.high:.1%}"


def _samples(told: Outlook) -> None:
    for rule in told.rules:
        for change in SHOWN:
            for n, sample in enumerate(rule.samples.get(change, ())):
                if n == 0:
                    click.echo(f"{rule.key}: {change} {getattr(rule, change):,}")
                _sample(sample, change, told.zone)


def _sample(sample: Sample, change: Change, zone: str) -> None:
    pieces = excerpt(sample, _WIDTH)
    click.echo(f"  {local(sample.published_at, zone)}  {one_line(sample.source, 30)}  {sample.id}")
    click.echo("    " + "".join(highlighted(text) if marked else text for text, marked in pieces))
    if change is Change.CHANGED:
        click.echo(f"    {'、'.join(sample.old)} -> {'、'.join(sample.new)}")


def _days(told: Outlook) -> None:
    step, rows = steps(told.days)
    table([step, "old", "new"], [(day, f"{old:,}", f"{new:,}") for day, old, new in rows])


def _queues(told: Outlook) -> None:
    days = told.archived_days
    rows = [
        (
            q.name,
            *(f"{n:,}" for n in (q.old, q.new)),
            *(f"{n / days:.1f}" for n in (q.old, q.new)),
            q.most_old,
            q.most_new,
        )
        for q in told.queues
    ]
    headers = ["queue", "old", "new", "old a day", "new a day", "most old", "most new"]
    if rows:
        table(headers, rows)
    age = f"{told.queue_max_age.total_seconds() / 86_400:g} days"
    late = f"{told.late_old:,} old, {told.late_new:,} new"
    click.echo(
        f"days on which posts came in: {days:,}; not queued, since older than {age} when they came in: {late}"
    )


def _held(told: Outlook) -> None:
    shown, others = told.sources()
    rows = [
        (h.source, f"{h.posts:,}", local(moment(h.first), told.zone), local(moment(h.last), told.zone))
        for h in shown
    ]
    if others:
        rows.append((f"{len(others):,} more", f"{sum(h.posts for h in others):,}", "", ""))
    rows.append(("all", f"{told.held_posts:,}", "", ""))
    table(["source", "posts", "first", "last"], rows)
