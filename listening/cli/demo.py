"""`listening demo`: made-up sites on this machine, crawled for real, and what comes out of it."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path

import click

from listening.app import App, open_app
from listening.cli.collecting import Reporter
from listening.cli.options import FOLDER
from listening.cli.output import local, marked, outcome_line, table
from listening.collect.runs import Runner
from listening.collect.sources import Source
from listening.demo.sites import DemoSites
from listening.match.matcher import Matcher
from listening.model import Hit, Outcome, Run
from listening.query import parse

_MARK = "# Written by `listening demo`, which makes this folder anew each time."
_SHOWN = 12
_AT_ONCE = 2
_OPEN = {"unindexed": "everybody there is made up"}


@click.command()
@click.option(
    "--folder",
    default="var/demo",
    show_default=True,
    type=FOLDER,
    help="Where the demo keeps config, rules, archive and store; made anew each time.",
)
@click.option("--stay", is_flag=True, help="Leave the sites running until Ctrl-C, to crawl them again.")
def command(folder: Path, stay: bool) -> int:
    """Crawl made-up sites on this machine and show the hits.

    Two forums, three feeds, two social servers, a link site and a blog on loopback: six kinds of sites,
    crawled twice by the real spiders.

    \b
    Example:
      listening demo
      listening demo --stay
    """
    _clear(folder)
    with DemoSites(datetime.now(UTC)) as sites, open_app(_lay_out(folder, sites)) as app:
        runs = _crawled(app, "first crawl")
        sites.advance()
        runs += _crawled(app, "a few minutes later: edits, deletions and new posts")
        _show(app, runs, folder)
        if stay:
            click.echo("\nThe sites stay up; end them with Ctrl-C.")
            threading.Event().wait()
    return 0


def _clear(folder: Path) -> None:
    if not folder.exists():
        return
    config = folder / "config.yaml"
    if not config.is_file() or not config.read_text("utf-8").startswith(_MARK):
        raise click.UsageError(f"{folder} holds something else than a demo - choose another with --folder")
    shutil.rmtree(folder)


def _lay_out(folder: Path, sites: DemoSites) -> Path:
    """The demo's own config and rules, to look at and to change."""
    (folder / "rules").mkdir(parents=True)
    for rules in resources.files("listening.demo").joinpath("rules").iterdir():
        (folder / "rules" / rules.name).write_bytes(rules.read_bytes())
    lines = [_MARK, "store: sqlite:listening.sqlite", "archive: archive", "rules: rules", "sources:"]
    for source in _sources(sites):
        settings = {"spider": source.spider, **source.settings}
        lines.append(f"  {source.name}: {json.dumps(settings, ensure_ascii=False)}")
    config = folder / "config.yaml"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    return config


def _sources(sites: DemoSites) -> Iterator[Source]:
    """Every site; no delay between requests, since the server is our own."""
    places = (
        ("星河论坛", "discourse_posts", {"url": sites.forum_url}),
        ("行业新闻", "feed_entries", {"url": f"{sites.feed_url}/feed.xml"}),
        ("博客", "feed_entries", {"url": f"{sites.feed_url}/atom.xml"}),
        ("公告栏", "feed_entries", {"url": f"{sites.feed_url}/feed.json"}),
        ("社交", "mastodon_timeline", {"url": sites.social_url, "public": "local", **_OPEN}),
        ("邻站社交", "mastodon_timeline", {"url": sites.mirror_url, "public": "all", **_OPEN}),
        ("官方账号", "mastodon_accounts", {"url": sites.social_url}),
        ("云州链接", "lemmy_posts", {"url": sites.links_url}),
        ("云州链接评论", "lemmy_comments", {"url": sites.links_url}),
        ("生活志", "wordpress_posts", {"url": sites.blog_url}),
        ("生活志评论", "wordpress_comments", {"url": sites.blog_url}),
        ("校园论坛", "nodebb_posts", {"url": sites.club_url}),
    )
    for name, spider, settings in places:
        yield Source(name=name, spider=spider, settings={**settings, "delay": 0})


def _crawled(app: App, what: str) -> list[Run]:
    """Every source, two at a time, as a service would; told in the order of the config."""
    click.echo(click.style(f"\n{what}", bold=True))
    runs = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for run in pool.map(partial(_crawl, app, app.live.matcher), app.config.sources):
            Reporter(run.source).tell(run, as_json=False)
            runs.append(run)
    return runs


def _crawl(app: App, matcher: Matcher | None, source: Source) -> Run:
    """In a thread, with parts of its own, for SQLite's sake; the store is shared."""
    with ExitStack() as stack:
        own = App(app.config, stack)
        own.store = app.store
        runner = Runner(own.archive, own.store, own.pipeline(matcher), own.now)
        return runner.crawl(source, lambda _: None)


def _show(app: App, runs: list[Run], folder: Path) -> None:
    zone = app.config.timezone
    hits = app.store.search(parse("level:2 status:open", now=app.now(), zone=zone), limit=_SHOWN)
    click.echo(click.style(f"\nthe newest {len(hits.hits)} of {hits.total} open hits", bold=True))
    for hit in hits.hits:
        _show_hit(hit, zone)
    for field in ("brand", "competitor", "scenario"):
        click.echo(click.style(f"\nhits by {field}", bold=True))
        table([field, "hits"], app.store.facets(parse("level:2", now=app.now(), zone=zone), field))
    outcomes: Counter[Outcome] = Counter()
    for run in runs:
        outcomes.update(run.outcomes)
    click.echo(click.style("\noutcomes of both crawls", bold=True))
    click.echo(outcome_line(outcomes))
    _tell_what_next(folder / "config.yaml")


def _show_hit(hit: Hit, zone: str) -> None:
    who = hit.post.author.name if hit.post.author else ""
    click.echo(f"\n{local(hit.post.published_at, zone)}  {hit.post.source}  {who}")
    click.echo(f"  {', '.join(hit.scenarios)}  [{hit.queue}, {hit.priority}]")
    for field, _ in hit.post.texts():
        if field in ("title", "text"):
            click.echo(f"  {_short(marked(hit, field))}")


def _short(text: str) -> str:
    """The first lines of a long post."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 200 else f"{flat[:200]}…"


def _tell_what_next(config: Path) -> None:
    click.echo(click.style("\nwhat to try next", bold=True))
    for command_line in (
        f"listening queue list --config {config}",
        f"listening search 断网 since:3d --config {config}",
        f"listening count --by scenario --config {config}",
        f"listening quarantine list --config {config}",
        f"listening explain --config {config} 星河宽带提示：请先判断网络是否正常",
        f"edit {config.parent}/rules/, then: listening check {config.parent}/rules"
        f" && listening replay --config {config}",
    ):
        click.echo(f"  {command_line}")
