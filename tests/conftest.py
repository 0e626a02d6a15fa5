"""What all tests share: where the real evaluation data is, if it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["tests.servers.fixtures"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no real {name} beside this checkout (../shared/{name})")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real posts that belong to others; they are read where they are and never copied."""
    return _shared("data")


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Recorded answers of real servers."""
    return _shared("recordings")
