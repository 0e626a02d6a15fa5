"""`listening config`: what is in force."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listening.config import KEYS, read_config
from tests.cli.place import Place

SOURCES = {"晚报": {"spider": "feed_entries", "url": "https://paper.example/feed", "cookie_env": "PAPER"}}


def test_every_key_is_printed_with_its_sentence_and_what_is_in_force(place: Place) -> None:
    answer = place.call("config")
    assert (answer.code, answer.err) == (0, "")
    for key in KEYS:
        assert f"# {key.says}\n{key.name}:" in answer.out
    assert f"\narchive: {place.archive}\n" in answer.out
    assert "\nqueue_max_age: 3d\n" in answer.out
    assert "\ntimezone: Asia/Shanghai\n" in answer.out


def test_json_gives_the_same_to_a_machine(place: Place) -> None:
    place.lay_out(sources=SOURCES, queue_max_age="36h")
    (values,) = place.call("config", "--json").records
    assert values == {
        "store": "sqlite:store.sqlite",
        "archive": str(place.archive),
        "rules": str(place.folder / "rules"),
        "timezone": "Asia/Shanghai",
        "workdays": {"country": "CN"},
        "queue_max_age": "1d12h",
        "every": "15m",
        "at_once": 4,
        "sources": SOURCES,
    }


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="defaults"),
        pytest.param({"sources": SOURCES}, id="a source"),
        pytest.param({"store": "memory:"}, id="a store that ends with a colon"),
        pytest.param({"archive": "存 档 #1"}, id="a folder with blanks and a number sign"),
        pytest.param({"rules": "no"}, id="a folder that YAML would take for a no"),
        pytest.param({"sources": {"3:30 晚报": SOURCES["晚报"]}}, id="a source with a colon"),
        pytest.param({"sources": {"10086": SOURCES["晚报"]}}, id="a source that looks like a number"),
        pytest.param({"queue_max_age": "90s"}, id="seconds"),
        pytest.param({"every": "never"}, id="nothing by schedule"),
        pytest.param({"every": "1h30m", "at_once": 7}, id="a schedule"),
        pytest.param(
            {"workdays": {"country": "none", "holidays": ["2026-12-24"], "workdays": ["2026-12-27"]}},
            id="working days",
        ),
        pytest.param(
            {
                "every": "1h",
                "sources": {
                    "a": SOURCES["晚报"] | {"cron": "*/15 8-22 * * *", "jitter": "30s"},
                    "b": SOURCES["晚报"] | {"every": "never"},
                    "c": SOURCES["晚报"] | {"during": ["Mo-Fr 08:00-22:00", "holidays 10:00-16:00"]},
                    "d": {"folder": "收 件", "as": "jsonl", "zone": "Asia/Shanghai", "every": "15m"},
                },
            },
            id="timings of sources, and a folder",
        ),
    ],
)
def test_what_is_printed_is_a_config_that_says_the_same(place: Place, settings: dict[str, Any]) -> None:
    place.lay_out(**settings)
    before = read_config(place.config)
    place.config.write_text(place.call("config").out, "utf-8")
    after = read_config(place.config)
    names = [key.name for key in KEYS]
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


def test_the_secret_of_a_source_is_never_printed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPER", "s3cr3t")
    place.lay_out(sources=SOURCES)
    assert "s3cr3t" not in place.call("config").out + place.call("config", "--json").out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "stroe: x\n", "1:1: unknown key 'stroe' - did you mean 'store'?", id="a slip of the pen"
        ),
        pytest.param("timezone: Mars\n", "1:11: unknown time zone 'Mars' - write one like", id="a zone"),
        pytest.param("queue_max_age: soon\n", "1:16: ", id="no duration"),
        pytest.param("sources: [a]\n", "1:10: ", id="a list of sources"),
        pytest.param(
            "sources: {a: {url: x}}\n", "1:11: source 'a' names no spider - add spider:", id="spider"
        ),
        pytest.param(
            "sources: {a: {spider: feed_entrys}}\n",
            "unknown spider 'feed_entrys' - did you mean 'feed_entries'?",
            id="an unknown spider",
        ),
        pytest.param("store: [\n", "", id="broken YAML"),
        pytest.param("store：x\n", "", id="a full-width colon"),
        pytest.param("- a\n", "1:1: ", id="a list"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_cure(place: Place, text: str, told: str) -> None:
    place.config.write_text(text, "utf-8")
    answer = place.call("config")
    assert (answer.code, answer.out) == (1, "")
    (line,) = answer.err.splitlines()
    assert line.startswith(f"{place.config}:")
    assert told in line
    assert " - " in line


def test_all_mistakes_are_told_at_once(place: Place) -> None:
    place.config.write_text("stroe: x\ntimezone: Mars\n", "utf-8")
    assert len(place.call("config").err.splitlines()) == 2


def test_an_empty_config_is_all_defaults(place: Place) -> None:
    place.config.write_text("", "utf-8")
    answer = place.call("config", "--json")
    assert json.loads(answer.out)["store"] == "sqlite:var/listening.sqlite"
