"""Why a request came to nothing, as a `Trouble`: what the guards raise, and what went wrong on the way."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from listening.collect.guard.budget import Budget
from listening.collect.reading.trouble import Trouble, unanswered


class Refused(IgnoreRequest):
    """A request that one of our own guards ended."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.status.value)
        self.trouble = trouble


class Why:
    """Downloader middleware, outermost: once nobody tries again, a failure becomes a `Trouble`."""

    def __init__(self, crawler: Crawler) -> None:
        self._budget = Budget.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Why:
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002 - by name
        if isinstance(exception, IgnoreRequest):
            return
        raise Refused(self._budget.spent or unanswered(exception)) from exception
