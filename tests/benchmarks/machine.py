"""What a figure was measured on, and the CPU that other processes have used."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PACKAGES = ("elasticsearch", "opensearch-py", "msgspec", "opencc", "rjieba", "daachorse", "google-re2")


def machine() -> dict[str, str]:
    """Cores, memory, versions and the date, for the head of a table."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PACKAGES},
    }


def own_cpu() -> float:
    """Seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def tree_cpu(pid: int) -> float:
    """Seconds of CPU that a process and all below it have used, as Linux counts them."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        child = int(stat.parent.name)
        parents[child] = int(fields[1])
        used[child] = (int(fields[11]) + int(fields[12])) / _TICK
    return sum(seconds for child, seconds in used.items() if _is_below(child, pid, parents))


def _is_below(child: int, pid: int, parents: dict[int, int]) -> bool:
    while child not in (0, pid):
        child = parents.get(child, 0)
    return child == pid
