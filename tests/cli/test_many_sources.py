"""Many sources under one service: none starved, none at the same time as itself, and memory that stays.

`make test` runs 20 of them for a minute; `make soak` 200, each due every 5 minutes, for 10.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.place import HIT, Place
from tests.collect.site import item, rss
from tests.conftest import ROOT

SOURCES = int(os.environ.get("LISTENING_SOURCES", "20"))
EVERY = int(os.environ.get("LISTENING_EVERY", "30"))
SECONDS = int(os.environ.get("LISTENING_SECONDS", "60"))
HOSTS = max(4, SOURCES // 10)
SHOWN = 20
RUN = "from listening.cli import main; main()"
ENDS_WITHIN = 60


class Press:
    """Newspapers on addresses of this machine: each has one more item whenever it is asked."""

    def __init__(self, stack: ExitStack) -> None:
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.at_once: dict[str, int] = defaultdict(int)
        self.too_many: list[str] = []
        self._turn = threading.Lock()
        self.urls = [self._host(f"127.0.1.{number}", stack) for number in range(1, HOSTS + 1)]

    def _host(self, address: str, stack: ExitStack) -> str:
        server = ThreadingHTTPServer((address, 0), self._handler(address))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        return f"http://{address}:{server.server_port}"

    @contextmanager
    def _reading(self, address: str) -> Iterator[None]:
        with self._turn:
            self.at_once[address] += 1
            if self.at_once[address] > 1:
                self.too_many.append(address)
        try:
            yield
        finally:
            with self._turn:
                self.at_once[address] -= 1

    def page(self, path: str) -> bytes:
        with self._turn:
            self.asked[path].append(time.monotonic())
            newest = len(self.asked[path])
        now = datetime.now(UTC).replace(microsecond=0)
        numbers = range(newest, max(0, newest - SHOWN), -1)
        dates = (now - timedelta(minutes=newest - number) for number in numbers)
        return rss(
            *(item(str(n), HIT, format_datetime(date)) for n, date in zip(numbers, dates, strict=True))
        )

    def _handler(self, address: str) -> type[BaseHTTPRequestHandler]:
        press = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with press._reading(address):
                    found = self.path != "/robots.txt"
                    body = press.page(self.path) if found else b""
                    self.send_response(200 if found else 404)
                    self.send_header("Content-Type", "application/rss+xml")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        return Handler


class Watched:
    """The service as a process: its news, and its memory from time to time."""

    def __init__(self, place: Place) -> None:
        command = [sys.executable, "-c", RUN, "run", "--json", "--config", str(place.config)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.news: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.news += [json.loads(line) for line in self.process.stdout]

    def memory(self) -> int:
        """Kilobytes in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(ENDS_WITHIN)
        self._reader.join(ENDS_WITHIN)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def press() -> Iterator[Press]:
    with ExitStack() as stack:
        yield Press(stack)


def memory_over(service: Watched, seconds: int) -> list[int]:
    """Ten looks at the memory over this time."""
    begun, looks = time.monotonic(), []
    for number in range(1, 11):
        # the time is what is asked for here; nothing is waited for
        time.sleep(max(0.0, begun + seconds * number / 10 - time.monotonic()))
        looks.append(service.memory())
    return looks


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs 127.0.1.x and /proc")
def test_none_is_starved_none_overlaps_and_memory_stays(place: Place, press: Press) -> None:
    urls = {f"来源{n}": f"{press.urls[n % HOSTS]}/{n}" for n in range(SOURCES)}
    settings = {"spider": "feed_entries", "delay": 0.1, "every": f"{EVERY}s"}
    place.lay_out(sources={name: {**settings, "url": url} for name, url in urls.items()})
    service = Watched(place)
    looks = memory_over(service, SECONDS)
    assert service.stop() == 0
    runs = [each["run"] for each in service.news if each["kind"] == "run"]
    whole = [run for run in runs if run["status"] == "ok"]
    asked = dict(press.asked)
    posts = sum(run["read"] for run in runs)
    with place.capture.disabled():
        what = f"{SOURCES} sources every {EVERY} s for {SECONDS} s: {len(runs)} runs, {posts:,} posts"
        memory = f"memory {looks[4] // 1024} MB half-way, {looks[-1] // 1024} MB at the end"
        print(f"\n{what}, {posts / SECONDS:.1f} posts/s, {memory}")  # noqa: T201 - what `make soak` is for
    assert len(asked) == SOURCES, "each of them was asked"
    turns = [len(times) for times in asked.values()]
    assert max(turns) - min(turns) <= 1, "first due is first served"
    if "LISTENING_SOURCES" in os.environ:  # beside other tests a machine may be too slow for every turn
        assert min(turns) >= SECONDS // EVERY, "each of them in each of its turns"
    assert press.too_many == [], "one request at a time per host"
    assert len(whole) >= len(runs) - SOURCES, "but for what the end has cut off"
    assert looks[-1] <= looks[4] * 1.1, "memory is flat"
    total = sum(map(len, asked.values()))
    assert place.call("count").out == f"{total}\n", "each item once"
