"""`listening.open`: the records of an installation as pandas frames."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import listening
from listening.cli.entry import run
from listening.errors import ConfigMistakes, QueryMistake
from tests.desk import OUTAGE, PRAISE, RULES, WEATHER

POSTS = {"a": OUTAGE, "b": PRAISE, "c": WEATHER, "d": "星河宽带断网了，还乱扣费"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An installation with rules and nothing else."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "telecom.yaml").write_text(RULES, "utf-8")
    (tmp_path / "config.yaml").write_text("store: sqlite:hits.sqlite\narchive: archive\n", "utf-8")
    return tmp_path / "config.yaml"


@pytest.fixture
def filled(config: Path) -> Path:
    """The same with two hits and a mention."""
    lines = [
        json.dumps(
            {"id": name, "text": text, "platform": "forum", "published_at": f"2026-11-2{n}T20:00:00+08:00"}
        )
        for n, (name, text) in enumerate(POSTS.items())
    ]
    (config.parent / "posts.jsonl").write_text("\n".join(lines), "utf-8")
    assert run(["import", "--config", str(config), str(config.parent / "posts.jsonl")]) == 0
    return config


def test_records_are_found_by_the_search_language_newest_first(filled: Path) -> None:
    with listening.open(filled) as records:
        assert list(records.hits().index) == ["d", "b", "a"]
        assert list(records.hits("level:2").index) == ["d", "a"]
        assert list(records.hits("断网 -扣费").index) == ["a"]


def test_a_hit_has_a_row_for_each_scenario_and_each_piece_of_evidence(filled: Path) -> None:
    with listening.open(filled) as records:
        scenarios = records.scenarios("id:d")
        assert sorted(zip(scenarios["subject"], scenarios["scenario"], strict=True)) == [
            ("星河宽带", "宽带报障"),
            ("星河宽带", "资费争议"),
        ]
        assert set(records.matches("id:d")["text"]) == {"星河宽带", "断网", "乱扣费"}


def test_times_are_in_the_zone_of_the_config(filled: Path) -> None:
    with filled.open("a", encoding="utf-8") as file:
        file.write("timezone: Europe/London\n")
    with listening.open(filled) as records:
        assert str(records.hits("id:a")["published_at"].iloc[0]) == "2026-11-20 12:00:00+00:00"


def test_without_records_there_are_the_same_columns_and_no_rows(filled: Path) -> None:
    with listening.open(filled) as records:
        some, none = records.hits(), records.hits("id:nobody")
    assert len(none) == 0
    assert list(none.columns) == list(some.columns)


def test_a_new_installation_has_no_records(config: Path) -> None:
    with listening.open(config) as records:
        assert [len(f) for f in (records.hits(), records.scenarios(), records.matches())] == [0, 0, 0]


def test_the_config_is_looked_for_here_and_may_be_named_by_a_text(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled.parent)
    with listening.open() as here, listening.open(str(filled)) as named:
        assert here.hits().equals(named.hits())


def test_mistakes_are_those_of_the_command_line(config: Path) -> None:
    with pytest.raises(ConfigMistakes, match="cannot be read"), listening.open(config.parent / "none.yaml"):
        pass
    with listening.open(config) as records, pytest.raises(QueryMistake, match="did you mean 'brand'"):
        records.hits("brnad:星河宽带")


def test_the_package_loads_without_pandas() -> None:
    code = "import sys, listening; assert 'pandas' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_shows_one_name() -> None:
    assert listening.__all__ == ["open"]
