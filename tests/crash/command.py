"""The command as it is, but in batches so small that few posts make many of them.

python -m tests.crash.command import --config CONFIG FILE
"""

from __future__ import annotations

from listening.cli import main
from listening.collect import runs
from listening.collect.crawling import crawl


def take_small_batches() -> None:
    """Many moments between two batches, and no time spent on posts that prove nothing more."""
    runs.BATCH = 100
    crawl.BATCH = 20


if __name__ == "__main__":
    take_small_batches()
    main()
