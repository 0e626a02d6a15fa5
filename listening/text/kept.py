"""Tables that take a while to compute, kept in the user's cache folder from one start to the next.

They can be computed at any time, so whatever is wrong with a file, or with the folder, is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

T = TypeVar("T", np.uint8, np.uint32)

_DIGEST = hashlib.sha1().digest_size


def kept(name: str, made_from: str, sort: type[T], compute: Callable[[], npt.NDArray[T]]) -> npt.NDArray[T]:
    """The table, read-only. `made_from` says all that it depends on, the program's own text included."""
    known = hashlib.sha1(made_from.encode()).hexdigest()[:16]
    file = user_cache_path("listening") / "tables" / f"{name}-{known}"
    if (content := _read(file)) is None:
        content = compute().astype(sort, copy=False).tobytes()
        with contextlib.suppress(OSError):
            _write(file, content)
    return np.frombuffer(content, sort)


def _read(file: Path) -> bytes | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    content = data[_DIGEST:]
    return content if hashlib.sha1(content).digest() == data[:_DIGEST] else None


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: another process may look at any time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(hashlib.sha1(content).digest() + content)
        Path(new).replace(file)
    except OSError:
        Path(new).unlink(missing_ok=True)
        raise
