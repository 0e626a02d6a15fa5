"""Killed at any moment: after the same command again every post is there exactly once.

The moments are drawn once and for all (`SEED`): so many bytes archived, then so long a wait. Bytes spread
them over the batches, the wait over the steps of a batch; a command that was faster is begun anew with a
shorter one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from listening.model import RunStatus
from tests.collect.site import NOTHING, Asked, Reply, Site
from tests.crash.conftest import Job
from tests.crash.holdings import all_runs, holdings
from tests.crash.killing import DEADLINE, Family
from tests.crash.made import Place, lay_out

SEED = 20261124
KILLS = 10  # of each command: half of them of the parent alone


@dataclass(frozen=True, slots=True)
class Moment:
    """`archived` is a share of all bytes archived (0: from the start on), `wait` one of all the time."""

    archived: float
    wait: float
    whole_group: bool

    def __str__(self) -> str:
        whom = "group" if self.whole_group else "parent"
        return f"{whom}-at-{self.archived:.2f}-and-{self.wait:.2f}"


def moments(verb: str) -> Iterator[Moment]:
    """Every third while it starts, the others from the first batch on."""
    drawn = random.Random(f"{SEED} {verb}")
    for n in range(KILLS):
        if n % 3 == 0:
            yield Moment(0, drawn.uniform(0, 0.8), bool(n % 2))
        else:
            yield Moment(drawn.uniform(0.01, 0.99), drawn.uniform(0, 0.05), bool(n % 2))


def bytes_archived(place: Place) -> int:
    return sum(path.stat().st_size for path in place.archive.rglob("*.zst"))


def killed(job: Job, folder: Path, moment: Moment) -> Place:
    """A place where the command was killed at the moment, or a little before if it was too fast for that."""
    for attempt in range(6):
        place = job.lay_out(folder / str(attempt))
        command = job.start(place)
        if _comes_to(command, job, place, moment, 0.5**attempt) and _kill(command, moment):
            return place
        command.wait()
    raise AssertionError("the command is always faster than we can kill it")


def _comes_to(command: Family, job: Job, place: Place, moment: Moment, share: float) -> bool:
    wanted = moment.archived * job.archived * share
    if not command.wait_for(lambda: bytes_archived(place) >= wanted):
        return False
    return command.wait_for_time(moment.wait * job.seconds * share)


def _kill(command: Family, moment: Moment) -> bool:
    was_killed = command.kill_all() if moment.whole_group else command.kill_parent()
    assert command.is_gone(), "a process of the killed command is left"
    return was_killed


def finished_as_if_nothing_had_happened(job: Job, place: Place) -> None:
    assert job.again(place) == 3, "some of the posts are invalid on purpose"
    assert holdings(place.config) == job.wanted
    *earlier, last = all_runs(place.config)
    assert last.status is RunStatus.OK
    assert {run.status for run in earlier} <= {RunStatus.OK, RunStatus.FAILED}


@pytest.mark.parametrize("moment", list(moments("import")), ids=str)
def test_an_import_that_was_killed_ends_like_one_that_was_not(
    import_job: Job, moment: Moment, tmp_path: Path
) -> None:
    finished_as_if_nothing_had_happened(import_job, killed(import_job, tmp_path, moment))


@pytest.mark.parametrize("moment", list(moments("crawl")), ids=str)
def test_a_crawl_that_was_killed_ends_like_one_that_was_not(
    crawl_job: Job, moment: Moment, tmp_path: Path
) -> None:
    finished_as_if_nothing_had_happened(crawl_job, killed(crawl_job, tmp_path, moment))


def test_a_crawler_that_waits_for_an_answer_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    asked, released = Event(), Event()

    def silent(_: Asked) -> Reply:
        asked.set()
        released.wait(2 * DEADLINE)
        return NOTHING

    with Site(silent) as site:
        command = Family("crawl", "--config", lay_out(tmp_path / "place", f"{site.url}/feed/0").config)
        try:
            assert asked.wait(DEADLINE)
            assert command.kill_parent()
            assert command.is_gone()
        finally:
            released.set()


def killed_again_and_again(job: Job, place: Place) -> None:
    drawn = random.Random(f"{SEED} {job.verb} again")
    kills, latest = 0, 0.9
    for n in range(12):
        command = job.start(place)
        moment = Moment(0, drawn.uniform(0.3, 1) * latest, bool(n % 2))
        if command.wait_for_time(moment.wait * job.seconds):
            kills += _kill(command, moment)
        else:  # the machine is faster now than when the job was measured
            command.wait()
            latest /= 2
        if kills == 3:
            return
    raise AssertionError(f"only {kills} kills came before the end of the command")


def test_an_import_killed_again_and_again_while_it_finishes_what_the_kill_before_left(
    import_job: Job, tmp_path: Path
) -> None:
    place = import_job.lay_out(tmp_path / "place")
    killed_again_and_again(import_job, place)
    finished_as_if_nothing_had_happened(import_job, place)


def test_a_crawl_killed_again_and_again_while_it_finishes_what_the_kill_before_left(
    crawl_job: Job, tmp_path: Path
) -> None:
    place = crawl_job.lay_out(tmp_path / "place")
    killed_again_and_again(crawl_job, place)
    finished_as_if_nothing_had_happened(crawl_job, place)


@pytest.mark.parametrize("torn", [1, 40, 3_000])
def test_a_tail_that_is_torn_after_the_kill_is_collected_again(
    import_job: Job, torn: int, tmp_path: Path
) -> None:
    place = killed(import_job, tmp_path, Moment(0.6, 0.02, True))
    segment = place.segments()[-1]
    os.truncate(segment, segment.stat().st_size - torn)
    finished_as_if_nothing_had_happened(import_job, place)
