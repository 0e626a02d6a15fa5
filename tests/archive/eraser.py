"""A process that takes erased people out of an archive and is killed on the way, for tests.

    python -m tests.archive.eraser FOLDER PERSON STEP N

It kills itself (SIGKILL, nothing is flushed or closed) when it comes to STEP for the N-th time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from listening.archive import Archive, erasing, frames
from listening.archive.clearance import QUARANTINE, Clearance
from listening.archive.index import Index
from tests.archive.gone import Gone

STEPS = ("copied", "forgotten", "renamed", "named for good", "indexed", "kept")
"""`indexed` is come to only where a batch finds no room in its place."""


class Fate:
    def __init__(self, step: str, times: int) -> None:
        self._step, self._left = step, times

    def reached(self, step: str) -> None:
        self._left -= step == self._step
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, do: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
        def done(*args: Any, **more: Any) -> Any:
            self.reached(before)
            result = do(*args, **more)
            self.reached(after)
            return result

        return done


def no_room(encode_into: Callable[..., bytes | None]) -> Callable[..., bytes | None]:
    """Only batches without any post find room in their place."""
    return lambda frame, lines: None if any(lines) else encode_into(frame, lines)


def main(folder: str, person: str, step: str, times: str) -> None:
    fate = Fate(step, int(times))
    Index.erase = fate.around(Index.erase, "copied", "forgotten")  # type: ignore[method-assign]  # mortal
    erasing.sync_folder = fate.around(erasing.sync_folder, "renamed", "named for good")  # type: ignore[attr-defined]  # mortal
    keep = Clearance.keep

    def keeping(self: Clearance, paths: list[str], state: str) -> None:
        keep(self, paths, state)
        fate.reached("" if QUARANTINE in paths else "kept")

    Clearance.keep = keeping  # type: ignore[method-assign, assignment]  # mortal
    erasing._AT_ONCE = 1
    if step == "indexed":
        frames.encode_into = no_room(frames.encode_into)
        Index.add = fate.around(Index.add, "about to be indexed", "indexed")  # type: ignore[method-assign]  # mortal
    with Archive.open(Path(folder), erased=Gone(person)) as archive:
        archive.recover()


if __name__ == "__main__":
    main(*sys.argv[1:])
