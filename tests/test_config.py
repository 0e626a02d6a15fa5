"""config.yaml is read strictly: defaults for what is left out, a cure for whatever is wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from listening.cli.entry import run
from listening.collect.sources import Source, spider_names
from listening.config import KEYS, Config, read_config
from listening.errors import ConfigMistakes, Place
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


VALUES = {
    "store": ("store: sqlite:/srv/hits.sqlite", "sqlite:/srv/hits.sqlite"),
    "a store without a path": ("store: memory", "memory"),
    "a quoted value": ("store: 'memory:'", "memory:"),
    "timezone": ("timezone: Europe/Berlin", "Europe/Berlin"),
    "queue_max_age in hours": ("queue_max_age: 12h", timedelta(hours=12)),
    "queue_max_age in days and hours": ("queue_max_age: 1d 12h", timedelta(days=1.5)),
    "an absolute path": ("archive: /srv/archive", Path("/srv/archive")),
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
        "sources:\n  微博: {spider: weibo}",
        [f"2:8: unknown spider 'weibo' - there are: {SPIDERS}"],
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
    return f"{value.days}d" if isinstance(value, timedelta) else str(value or "")


def test_the_keys_their_defaults_and_sentences_are_in_the_docs_and_no_others() -> None:
    assert _told() == {key.name: (_default(key.default), key.says) for key in KEYS}


def test_the_example_in_the_docs_names_every_key_and_is_right(file: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read(file, example).check_sources() == []
    assert re.findall(r"^(\w+):", example, re.MULTILINE) == [key.name for key in KEYS]


def test_the_config_that_comes_with_the_program_is_right() -> None:
    assert read_config(ROOT / "config.yaml").check_sources() == []
