"""`listening run`: the service. Crawls each source when it is due, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from zoneinfo import ZoneInfo

import click

from listening.app import App, open_app
from listening.cli.collecting import tell_mended
from listening.cli.options import config_option, json_option
from listening.cli.output import outcome_line, read_or_not, write_line
from listening.codec import to_json
from listening.collect.crawling.crawl import end_all
from listening.collect.dropbox import import_folder
from listening.collect.runs import Runner
from listening.collect.schedule.news import Kind, News
from listening.collect.schedule.rules import LiveRules
from listening.collect.schedule.service import Plan, Service
from listening.collect.schedule.timer import Timer
from listening.collect.sources import Source
from listening.config import Config, read_config
from listening.errors import ConfigMistakes, CrawlError, Mistake, Place, StoreError
from listening.model import Run

_NEEDS_A_START = ("store", "archive", "rules")
_ENDS = {signal.SIGTERM: 0, signal.SIGINT: 130}


@click.command()
@config_option
@json_option
@click.option(
    "--grace",
    default=30,
    show_default=True,
    metavar="SECONDS",
    type=click.IntRange(0, 3600),
    help="So long crawls may go on after a signal to stop; a second signal ends them at once.",
)
def command(config_file: Path, as_json: bool, grace: int) -> int:
    """Crawl each source when it is due, until stopped.

    The service. `every`, `cron` and `during` in config.yaml say when. SIGTERM or Ctrl-C stop it, SIGHUP lets
    it read config.yaml again; rules are followed as they are edited.

    \b
    Example:
      listening run
      listening run --config /srv/listening/config.yaml --grace 60
    """
    with open_app(config_file) as app:
        if mistakes := app.config.check_sources():
            raise ConfigMistakes(mistakes)
        return _run(app, Teller(app.config.timezone, as_json=as_json), grace)


def _run(app: App, teller: Teller, grace: int) -> int:
    work = _Work(app, teller)
    service = Service(work, app.store, Timer, now=app.now, tell=teller)
    rules = LiveRules(
        app.config.rules, app.store, now=app.now, tell=service.tell, changed=service.match_leftovers
    )
    with _signals() as signals, rules:
        work.rules = rules
        service.start(_plan(app, service, app.config))
        hurry = threading.Event()
        code = _wait(app, work, service, teller, signals)
        threading.Thread(target=_set_by_signal, args=(hurry, signals), daemon=True).start()
        service.stop(grace, hurry)
    return code


def _set_by_signal(event: threading.Event, signals: SimpleQueue[int]) -> None:
    signals.get()
    event.set()


def _wait(app: App, work: _Work, service: Service, teller: Teller, signals: SimpleQueue[int]) -> int:
    """Until a signal to stop; the exit code."""
    while (signal_number := signals.get()) not in _ENDS:
        try:
            config = _read_again(work.config)
            service.adopt(_plan(app, service, config))
        except (ConfigMistakes, StoreError) as error:
            service.tell(Kind.CONFIG, f"{error}\nconfig: the old one stays - mend it, and send SIGHUP again")
        else:
            work.config = config
            teller.zone = ZoneInfo(config.timezone)
            service.tell(Kind.CONFIG, "config: read again")
    return _ENDS[signal.Signals(signal_number)]


def _read_again(old: Config) -> Config:
    """The config as it is now. Raises `ConfigMistakes`, also for what only a new start can change."""
    new = read_config(old.file)
    mistakes = new.check_sources()
    for key in _NEEDS_A_START:
        if getattr(new, key) != getattr(old, key):
            mistakes.append(
                Mistake(Place(str(old.file)), f"'{key}' has changed", "stop and start the service")
            )
    if mistakes:
        raise ConfigMistakes(mistakes)
    return new


def _plan(app: App, service: Service, config: Config) -> Plan:
    sources = {each.name: each for each in config.sources if each.timing.is_scheduled}
    year = app.now().year
    if any(each.timing.uses_workdays for each in sources.values()) and config.workdays.assumed(year):
        said = f"the holidays of {year} are not known yet: weekends and your own entries are used"
        service.tell(Kind.CONFIG, f"workdays: {said} - update the package `holidays`, or add `workdays:`")
    return Plan(
        sources=sources,
        zone=ZoneInfo(config.timezone),
        is_workday=config.workdays.is_workday,
        at_once=config.at_once,
    )


class Teller:
    """News on stderr for people, in local time, or on stdout for machines; from any thread."""

    def __init__(self, zone: str, *, as_json: bool) -> None:
        self.zone = ZoneInfo(zone)
        self._as_json = as_json
        self._turn = threading.Lock()

    def __call__(self, news: News) -> None:
        with self._turn:
            if self._as_json:
                with read_or_not():
                    write_line(to_json(news))
            else:
                at = news.at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
                name = f"{news.source}: " if news.source else ""
                click.echo(f"{at} {name}{news.says}", err=True)


class _Work:
    """What workers do with a turn: each with parts of its own, for SQLite's sake; the store they share."""

    def __init__(self, app: App, tell: Teller) -> None:
        self.config = app.config
        self.rules: LiveRules | None = None
        self._app, self._tell = app, tell
        self._is_cut = threading.Event()

    def crawl(self, source: Source) -> None:
        with self._parts() as (app, runner), app.lock(source.name):
            if source.folder is None:
                self._tell_run(runner.crawl(source, self._go_on))
                return
            for dropped in import_folder(source, runner, self._go_on, now=app.now()):
                if dropped.run is not None:
                    self._tell_run(dropped.run, f"{dropped.file.name}: ")
                else:
                    self._tell(
                        News(at=app.now(), kind=Kind.FILE, source=source.name, says=dropped.reason or "")
                    )

    def recover(self) -> None:
        with self._parts() as (app, runner):
            app.store.get_document("due")  # any question will do: is somebody there to answer?
            if self.rules is not None:
                self.rules.keep()
            recovered = runner.recover()
            tell_mended(recovered.archive)
            if recovered.tally.total:
                says = f"left over by earlier runs: {outcome_line(recovered.tally.outcomes)}"
                self._tell(News(at=app.now(), kind=Kind.RECOVERED, says=says))

    def cut(self) -> None:
        self._is_cut.set()
        end_all()

    @contextmanager
    def _parts(self) -> Iterator[tuple[App, Runner]]:
        with ExitStack() as stack:
            app = App(self.config, stack)
            app.store = self._app.store
            matcher = self.rules.matcher if self.rules else None
            yield app, Runner(app.archive, app.store, app.pipeline(matcher), app.now)

    def _go_on(self, run: Run) -> None:
        if self._is_cut.is_set():
            raise CrawlError(run.source, "the service was stopped before the run was done", "")

    def _tell_run(self, run: Run, what: str = "") -> None:
        status = f" [{run.status}{': ' + run.reason if run.reason else ''}]"
        waiting = run.read - sum(run.outcomes.values())
        rest = f", {waiting:,} archived until there are good rules" if waiting else ""
        says = f"{what}{outcome_line(run.outcomes)}{rest}{status}"
        self._tell(News(at=self._app.now(), kind=Kind.RUN, source=run.source, says=says, run=run))


@contextmanager
def _signals() -> Iterator[SimpleQueue[int]]:
    """The signals that come while the block runs, in order."""
    came: SimpleQueue[int] = SimpleQueue()

    def note(number: int, _frame: FrameType | None) -> None:
        came.put(number)

    before = {number: signal.signal(number, note) for number in (*_ENDS, signal.SIGHUP)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
