"""config.yaml is read strictly: defaults for what is left out, a cure for whatever is wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from listening.cli.entry import run
from listening.collect.schedule.timing import duration_text
from listening.collect.sources import Source, spider_names
from listening.config import KEYS, Config, read_config
from listening.errors import ConfigMistakes, Place
from listening.rules.findings import suggestion
from listening.workdays import Workdays
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "config.md").read_text("utf-8")
SPIDERS = ", ".join(spider_names())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("config.yaml")


def read(file: Path, text: str) -> Config:
    file.write_text(text, "utf-8")
    return read_config(file)


def refusal(file: Path, text: str) -> list[str]:
    with pytest.raises(ConfigMistakes) as caught:
        read(file, text)
    return str(caught.value).splitlines()


# What is there and what is left out.


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "sources: {}\n", "sources:\n"])
def test_every_key_has_a_default(file: Path, text: str) -> None:
    config = read(file, text)
    base = Path.cwd()
    assert (config.store, config.timezone) == ("sqlite:var/listening.sqlite", "Asia/Shanghai")
    assert (config.archive, config.rules) == (base / "var" / "archive", base / "rules")
    assert (config.queue_max_age, config.sources) == (timedelta(days=3), ())
    assert (config.every, config.at_once, config.workdays) == (timedelta(minutes=15), 4, Workdays())


VALUES = {
    "store": ("store: sqlite:/srv/hits.sqlite", "sqlite:/srv/hits.sqlite"),
    "a store without a path": ("store: memory", "memory"),
    "a quoted value": ("store: 'memory:'", "memory:"),
    "timezone": ("timezone: Europe/Berlin", "Europe/Berlin"),
    "queue_max_age in hours": ("queue_max_age: 12h", timedelta(hours=12)),
    "queue_max_age in days and hours": ("queue_max_age: 1d 12h", timedelta(days=1.5)),
    "an absolute path": ("archive: /srv/archive", Path("/srv/archive")),
    "every": ("every: 1h30m", timedelta(hours=1.5)),
    "every: never": ("every: never", None),
    "at_once": ("at_once: 12", 12),
    "at_once in quotes": ("at_once: '12'", 12),
    "workdays of another country": ("workdays: {country: de}", Workdays(country="DE")),
    "workdays without holidays": ("workdays: {country: none}", Workdays(country=None)),
    "workdays of our own": (
        "workdays: {holidays: [2026-12-24, '2026-12-25'], workdays: 2026-12-27}",
        Workdays(
            holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
            workdays=frozenset({date(2026, 12, 27)}),
        ),
    ),
}


@pytest.mark.parametrize(("text", "value"), VALUES.values(), ids=VALUES)
def test_a_value_is_taken_as_it_is_written(file: Path, text: str, value: object) -> None:
    assert getattr(read(file, text), text.partition(":")[0]) == value


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    config = read(Path("../home/config.yaml"), "archive: ../kept\nrules: words")
    assert config.base == home
    assert config.archive.resolve() == tmp_path / "kept"
    assert config.rules == home / "words"


def test_a_source_is_its_spider_and_the_spiders_settings(file: Path) -> None:
    text = """
