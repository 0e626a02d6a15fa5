"""The download itself: no headers without end, and nothing that outlasts the run."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

from listening.collect.guard.budget import Budget
from listening.collect.guard.refusal import Refused

_MOST_BYTES_OF_HEADERS = 256 * 1024
_LATER = 0.5
"""Seconds that a download may outlast the run: so it is the run's end that is told."""


class HeadersTooLong(Exception):
    """An answer goes on with headers, and does not come to its body."""


class BoundedHandler(HTTP11DownloadHandler):
    """In the place of Scrapy's own."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        self._budget = Budget.of(crawler)

    async def download_request(self, request: Request) -> Response:
        if self._budget.spent:
            raise Refused(self._budget.spent)
        wished = request.meta.get("download_timeout") or self._budget.left
        request.meta["download_timeout"] = min(wished, self._budget.left + _LATER)
        return await super().download_request(request)


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: ARG002 - Twisted's form
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    """Counts what comes before the body; Twisted bounds a header's length and not how many there are."""

    _before_body = 0

    def request(self, request: Any) -> Any:
        self._before_body = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._before_body += len(data)
            if self._before_body > _MOST_BYTES_OF_HEADERS:
                self._giveUp(Failure(HeadersTooLong()))  # type: ignore[no-untyped-call]
