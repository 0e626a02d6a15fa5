"""`listening match` on a stream that goes on: answers come as soon as posts do, rules change in between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.conftest import ROOT

RULES = "brands: {{星河: {{any: [星河]}}}}\nscenarios: {{报障: {{any: [{word}]}}}}\n"
WORKERS = pytest.mark.parametrize("workers", ["1", "2"], ids=["one process", "two processes"])


@contextmanager
def matching(rules: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", "from listening.cli import main; main()", "match", "--rules", str(rules)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def asked(process: subprocess.Popen[str], number: int, text: str) -> int:
    """The level of the answer to one post, sent alone."""
    stdin, stdout = _there(process.stdin), _there(process.stdout)
    stdin.write(json.dumps({"id": str(number), "text": text}) + "\n")
    stdin.flush()
    record = json.loads(stdout.readline())
    assert record["id"] == str(number)
    level: int = record["level"]
    return level


def _there(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@WORKERS
def test_an_answer_comes_before_the_next_post(tmp_path: Path, workers: str) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.format(word="断网"), "utf-8")
    with matching(rules, "--workers", workers) as process:
        assert [asked(process, n, "星河断网") for n in range(3)] == [2, 2, 2]
        out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("", "3 posts: 3 hit\n", 0)


@WORKERS
def test_changed_rules_are_taken_from_the_next_post_on(tmp_path: Path, workers: str) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.format(word="断网"), "utf-8")
    with matching(rules, "--workers", workers, "--follow-rules") as process:
        stderr = _there(process.stderr)
        assert asked(process, 1, "星河掉线") == 1
        rules.write_text(RULES.format(word="掉线"), "utf-8")
        assert stderr.readline().startswith("rules: now ")
        assert asked(process, 2, "星河掉线") == 2
        rules.write_text(RULES.format(word="$掉线"), "utf-8")
        assert stderr.readline().startswith(f"{rules}:2:24: unknown list '$掉线'")
        assert stderr.readline() == "rules: 1 mistakes, the last good rules stay\n"
        assert asked(process, 3, "星河掉线") == 2
