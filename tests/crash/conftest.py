"""Undisturbed runs to compare with, and the same command again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from listening.cli.entry import run as run_command
from tests.collect.site import Site
from tests.crash.holdings import Holdings, holdings
from tests.crash.killing import Family
from tests.crash.made import Newspaper, Place, lay_out, write_posts


@dataclass(frozen=True, slots=True)
class Job:
    """A command, what an undisturbed run of it gives, how long that took, and what it archived."""

    verb: str
    what: str
    feed: str | None
    wanted: Holdings
    seconds: float
    archived: int

    def lay_out(self, folder: Path) -> Place:
        return lay_out(folder, self.feed)

    def args(self, place: Place) -> list[str]:
        return [self.verb, "--config", str(place.config), self.what]

    def start(self, place: Place) -> Family:
        return Family(*self.args(place))

    def mortal(self, place: Place, step: str, times: int) -> Family:
        """The same, which kills itself at the step."""
        args = (step, str(times), place.config, self.verb, self.what)
        return Family(*args, program="tests.crash.mortal")

    def again(self, place: Place) -> int:
        """The same command to its end, in this process: it is the same code and starts sooner."""
        return run_command(self.args(place))


def _undisturbed(folder: Path, verb: str, what: str, feed: str | None) -> Job:
    place = lay_out(folder, feed)
    command = Family(verb, "--config", place.config, what)
    code, said = command.wait()
    assert code == 3, said  # some of it is invalid on purpose
    seconds = command.seconds
    archived = sum(path.stat().st_size for path in place.segments())
    return Job(verb, what, feed, holdings(place.config), seconds, archived)


@pytest.fixture(autouse=True)
def _linux() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("needs /proc to find every process of a command")


@pytest.fixture(scope="session")
def import_job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("import")
    file = write_posts(folder / "posts.jsonl")
    return _undisturbed(folder / "undisturbed", "import", str(file), None)


@pytest.fixture(scope="session")
def newspaper() -> Iterator[tuple[Newspaper, Site]]:
    paper = Newspaper()
    with Site(paper) as site:
        yield paper, site


@pytest.fixture(scope="session")
def crawl_job(tmp_path_factory: pytest.TempPathFactory, newspaper: tuple[Newspaper, Site]) -> Job:
    folder = tmp_path_factory.mktemp("crawl") / "undisturbed"
    return _undisturbed(folder, "crawl", "晚报", f"{newspaper[1].url}/feed/0")
