"""Killed exactly between two steps: append, match, save, settle, cursor kept."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from listening.app import open_app
from listening.model import RunStatus
from tests.crash.conftest import Job
from tests.crash.holdings import Holdings, all_runs, holdings
from tests.crash.made import Place, write_posts
from tests.crash.mortal import STEPS

AT_THE_START = ("running marked", "run kept")
NOTHING = Holdings(records={}, posts={}, quarantine=Counter(), cursors={}, rest=())


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


def test_killed_while_it_finishes_what_the_kill_before_left(small_import: Job, tmp_path: Path) -> None:
    place = small_import.lay_out(tmp_path / "place")
    for step in ("appended", "matched", "stored", "about to settle"):
        killed_at(small_import, place, step, 1)
        assert pending(place), "the first batch is archived and waits"
        assert len(all_runs(place.config)) == 1, "the later kills came before a run of their own"
    ends_like_undisturbed(small_import, place)


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
