"""A fixed now, so that relative times mean the same every day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from listening.query import Query, parse

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)

Ask = Callable[[str], Query]


@pytest.fixture
def ask() -> Ask:
    """Parse at a fixed time, in Shanghai."""
    return lambda text: parse(text, now=NOW)
