"""How each server is started: its command, its settings, and how it says at which port it listens."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.fetch import fetched, java

HEAP = "512m"
NOBODY = 65534
_LISTENS = re.compile(r"HttpServerTransport\]? publish_address \{127\.0\.0\.1:(\d+)\}")


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


def elasticsearch(home: Path, port: int) -> Launch:
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
        "ES_JAVA_OPTS": "",
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
        *(java(), "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
        *(f"-D{name}={value}" for name, value in properties.items()),
        *("-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*", "org.elasticsearch.launcher.CliToolLauncher"),
    ]
    return Launch(command, home, environment, user)


def opensearch(home: Path, port: int) -> Launch:
    """The runner adds one to the port it is given, and takes the next free one up to 9299."""
    package = fetched("opensearch")
    command = [
        *(java(), f"-Xms{HEAP}", f"-Xmx{HEAP}", "-cp", f"{package}/*"),
        *("org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", str(home / "node")),
        *("-numOfNode", "1", "-baseHttpPort", str(port - 1), "-clusterName", "tests"),
    ]
    return Launch(command, home)


LAUNCHES: Mapping[str, Callable[[Path, int], Launch]] = {
    "elasticsearch": elasticsearch,
    "opensearch": opensearch,
}


def free_port(kind: str) -> int:
    """A port that is free now, in the range that the server can use."""
    if kind == "elasticsearch":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    for port in range(9201, 9300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("the ports 9201 to 9299 are all taken")


def _configure(home: Path, port: int) -> None:
    (home / "config" / "elasticsearch.yml").write_text(
        f"""
path.data: {home}/data
path.logs: {home}/logs
network.host: 127.0.0.1
http.port: {port}
transport.port: {free_port("elasticsearch")}
discovery.type: single-node
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
    )
    options = [f"-Xms{HEAP}", f"-Xmx{HEAP}", f"-Djava.io.tmpdir={home}/tmp"]
    (home / "config" / "jvm.options").write_text("\n".join(options))
    (home / "config" / "log4j2.properties").write_text(
        """
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
    )


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
