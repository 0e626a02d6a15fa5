"""robots.txt, obeyed as RFC 9309 has it, also where it cannot be read.

Not there (4xx): everything is allowed. No answer, an error of the server (5xx), redirects without end: nobody
knows what is allowed, so nothing is asked. A `Crawl-delay` is kept as the least time between two pages.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from listening.collect.guard.budget import Budget
from listening.collect.guard.refusal import Refused
from listening.collect.reading.trouble import Trouble, unanswered
from listening.model import RunStatus

_LOOKED_AT = 512 * 1024
"""Bytes of a robots.txt that are read: RFC 9309 asks for 500 KiB at least."""
_FIRST = 1000
"""Scrapy's priority: before any page that waits for the same host."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us. `delay` is in seconds."""

    read: Protego
    delay: float


class Robots:
    """Downloader middleware, in the place of Scrapy's own, which allows everything where it knows nothing."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler, self._budget = crawler, Budget.of(crawler)
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._known: dict[str, asyncio.Future[Rules | Trouble]] = {}
        self._asked: set[str] = set()
        self._delays: dict[str, float] = {}
        # After AutoThrottle, which is an extension and there before any middleware.
        crawler.signals.connect(self._keep_pace, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._known:
            self._known[origin] = asyncio.ensure_future(self._ask(f"{origin}/robots.txt"))
        rules = await self._known[origin]
        if isinstance(rules, Trouble):
            raise Refused(rules)
        if not rules.read.can_fetch(request.url, self._agent):
            raise IgnoreRequest("Forbidden by robots.txt")
        self._check_delay(request, origin, rules.delay)

    def _check_delay(self, request: Request, origin: str, delay: float) -> None:
        if origin in self._asked and delay > self._budget.left:
            asks = f"robots.txt asks for {delay:g} s between two pages, longer than this run may take"
            raise Refused(Trouble(RunStatus.RATE_LIMITED, f"{asks} - set max_pages to 1"))
        self._asked.add(origin)
        if host := urlsplit(request.url).hostname:
            self._delays[host] = max(delay, self._delays.get(host, 0.0))

    async def _ask(self, url: str) -> Rules | Trouble:
        asking = Request(
            url, priority=_FIRST, meta={"is_robots": True}, callback=NO_CALLBACK, dont_filter=True
        )
        try:
            assert self._crawler.engine is not None
            answer = await self._crawler.engine.download_async(asking)
        except Refused as refused:
            return _unread(refused.trouble)
        except IgnoreRequest:
            return _unread(Trouble(RunStatus.FAILED, "it is redirected without end"))
        except Exception as error:  # whatever it is: no rules, no pages
            return _unread(unanswered(error))
        return self._understood(answer)

    def _understood(self, answer: Response) -> Rules | Trouble:
        if answer.status == 429:
            return _unread(Trouble(RunStatus.RATE_LIMITED, "too many requests (429)"))
        if 400 <= answer.status < 500:
            return Rules(Protego.parse(""), 0.0)
        if not 200 <= answer.status < 300:
            return _unread(Trouble(RunStatus.FAILED, f"the server answered {answer.status}"))
        read = Protego.parse(answer.body[:_LOOKED_AT].decode("utf-8-sig", "replace"))
        return Rules(read, float(read.crawl_delay(self._agent) or 0.0))

    def _keep_pace(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        delay = self._delays.get(host or "")
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if delay and slot is not None and not request.meta.get("is_robots"):
            slot.delay = max(slot.delay, delay)


def _unread(trouble: Trouble) -> Trouble:
    if trouble.status is RunStatus.BLOCKED:
        return trouble
    return Trouble(trouble.status, f"robots.txt could not be read ({trouble.reason})")
