"""One real server: started, killed, started again at the same port over the same data."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers.fetch import Missing
from tests.servers.launching import LAUNCHES, QUICK, free_port, port_in
from tests.servers.leash import Leash

PATIENCE = 180.0
_PAUSE = 0.1


class Server:
    """A process and the folder of its data. `url` answers from the end of `start` on.

    It ends with the process that started it, however that ends. `options` are Java's.
    """

    def __init__(self, kind: str, home: Path, options: tuple[str, ...] = QUICK) -> None:
        self.kind, self.home, self.options = kind, home, options
        self.port = 0
        self._leash: Leash | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that was started, the leader of a group; the server itself may be a child of it."""
        assert self._leash is not None
        return self._leash.pid

    def start(self) -> None:
        """Returns when the server answers. Raises `Missing` with the end of its log where it does not."""
        launch = LAUNCHES[self.kind](self.home, self.port or free_port(self.kind), self.options)
        log = self.home / "server.log"
        self._leash = Leash(launch.command, self.home, log, launch.folder, launch.environment, launch.user)
        self._await(log)

    def stop(self) -> None:
        """As a service manager does it."""
        if self._leash is not None:
            self._leash.stop()
            self._leash = None

    def kill(self) -> None:
        """Without warning."""
        if self._leash is not None:
            self._leash.kill()
            self._leash = None

    def restart(self) -> None:
        """After `stop` or `kill`, or out of the middle of its work."""
        self.stop()
        self.start()

    def _await(self, log: Path) -> None:
        assert self._leash is not None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._leash.is_running(_PAUSE):
            port = port_in(log.read_text("utf-8", "replace"))
            if port is None:
                continue
            if self.port not in (0, port):
                break  # those who knew its address would talk to nobody
            self.port = port
            if self._is_healthy():
                return
        self.kill()
        words = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
        at = f" at port {self.port}" if self.port else ""
        raise Missing(f"{self.kind} did not start{at}: {' / '.join(words)}")

    def _is_healthy(self) -> bool:
        try:
            with urlopen(
                f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=30s", timeout=60
            ) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@contextmanager
def running(kind: str, options: tuple[str, ...] = QUICK) -> Iterator[Server]:
    """A server of one's own, with fresh data, ended and cleared away afterwards. Raises `Missing`.

    A benchmark says its own `options`, as ("-Xms2g", "-Xmx2g"): the usual ones start quickly and work slowly.
    """
    home = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=_open_to_all()))
    server = Server(kind, home, options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def _open_to_all() -> Path:
    """A folder for temporary ones that a server which runs as nobody can reach."""
    usual = Path(tempfile.gettempdir())
    return next((place for place in (usual, Path("/var/tmp")) if _everybody_enters(place)), usual)


def _everybody_enters(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))
