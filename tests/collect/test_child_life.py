"""Nobody is left behind: the child never outlives its parent, and a dead child is never a good run."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from listening.collect.crawling.crawl import Crawl
from listening.collect.sources import Source
from listening.model import RunStatus
from tests.collect.site import Asked, Reply, Site, item, rss

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEADLINE = 20.0
pytestmark = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="needs Linux to watch a foreign process"
)

PARENT = """
import sys
from datetime import datetime, UTC
from listening.collect.crawling.crawl import Crawl
from listening.collect.sources import Source

source = Source(name="s", spider="feed_entries", settings={"url": sys.argv[1], "delay": 0})
with Crawl(source, now=datetime.now(UTC)) as crawl:
    print(crawl.pid, flush=True)
    if sys.argv[2] == "reads":
        list(crawl.batches())
    sys.stdin.read()
"""


class Stuck:
    """A site whose answer never ends until it is let go."""

    def __init__(self) -> None:
        self.reached, self.released = threading.Event(), threading.Event()

    def __call__(self, _: Asked) -> Reply:
        self.reached.set()
        self.released.wait(3 * DEADLINE)  # longer than any test looks on
        return Reply(b"")


@pytest.fixture
def stuck() -> Iterator[tuple[Stuck, Site]]:
    answer = Stuck()
    with Site(answer) as site:
        yield answer, site
        answer.released.set()


def watch(pid: int) -> int:
    return os.pidfd_open(pid)


def has_ended(watched: int) -> bool:
    """Waits for the end of the process, up to the deadline."""
    ready, _, _ = select.select([watched], [], [], DEADLINE)
    os.close(watched)
    return bool(ready)


def parent_of(url: str, reading: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PARENT, url, reading]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def child_of(parent: subprocess.Popen[bytes]) -> int:
    assert parent.stdout is not None
    return int(parent.stdout.readline())


def end(parent: subprocess.Popen[bytes]) -> None:
    parent.send_signal(signal.SIGKILL)
    parent.wait(DEADLINE)
    for stream in (parent.stdin, parent.stdout):
        assert stream is not None
        stream.close()


def test_a_parent_killed_while_its_crawler_waits_for_an_answer_leaves_no_child(
    stuck: tuple[Stuck, Site],
) -> None:
    answer, site = stuck
    parent = parent_of(f"{site.url}/feed", "reads")
    watched = watch(child_of(parent))
    assert answer.reached.wait(DEADLINE)
    end(parent)
    assert has_ended(watched)


def test_a_parent_killed_while_its_crawler_is_held_back_leaves_no_child() -> None:
    feed = rss(*(item(str(number), "长" * 300) for number in range(2_000)))  # more than a pipe holds
    with Site(lambda _: Reply(feed)) as site:
        parent = parent_of(f"{site.url}/feed", "does not read")
        watched = watch(child_of(parent))
        end(parent)
        assert has_ended(watched)


def test_leaving_the_block_ends_the_child(stuck: tuple[Stuck, Site]) -> None:
    answer, site = stuck
    source = Source(name="s", spider="feed_entries", settings={"url": f"{site.url}/feed", "delay": 0})
    with Crawl(source, now=NOW) as crawl:
        watched = watch(crawl.pid)
        assert answer.reached.wait(DEADLINE)
    assert has_ended(watched)
    assert crawl.report is None, "a crawl that was not read to its end has no report"


def test_a_killed_child_is_a_failed_run(stuck: tuple[Stuck, Site]) -> None:
    answer, site = stuck
    source = Source(name="s", spider="feed_entries", settings={"url": f"{site.url}/feed", "delay": 0})
    with Crawl(source, now=NOW) as crawl:
        assert answer.reached.wait(DEADLINE)
        os.kill(crawl.pid, signal.SIGKILL)
        assert list(crawl.batches()) == []
    assert crawl.report is not None
    assert (crawl.report.status, crawl.report.reason) == (
        RunStatus.FAILED,
        "the crawler was killed (SIGKILL)",
    )
    assert crawl.report.looks == ()
