"""Killed exactly between two steps: append, match, save, settle, cursor kept."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from listening.app import open_app
from listening.archive import State
from listening.model import Outcome, RunStatus
from tests.collect.site import Site
from tests.crash.conftest import Job
from tests.crash.holdings import Holdings, all_runs, holdings
from tests.crash.made import Newspaper, Place, lay_out, write_posts
from tests.crash.mortal import AT_THE_END, STEPS

AT_THE_START = ("running marked", "run kept")
NOTHING = Holdings(records={}, posts={}, quarantine=Counter(), cursors={}, rest=())
# Not every page of the paper has a hit, so the steps of the store are walked through by the import above.
CRAWLED = ("appended", "settled")


def killed_at(job: Job, place: Place, step: str, times: int) -> None:
    command = job.mortal(place, step, times)
    code, said = command.wait()
    assert code == -signal.SIGKILL, f"it never came to this step: {said}"
    assert command.is_gone(), "a process of the killed command is left"


def ends_like_undisturbed(job: Job, place: Place) -> None:
    assert job.again(place) == 3
    assert holdings(place.config) == job.wanted


def pending(place: Place) -> int:
    with open_app(place.config) as app:
        return app.archive.counts().pending


@pytest.mark.parametrize("step", [*STEPS, "run ended"])
def test_an_import_killed_at_a_step(small_import: Job, step: str, tmp_path: Path) -> None:
    place = small_import.lay_out(tmp_path / "place")
    killed_at(small_import, place, step, 1 if step in (*AT_THE_START, "run ended") else 3)
    ends_like_undisturbed(small_import, place)
    first, last = all_runs(place.config)[0], all_runs(place.config)[-1]
    assert last.status is RunStatus.OK
    if step not in ("running marked", "run ended"):
        assert (first.status, first.reason) == (RunStatus.FAILED, "the process ended before the run did")


@pytest.mark.parametrize("step", [*CRAWLED, *AT_THE_END])
def test_a_crawl_killed_at_a_step(crawl_job: Job, step: str, tmp_path: Path) -> None:
    place = crawl_job.lay_out(tmp_path / "place")
    killed_at(crawl_job, place, step, 1 if step in AT_THE_END else 3)
    ends_like_undisturbed(crawl_job, place)


def test_killed_while_it_finishes_what_the_kill_before_left(small_import: Job, tmp_path: Path) -> None:
    place = small_import.lay_out(tmp_path / "place")
    for step in ("appended", "matched", "stored", "about to settle"):
        killed_at(small_import, place, step, 1)
        assert pending(place), "the first batch is archived and waits"
        assert len(all_runs(place.config)) == 1, "the later kills came before a run of their own"
    ends_like_undisturbed(small_import, place)


@pytest.mark.parametrize("step", ["appended", "about to settle"])
def test_what_the_source_no_longer_shows_still_comes_out_as_a_hit(step: str, tmp_path: Path) -> None:
    paper = Newspaper(pages=1)
    with Site(paper) as site:
        place = lay_out(tmp_path / "place", f"{site.url}/feed/0")
        job = Job("crawl", "晚报", f"{site.url}/feed/0", NOTHING, 0, 0)
        killed_at(job, place, step, 1)
        paper.withdraw()
        assert job.again(place) == 0
    with open_app(place.config) as app:
        shown = [post for batch in app.archive.scan() for post in batch]
        seen = app.archive.seen(shown)
        hits = {p.id for p, each in zip(shown, seen, strict=True) if each.earlier is Outcome.HIT}
        stored = {hit.id for hit in app.store.scan() if hit.level == 2}
    assert len(shown) == 59, "all that the page had, but for one without a time"
    assert {each.state for each in seen} == {State.REPEAT}
    assert hits == stored
    assert len(hits) == 19
    assert all_runs(place.config)[-1].recovered == 59


def test_what_the_file_no_longer_holds_still_comes_out_as_a_hit(small_import: Job, tmp_path: Path) -> None:
    place = small_import.lay_out(tmp_path / "place")
    killed_at(small_import, place, "about to settle", 1)
    waiting = pending(place)
    empty = write_posts(tmp_path / "posts.jsonl", 0)
    job = Job("import", str(empty), None, small_import.wanted, 0, 0)
    assert job.again(place) == 0
    assert waiting
    assert pending(place) == 0
    with open_app(place.config) as app:
        assert {hit.id for hit in app.store.scan()} <= set(small_import.wanted.records)
        assert app.store.get("weibo:0") is not None
    assert [(run.status, run.recovered) for run in all_runs(place.config)] == [
        (RunStatus.FAILED, 0),
        (RunStatus.EMPTY, waiting),
    ]
