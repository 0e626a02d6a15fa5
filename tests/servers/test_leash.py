"""Nothing that was started outlives whoever wanted it, and a pause is no end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.leash import Leash
from tests.servers.test_servers import ROOT, eventually, is_gone

PARENT = "import subprocess; subprocess.run(['sleep', '600'])"
"""As Elasticsearch is: what was started is only the parent of what works."""

WANTING = """
import sys, tempfile
from pathlib import Path
from tests.servers.leash import Leash
folder = Path(sys.argv[1])
leash = Leash(["sleep", "600"], folder, folder / "log", folder)
print(leash.pid, flush=True)
input()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def leash(folder: Path) -> Iterator[Leash]:
    with Leash([sys.executable, "-c", PARENT], folder, folder / "log", folder) as started:
        yield started


def test_a_command_ends_with_the_one_who_was_killed_and_its_folder_goes(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WANTING, folder], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as wanting:
        assert wanting.stdout is not None
        pid = int(wanting.stdout.readline())
        assert not is_gone(pid)
        wanting.kill()
    assert eventually(lambda: is_gone(pid))
    assert eventually(lambda: not folder.exists())


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_command_that_was_ended_leaves_no_child_and_keeps_its_folder(
    leash: Leash, folder: Path, how: str
) -> None:
    children = Path(f"/proc/{leash.pid}/task/{leash.pid}/children")
    if not children.parent.exists():
        pytest.skip("needs /proc to find the child of a command")
    assert eventually(lambda: children.read_text() != "")
    child = int(children.read_text())
    getattr(leash, how)()
    assert is_gone(leash.pid)
    assert eventually(lambda: is_gone(child))
    assert folder.exists()
    leash.stop()  # a second time is harmless


def test_the_exit_code_of_a_command_is_told(folder: Path) -> None:
    with Leash([sys.executable, "-c", "raise SystemExit(7)"], folder, folder / "log", folder) as leash:
        assert not leash.is_running(60)
    assert leash.code == 7
