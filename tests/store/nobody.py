"""What opening a store says to somebody who owns nothing here: `python -m tests.store.nobody URL BASE`.

Started as root. A process of its own and no fork of the test's: one that forks while it has threads (as every
worker of pytest-xdist does) may leave its child waiting for ever for a lock that nobody will give back.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from listening.errors import StoreError
from listening.store import open_store

NOBODY = 65534


def load_everything(url: str) -> None:
    """What is only loaded by opening a store may lie where nobody can read."""
    with tempfile.TemporaryDirectory() as folder, closing(open_store(url, Path(folder))):
        pass


def main(url: str, base: str) -> None:
    load_everything(url)
    os.setuid(NOBODY)
    try:
        open_store(url, Path(base)).close()
    except StoreError as refusal:
        sys.stdout.write(str(refusal))


if __name__ == "__main__":
    main(*sys.argv[1:])
