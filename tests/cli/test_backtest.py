"""`listening backtest` from config, rules and archive to tables, JSON, a page, sheets and exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.cli.entry import run
from listening.model import Post
from tests.report.backtesting import NEW, OLD, a_post, keep

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
TEXTS = ("星河没网", "星河掉线", "星河断网又没网", "星河断网", "星河杯", "今天")


@dataclass(frozen=True, slots=True)
class Place:
    """An installation with new rules in rules/ and the old ones in old/."""

    folder: Path
    capfd: pytest.CaptureFixture[str]

    def run(self, *args: str, code: int = 0) -> tuple[str, str]:
        """stdout and stderr."""
        assert run(["backtest", "--config", str(self.folder / "config.yaml"), *args]) == code
        out, err = self.capfd.readouterr()
        return out, err

    def told(self, *args: str, code: int = 0) -> dict[str, Any]:
        out, _ = self.run("--json", "--workers", "1", *args, code=code)
        found = json.loads(out)
        assert isinstance(found, dict)
        return found

    @property
    def old(self) -> str:
        return str(self.folder / "old")


def lay_out(folder: Path, posts: Sequence[Post]) -> None:
    (folder / "config.yaml").write_text(
        "store: sqlite:store.sqlite\narchive: archive\nrules: rules\n", "utf-8"
    )
    for name, text in (("rules", NEW), ("old", OLD)):
        (folder / name).mkdir()
        (folder / name / "r.yaml").write_text(text, "utf-8")
    keep(folder / "archive", [posts], at=NOW)


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    posts = [a_post(f"demo:{n}", text, published_at=NOW - timedelta(days=n)) for n, text in enumerate(TEXTS)]
    lay_out(tmp_path, posts)
    return Place(tmp_path, capfd)


def test_the_tables(place: Place) -> None:
    out, err = place.run("--against", place.old, "--workers", "1")
    assert "6 posts" in out
    assert "hit        3    3" in out
    assert "hit -> mention  1" in out
    assert "mention -> hit  1" in out
    assert "scenario    报障  3    3    1       1     1" in out
    assert "scenario    客服  0    0    0       0     0        added" in out
    assert "scenario:报障: gained 1" in out
    assert "星河【没网】" in out
    assert "断网 -> 断网、没网" in out
    assert "技术支持" in out
    assert err == ""


def test_the_same_for_a_machine(place: Place) -> None:
    told = place.told("--against", place.old)
    assert told["moves"] == [
        {"old": "hit", "new": "mention", "posts": 1},
        {"old": "mention", "new": "hit", "posts": 1},
        {"old": "mention", "new": "unmatched", "posts": 1},
    ]
    (fault,) = [rule for rule in told["rules"] if rule["name"] == "报障"]
    assert (fault["old"], fault["new"], fault["gained"], fault["lost"], fault["changed"]) == (3, 3, 1, 1, 1)
    (gained,) = fault["samples"]["gained"]
    assert (gained["id"], gained["marks"], gained["new"]) == ("demo:0", [[2, 4]], ["没网"])
    assert told["archive"]["sources"][0]["source"] == "论坛"
    assert (told["archive"]["posts"], told["archive"]["unread_posts"], told["precision"]) == (6, 0, [])
    assert sum(day["new"] for day in told["hits_per_day"]) == 3


def test_several_workers_print_the_same_bytes(place: Place) -> None:
    prints = {place.run("--json", "--against", place.old, "--workers", str(n))[0] for n in (1, 2)}
    prints.add(place.run("--json", "--against", place.old)[0])
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("args", "posts"),
    [
        pytest.param((), 6, id="all"),
        pytest.param(("--since", "3d"), 3, id="since"),
        pytest.param(("--source", "论坛"), 6, id="source"),
        pytest.param(("--source", "贴吧"), 0, id="a source that brought nothing"),
    ],
)
def test_a_part_of_the_archive(place: Place, args: tuple[str, ...], posts: int) -> None:
    told = place.told("--against", place.old, *args)
    assert (told["posts"], told["archive"]["posts"]) == (posts, posts)


def test_samples_may_be_fewer_or_none(place: Place) -> None:
    told = place.told("--against", place.old, "--samples", "0")
    assert not [rule for rule in told["rules"] if "samples" in rule]


def test_the_last_good_rules_are_the_old_ones(place: Place) -> None:
    _, err = place.run(code=1)
    assert err == (
        "--against: no last good rules are kept in the store yet"
        " - name a folder of rules, or a git revision, with --against\n"
    )
    posts = place.folder / "p.jsonl"
    posts.write_text(
        json.dumps({"id": "x", "text": "x", "platform": "x", "published_at": "2026-01-01T00:00:00Z"})
    )
    config = str(place.folder / "config.yaml")
    assert run(["import", "--config", config, str(posts)]) == 0
    place.capfd.readouterr()
    told, err = place.run("--workers", "1")
    assert "old  last good rules, kept " in told
    assert err == "both rule sets mean the same\n"


def test_rules_that_were_live_once_are_named_by_their_digest(place: Place) -> None:
    config = str(place.folder / "config.yaml")
    assert run(["replay", "--config", config]) == 0
    place.capfd.readouterr()
    assert run(["rules", "history", "--json", "--config", config]) == 0
    digest = json.loads(place.capfd.readouterr().out)["digest"]
    _, err = place.run("--workers", "1", "--against", digest[:12])
    assert err == "both rule sets mean the same\n"


def test_rules_may_be_named_that_are_not_the_configs(place: Place) -> None:
    told = place.told("--rules", place.old, "--against", str(place.folder / "rules"))
    (fault,) = [rule for rule in told["rules"] if rule["name"] == "报障"]
    assert (fault["gained"], fault["lost"]) == (1, 1)
    assert told["new"]["name"] == place.old


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param("brands: {星河: {anny: [星河]}}\n", "r.yaml:1:15: unknown key 'anny'", id="a mistake"),
        pytest.param(
            "brands: {星河: {any: [星河], examples: {hit: [长河]}}}\n",
            "example should meet '星河' but does not: 长河",
            id="an example that fails",
        ),
    ],
)
def test_bad_new_rules_are_refused_and_never_replaced(place: Place, rules: str, told: str) -> None:
    (place.folder / "rules" / "r.yaml").write_text(rules, "utf-8")
    out, err = place.run("--against", place.old, code=1)
    assert (out, told in err) == ("", True)


def test_old_rules_must_be_readable_but_their_examples_are_not_asked(place: Place) -> None:
    old = place.folder / "old" / "r.yaml"
    old.write_text("brands: {星河: {any: [星河], examples: {hit: [长河]}}}\n", "utf-8")
    assert place.told("--against", place.old)["posts"] == 6
    old.write_text("brands: {星河: {anny: [星河]}}\n", "utf-8")
    assert "old/r.yaml:1:15: unknown key 'anny'" in place.run("--against", place.old, code=1)[1]


def test_an_unknown_revision_is_told(place: Place) -> None:
    _, err = place.run("--against", "nowhere", code=1)
    assert err.startswith("--against: 'nowhere' is neither a folder nor a git revision of '")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_damaged_archive_ends_with_three(place: Place, workers: str) -> None:
    keep(place.folder / "archive", [[a_post("new", "星河断网", published_at=NOW)]], source="贴吧")
    (segment,) = (place.folder / "archive").glob("*/*%E8%AE%BA*/*.zst")  # 论坛
    segment.write_bytes(segment.read_bytes()[:-1])
    page = place.folder / "b.html"
    out, err = place.run("--against", place.old, "--workers", workers, "--html", str(page), code=3)
    cure = "restore it from a backup, or rebuild the index to go on without these posts"
    assert err.splitlines() == [
        f"{segment}: is damaged at byte 0 - {cure}",
        "6 posts in 1 batch could not be read, and are not counted",
    ]
    assert out.startswith("1 posts, ")
    assert "6 posts of the archive could not be read" in page.read_text("utf-8")


def test_a_page_is_written(place: Place) -> None:
    page = place.folder / "b.html"
    place.run("--against", place.old, "--workers", "1", "--html", str(page))
    assert "星河<mark>没网</mark>" in page.read_text("utf-8")


def test_from_a_sheet_to_precision(place: Place) -> None:
    sheet = place.folder / "judge.csv"
    place.run("--against", place.old, "--workers", "1", "--label-sheet", str(sheet))
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["label"] = "无关" if row["id"] == "demo:1" else "相关"
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, rows[0] | {"id": "demo:99"}])
    out, err = place.run("--against", place.old, "--workers", "2", "--labels", str(sheet))
    assert "scenario:报障  old    66.7%      20.8% to 93.9%   3" in out
    assert "scenario:报障  new    100.0%     43.9% to 100.0%  3" in out
    assert err == "1 labels are of posts that the rule does not match here, old or new\n"


def test_labels_that_cannot_be_read_are_told_before_the_work(place: Place) -> None:
    sheet = place.folder / "judge.csv"
    sheet.write_text("rule,id,label\nscenario:报障,demo:0,good\n", "utf-8")
    out, err = place.run("--against", place.old, "--labels", str(sheet), code=1)
    assert (out, err) == (
        "",
        f"{sheet}:2: unknown label 'good' - write relevant or irrelevant, 1 or 0, 相关 or 无关\n",
    )


def test_a_sheet_is_never_written_over(place: Place) -> None:
    sheet = place.folder / "judge.csv"
    sheet.write_text("labels of a day", "utf-8")
    _, err = place.run("--label-sheet", str(sheet), "--html", str(place.folder / "none" / "b.html"), code=1)
    assert err == (
        f"{sheet}: is there already, and may hold somebody's labels - name another file, or delete it\n"
        f"{place.folder}/none/b.html: cannot be written (there is no such folder) - name another file\n"
    )
    assert sheet.read_text("utf-8") == "labels of a day"


MANY = 6_000


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """An installation with work for some seconds."""
    posts = [a_post(str(n), f"{TEXTS[n % 6]}{'，今天天气好' * 60}", published_at=NOW) for n in range(MANY)]
    lay_out(tmp_path, [])
    keep(tmp_path / "archive", [posts[n : n + 500] for n in range(0, MANY, 500)], at=NOW)
    return tmp_path


def begun(folder: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A backtest at work in two processes of its own group, and their ids."""
    call = "import sys; from listening.cli import main; main()"
    args = ["backtest", "--config", "config.yaml", "--against", "old", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-c", call, *args],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: len(children.read_text().split()) == 2)
    return process, [int(pid) for pid in children.read_text().split()]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Is it there, and no zombie of somebody who does not care?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to see processes")
class TestEndedEarly:
    """However it is ended, no process is left behind."""

    def test_ctrl_c_ends_with_130(self, busy: Path) -> None:
        process, workers = begun(busy)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (130, b"", b"interrupted\n")
        assert not any(map(is_alive, workers))

    def test_a_killed_parent_takes_its_workers_along(self, busy: Path) -> None:
        process, workers = begun(busy)
        process.kill()
        process.communicate(timeout=60)
        wait_until(lambda: not any(map(is_alive, workers)))

    def test_a_killed_worker_is_told(self, busy: Path) -> None:
        process, workers = begun(busy)
        os.kill(workers[0], signal.SIGKILL)
        _, err = process.communicate(timeout=60)
        told = b"backtest: a worker process was killed - run it again with fewer --workers\n"
        assert (process.returncode, err) == (3, told)
        assert not any(map(is_alive, workers))
