"""What is mutated, which tests are asked, and the folder in which both stand beside each other."""

from __future__ import annotations

import compileall
import py_compile
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "mutation"
"""Where the coverage map and the last report are kept; git does not see it."""

MUTATED = ("listening/match", "listening/text", "listening/rules")
TESTS = (
    "tests/match",
    "tests/text",
    "tests/rules",
    "tests/reference",
    "tests/cli/test_match.py",
    "tests/cli/test_check.py",
    "tests/cli/test_explain.py",
)
NOT_ASKED = (
    "tests/match/test_agreement.py",
    "tests/reference/test_generator.py",
    "tests/rules/test_when.py::test_a_hundred_thousand_terms_are_read_in_seconds",
)
"""The long agreement (test_agreement_short.py stands in), the generator's own tests, what a clock decides."""

_COPIED = ("listening", "spiders", "tests", "rules", "docs", "config.yaml", "pyproject.toml", "README.md")


def copy_tree(folder: Path) -> None:
    """Everything the tests need, compiled so that a changed file is seen by its content."""
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    checked = py_compile.PycInvalidationMode.CHECKED_HASH
    for package in ("listening", "tests"):
        compileall.compile_dir(folder / package, quiet=2, invalidation_mode=checked)
