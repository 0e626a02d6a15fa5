"""Isso and WordPress, fetched once per machine: `python -m tests.collect.real.fetch`.

Both lie in the user's cache folder. Isso comes with what it needs, apart from our own environment. WordPress,
PHP and MariaDB are unpacked from Debian's packages: nothing is installed or started, and no root is needed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from tests.servers.fetch import Missing, Say, cache, say

HERE = Path(__file__).parent
_ISSO = HERE / "isso.txt"
_CONFIG = HERE / "wordpress" / "wp-config.php"
_RUN_BY = ("php-cli", "php-mysql", "php-xml", "mariadb-server-core")
_PATIENCE = 300.0


def isso(say: Say = say) -> Path:
    """The folder to import Isso from. Raises `Missing`."""
    return _once("isso", _ISSO.read_bytes(), _fetch_isso, say)


def wordpress(say: Say = say) -> Path:
    """The folder that stands for `/` of the packages' own layout. Raises `Missing`."""
    return _once("wordpress", _CONFIG.read_bytes() + " ".join(_RUN_BY).encode(), _fetch_wordpress, say)


def found(root: Path, *patterns: str) -> Path:
    """A file of a package: unpacked, or where the machine has the package itself. Raises `Missing`."""
    for place in (root, Path("/")):
        for pattern in patterns:
            for file in sorted(place.glob(pattern), reverse=True):
                return file
    raise Missing(f"there is no {patterns[0]} in Debian's packages as they were unpacked to {root}")


def _once(name: str, recipe: bytes, fetch: Callable[[Path], None], say: Say) -> Path:
    folder = cache() / f"{name}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not folder.is_dir():
                say(f"fetching {name}, once per machine")
                work = Path(f"{folder}.part")
                shutil.rmtree(work, ignore_errors=True)  # of somebody who was killed
                work.mkdir()
                try:
                    fetch(work)
                    (work / "root").rename(folder)
                finally:
                    shutil.rmtree(work, ignore_errors=True)
    return folder


def _fetch_isso(work: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--target", str(work / "root"), "-r", str(_ISSO)], work, "pip could not fetch Isso")


def _fetch_wordpress(work: Path) -> None:
    """What it needs apart from PHP and a database are a web server and pictures: not here."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Missing("WordPress is unpacked from Debian's packages - run these tests on Debian or Ubuntu")
    apt = _apt(work)
    _run([*apt, "update"], work, "apt-get could not read the lists of packages")
    wanted = [*apt, "-s", "install", "--no-install-recommends", *_RUN_BY]
    told = _run(wanted, work, f"apt-get does not know how to install {' '.join(_RUN_BY)}")
    names = [*re.findall(r"^Inst (\S+)", told, re.MULTILINE), "wordpress"]
    _run([*apt, "download", *names], work, "apt-get could not fetch the packages")
    for package in work.glob("*.deb"):
        _run(["dpkg-deb", "-x", str(package), "root"], work, f"{package.name} cannot be unpacked")
    shutil.copy(_CONFIG, work / "root" / "usr" / "share" / "wordpress" / _CONFIG.name)


def _apt(work: Path) -> list[str]:
    """apt-get with lists of its own, so that anybody may call it, and as the one who calls it."""
    for name in ("lists/partial", "archives/partial", "root"):
        (work / name).mkdir(parents=True)
    settings = {
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work,
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "root",
    }
    return ["apt-get", "-q", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]


def _run(command: Sequence[str], folder: Path, failed: str) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise Missing(f"{failed}: {words[-1] if words else 'no word why'}")
    return done.stdout


def main() -> int:
    """Where they cannot be had the tests skip and say so; where all must run (CI), this fails already."""
    for fetch in (isso, wordpress):
        try:
            fetch()
        except Missing as reason:
            say(f"{fetch.__name__}: {reason}")
            if os.environ.get("CI") == "true":
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
