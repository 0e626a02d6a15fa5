"""Killed exactly between two steps: append, match, save, settle, what is known kept."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.app import open_app
from listening.archive import State
from listening.model import Metrics, Outcome, RunStatus
from listening.query import parse
from tests.collect.site import Site
from tests.crash.conftest import Job
from tests.crash.holdings import all_runs, holdings
from tests.crash.made import PAGE, TEXTS, Newspaper, Place, write_few, write_posts
from tests.crash.mortal import AT_THE_END, AT_THE_START, EACH_BATCH, OF_KNOWN_POSTS, OF_WHAT_IS_KNOWN

ONCE = (*AT_THE_START, *OF_WHAT_IS_KNOWN, *AT_THE_END)
# What leads a batch to its outcome is the same code for both; the import goes through all of it.
OF_A_CRAWL = ("run kept", "written", "appended", "stored", "settled", *OF_WHAT_IS_KNOWN, "run ended")
DIED = {
    "import": "the process ended before the run did",
    "crawl": "the process ended, or lost the source to another, before the run did",
}


def killed_at(job: Job, place: Place, step: str, times: int) -> None:
    command = job.mortal(place, step, times)
    code, said = command.wait()
    assert code == -signal.SIGKILL, f"it never came to this step: {said}"
    assert command.is_gone(), "a process of the killed command is left"


def ends_like_undisturbed(job: Job, place: Place) -> None:
    assert job.again(place) == 3
    assert holdings(place.config) == job.wanted


def the_killed_run_is_told(place: Place, step: str) -> None:
    """But for a kill before it was kept, or after its end was."""
    first, last = all_runs(place.config)[0], all_runs(place.config)[-1]
    assert last.status is RunStatus.OK
    if step not in ("running marked", *AT_THE_END):
        assert (first.status, first.reason) == (RunStatus.FAILED, DIED[first.verb])


def pending(place: Place) -> int:
    with open_app(place.config) as app:
        return app.archive.counts().pending


@pytest.mark.parametrize("step", [*AT_THE_START, *EACH_BATCH, *OF_KNOWN_POSTS, *AT_THE_END])
def test_an_import_killed_at_a_step(import_job: Job, step: str, tmp_path: Path) -> None:
    place = import_job.lay_out(tmp_path / "place")
    killed_at(import_job, place, step, 1 if step in ONCE else 3)
    ends_like_undisturbed(import_job, place)
    the_killed_run_is_told(place, step)


@pytest.mark.parametrize("step", OF_A_CRAWL)
def test_a_crawl_killed_at_a_step(crawl_job: Job, step: str, tmp_path: Path) -> None:
    place = crawl_job.lay_out(tmp_path / "place")
    killed_at(crawl_job, place, step, 1 if step in ONCE else 3)
    ends_like_undisturbed(crawl_job, place)
    the_killed_run_is_told(place, step)


def test_killed_while_it_finishes_what_the_kill_before_left(import_job: Job, tmp_path: Path) -> None:
    place = import_job.lay_out(tmp_path / "place")
    for step in ("appended", "matched", "stored", "about to settle"):
        killed_at(import_job, place, step, 1)
        assert pending(place), "the first batch is archived and waits"
        assert len(all_runs(place.config)) == 1, "the later kills came before a run of their own"
    ends_like_undisturbed(import_job, place)


@pytest.mark.parametrize("step", ["written", "appended", "about to settle"])
def test_what_the_source_no_longer_shows_still_comes_out_as_a_hit(
    crawl_job: Job, step: str, tmp_path: Path
) -> None:
    paper = Newspaper(pages=1)
    with Site(paper) as site:
        job = replace(crawl_job, feed=f"{site.url}/feed/0")
        place = job.lay_out(tmp_path / "place")
        killed_at(job, place, step, 1)
        paper.withdraw()
        assert job.again(place) == 0
    with open_app(place.config) as app:
        shown = [post for batch in app.archive.scan() for post in batch]
        seen = app.archive.seen(shown)
        hits = {p.id for p, each in zip(shown, seen, strict=True) if each.earlier is Outcome.HIT}
        stored = {hit.id for hit in app.store.scan() if hit.level == 2}
    assert {each.state for each in seen} == {State.REPEAT}
    assert hits == stored
    assert [(run.status, run.recovered) for run in all_runs(place.config)] == [
        (RunStatus.FAILED, 0),
        (RunStatus.EMPTY, len(shown)),
    ]
    # The first batch, however the page was cut into batches: two texts of six are hits.
    assert 1 <= len(shown) <= PAGE
    assert len(hits) == sum(n % len(TEXTS) in (0, 3) for n in range(len(shown)))


def test_what_the_file_no_longer_holds_still_comes_out_as_a_hit(import_job: Job, tmp_path: Path) -> None:
    place = import_job.lay_out(tmp_path / "place")
    killed_at(import_job, place, "about to settle", 1)
    waiting = pending(place)
    job = replace(import_job, what=str(write_posts(tmp_path / "posts.jsonl", 0)))
    assert job.again(place) == 0
    assert waiting
    assert pending(place) == 0
    with open_app(place.config) as app:
        assert {hit.id for hit in app.store.scan()} <= set(import_job.wanted.records)
        assert app.store.get("weibo:0") is not None
    assert [(run.status, run.recovered) for run in all_runs(place.config)] == [
        (RunStatus.FAILED, 0),
        (RunStatus.EMPTY, waiting),
    ]


def imports(job: Job, folder: Path, *all_changes: dict[str, Any]) -> list[Job]:
    """Imports of the same few posts, with these changes in turn."""
    at = datetime.now(UTC) - timedelta(hours=1)
    files = [write_few(folder / f"{n}.jsonl", at, **changes) for n, changes in enumerate(all_changes)]
    return [replace(job, what=str(file)) for file in files]


@pytest.mark.parametrize("step", ["observed", "figures kept"])
def test_new_figures_of_a_known_post_are_in_its_history_once(
    import_job: Job, step: str, tmp_path: Path
) -> None:
    place = import_job.lay_out(tmp_path / "place")
    earlier, later = imports(import_job, tmp_path, *({"metrics": {"likes": likes}} for likes in (1, 2)))
    assert earlier.again(place) == 0
    killed_at(later, place, step, 1)
    assert later.again(place) == 0
    with open_app(place.config) as app:
        histories = [[seen.metrics for seen in hit.metrics_history] for hit in app.store.scan()]
    assert histories == [[Metrics(likes=1), Metrics(likes=2)]] * 6


@pytest.mark.parametrize("step", ["written", "appended", "about to withdraw"])
def test_an_edit_that_is_not_shown_again_still_withdraws_what_it_no_longer_is(
    import_job: Job, step: str, tmp_path: Path
) -> None:
    place = import_job.lay_out(tmp_path / "place")
    earlier, later = imports(import_job, tmp_path, {}, {"text": "今天天气真好（已编辑）"})
    assert earlier.again(place) == 0
    killed_at(later, place, step, 1)
    empty = replace(import_job, what=str(write_posts(tmp_path / "posts.jsonl", 0)))
    assert empty.again(place) == 0
    with open_app(place.config) as app:
        assert list(app.store.scan()) == []
        assert app.store.count(parse("status:withdrawn", now=app.now())) == 6
