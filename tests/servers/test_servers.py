"""The real servers of the tests: they start, keep what they acknowledged when killed, and leave nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.servers import fetch, keeper
from tests.servers.fetch import Missing
from tests.servers.fixtures import OwnServer
from tests.servers.launching import port_in
from tests.store.cluster import ask

ROOT = Path(__file__).resolve().parents[2]


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("kind", ["elasticsearch", "opensearch"])
def test_what_a_server_acknowledged_is_there_after_a_kill(own_server: OwnServer, kind: str) -> None:
    server = own_server(kind)
    assert ask(server.url, "GET", "/")["version"]["number"] == fetch.PACKAGES[kind].version
    ask(server.url, "PUT", "/notes/_doc/1", {"text": "断网"})
    pid, url = server.pid, server.url
    server.kill()
    assert is_gone(pid)
    server.start()
    assert server.url == url
    assert ask(url, "GET", "/notes/_doc/1")["_source"] == {"text": "断网"}
    pid = server.pid
    server.stop()
    assert is_gone(pid)


def test_all_that_ask_together_get_the_one_server_of_the_run(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with ThreadPoolExecutor(3) as pool:
            urls = set(pool.map(lambda _: keeper.shared("opensearch", tmp_path, run.pid), range(3)))
    except Missing as reason:
        pytest.skip(str(reason))
    finally:
        run.kill()
        run.communicate()
    (url,) = urls
    assert eventually(lambda: _is_silent(url)), "the server outlived a run that was killed"


def _is_silent(url: str) -> bool:
    try:
        ask(url, "GET", "/")
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("[INFO ][o.o.h.AbstractHttpServerTransport] publish_address {127.0.0.1:9201}, bound …", 9201),
        ("[2026-11-24] INFO AbstractHttpServerTransport publish_address {127.0.0.1:40123}", 40123),
        ("[INFO ][o.o.t.TransportService   ] publish_address {127.0.0.1:9300}", None),
        ("", None),
    ],
    ids=["opensearch", "elasticsearch", "another transport", "nothing yet"],
)
def test_the_port_is_read_from_the_log(line: str, port: int | None) -> None:
    assert port_in(f"first\n{line}\nlast") == port


def test_without_java_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Missing, match="there is no java on this machine - install Java 17"):
        fetch.fetched("opensearch")


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)], ids=["where all must run", "elsewhere"])
def test_a_missing_part_fails_only_where_all_must_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, code: int
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CI", ci)
    assert fetch.main(["opensearch"]) == code
