"""One spider in a process of its own: `python -m listening.collect.crawling.child OUT`.

The first line of stdin is the job; after it, stdin is the life line: nothing is ever written to it again, and
when it ends, the parent is gone and so are we, at once. Posts go as JSON lines to the descriptor OUT:

    {"post": {…}}                         as codec writes it
    {"unreadable": {"what", "raw"}}       an item that did not become a post
    {"end": {"looks": […], "statistics"}}  what was seen of each query

Everything else (logs, prints, tracebacks) goes to stdout and stderr, which the parent logs.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from listening.codec import post_to_json
from listening.model import Post

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from listening.collect.spider.options import Options

PARENT_IS_GONE = 70
_COUNTS = ("pages", "posts", "unreadable", "skipped", "duplicates", "threads", "gone")


def main(out: int) -> None:
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True, name="life-line").start()
    with os.fdopen(out, "wb") as stream:
        Child(job, stream).run()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(PARENT_IS_GONE)


class Child:
    """Runs the spider of a job and writes what it yields."""

    def __init__(self, job: dict[str, Any], stream: BinaryIO) -> None:
        self._job, self._stream = job, stream

    def run(self) -> None:
        # Here, not above: Scrapy takes its time to load, and the life line must be watched before.
        from scrapy import signals
        from scrapy.crawler import CrawlerProcess

        from listening.collect.sources import load_spider
        from listening.collect.spider.listing import Asked
        from listening.collect.spider.options import read_options

        kind = load_spider(self._job["module"])
        options, problems = read_options(kind.Options, self._job["settings"])
        if options is None:
            raise SystemExit(f"settings: {problems}")
        settings = crawler_settings(options)
        if folder := self._job["record"]:
            _record(settings, folder, options)
        process = CrawlerProcess(settings)
        crawler = process.create_crawler(kind)
        crawler.signals.connect(self._on_item, signals.item_scraped)
        crawler.signals.connect(self._on_error, signals.spider_error)
        crawler.signals.connect(self._on_close, signals.spider_closed)
        process.crawl(
            crawler,
            options,
            source=self._job["source"],
            now=datetime.fromisoformat(self._job["now"]),
            asked=[Asked.from_json(each) for each in self._job["asked"]],
            unreadable=lambda item: self._write({"unreadable": asdict(item)}),
        )
        process.start(install_signal_handlers=False)

    def _on_item(self, item: Any, spider: Any, response: Any) -> None:
        try:
            self._send(_line(item))
        except Exception as error:  # Scrapy would only log it, and a post would be lost in silence
            _raised(error, spider, response)

    def _on_error(self, failure: Any, spider: Any, response: Any) -> None:
        _raised(failure.value, spider, response)

    def _on_close(self, spider: Any, reason: str) -> None:
        stats = spider.crawler.stats.get_stats()
        counts = Counter(
            requests=stats.get("downloader/request_count", 0),
            bytes=stats.get("downloader/response_bytes", 0),
            retries=stats.get("retry/count", 0),
        )
        for listing in spider.listings:
            tally = listing.tally
            counts.update(
                {name: getattr(tally, name) for name in _COUNTS}, reached_past=int(tally.reached_past)
            )
        looks = [listing.look(reason).to_json() for listing in spider.listings]
        self._write({"end": {"looks": looks, "statistics": counts}})

    def _write(self, record: dict[str, Any]) -> None:
        self._send(json.dumps(record).encode() + b"\n")

    def _send(self, line: bytes) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except BrokenPipeError:
            os._exit(PARENT_IS_GONE)


def _raised(error: BaseException, spider: Any, response: Any) -> None:
    """Note it where the answer was for; what no answer has caused spoils everything."""
    request = getattr(response, "request", None)
    listings = [request.meta["listing"]] if request is not None else spider.listings
    for listing in listings:
        listing.tally.raised.append(_told(error))


def _line(item: Any) -> bytes:
    if not isinstance(item, Post):
        raise TypeError(f"yielded {type(item).__name__}, not a post")
    return b'{"post":' + post_to_json(item) + b"}\n"


def crawler_settings(options: Options) -> Settings:
    """`spiders/settings.py`, and over it what the source may change for itself."""
    from scrapy.settings import Settings

    from listening.collect.guard.addresses import named_places

    settings = Settings()
    settings.setmodule("spiders.settings")
    for name in ("DOWNLOAD_DELAY", "AUTOTHROTTLE_START_DELAY"):
        settings.set(name, options.delay)
    settings.set("AUTOTHROTTLE_MAX_DELAY", max(settings.getfloat("AUTOTHROTTLE_MAX_DELAY"), options.delay))
    settings.set("ROBOTSTXT_OBEY", options.ignore_robots is None)
    settings.set("DOWNLOAD_TIMEOUT", options.timeout)
    settings.set("RUN_MAX_MEGABYTES", options.max_megabytes)
    settings.set("RUN_MAX_MINUTES", options.max_minutes)
    settings.set("NAMED_PLACES", named_places(options))
    settings.set("INTRANET", options.intranet is not None)
    return settings


def _record(settings: Settings, folder: str, options: Options) -> None:
    """After what follows redirects and unpacks: each answer as the spider is given it."""
    from listening.collect.spider.recording import recording

    settings.setdict(recording(folder, options.environment()))
    chain = settings["DOWNLOADER_MIDDLEWARES_BASE"]
    settings.set("DOWNLOADER_MIDDLEWARES_BASE", {**chain, "listening.collect.spider.recording.Recorder": 580})


def _told(error: BaseException) -> str:
    """The exception and the place in the spider, or the last place there is."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not place or "site-packages" not in file:
            place = f" ({Path(file).name}:{trace.tb_lineno})"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"


if __name__ == "__main__":
    main(int(sys.argv[1]))
