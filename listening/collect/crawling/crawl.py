"""One crawl as the parent sees it: batches of posts while it runs, a report when it has ended.

with Crawl(source, asked, now=now) as crawl:
    for batch in crawl.batches():
        ...                                 # archive, match, store; not reading slows the crawl down
keep(crawl.report.looks)                    # only now: what came before is stored
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from listening.codec import post_from_json, time_text
from listening.collect.reading.trouble import Trouble, without_secrets
from listening.collect.sources import Source, check_settings, load_spider, spider_module
from listening.collect.spider.listing import Asked, Look
from listening.collect.spider.options import read_options
from listening.collect.spider.status import Facts, overall, verdict
from listening.errors import CrawlError, InvalidPost
from listening.model import Post, RunStatus

BATCH = 1_000
LINGER = 0.05
"""Seconds to wait for more before a batch is closed: posts of one page belong together."""
_READ = 1 << 18
_POST = b'{"post":'
_log = logging.getLogger("listening.collect")


@dataclass(frozen=True, slots=True)
class BadItem:
    """Something that was collected and is no post: where it stood, why, and what it was (JSON)."""

    where: str
    what: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """How a crawl ended: as a whole, and for each query that was asked, in that order."""

    status: RunStatus
    reason: str | None
    looks: tuple[tuple[Look, Trouble], ...] = ()
    statistics: Mapping[str, int] = field(default_factory=dict)


class Crawl:
    """Runs one source's spider in a child process. The child never outlives the block, or this process.

    Raises `CrawlError` on entering when the source cannot be crawled as it is configured. `report` is there
    when `batches` has come to its end. `record` is a folder for the answers (see `recording`).
    """

    def __init__(
        self, source: Source, asked: Sequence[Asked] = (), *, now: datetime, record: Path | None = None
    ) -> None:
        self.report: CrawlReport | None = None
        self._source, self._asked, self._now, self._record = source, asked, now, record
        self._secrets: dict[str, str] = {}
        self._end: dict[str, Any] | None = None
        self._last_words = ""

    def __enter__(self) -> Crawl:
        self._check()
        posts, out = os.pipe()
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "listening.collect.crawling.child", str(out)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[out],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
                },
                process_group=0,  # Ctrl-C is for the parent, which ends the child in its own order
            )
        except OSError as error:
            os.close(posts)
            raise CrawlError(self._source.name, f"the crawler cannot be started ({error})") from None
        finally:
            os.close(out)
        self._posts = posts
        _RUNNING.add(self._child)
        self._hand_over()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()
        self._child.wait()
        _RUNNING.discard(self._child)
        os.close(self._posts)
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def batches(self) -> Iterator[list[Post | BadItem]]:
        """What is collected, in order. A batch is closed at 1,000, or when nothing more is ready."""
        batch: list[Post | BadItem] = []
        for line in self._lines():
            if line is not None:
                batch.extend(self._item(line))
            if batch and (line is None or len(batch) >= BATCH):
                yield batch
                batch = []
        if batch:
            yield batch
        self.report = self._conclude()

    def _check(self) -> None:
        problems = check_settings(self._source)
        if problems:
            what = "; ".join(f"{each.key}: {each.problem}" for each in problems)
            raise CrawlError(self._source.name, what, problems[0].cure)
        options, _ = read_options(
            load_spider(spider_module(self._source.spider)).Options, self._source.settings
        )
        for key, name in (options.environment() if options else {}).items():
            if not os.environ.get(name):
                what = f"the environment variable '{name}' ({key}) is not set"
                raise CrawlError(self._source.name, what, "set it, or take the setting away")
            self._secrets[name] = os.environ[name]

    def _hand_over(self) -> None:
        job = {
            "module": spider_module(self._source.spider),
            "settings": dict(self._source.settings),
            "source": self._source.name,
            "now": time_text(self._now),
            "asked": [each.to_json() for each in self._asked],
            "record": str(self._record.absolute()) if self._record else None,
        }
        assert self._child.stdin is not None
        try:
            # It stays open: its end is how the child learns that we are gone.
            self._child.stdin.write(json.dumps(job).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            _log.warning("%s: the crawler ended before it began", self._source.name)

    def _lines(self) -> Iterator[bytes | None]:
        """Lines of the child, and None where a moment passed without any."""
        assert self._child.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(self._posts, selectors.EVENT_READ, Lines())
            ready.register(self._child.stdout.fileno(), selectors.EVENT_READ, None)
            talk = Lines()
            waiting = False
            while ready.get_map():
                found = ready.select(LINGER if waiting else None)
                if not found:
                    waiting = False
                    yield None
                for key, _ in found:
                    data = os.read(key.fd, _READ)
                    if not data:
                        ready.unregister(key.fd)
                    elif key.data is None:
                        self._log_lines(talk.add(data))
                    else:
                        waiting = True
                        yield from key.data.add(data)
            self._log_lines(talk.add(b"\n"))

    def _item(self, line: bytes) -> Iterator[Post | BadItem]:
        if line.startswith(_POST):
            raw = line[len(_POST) : -1]
            try:
                yield post_from_json(raw, self._source.name)
            except InvalidPost as problem:
                yield BadItem(self._source.name, problem.what, raw)
            return
        record = json.loads(line)
        if "unreadable" in record:
            item = record["unreadable"]
            yield BadItem(self._source.name, item["what"], item["raw"].encode())
        else:
            self._end = record["end"]

    def _conclude(self) -> CrawlReport:
        code = self._child.wait()
        end = self._end or {"looks": []}
        looks = [Look.from_json(each) for each in end["looks"]]
        verdicts = [self._verdict(code, look.facts) for look in looks] or [self._verdict(code, None)]
        whole = overall([(look.query, each) for look, each in zip(looks, verdicts, strict=False)])
        status, reason = whole if looks else verdicts[0]
        return CrawlReport(
            status=status,
            reason=reason or None,
            looks=tuple(zip(looks, verdicts, strict=False)),
            statistics=end.get("statistics", {}),
        )

    def _verdict(self, code: int, facts: Facts | None) -> Trouble:
        status, reason = verdict(code, facts, self._last_words)
        return Trouble(status, self._redacted(reason))

    def _log_lines(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            said = self._redacted(line.decode("utf-8", "replace").rstrip())
            if said:
                self._last_words = said
                _log.info("%s: %s", self._source.name, said)

    def _redacted(self, text: str) -> str:
        for name, secret in self._secrets.items():
            text = text.replace(secret, f"<{name}>")
        return without_secrets(text)


_RUNNING: set[subprocess.Popen[bytes]] = set()
"""The children of all crawls of this process."""


def end_all() -> None:
    """Kill what is being crawled; each crawl then comes to its end, as failed. From any thread."""
    for child in tuple(_RUNNING):
        child.kill()


class Lines:
    """Bytes in, whole lines out; what is cut off at the end is never given."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, data: bytes) -> Iterator[bytes]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return iter(lines)
