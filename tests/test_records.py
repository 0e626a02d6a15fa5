"""`listening.open`: the records of an installation as pandas frames."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import listening
from listening.app import open_app
from listening.cli.entry import run
from listening.errors import ConfigMistakes, QueryMistake
from listening.review.kpi import DEFINITIONS
from tests.desk import OUTAGE, PRAISE, RULES, WEATHER
from tests.review.kpi.logs import DAY, Log, at, events

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


@pytest.fixture
def worked(filled: Path) -> Path:
    """The same with a desk that has closed two cases in the first week of November, in Shanghai."""
    with filled.open("a", encoding="utf-8") as file:
        file.write("timezone: Asia/Shanghai\n")
    first = Log("甲").claim(1).respond(2, natural_ms=90_000).reply(5).close(9)
    second = Log("乙", DAY, queue="账务").claim(DAY + 1).respond(DAY + 2).close(DAY + 9, "unresolved")
    with open_app(filled) as app:
        app.store.put_events(events(first, second))
    return filled


def test_the_figures_of_the_desk_are_a_frame_with_a_row_for_each(worked: Path) -> None:
    with listening.open(worked) as records:
        told = records.kpi("2026-11-02", date(2026, 11, 8)).set_index("figure")
    assert list(told.index) == [each.name for each in DEFINITIONS]
    resolution, response = (told.to_dict("index")[name] for name in ("resolution", "response_desk_median"))
    assert (resolution["value"], resolution["numerator"], resolution["denominator"]) == (0.5, 1, 2)
    assert (response["value"], response["unit"], response["denominator"]) == (90_000, "ms", 1)
    assert (response["left_out"], resolution["cases"]) == ({"not_measured": 1}, ("乙", "甲"))
    assert str(resolution["definition_zh"]).startswith("以“已解决”结案")
    assert told["coverage_all"].to_list() == [0.0] * len(told)


def test_figures_by_period_and_group_can_be_drawn(worked: Path) -> None:
    with listening.open(worked) as records:
        told = records.kpi("2026-11-02", "2026-11-04", by="day queue", only="offered")
    drawn = told[~told["total"]].pivot_table("value", "period", "queue", aggfunc="sum")
    assert drawn.loc["2026-11-03", "账务"] == 1
    assert list(told["queue"]) == ["技术支持", "账务", None]


def test_figures_can_be_those_of_another_day(worked: Path) -> None:
    with listening.open(worked) as records:
        early = records.kpi("2026-11-02", "2026-11-08", only=["offered"], as_of=at(1))
        before = records.kpi("2026-11-02", "2026-11-08", only=["offered"], as_of=at(-DAY))
    assert [frame["value"].to_list() for frame in (early, before)] == [[1], [0]]
    assert before["coverage_all"].to_list() == [None], "none of that time had passed"


@pytest.mark.parametrize(
    ("days", "more", "wrong"),
    [
        pytest.param(("2026-11-31", "2026-12-01"), {}, "2026-11-31: is no day", id="no day"),
        pytest.param(("2026-11-02", "2026-11-01"), {}, "ends before it begins", id="backwards"),
        pytest.param(("2026-11-01", "2026-11-02"), {"by": "year"}, "unknown grouping", id="by"),
        pytest.param(("2026-11-01", "2026-11-02"), {"only": "resolve"}, "unknown figure", id="only"),
    ],
)
def test_figures_that_cannot_be_asked_for_are_query_mistakes(
    worked: Path, days: tuple[str, str], more: dict[str, str], wrong: str
) -> None:
    with listening.open(worked) as records, pytest.raises(QueryMistake, match=wrong):
        records.kpi(*days, **more)  # type: ignore[arg-type]


def test_the_package_loads_without_pandas() -> None:
    code = "import sys, listening; assert 'pandas' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_shows_one_name() -> None:
    assert listening.__all__ == ["open"]
