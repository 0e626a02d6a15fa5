"""The crawlers that this process has started and that still run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def end_children() -> None:
    """Kill every child of this process. Where the system does not tell, they end with this process."""
    for pid in _children():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _children() -> Iterator[int]:
    me = os.getpid()
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            # after the name, which may hold anything: state, parent …
            _state, parent, *_ = (entry / "stat").read_bytes().rpartition(b")")[2].split()
            if int(parent) == me:
                yield int(entry.name)
