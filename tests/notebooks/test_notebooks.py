"""Every notebook runs from top to bottom on the records of a small installation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from listening.cli.entry import run
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

POSTS: list[dict[str, Any]] = [
    {"id": "a", "text": "星河宽带又双叒断网啦"},
    {"id": "b", "text": "星河宽带还不错"},
    {"id": "c", "text": "长河宽带又涨价了", "tags": ["宽带"]},
    {"id": "d", "text": "今天天气真好"},
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An installation with two hits and a mention."""
    lines = [
        json.dumps({"platform": "forum", "published_at": f"2026-11-2{n}T20:00:00+08:00", **post})
        for n, post in enumerate(POSTS)
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(lines), "utf-8")
    config = tmp_path / "config.yaml"
    config.write_text(f"store: sqlite:records.sqlite\narchive: archive\nrules: {ROOT / 'rules'}\n", "utf-8")
    assert run(["import", "--config", str(config), str(tmp_path / "posts.jsonl")]) == 0
    return config


def executed(path: Path, config: Path, folder: Path) -> list[dict[str, Any]]:
    """The cells of the notebook after a run in a process of its own, in this environment's kernel."""
    copy = folder / path.name
    shutil.copy(path, copy)
    command = [str(Path(sys.executable).with_name("jupyter-execute")), "--inplace", str(copy)]
    environment = {**os.environ, "LISTENING_CONFIG": str(config), "JUPYTER_PREFER_ENV_PATH": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return cells(copy)


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_and_counts_right(path: Path, config: Path, tmp_path: Path) -> None:
    outputs = [output for cell in executed(path, config, tmp_path) for output in cell["outputs"]]
    answers = [
        "".join(output["data"]["text/plain"])
        for output in outputs
        if output["output_type"] == "execute_result"
    ]
    assert answers[0] == "(2, 1)"
    assert "星河宽带" in answers[1]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_reaches_the_product_through_its_front_door_and_keeps_no_output(path: Path) -> None:
    for cell in cells(path):
        assert not re.search(r"(from|import)\s+listening\.", "".join(cell["source"]))
        assert not cell["outputs"]
