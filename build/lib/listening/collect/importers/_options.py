"""What every importer is told, and what it is: a function from a file to posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TypeAlias

from listening.collect.lines import BadLine, refuse
from listening.model import Post

Importer: TypeAlias = Callable[[Path], Iterator[Post | BadLine]]
"""Checks the file at once (`InputMistake`), then reads it lazily."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`map` is the column map, `zone` the zone of times that bring none."""

    map: Path | None = None
    zone: tzinfo | None = None

    def refuse_map(self, name: str) -> None:
        """For formats that need none: a map that is not used must not look as if it were."""
        if self.map is not None:
            raise refuse(self.map, f"the format '{name}' takes no column map", "leave out --as, or --map")