sources:
  晚报: {spider: feed_entries, url: https://news.example/feed, max_pages: 3, delay: 0.5}
  自家: {spider: our.own.spider, tags: [断网, 掉线], unindexed: true, since: 2026-01-01}
"""
    assert read(file, text).sources == (
        Source(
            name="晚报",
            spider="feed_entries",
            settings={"url": "https://news.example/feed", "max_pages": 3, "delay": 0.5},
        ),
        Source(
            name="自家",
            spider="our.own.spider",
            settings={"tags": ["断网", "掉线"], "unindexed": True, "since": "2026-01-01"},
        ),
    )


# When sources are crawled.

TIMED = """
every: 1h
sources:
  a: {spider: feed_entries}
  b: {spider: feed_entries, every: 2s}
  c: {spider: feed_entries, cron: "*/15 8-22 * * *", jitter: 30s, during: Mo-Fr 08:00-22:00}
  d: {spider: feed_entries, every: never}
  e: {spider: feed_entries, during: [workdays 09:00-18:00, holidays 10:00-16:00]}
"""


def test_a_source_says_when_it_is_crawled_or_it_is_as_all_are(file: Path) -> None:
    config = read(file, TIMED)
    assert [str(each.timing) for each in config.sources] == [
        "every 1h",
        "every 2s",
        "cron */15 8-22 * * * during Mo-Fr 08:00-22:00 jitter 30s",
        "every never",
        "every 1h during workdays 09:00-18:00, holidays 10:00-16:00",
    ]
    assert [each.timing.is_scheduled for each in config.sources] == [True, True, True, False, True]
    assert all(each.settings == {} for each in config.sources)


def test_every_counts_wherever_it_stands(file: Path) -> None:
    (source,) = read(file, "sources:\n  a: {spider: feed_entries}\nevery: 1h\n").sources
    assert source.timing.every == timedelta(hours=1)


def test_a_watched_folder_is_a_source_without_a_spider(file: Path) -> None:
    text = """
sources:
  小红书: {folder: inbox/xhs, as: jsonl, zone: Asia/Shanghai, every: 1m}
  留言: {folder: /in, map: m.yaml}
"""
    first, second = read(file, text).sources
    assert (first.spider, first.folder) == ("", Path.cwd() / "inbox" / "xhs")
    assert first.settings == {"as": "jsonl", "zone": "Asia/Shanghai"}
    assert first.timing.every == timedelta(minutes=1)
    assert (second.folder, second.settings) == (Path("/in"), {"map": str(Path.cwd() / "m.yaml")})


# What is wrong.

_KNOWN = ", ".join(key.name for key in KEYS)
WRONG = {
    "a misspelt key": (
        "stoer: memory",
        ["1:1: unknown key 'stoer' - did you mean 'store'?"],
    ),
    "a key like none": ("颜色: 红", [f"1:1: unknown key '颜色' - there are: {_KNOWN}"]),
    "a key twice": (
        "store: memory\nstore: memory",
        ["2:1: key 'store' stands twice (键重复), first in line 1 - keep one of the two"],
    ),
    "a list": (
        "- store",
        [f"1:1: config should be a mapping, not a list (这里应该是键值) - write keys: {_KNOWN}"],
    ),
    "nothing behind a key": (
        "store:",
        ["1:7: this should be a text, not nothing (这里应该是文字) - write one value"],
    ),
    "an empty text": (
        "rules: ''",
        ["1:8: this should be a text, not nothing (这里应该是文字) - write one value"],
    ),
    "a list for one value": (
        "store: [a]",
        ["1:8: this should be a text, not a list (这里应该是文字) - write one value"],
    ),
    "an unknown zone": (
        "timezone: Asia/Beijing",
        ["1:11: unknown time zone 'Asia/Beijing' - write one like Asia/Shanghai"],
    ),
    "a zone that is a path": (
        "timezone: ../../etc/passwd",
        ["1:11: unknown time zone '../../etc/passwd' - write one like Asia/Shanghai"],
    ),
    "a number without a unit": (
        "queue_max_age: 3",
        ["1:16: 'queue_max_age' '3' has no unit (缺少单位) - write it like 30m, 2h, 3d, 90s or 1h30m"],
    ),
    "no duration": (
        "queue_max_age: 三天",
        ["1:16: 'queue_max_age' '三天' is no duration (时长有误) - write it like 30m, 2h, 3d, 90s or 1h30m"],
    ),
    "both every and cron": (
        "sources:\n  a: {spider: feed_entries, every: 5m, cron: 0 9 * * *}",
        ["2:46: a source has `every` or `cron`, not both - take one away"],
    ),
    "no interval": (
        "every: often",
        ["1:8: 'every' 'often' is no duration (时长有误) - write it like 30m, 2h, 3d, 90s or 1h30m"],
    ),
    "a crontab line that is cut off": (
        "sources:\n  a: {spider: feed_entries, cron: 0 9 * *}",
        [
            "2:35: 'cron': '0 9 * *' has 4 fields, not five"
            " - write five fields: minute hour day month weekday, as in */15 8-22 * * *"
        ],
    ),
    "a crontab line that never comes": (
        "sources:\n  a: {spider: feed_entries, cron: 0 0 30 2 *}",
        ["2:35: '0 0 30 2 *' never comes - write times that there are"],
    ),
    "a crontab line outside its window": (
        "sources:\n  a: {spider: feed_entries, cron: 0 3 * * *, during: 08:00-22:00}",
        ["2:35: '0 3 * * *' never comes inside its `during` - write times that there are"],
    ),
    "an alias for a crontab line": (
        "sources:\n  a:\n    spider: feed_entries\n    cron: */15 8-22 * * *",
        [
            "4:11: a bare word cannot begin with '*' in YAML (不能直接以该符号开头) - quote it: '*/15'",
        ],
    ),
    "a window that is none": (
        "sources:\n  a: {spider: feed_entries, during: [08:00-22:00, nights]}",
        [
            "2:51: 'during': 'nights' is no time window - write one like 08:00-22:00, Mo-Fr 08:00-22:00,"
            " workdays 09:00-18:00 or holidays 10:00-16:00"
        ],
    ),
    "a window in full width": (
        "sources:\n  a: {spider: feed_entries, during: 08：00-22：00}",
        ["2:37: 'during': '08：00-22：00' holds full-width signs or dashes (全角) - write: 08:00-22:00"],
    ),
    "an empty list of windows": (
        "sources:\n  a: {spider: feed_entries, during: []}",
        ["2:37: 'during': the list is empty (空列表) - give at least one, or remove it"],
    ),
    "more chance than interval": (
        "sources:\n  a: {spider: feed_entries, every: 1m, jitter: 1m}",
        ["2:48: 'jitter' 1m is not shorter than every 1m - write less"],
    ),
    "a window for what is never crawled": (
        "every: never\nsources:\n  a: {spider: feed_entries, during: 08:00-22:00, jitter: 5s}",
        [
            "3:37: `during` says nothing beside `every: never` - take it away, or say how often",
            "3:58: `jitter` says nothing beside `every: never` - take it away, or say how often",
        ],
    ),
    "no number": (
        "at_once: many",
        ["1:10: 'at_once' should be a number from 1 to 64, not 'many' - write one like 4"],
    ),
    "none at once": (
        "at_once: 0",
        ["1:10: 'at_once' should be a number from 1 to 64, not '0' - write one like 4"],
    ),
    "workdays that are a word": (
        "workdays: CN",
        [
            "1:11: 'workdays' should be a mapping, not a text (这里应该是键值)"
            " - write keys: country, holidays, workdays"
        ],
    ),
    "a misspelt key of workdays": (
        "workdays: {holiday: [2026-12-24]}",
        ["1:12: unknown key 'holiday' - did you mean 'holidays'?"],
    ),
    "an unknown country": (
        "workdays: {country: ZZ}",
        ["1:21: unknown country 'ZZ' - write one like CN, or none"],
    ),
    "a day that is none": (
        "workdays: {holidays: [2026-02-30, 24.12.2026]}",
        [
            "1:23: '2026-02-30' is no date - write one like 2026-12-24",
            "1:35: '24.12.2026' is no date - write one like 2026-12-24",
        ],
    ),
    "a day that is free and worked": (
        "workdays: {holidays: [2026-12-24], workdays: [2026-12-24]}",
        ["1:47: 2026-12-24 stands under `holidays` and under `workdays` - keep one of the two"],
    ),
    "a spider and a folder": (
        "sources:\n  a: {spider: feed_entries, folder: in}",
        ["2:7: source 'a' has a spider and a folder - make two sources of it"],
    ),
    "a setting that no folder has": (
        "sources:\n  a: {folder: in, ass: jsonl}",
        ["2:19: unknown key 'ass' - did you mean 'as'?"],
    ),
    "a folder without a name": (
        "sources:\n  a: {folder: ''}",
        ["2:15: this should be a text, not nothing (这里应该是文字) - write one value"],
    ),
    "a folder in an unknown zone": (
        "sources:\n  a: {folder: in, zone: Mars}",
        ["2:25: unknown time zone 'Mars' - write one like Asia/Shanghai"],
    ),
    "a list of sources": (
        "sources: []",
        [
            "1:10: 'sources' should be a mapping, not a list (这里应该是键值) - write `name: {spider: …}`",
        ],
    ),
    "a source that is one word": (
        "sources: {晚报: feed_entries}",
        ["1:15: source '晚报' should be a mapping, not a text (这里应该是键值) - write `spider: …` below it"],
    ),
    "a source without a spider": (
        "sources:\n  晚报: {url: https://x}",
        [f"2:3: source '晚报' names no spider - add spider: one of {SPIDERS}"],
    ),
    "a misspelt spider": (
        "sources:\n  晚报: {spider: feed_entry}",
        ["2:8: unknown spider 'feed_entry' - did you mean 'feed_entries'?"],
    ),
    "an unknown spider": (
        "sources:\n  微博: {spider: 某一个}",
        [f"2:8: unknown spider '某一个' - {suggestion('某一个', spider_names())}"],
    ),
    "a full-width colon": (
        "queue_max_age：3d\nstore: memory",
        ["1:14: the colon is full width (全角冒号) - write: queue_max_age: 3d"],
    ),
    "a full-width colon behind sources": (
        "sources：\n  晚报: {spider: feed_entries}",
        ["1:8: the colon is full width (全角冒号) - write: sources:"],
    ),
    "a full-width colon behind a source": (
        "sources:\n  晚报：\n    spider: feed_entries",
        ["2:5: the colon is full width (全角冒号) - write: 晚报:"],
    ),
    "a full-width colon in a source": (
        "sources:\n  晚报: {spider：feed_entries}",
        ["2:14: the colon is full width (全角冒号) - write: spider: feed_entries"],
    ),
    "a full-width colon behind a setting": (
        "sources:\n  晚报: {spider: feed_entries, url：https://x}",
        ["2:33: the colon is full width (全角冒号) - write: url: https://x"],
    ),
    "full-width quotes": (
        "archive: “var/archive”",
        ["1:10: quotes or blanks stand around 'var/archive' (全角引号或空格) - write: var/archive"],
    ),
    "a full-width blank behind a value": (
        "archive: var/archive\u3000",
        ["1:10: quotes or blanks stand around 'var/archive' (全角引号或空格) - write: var/archive"],
    ),
    "a full-width blank before a key": (
        "\u3000store: memory",
        ["1:1: a full-width blank stands around 'store' (全角空格) - write half-width blanks"],
    ),
    "brackets that are not closed": (
        "sources: {晚报: {spider: feed_entries}",
        [
            "1:10: the '{' here is not closed (括号没有闭合)"
            " - add '}' at the end, half width; items are separated by ','"
        ],
    ),
}


@pytest.mark.parametrize(("text", "lines"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_place_and_cure(file: Path, text: str, lines: list[str]) -> None:
    assert refusal(file, text) == [f"config.yaml:{line}" for line in lines]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(file: Path) -> None:
    text = "timezone: Mars\nstoer: memory\nqueue_max_age: soon\nsources:\n  a: {}\n  b: {spider: nobody}\n"
    places = [":".join(line.split(":")[1:3]) for line in refusal(file, text)]
    assert places == ["1:11", "2:1", "3:16", "5:3", "6:7"]


def test_a_file_that_is_not_there_is_a_mistake_with_its_cure(file: Path) -> None:
    with pytest.raises(ConfigMistakes) as caught:
        read_config(file)
    cure = "name the file with --config, or run the command where it is"
    assert str(caught.value) == f"config.yaml: cannot be read (No such file or directory) - {cure}"


# The settings of sources, which only their spiders know.

SETTINGS = """
sources:
  晚报:
    spider: feed_entries
    urll: https://news.example/feed
  论坛: {spider: discourse_posts, url: 'ftp://ann:hunter2@forum.example', max_pages: 0}
  社交: {spider: mastodon_timeline, url: https://social.example, tag: 断网}
  自家: {spider: no.such.module}
"""


def test_the_settings_of_sources_are_checked_where_they_stand(file: Path) -> None:
    found = ConfigMistakes(read(file, SETTINGS).check_sources())
    assert str(found).splitlines() == [
        "config.yaml:3:3: is missing - 'url': the feed's address",
        "config.yaml:5:5: unknown setting 'urll' - did you mean 'url'?",
        "config.yaml:6:33: holds a user name or password - keep secrets in the environment (…_env)",
        "config.yaml:6:73: 0 is less than 1 - write 1 or more",
        "config.yaml:8:8: 'no.such.module' cannot be loaded: No module named 'no'"
        " - check the name of the module",
    ]


def test_the_settings_of_a_folder_are_checked_too(file: Path) -> None:
    text = "sources:\n  a: {folder: in, as: jsonn}\n  b: {folder: in, map: nowhere.yaml}\n"
    first, second = map(str, read(file, text).check_sources())
    assert first.startswith("config.yaml:2:19: unknown format 'jsonn' - did you mean 'jsonl'?")
    assert second.startswith("config.yaml:3:19: ")


def test_only_the_sources_asked_for_are_checked(file: Path) -> None:
    config = read(file, SETTINGS)
    assert config.check_sources(("社交",)) == []
    assert [mistake.place.line for mistake in config.check_sources(("自家", "社交"))] == [8]


def test_every_key_of_a_source_knows_its_place(file: Path) -> None:
    assert read(file, "sources:\n  晚报: {spider: feed_entries, url: x}\n").places == {
        ("晚报", ""): Place("config.yaml", 2, 3),
        ("晚报", "spider"): Place("config.yaml", 2, 8),
        ("晚报", "url"): Place("config.yaml", 2, 30),
    }


# Secrets.


def test_the_name_of_a_secret_is_printed_and_never_the_secret(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWS_COOKIE", "sid=hunter2")
    text = "sources:\n  晚报: {spider: feed_entries, url: https://news.example, cookie_env: NEWS_COOKIE}\n"
    config = read(file, text)
    assert config.check_sources() == []
    assert run(["config", "--config", str(file)]) == run(["config", "--json", "--config", str(file)]) == 0
    said = "".join(capfd.readouterr()) + repr(config)
    assert "NEWS_COOKIE" in said
    assert "hunter2" not in said


# The docs.


def _told() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]*)`)? ?\| (.*) \|$", PAGE, re.MULTILINE)
    return {key: (default, says) for key, default, says in rows}


def _default(value: object) -> str:
    if isinstance(value, Workdays):
        return f"country: {value.country}"
    return duration_text(value) if isinstance(value, timedelta) else str(value or "")


def test_the_keys_their_defaults_and_sentences_are_in_the_docs_and_no_others() -> None:
    assert _told() == {key.name: (_default(key.default), key.says) for key in KEYS}


def test_the_example_in_the_docs_names_every_key_and_is_right(file: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read(file, example).check_sources() == []
    assert re.findall(r"^(\w+):", example, re.MULTILINE) == [key.name for key in KEYS]


def test_the_config_that_comes_with_the_program_is_right() -> None:
    assert read_config(ROOT / "config.yaml").check_sources() == []
