"""Waiting for what other threads and processes do, up to a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 90.0
T = TypeVar("T")


def until(look: Callable[[], T], deadline: float = DEADLINE) -> T:
    """What `look` gives as soon as it gives something; fails at the deadline."""
    end = time.monotonic() + deadline
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
    return found
