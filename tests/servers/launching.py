"""How each server is started: its command, its settings, and how it says at which port it listens."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.fetch import fetched, java

QUICK = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Starts in two thirds of the time and in less memory, and works more slowly afterwards."""

NOBODY = 65534
_LISTENS = re.compile(r"HttpServerTransport\]? publish_address \{127\.0\.0\.1:(\d+)\}")
_PORTS = {"elasticsearch": range(21000, 30000), "opensearch": range(9201, 9300)}
_SETTINGS = """
network.host: 127.0.0.1
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
"""
_ELASTICSEARCH = ["transport.port: 0", "xpack.security.enabled: false"]
_LOG = """
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to run, in which folder, as whom."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None


def port_in(log: str) -> int | None:
    """The port of the line in which a server says that it listens for HTTP; None before it does."""
    found = _LISTENS.search(log)
    return int(found[1]) if found else None


def elasticsearch(home: Path, port: int, options: Sequence[str]) -> Launch:
    """It refuses to run as root, and wants to see nothing of its own modules through the temporary folder."""
    package = fetched("elasticsearch")
    for name in ("lib", "modules"):
        if not (home / name).exists():
            _link(package / name, home / name)
    own = [home / name for name in ("config", "data", "logs", "plugins", "tmp")]
    for folder in own:
        folder.mkdir(exist_ok=True)
    _configure(home, port)
    user = _give_away(home, own)
    java_home = str(Path(java()).resolve().parent.parent)
    environment = {
        "ES_HOME": str(home),
        "ES_PATH_CONF": str(home / "config"),
        "ES_TMPDIR": str(home / "tmp"),
        "ES_JAVA_OPTS": " ".join(options),
        "ES_JAVA_HOME": java_home,
        "JAVA_HOME": java_home,
    }
    properties = {
        "cli.name": "server",
        "cli.script": f"{home}/bin/elasticsearch",
        "cli.libs": "lib/tools/server-cli",
        "es.path.home": home,
        "es.path.conf": home / "config",
        "es.distribution.type": "zip",
        "es.java.type": "ES_JAVA_HOME",
    }
    command = [
        *(java(), "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", f"-Djava.io.tmpdir={home}/tmp"),
        *(f"-D{name}={value}" for name, value in properties.items()),
        *("-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*", "org.elasticsearch.launcher.CliToolLauncher"),
    ]
    return Launch(command, home, environment, user)


def opensearch(home: Path, port: int, options: Sequence[str]) -> Launch:
    """The runner adds one to the port it is given, and takes the next free one up to 9299."""
    package = fetched("opensearch")
    node = home / "node" / "node_1" / "config"
    node.mkdir(parents=True, exist_ok=True)
    (node / "opensearch.yml").write_text(_SETTINGS)
    (home / "tmp").mkdir(exist_ok=True)
    command = [
        *(java(), *options, f"-Djava.io.tmpdir={home}/tmp", "-cp", f"{package}/*"),
        *("org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", str(home / "node")),
        *("-numOfNode", "1", "-baseHttpPort", str(port - 1), "-clusterName", "tests"),
    ]
    return Launch(command, home)


LAUNCHES: Mapping[str, Callable[[Path, int, Sequence[str]], Launch]] = {
    "elasticsearch": elasticsearch,
    "opensearch": opensearch,
}


def free_port(kind: str) -> int:
    """A port that is free now, in the range that the server can use.

    None of those that the system gives to clients: one that tries a stopped server there may be answered by
    its own socket.
    """
    ports = _PORTS[kind]
    for port in random.sample(ports, len(ports)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError(f"the ports {ports.start} to {ports.stop - 1} are all taken")


def _configure(home: Path, port: int) -> None:
    config = home / "config"
    own = [f"path.data: {home}/data", f"path.logs: {home}/logs", f"http.port: {port}", *_ELASTICSEARCH]
    (config / "elasticsearch.yml").write_text(_SETTINGS + "\n".join(own))
    # It touches all of its heap at the start otherwise, which a test never needs.
    (config / "jvm.options").write_text(f"-Djava.io.tmpdir={home}/tmp\n-XX:-AlwaysPreTouch\n")
    (config / "log4j2.properties").write_text(_LOG)


def _link(source: Path, target: Path) -> None:
    """Nobody may not enter root's cache; links cost nothing, and copies are made across file systems."""
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)


def _give_away(home: Path, folders: list[Path]) -> int | None:
    if os.geteuid() != 0:
        return None
    home.chmod(0o755)
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return NOBODY
