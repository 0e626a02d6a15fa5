"""Trying again as a guest would: after the time the server asks for, a few times, then not at all.

Never after 403, 418 or 432: who asks again after a no is told no for longer.
"""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from listening.collect.guard.budget import Budget
from listening.collect.reading.trouble import retry_after
from listening.collect.spider.base import as_answer


class PatientRetry:
    """In the place of Scrapy's own retry middleware, which does not know Retry-After."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._budget = crawler, Budget.of(crawler)
        settings = crawler.settings
        self._codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self._exceptions = tuple(map(load_object, settings.getlist("RETRY_EXCEPTIONS")))
        self._first_wait = settings.getfloat("DOWNLOAD_DELAY")
        self._longest = settings.getfloat("RETRY_AFTER_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PatientRetry:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in self._codes:
            return response
        wait = retry_after(as_answer(response), datetime.now(UTC)) or self._backoff(request)
        if wait > self._longest:  # the schedule comes back later; holding the run open helps nobody
            return response
        return await self._again(request, response_status_message(response.status), wait) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, self._exceptions):
            return None
        return await self._again(request, exception, self._backoff(request))

    def _backoff(self, request: Request) -> float:
        tried: int = request.meta.get("retry_times", 0)
        return min(self._first_wait * float(2**tried), self._longest)

    async def _again(self, request: Request, reason: str | Exception, wait: float) -> Request | None:
        assert self._crawler.spider is not None
        again = get_retry_request(request, spider=self._crawler.spider, reason=reason)
        return again if again is not None and await self._budget.pause(wait) else None
