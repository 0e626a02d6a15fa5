"""Reads feeds in a process that may not have much memory."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.collect.strange.watched import Watched


class Narrow(Watched):
    custom_settings: ClassVar[dict[str, Any]] = {"RUN_MAX_MEMORY_MEGABYTES": 300}  # type: ignore[misc]
