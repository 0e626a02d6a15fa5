"""A command that cannot outlive whoever wanted it: `Leash(...)`, and the process that holds the other end.

The holder listens to a pipe. A word down the pipe ends the command; so does the end of the pipe, which comes
even when the one who wanted the command was killed. In that case the folder of the command goes as well.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

PATIENCE = 30.0
"""With a command that was asked to end; then it is killed."""


class Leash:
    """A running command, the leader of a process group of its own; `pid` is the leader's."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> None:
        orders = json.dumps({"command": command, "cwd": str(cwd), "user": user, "folder": str(folder)})
        with log.open("wb") as said:
            self._holder = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, orders],
                env={**os.environ, **(env or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,  # Ctrl-C is for the one who wanted it, who then lets go
            )
        assert self._holder.stdout is not None
        with self._holder.stdout as answer:
            self.pid = int(answer.readline() or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._holder.poll()

    def is_running(self, seconds: float = 0) -> bool:
        """Still, after so much time."""
        with suppress(subprocess.TimeoutExpired):
            self._holder.wait(seconds)
        return self.code is None

    def stop(self) -> None:
        """SIGTERM, and back when it has ended; harmless when it has."""
        self._tell(b"stop\n")

    def kill(self) -> None:
        """SIGKILL to all of its group."""
        self._tell(b"kill\n")

    def _tell(self, word: bytes) -> None:
        assert self._holder.stdin is not None
        if not self._holder.stdin.closed:
            with suppress(BrokenPipeError), self._holder.stdin as pipe:  # it may have ended by itself
                pipe.write(word)
        self._holder.wait()


def main(orders: str) -> int:
    """The holder."""
    wanted = json.loads(orders)
    child = subprocess.Popen(
        wanted["command"],
        cwd=wanted["cwd"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        start_new_session=True,
        **_as(wanted["user"]),
    )
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.close()
    word = _listen(child)
    _end(child, at_once=word == "kill")
    if word == "":
        shutil.rmtree(wanted["folder"], ignore_errors=True)
    return child.wait()


def _as(user: int | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _listen(child: subprocess.Popen[bytes]) -> str | None:
    """The word that came down the pipe, '' for its end; None when the command ended first."""
    while child.poll() is None:
        if select.select([sys.stdin], [], [], 0.1)[0]:
            return sys.stdin.readline().strip()
    return None


def _end(child: subprocess.Popen[bytes], at_once: bool) -> None:
    if not at_once:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE)
    _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Until nobody of it is left, so that its port and its locks are free again."""
    end = time.monotonic() + 5  # who is dead and not buried by anybody counts as a member for ever
    while time.monotonic() < end:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        child.poll()
        time.sleep(0.01)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
