"""`listening store`: set up, look, move, check, thin out; and a copy that is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from listening.app import open_app
from listening.model import Status
from listening.store import open_store
from tests.cli.place import HIT, Place, post
from tests.conftest import ROOT
from tests.store.records import NOW, event, hit

DAY = 24 * 60


@pytest.fixture
def filled(place: Place) -> Place:
    """Three records, one of them withdrawn, and an event."""
    place.take(post(1), post(2), post(3))
    with open_app(place.config) as app:
        app.store.withdraw(["weibo:3"])
        app.store.append(event(1))
    return place


def damage(place: Place, statement: str) -> None:
    with closing(sqlite3.connect(place.store)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("verb", "said"),
    [("store init", "is ready"), ("store migrate", "has the layout of this version")],
    ids=["init", "migrate"],
)
def test_sqlite_needs_no_setting_up(filled: Place, verb: str, said: str) -> None:
    for _ in range(2):
        answer = filled.call(verb)
        assert (answer.code, answer.out, answer.err) == (0, f"sqlite:store.sqlite: {said}\n", "")
    assert filled.call(verb, "--json").records == [{"store": "sqlite:store.sqlite", "says": said}]
    assert filled.call("count").out == "2\n"


def test_a_file_has_no_shards(place: Place) -> None:
    answer = place.call("store init", "--shards", "3")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err == (
        "sqlite:store.sqlite: has no shards and no replicas - leave --shards and --replicas out\n"
    )


def test_the_status_tells_what_there_is(filled: Place) -> None:
    answer = filled.call("store status")
    assert (answer.code, answer.err) == (0, "")
    rows = dict(line.split(None, 1) for line in answer.out.splitlines())
    assert rows["kind:"] == "sqlite"
    assert rows["place:"] == str(filled.store.resolve())
    assert rows["records:"] == "3 (1 of them withdrawn)"
    assert rows["events:"] == "1"
    assert int(rows["bytes:"].replace(",", "")) > 0
    assert rows["sqlite:"] == sqlite3.sqlite_version
    (told,) = filled.call("store status", "--json").records
    assert (told["records"], told["withdrawn"], told["events"], told["schema"]) == (3, 1, 1, 1)
    assert told["facts"]["sqlite"] == sqlite3.sqlite_version


def test_a_copy_is_told_with_the_sums_of_both_sides(filled: Place) -> None:
    answer = filled.call("store copy", "config", "sqlite:copy.sqlite")
    assert (answer.code, answer.err) == (0, "")
    head, names, *sides = answer.out.splitlines()
    assert head.startswith("records: 3 created, 0 updated, 0 unchanged; 1 new events; ")
    assert names.split() == ["store", "records", "events", "documents", "sha256"]
    one, other = (side.split() for side in sides)
    assert (one[0], other[0]) == ("sqlite:store.sqlite", "sqlite:copy.sqlite")
    assert one[1:] == other[1:]
    assert one[1:3] == ["3", "1"]
    assert len(one[4]) == 64
    filled.lay_out(store="sqlite:copy.sqlite")
    assert filled.call("search", "--json").ids == ["weibo:1", "weibo:2"]


def test_a_copy_for_a_machine(filled: Place) -> None:
    (told,) = filled.call("store copy", "--json", "config", "sqlite:copy.sqlite").records
    assert told["source"] == told["target"]
    assert (told["records"], told["events"], told["resumed"]) == (
        {"created": 3, "updated": 0, "unchanged": 0, "refused": []},
        1,
        False,
    )
    assert (told["differences"], told["first"]) == (0, [])


def test_a_copy_that_differs_names_what_and_ends_with_3(filled: Place) -> None:
    filled.call("store copy", "config", "sqlite:copy.sqlite")
    with open_app(filled.config) as app:
        app.store.delete_records(["weibo:2"])
    answer = filled.call("store copy", "config", "sqlite:copy.sqlite")
    assert answer.code == 3
    assert answer.err.splitlines() == [
        "record weibo:2: stands only in sqlite:copy.sqlite",
        "sqlite:copy.sqlite: 1 differences to sqlite:store.sqlite"
        " - stop what writes to them, and run the same command again",
    ]


REFUSED = [
    pytest.param(["sqlite:none.sqlite", "sqlite:b.sqlite"], 4, "is not there - check its name", id="no SRC"),
    pytest.param(["config", "config"], 4, "cannot be copied into itself", id="into itself"),
    pytest.param(["config", "mysql:x"], 4, "there is no such store", id="an unknown kind"),
    pytest.param(["config", "sqlite:own.sqlite"], 4, "holds something already", id="not empty"),
    pytest.param(
        ["config", "no:http://u:secret@es.example"], 4, "no:http://***@es.example: ", id="with a password"
    ),
    pytest.param(["config"], 2, "Missing argument 'DST'", id="no DST"),
]


@pytest.mark.parametrize(("args", "code", "told"), REFUSED)
def test_a_copy_that_cannot_be_is_one_line(filled: Place, args: list[str], code: int, told: str) -> None:
    with closing(open_store("sqlite:own.sqlite", filled.folder)) as own:
        own.save([hit()])
    answer = filled.call("store copy", *args)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert "secret" not in answer.err
    assert not (filled.folder / "none.sqlite").exists()


def test_into_existing_writes_over_what_both_have(filled: Place) -> None:
    with closing(open_store("sqlite:own.sqlite", filled.folder)) as own:
        own.save([hit("weibo:1", "旧"), hit("own")])
    answer = filled.call("store copy", "--into-existing", "config", "sqlite:own.sqlite")
    assert answer.code == 3
    assert "record own: stands only in sqlite:own.sqlite\n" in answer.err
    filled.lay_out(store="sqlite:own.sqlite")
    assert filled.record("weibo:1")["text"] == HIT


def test_a_copy_killed_in_the_middle_goes_on_with_the_same_command(place: Place) -> None:
    with open_app(place.config) as app:
        app.store.save([hit(f"id:{n}", published_at=NOW - timedelta(seconds=n)) for n in range(6000)])
        app.store.put_events([event(1, case=f"case:{n}") for n in range(50)])
    command = ["store", "copy", "--config", str(place.config), "config", "sqlite:copy.sqlite"]
    killed = subprocess.Popen(
        [sys.executable, "-c", "from listening.cli import main; main()", *command], cwd=ROOT
    )
    half = wait_for_records(place.folder / "copy.sqlite", killed)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(60)
    assert half
    (told,) = place.run(*command, "--json").records
    assert told["resumed"]
    assert told["records"]["created"] <= 6000 - half
    assert told["target"]["records"] == 6000
    assert told["source"] == told["target"]


def wait_for_records(file: Path, process: subprocess.Popen[bytes]) -> int:
    """How many records there are as soon as there are any."""
    patience = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < patience:
        if file.exists():
            with closing(sqlite3.connect(file)) as connection:
                try:
                    count: int = connection.execute("SELECT count(*) FROM record").fetchone()[0]
                except sqlite3.OperationalError:  # its tables are not there yet
                    count = 0
            if count:
                return count
        time.sleep(0.01)
    raise AssertionError("nothing was copied")


def test_a_sound_store_is_verified(filled: Place) -> None:
    for options in ([], ["--mend"], ["--json"]):
        answer = filled.call("store verify", *options)
        assert (answer.code, answer.out, answer.err) == (0, "", "0 flaws found, 0 left\n")


def test_flaws_are_told_and_mended(filled: Place) -> None:
    damage(filled, "UPDATE hit SET withdrawn = 1 WHERE id = 'weibo:1'")
    answer = filled.call("store verify")
    assert (answer.code, answer.out) == (3, "weibo:1: withdrawn is 1, not 0\n")
    assert answer.err == "1 flaws found, 1 left - mend them with `listening store verify --mend`\n"
    told = filled.call("store verify", "--json")
    assert (told.code, told.records) == (3, [{"id": "weibo:1", "what": "withdrawn is 1, not 0"}])
    answer = filled.call("store verify", "--mend")
    assert (answer.code, answer.out) == (0, "weibo:1: withdrawn is 1, not 0\n")
    assert answer.err == "1 flaws found, 0 left\n"
    assert filled.call("store verify").code == 0
    assert filled.call("count").out == "2\n"


def test_a_flaw_of_no_record_is_told_without_an_id(filled: Place) -> None:
    damage(filled, "INSERT INTO hit_label VALUES(1, 99)")
    assert filled.call("store verify").out == "labels of records that are not there are left over\n"


@pytest.fixture
def aged(place: Place) -> Place:
    """Two old records, one of them open, and a new one."""
    place.take(post(1), post(500 * DAY, id="old"), post(600 * DAY, id="waits"))
    with open_app(place.config) as app:
        kept = [app.store.get("old"), app.store.get("waits")]
        assert [each.status for each in kept if each] == [Status.KEPT, Status.KEPT]
        app.store.put_records([hit("waits", published_at=NOW - timedelta(days=600), status=Status.OPEN)])
    return place


def test_old_records_go_and_open_ones_stay(aged: Place) -> None:
    answer = aged.call("store retention", "--keep", "400d", "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "1 records would go, 1 as old are open and stay\n"
    assert aged.call("count").out == "3\n"
    answer = aged.call("store retention", "--keep", "400d")
    assert (answer.code, answer.out) == (0, "1 records dropped, 1 as old are open and stay\n")
    assert aged.call("search", "--json").ids == ["weibo:1", "waits"]
    (told,) = aged.call("store retention", "--keep", "400d", "--json").records
    assert (told["dropped"], told["open"], told["dry_run"]) == (0, 1, False)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param([], "Missing option '--keep'", id="without --keep"),
        pytest.param(["--keep", "0d"], "'0d' would keep nothing, write one like 400d", id="nothing kept"),
        pytest.param(["--keep", "long"], "'long' is no duration", id="no duration"),
    ],
)
def test_without_a_time_to_keep_nothing_is_dropped(aged: Place, args: list[str], told: str) -> None:
    answer = aged.call("store retention", *args)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert aged.call("count").out == "3\n"


@pytest.mark.parametrize(
    "verb", ["config", "config --json", "doctor", "store status", "store init", "store migrate", "search"]
)
def test_a_login_in_the_address_of_the_store_is_never_told(place: Place, verb: str) -> None:
    place.lay_out(store="no:https://user:secret@es.example/hits")
    answer = place.call(verb)
    assert "no:https://***@es.example/hits" in answer.out + answer.err
    assert "secret" not in answer.out + answer.err
