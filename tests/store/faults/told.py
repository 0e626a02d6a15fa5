"""Waiting until something is told, not for a time."""

from __future__ import annotations

import logging
from threading import Event
from types import TracebackType


class Told(logging.Handler):
    """Listens to a logger while the block lasts."""

    def __init__(self, logger: str, level: int) -> None:
        super().__init__(level)
        self._logger, self._event = logging.getLogger(logger), Event()

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - logging's signature
        self._event.set()

    def wait(self, seconds: float) -> None:
        assert self._event.wait(seconds), "nobody was told"

    def __enter__(self) -> Told:
        self._logger.addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._logger.removeHandler(self)
