"""A name that tells this archive from every other one that works into the same store."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from listening.errors import ArchiveError

_FILE = "id"


def archive_id(folder: Path) -> str:
    """Kept in the folder; made when it is first asked for, also when several ask together."""
    path = folder / _FILE
    try:
        if not path.exists():
            _make(path)
        return path.read_text("ascii").strip()
    except OSError as error:
        raise ArchiveError(str(path), f"cannot be used ({error.strerror})", "check its rights") from error


def _make(path: Path) -> None:
    """Written whole under another name first: nobody reads half of it, whoever is killed."""
    made = path.with_name(f"{_FILE}.{secrets.token_hex(4)}")
    with made.open("x", encoding="ascii") as file:
        file.write(secrets.token_hex(8) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
