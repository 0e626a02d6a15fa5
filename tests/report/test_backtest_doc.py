"""docs/backtest.md: the figures of its example are those of a real run over real posts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from listening.cli.entry import run
from tests.conftest import ROOT

FILES = ("citizen_messages.jsonl.gz", "telecom_mentions.jsonl", "weibo2018_train.csv")
WORDS = "any: [$断网, $没信号, 网速慢, 网太慢, 卡死了"


def test_the_example_is_a_real_run(
    tmp_path: Path, real_data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "tests" / "telecom" / "rules", tmp_path / "rules")
    config = tmp_path / "config.yaml"
    config.write_text("store: sqlite:store.sqlite\narchive: archive\nrules: rules\n", "utf-8")
    for name in FILES:
        column_map = ROOT / "tests/collect/importers/maps" / f"{name.split('.')[0]}.yaml"
        run(["import", "--config", str(config), "--map", str(column_map), str(real_data / name)])
    rules = tmp_path / "rules" / "telecom.yaml"
    text = rules.read_text("utf-8")
    page = (ROOT / "docs" / "backtest.md").read_text("utf-8")
    edits = (f"{WORDS}, 信号]", f"{WORDS}, 信号]\n    except: [电信号, 信号正常]")
    for edit, block in zip(edits, page.split("$ listening backtest\n")[1:], strict=True):
        assert edit in page
        rules.write_text(text.replace(f"{WORDS}]", edit), "utf-8")
        capfd.readouterr()
        assert run(["backtest", "--config", str(config), "--samples", "0"]) == 0
        told = capfd.readouterr().out.splitlines()
        lines = [line for line in block.split("```")[0].splitlines() if line not in ("", "…")]
        assert [line for line in lines if line not in told] == []
