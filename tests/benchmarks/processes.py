"""What is measured of whole processes: start to first hit, peak memory, and an import against bare SQLite."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

_LISTENING = [sys.executable, "-c", "from listening.cli.entry import main; main()"]
_PIPE, _NOWHERE = subprocess.PIPE, subprocess.DEVNULL
_REPEATS = 3
_TELLS_ITS_PEAK = """
import sys
from listening.cli.entry import run
run(sys.argv[1:])
sys.stderr.write(open("/proc/self/status").read())
"""
Rules = Callable[[int], Path]
Corpora = Callable[[int, float, int], Path]


def figures(rules: Rules, corpus: Corpora) -> Mapping[str, float]:
    """By name; seconds, megabytes (10^6 bytes) or ratios, as the name says."""
    return {
        "start to first hit, 1,000 terms, s": median(_first_hit(rules, corpus) for _ in range(_REPEATS)),
        "peak memory, 1,000 terms, MB": _peak(rules(1_000), corpus(1_000, 0.01, 100_000)),
        "peak memory, 100,000 terms, MB": _peak(rules(100_000), corpus(100_000, 0.01, 100_000)),
        "peak memory, 1,000 terms, 5 million posts, MB": _peak(
            rules(1_000), corpus(1_000, 0.01, 100_000), times=50
        ),
        "import, as a multiple of bare FTS insertion": median(
            _import(rules, corpus) for _ in range(_REPEATS)
        ),
    }


def _first_hit(rules: Rules, corpus: Corpora) -> float:
    """A cold process that is given one post and is left waiting for more."""
    with corpus(1_000, 1.0, 10).open("rb") as file:
        line = file.readline()
    folder = rules(1_000)
    start = time.perf_counter()
    command = [*_LISTENING, "match", "--rules", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        run.stdin.write(line)
        run.stdin.flush()
        assert run.stdout.readline()
        took = time.perf_counter() - start
        run.stdin.close()
        run.wait()
    return took


def _peak(rules: Path, file: Path, times: int = 1) -> float:
    """Resident memory of one process that reads the file from a pipe, again and again.

    It tells itself: what the system tells of a child includes what its parent held when it was made.
    """
    command = [sys.executable, "-c", _TELLS_ITS_PEAK, "match", "--rules", str(rules)]
    with subprocess.Popen(command, stdin=_PIPE, stdout=_NOWHERE, stderr=_PIPE) as run:
        assert run.stdin is not None
        assert run.stderr is not None
        content = file.read_bytes()
        for _ in range(times):
            run.stdin.write(content)
        run.stdin.close()
        told = run.stderr.read().decode()
    return int(told.rpartition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _import(rules: Rules, corpus: Corpora) -> float:
    """Bare insertion's time by import's: archive, match and store against one FTS row a post."""
    file = corpus(1_000, 0.1, 20_000)
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "config.yaml"
        config.write_text(f"rules: {rules(1_000)}\nstore: sqlite:hits.sqlite\n")
        start = _children()
        command = [*_LISTENING, "import", "--config", str(config), str(file)]
        subprocess.run(command, check=True, capture_output=True)
        ours = _children() - start
        return _bare(file, Path(place) / "bare.sqlite") / ours


def _bare(file: Path, database: Path) -> float:
    start = time.process_time()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE posts (id TEXT PRIMARY KEY, json TEXT)")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='trigram')")
    with file.open("rb") as lines:
        for line in lines:
            post = json.loads(line)
            connection.execute("INSERT INTO posts VALUES (?, ?)", (post["id"], line.decode()))
            connection.execute("INSERT INTO texts VALUES (?)", (post["text"],))
    connection.commit()
    connection.close()
    return time.process_time() - start


def _children() -> float:
    used = os.times()
    return used.children_user + used.children_system
