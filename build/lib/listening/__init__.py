"""Social listening and keyword monitoring, Chinese first.

For notebooks and scripts:

    import listening

    with listening.open("config.yaml") as records:
        frame = records.hits("level:2 since:30d")       # a pandas frame
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from listening.records import Records

__all__ = ["open"]


def open(config: str | Path = "config.yaml") -> AbstractContextManager[Records]:
    """The records of an installation, to read. Raises `ConfigMistakes` and `StoreError`."""
    # Only here: a command line that wants no pandas must not load it.
    from listening.records import open_records

    return open_records(config)
