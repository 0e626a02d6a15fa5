"""An installation to give commands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.place import Place


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    """Made-up rules, an empty store, no sources."""
    return Place(tmp_path, capfd).lay_out()
