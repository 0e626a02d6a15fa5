"""One real server: started, killed, started again at the same port over the same data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers.fetch import Missing
from tests.servers.launching import LAUNCHES, free_port, port_in

PATIENCE = 180.0
_PAUSE = 0.1


class Server:
    """A process and the folder of its data. `url` answers from the end of `start` on."""

    def __init__(self, kind: str, home: Path) -> None:
        self.kind, self.home = kind, home
        self.port = free_port(kind)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that was started; the server itself may be a child of it."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns when the server answers. Raises `Missing` with the end of its log where it does not."""
        launch = LAUNCHES[self.kind](self.home, self.port)
        log = self.home / "server.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                launch.command,
                cwd=launch.folder,
                env={**os.environ, **launch.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                user=launch.user,
                group=launch.user,
                extra_groups=[] if launch.user is not None else None,
                start_new_session=True,  # the launcher and the server it starts are ended together
            )
        self._await(log)

    def stop(self) -> None:
        """As a service manager does it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Without warning."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        group = self._process.pid
        _signal(group, how)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            _signal(group, signal.SIGKILL)
            self._process.wait()
        deadline = time.monotonic() + 60
        while _signal(group, signal.SIGKILL if time.monotonic() > deadline - 30 else 0):
            time.sleep(_PAUSE)
        self._process = None

    def _await(self, log: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            port = port_in(log.read_text("utf-8", "replace"))
            if port is not None:
                self.port = port
                if self._is_healthy():
                    return
            time.sleep(_PAUSE)
        self.kill()
        words = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
        raise Missing(f"{self.kind} did not start: {' / '.join(words)}")

    def _is_healthy(self) -> bool:
        try:
            with urlopen(
                f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=30s", timeout=60
            ) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def _signal(group: int, how: int) -> bool:
    """Send it to the whole group; False where nobody is left."""
    try:
        os.killpg(group, how)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """A server of one's own, with fresh data, ended and cleared away afterwards. Raises `Missing`."""
    home = Path(tempfile.mkdtemp(prefix=f"{kind}-"))
    server = Server(kind, home)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)
