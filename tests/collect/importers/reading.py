"""Exports written for a test, and read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from listening.collect.importers import BadLine, Options, find, read_posts
from listening.model import Post

Rows = Sequence[dict[str, Any]]


def as_csv(rows: Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_lines(rows: Rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_array(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=4)


def written(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(path: Path, name: str, zone: str | None = None) -> list[Post | BadLine]:
    return list(read_posts(path, find(name, Options(zone=ZoneInfo(zone) if zone else None))))


def one_post(path: Path, name: str, zone: str | None = None) -> Post:
    (found,) = read(path, name, zone)
    assert isinstance(found, Post), found
    return found


def reasons(found: Sequence[Post | BadLine]) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in found if isinstance(one, BadLine)]
