"""The command with leases that a test can wait for: `python -m tests.store.collector TTL crawl …`."""

from __future__ import annotations

import sys

from listening.cli import main
from listening.store import lease

if __name__ == "__main__":
    lease.TTL = float(sys.argv.pop(1))
    main()
