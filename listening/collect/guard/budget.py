"""How many bytes and minutes a run may take. At its limit the crawl ends and says so; nothing outlasts it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import threading
import time

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from listening.collect.reading.trouble import Trouble
from listening.model import RunStatus

_OVERDUE = 71
"""Exit code of a child whose spider did not come back."""


class Ended(Exception):
    """A request waited for its turn when the run came to its limit."""


class Budget:
    """Scrapy extension. `spent`: the limit that was reached, once one was.

    Bytes are counted as they come and as they are unpacked; the larger count holds. A spider that is busy for
    ever (a page that takes hours to parse) cannot be asked to end: a thread of its own ends the process
    `RUN_GRACE` seconds late. A page that swells in memory is the spider's MemoryError, and nobody else's.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.spent: Trouble | None = None
        self._crawler = crawler
        self._megabytes = crawler.settings.getfloat("RUN_MAX_MEGABYTES")
        self._minutes = crawler.settings.getfloat("RUN_MAX_MINUTES")
        self._came = self._unpacked = 0
        self._deadline = time.monotonic() + self._minutes * 60
        self._over = asyncio.Event()
        crawler.signals.connect(self._on_open, signals.spider_opened)
        crawler.signals.connect(self._on_bytes, signals.bytes_received)
        crawler.signals.connect(self._on_response, signals.response_received)
        crawler.signals.connect(self._on_close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Budget:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Budget:
        budget = crawler.get_extension(cls)
        assert budget is not None
        return budget

    @property
    def left(self) -> float:
        """Seconds until the run must be over."""
        return max(0.0, self._deadline - time.monotonic())

    async def pause(self, seconds: float) -> bool:
        """Wait. False, and at once, where the run ends before."""
        if self.spent or seconds > self.left:
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        return not self.spent

    def _on_open(self) -> None:
        settings = self._crawler.settings
        _limit_memory(settings.getint("RUN_MAX_MEMORY_MEGABYTES"))
        took = f"max_minutes: it took {self._minutes:g} minutes"
        self._timer = asyncio.get_running_loop().call_later(self.left, self._end, took)
        self._watch = threading.Timer(self.left + settings.getfloat("RUN_GRACE"), _end_process)
        self._watch.daemon = True
        self._watch.start()

    def _on_bytes(self, data: bytes) -> None:
        self._came += len(data)
        self._check_bytes()
        if self.spent:
            raise StopDownload

    def _on_response(self, response: Response) -> None:
        self._unpacked += len(response.body)
        self._check_bytes()

    def _check_bytes(self) -> None:
        if max(self._came, self._unpacked) > self._megabytes * 1_000_000:
            self._end(f"max_megabytes: {self._megabytes:g} MB were read")

    def _end(self, limit: str) -> None:
        if self.spent:
            return
        what = f"the run came to its limit ({limit})"
        self.spent = Trouble(RunStatus.FAILED, f"{what} - raise it, or ask for less")
        self._over.set()
        engine = self._crawler.engine
        assert engine is not None
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason=limit))
        for slot in engine.downloader.slots.values():  # their turn may be an hour away
            while slot.queue:
                slot.queue.popleft()[1].errback(Failure(Ended()))  # type: ignore[no-untyped-call]

    def _on_close(self) -> None:
        self._timer.cancel()
        self._watch.cancel()


def _limit_memory(megabytes: int) -> None:
    if megabytes:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, hard))


def _end_process() -> None:
    sys.stderr.write("the time limit was over, and the crawl did not come to its end\n")
    sys.stderr.flush()
    os._exit(_OVERDUE)
