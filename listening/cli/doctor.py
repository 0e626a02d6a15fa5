"""`listening doctor`: what is wrong with this installation, and the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from listening.app import App, open_app
from listening.cli.options import config_option, json_option
from listening.cli.output import outcome_line, write_line
from listening.codec import to_json
from listening.collect.runs import runs
from listening.errors import ListeningError, RuleMistakes
from listening.match.explain.examples import count_examples
from listening.model import Run, RunStatus
from listening.query import parse
from listening.store import masked

_WHOLE = (RunStatus.OK, RunStatus.EMPTY)


class Finding(NamedTuple):
    """One thing that was looked at: ok, warning or error, and what is to be said of it."""

    part: str
    level: str
    says: str


@click.command()
@config_option
@json_option
def command(config_file: Path, as_json: bool) -> int:
    """Tell what is wrong with this installation, and the cure.

    Looks at config, rules, store, archive, sources and their last runs. Ends with 1 if there are errors.

    \b
    Example:
      listening doctor
      listening doctor --config /srv/listening/config.yaml --json
    """
    findings = list(_findings(config_file))
    for finding in findings:
        if as_json:
            write_line(to_json(finding._asdict()))
        else:
            colour = {"ok": "green", "warning": "yellow", "error": "red"}[finding.level]
            click.echo(f"{click.style(finding.level.ljust(7), fg=colour)}  {finding.part}: {finding.says}")
    return 1 if any(finding.level == "error" for finding in findings) else 0


def _findings(config_file: Path) -> Iterator[Finding]:
    try:
        with open_app(config_file) as app:
            yield Finding("config", "ok", f"{config_file} is read")
            for part, look in _LOOKS.items():
                yield from _looked(part, look, app)
    except ListeningError as error:
        yield Finding("config", "error", str(error))


def _looked(part: str, look: Callable[[App], Iterator[Finding]], app: App) -> Iterator[Finding]:
    """One part; its own errors are findings, so that the other parts are looked at all the same."""
    try:
        yield from look(app)
    except ListeningError as error:
        yield Finding(part, "error", str(error))


def _rules(app: App) -> Iterator[Finding]:
    try:
        ruleset = app.good_rules().plan.ruleset
    except RuleMistakes as mistakes:
        yield Finding("rules", "error", str(mistakes))
        if kept := app.last_good():
            yield Finding("rules", "warning", f"the last good ones, of {kept.since}, stay live meanwhile")
        return
    examples = f"{count_examples(ruleset)} examples hold"
    says = f"{len(ruleset.subjects)} subjects, {len(ruleset.scenarios)} scenarios, {examples}"
    yield Finding("rules", "ok", says)


def _store(app: App) -> Iterator[Finding]:
    count = app.store.count(parse("", now=app.now(), zone=app.config.timezone))
    yield Finding("store", "ok", f"{masked(app.config.store)} holds {count:,} records")
    if trouble := _HEALTH.get(dict(app.store.status().facts).get("health", "")):
        yield Finding("store", *trouble)


def _archive(app: App) -> Iterator[Finding]:
    counts = app.archive.counts()
    yield Finding("archive", "ok", f"{outcome_line(counts.outcomes)} in {counts.bytes:,} bytes")
    if counts.pending:
        cure = "the next crawl or import takes them on"
        yield Finding("archive", "warning", f"{counts.pending:,} posts have no outcome yet - {cure}")
    if waiting := sum(app.quarantine.counts().values()):
        cure = "see `listening quarantine list`"
        yield Finding("quarantine", "warning", f"{waiting:,} lines or items could not be read - {cure}")


def _sources(app: App) -> Iterator[Finding]:
    for mistake in app.config.check_sources():
        yield Finding("sources", "error", str(mistake))
    if not app.config.sources:
        yield Finding("sources", "warning", "there are none - add some to config.yaml, or import files")
    for source in app.config.sources:
        yield _last_run(source.name, list(runs(app.store, source.name)))


def _last_run(name: str, known: list[Run]) -> Finding:
    if not known:
        return Finding(name, "warning", "was never crawled - run `listening crawl`")
    last = known[-1]
    if last.status is None:
        return Finding(name, "warning", f"the run of {last.started_at:%Y-%m-%d %H:%M} UTC goes on, or died")
    said = f"last run {last.status}" + (f" ({last.reason})" if last.reason else "")
    return Finding(name, "ok" if last.status in _WHOLE else "error", f"{said}, {outcome_line(last.outcomes)}")


_HEALTH: dict[str, tuple[str, str]] = {
    "yellow": ("warning", "the cluster is yellow: a copy has no node - add one, or ask for fewer replicas"),
    "red": ("error", "the cluster is red: records cannot be reached - bring its nodes back"),
}

_LOOKS: dict[str, Callable[[App], Iterator[Finding]]] = {
    "rules": _rules,
    "store": _store,
    "archive": _archive,
    "sources": _sources,
}
