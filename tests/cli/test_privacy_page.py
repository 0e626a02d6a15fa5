"""docs/privacy.md: its commands can be given one after another, and its statements do what they say."""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing

import pytest

from tests.cli.place import Place, post
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ listening ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
TIDYING, ENDING = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
AUTHOR = {"id": "1234567890", "name": "只有一个人叫这个"}


@pytest.fixture
def here(place: Place) -> Place:
    assert place.call("people add", "李娜", "--role", "admin").code == 0
    place.take(post(1, author=AUTHOR), post(2, author={"id": "8", "name": "小红"}))
    return place


def test_the_commands_can_be_given_one_after_another(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here.folder)
    assert {words.split()[1] for words in COMMANDS} == {"export", "erase", "erased"}
    for words in COMMANDS:
        group, verb, *rest = shlex.split(words)
        answer = here.call(f"{group} {verb}", *rest)
        assert answer.code == 0, (words, answer)
    assert here.call("count").out == "1\n"


def on_disk(place: Place) -> bytes:
    return b"".join(path.read_bytes() for path in place.folder.glob("store.sqlite*"))


def test_after_the_statements_the_file_knows_the_author_no_more(here: Place) -> None:
    here.call("personal erase", "weibo:1234567890", "--as", "李娜", "--really")
    with closing(sqlite3.connect(here.store, isolation_level=None)) as connection:
        connection.executescript(TIDYING)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for word in (AUTHOR["id"], AUTHOR["name"]):
        assert word.encode() not in on_disk(here)
    assert here.call("store verify").code == 0
    assert here.call("search", "--json", "author:小红").ids == ["weibo:2"]


def test_a_key_that_is_destroyed_is_gone_and_the_events_stay(here: Place) -> None:
    with closing(sqlite3.connect(here.store, isolation_level=None)) as connection:
        (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
        connection.execute(ENDING)
        assert connection.execute("SELECT * FROM document WHERE key LIKE 'secret/%'").fetchall() == []
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (events,)
    assert events


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)\)", PAGE))
def test_its_links_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
