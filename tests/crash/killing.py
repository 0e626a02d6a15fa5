"""Commands as processes of their own, killed for certain or frozen, and nobody of theirs left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

DEADLINE = 60.0
AT_ONCE = 20.0  # on a busy machine; less than a crawler waits for a slow server
_ROOT = Path(__file__).resolve().parents[2]
_MARK = "LISTENING_TEST_FAMILY"


class Family:
    """A command and all its descendants, known by a mark in their environment."""

    def __init__(self, *args: str | Path, program: str = "tests.crash.command") -> None:
        self._mark = f"{_MARK}={uuid.uuid4().hex}".encode()
        name, _, value = self._mark.decode().partition("=")
        self.began, self.seconds = time.monotonic(), 0.0
        self._parent = subprocess.Popen(
            [sys.executable, "-m", program, *map(str, args)],
            cwd=_ROOT,
            env={**os.environ, name: value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        return self._parent.poll() is None

    def members(self) -> list[int]:
        """The living ones. A zombie has no environment any more."""
        return [
            int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and self._mark in _environ(p)
        ]

    def wait_for(self, condition: Callable[[], bool]) -> bool:
        """Until it holds; False when the command ended before it did."""
        end = time.monotonic() + DEADLINE
        while not condition():
            if not self.running:
                return False
            assert time.monotonic() < end, "what was waited for did not happen"
            time.sleep(0.003)
        return True

    def wait_for_time(self, seconds: float) -> bool:
        """Until so much time has passed; False when the command ended before."""
        try:
            self._parent.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def wait(self) -> tuple[int, str]:
        """Its exit code and all it said."""
        said, _ = self._parent.communicate(timeout=DEADLINE)
        self.seconds = time.monotonic() - self.began
        return self._parent.returncode, said.decode()

    def kill_parent(self) -> bool:
        """The parent alone; False if it had ended by itself."""
        self._parent.send_signal(signal.SIGKILL)
        return self._is_killed()

    def kill_all(self) -> bool:
        """The parent, its group and every descendant, whatever group they made for themselves."""
        members = self.members()
        for pid in (self._parent.pid, *members):
            if self.running or pid != self._parent.pid:
                _kill(pid)
        return self._is_killed()

    def freeze(self) -> None:
        """All threads of the parent stand still, as on a machine that sleeps."""
        self._parent.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._parent.send_signal(signal.SIGCONT)

    def is_gone(self) -> bool:
        """Waits for the last descendant, which has to end at once."""
        end = time.monotonic() + AT_ONCE
        while members := self.members():
            if time.monotonic() > end:
                for pid in members:
                    _kill(pid)
                return False
            time.sleep(0.01)
        return True

    def _is_killed(self) -> bool:
        code = self._parent.wait(DEADLINE)
        assert self._parent.stdout is not None
        self._parent.stdout.close()
        return code == -signal.SIGKILL


def _environ(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
