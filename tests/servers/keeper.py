"""Keeps one server for a whole test run: `python -m tests.servers.keeper KIND PID STATE`.

A process of its own, since each worker of the run may end before the others. It writes where the server is
into STATE (JSON: `url`, or `missing` with the reason) and ends the server when the run's process is gone,
however that ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock

from tests.servers.fetch import Missing, Say, fetched, say
from tests.servers.server import PATIENCE, running

ROOT = Path(__file__).resolve().parents[2]
_PAUSE = 0.2


def shared(kind: str, folder: Path, run: int, say: Say = say) -> str:
    """The URL of the run's server of this kind, which the first one that asks has started. Raises `Missing`.

    `folder` belongs to the run and `run` is the process whose end is the end of the run.
    """
    state = folder / f"{kind}.json"
    with FileLock(folder / f"{kind}.lock"):
        if not state.exists():
            fetched(kind, say)
            _begin(kind, state, run)
    told = json.loads(state.read_text())
    if "missing" in told:
        raise Missing(told["missing"])
    return str(told["url"])


def _begin(kind: str, state: Path, run: int) -> None:
    with state.with_suffix(".log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.keeper", kind, str(run), str(state)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the run; the keeper sees that it has ended
        )
    deadline = time.monotonic() + PATIENCE + 30
    while not state.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            words = state.with_suffix(".log").read_text("utf-8", "replace").strip().splitlines()
            raise Missing(f"the keeper of {kind} ended: {words[-1] if words else 'without a word'}")
        time.sleep(_PAUSE)
    keeper.returncode = 0  # it outlives us; nobody here waits for it


def _tell(state: Path, told: dict[str, str]) -> None:
    new = state.with_suffix(".new")
    new.write_text(json.dumps(told))
    new.rename(state)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main(kind: str, run: str, state: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with running(kind) as server:
            _tell(Path(state), {"url": server.url, "pid": str(server.pid)})
            while _is_alive(int(run)):
                time.sleep(_PAUSE)
    except Missing as reason:
        _tell(Path(state), {"missing": str(reason)})


if __name__ == "__main__":
    main(*sys.argv[1:])
