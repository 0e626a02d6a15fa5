"""No secret in a log line. Scrapy's own lines name whole addresses, tracebacks whole requests."""

from __future__ import annotations

import logging

from scrapy import signals
from scrapy.crawler import Crawler

from listening.collect.reading.trouble import without_secrets


class Quiet:
    """Scrapy extension: all that is logged in the child passes here."""

    def __init__(self, crawler: Crawler) -> None:
        # Not before: Scrapy puts up its handler anew when the crawler has its settings.
        crawler.signals.connect(self._on_start, signals.engine_started)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Quiet:
        return cls(crawler)

    def _on_start(self) -> None:
        for handler in logging.root.handlers:
            handler.setFormatter(Redacting(handler.formatter or logging.Formatter()))


class Redacting(logging.Formatter):
    """Another formatter's lines, without secrets."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(self._inner.format(record))
