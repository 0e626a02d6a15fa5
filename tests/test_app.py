"""The wiring: parts are opened when they are asked for, closed together, and locked against each other."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from listening.app import App, open_app
from listening.cli.entry import run
from listening.errors import ArchiveError, ConfigMistakes, Locked, RuleMistakes, StoreError
from listening.model import Outcome
from tests.desk import RULES, a_post

CONFIG = "store: sqlite:var/hits.sqlite\narchive: var/archive\nqueue_max_age: 2h\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An installation on which nothing was done yet."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "telecom.yaml").write_text(RULES, "utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, "utf-8")
    return tmp_path / "config.yaml"


@pytest.fixture
def app(config: Path) -> Iterator[App]:
    with open_app(config) as opened:
        yield opened


def there(config: Path) -> list[str]:
    return sorted(path.relative_to(config.parent).as_posix() for path in config.parent.rglob("*.sqlite"))


# Opened and closed.


def test_nothing_is_opened_until_it_is_asked_for(config: Path) -> None:
    with open_app(config) as app:
        assert there(config) == []
        assert app.good_rules().plan.ruleset.subjects[0].name == "星河宽带"
        assert there(config) == []
        assert app.store is app.store
        assert there(config) == ["var/hits.sqlite"]
        assert app.archive is app.archive
        assert there(config) == [
            "var/archive/index.sqlite",
            "var/archive/quarantine.sqlite",
            "var/hits.sqlite",
        ]


def test_what_was_opened_is_closed_also_after_an_error(config: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_app(config) as app:
        store, archive = app.store, app.archive
        raise ZeroDivisionError
    with pytest.raises((sqlite3.ProgrammingError, StoreError)):
        store.get("forum:1")
    with pytest.raises((sqlite3.ProgrammingError, ArchiveError)):
        archive.counts()


def test_a_part_that_cannot_be_opened_does_not_keep_the_others_open(config: Path) -> None:
    (config.parent / "var").mkdir()
    (config.parent / "var" / "archive").write_text("a file, not a folder", "utf-8")
    with pytest.raises(ArchiveError), open_app(config) as app:
        store = app.store
        assert app.archive
    with pytest.raises((sqlite3.ProgrammingError, StoreError)):
        store.get("forum:1")


def test_a_bad_config_opens_nothing(config: Path) -> None:
    config.write_text(CONFIG + "stoer: x\n", "utf-8")
    with pytest.raises(ConfigMistakes), open_app(config):
        pass
    assert there(config) == []


def test_the_quarantine_is_the_archives(app: App) -> None:
    assert app.quarantine is app.archive.quarantine


def test_now_is_in_utc_and_whole_milliseconds(app: App) -> None:
    first, second = app.now(), app.now()
    assert first.tzinfo is UTC
    assert first.microsecond % 1000 == 0
    assert first <= second


# The parts fit together.


def test_the_parts_take_a_post_from_the_archive_to_the_queue(app: App) -> None:
    pipeline = app.pipeline(app.live.matcher)
    age = timedelta(hours=1), timedelta(hours=3)
    posts = [a_post(n, published_at=app.now() - each) for n, each in enumerate(age)]
    with app.archive.writer("论坛", "run") as writer:
        assert +pipeline.take(posts, writer, print).outcomes == {Outcome.HIT: 2}
    records = [app.store.get(post.id) for post in posts]
    assert [record and record.status for record in records] == ["open", "kept"], "queue_max_age is two hours"


def test_the_live_rules_are_read_once(app: App) -> None:
    assert app.live is app.live
    assert app.live.mistakes is None


def test_bad_rules_leave_the_last_good_ones_live_but_are_no_good_rules(config: Path) -> None:
    with open_app(config) as app:
        assert app.live.mistakes is None
    (config.parent / "rules" / "telecom.yaml").write_text("brand: {}", "utf-8")
    with open_app(config) as app:
        assert app.live.matcher is not None
        assert app.live.mistakes is not None
        with pytest.raises(RuleMistakes):
            app.good_rules()


# Locks.

HOLD = """
import sys
from pathlib import Path
from listening.app import open_app
with open_app(Path(sys.argv[1])) as app, app.lock(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def somebody_holds(config: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock until the block ends."""
    command = [sys.executable, "-c", HOLD, str(config), name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == "held\n"
            yield other
        finally:
            other.kill()


def test_a_lock_that_another_process_holds_is_refused_at_once(config: Path, app: App) -> None:
    told = "another command is at work on '晚报' - wait until it is done"
    with somebody_holds(config, "晚报"):
        with pytest.raises(Locked, match=told), app.lock("晚报"):
            pytest.fail("two have the lock")
        with app.lock("论坛"):
            pass  # another source is nobody's business


def test_a_command_that_meets_a_lock_ends_with_75_and_touches_nothing(
    config: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = config.parent / "posts.jsonl"
    file.write_text('{"id": "1", "text": "星河宽带断网"}\n', "utf-8")
    with somebody_holds(config, "posts.jsonl"):
        assert run(["import", "--config", str(config), str(file)]) == 75
    assert "another command is at work on 'posts.jsonl'" in capfd.readouterr().err
    assert list((config.parent / "var" / "archive").rglob("*.zst")) == []


def test_a_lock_ends_with_its_process(config: Path, app: App) -> None:
    with somebody_holds(config, "晚报") as other:
        other.kill()
        other.wait()
        with app.lock("晚报"):
            pass


def test_a_lock_is_given_back_also_after_an_error(config: Path, app: App) -> None:
    with pytest.raises(ZeroDivisionError), app.lock("晚报"):
        raise ZeroDivisionError
    with open_app(config) as other, other.lock("晚报"):
        pass


def test_two_parts_of_one_process_do_not_share_a_lock(config: Path, app: App) -> None:
    with app.lock("晚报"), open_app(config) as other, pytest.raises(Locked), other.lock("晚报"):
        pytest.fail("two have the lock")


NAMES = {
    "a path": "../../etc/passwd",
    "nothing": "",
    "a long name": "很长的名字" * 100,
    "a broken character": "断网\udcff",
    "a zero": "a\0b",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_lock_may_have_any_name(app: App, name: str) -> None:
    with app.lock(name):
        (lock,) = (app.config.archive / "locks").iterdir()
        assert lock.parent == app.config.archive / "locks"


def test_a_place_where_no_lock_can_be_made_is_told(config: Path, app: App) -> None:
    (config.parent / "var").write_text("a file, not a folder", "utf-8")
    with pytest.raises(ArchiveError, match="check its permissions"), app.lock("晚报"):
        pytest.fail("there is no lock")
