"""Which rules are held against which: a folder, a git revision of the new folder, or the last good ones."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from listening.errors import InputMistake, Mistake, Place, RuleMistakes
from listening.rules import RuleSet, read_rules

_CURE = "name a folder of rules, or a revision that `git log` shows"

_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class Named:
    """A rule set, and what it is called in the report."""

    name: str
    ruleset: RuleSet


def old_rules(against: str, new: Path) -> Named:
    """The rules of a folder or file, or else those of a git revision of `new`.

    Raises `InputMistake` where it is neither, `RuleMistakes` where the rules cannot be read.
    """
    folder = Path(against)
    if against and folder.exists():
        return Named(against, read_rules(folder))
    return _of_revision(against, new)


def _of_revision(revision: str, new: Path) -> Named:
    base, name = (new, ".") if new.is_dir() else (new.parent, new.name)
    commit = _commit(revision, base)
    label = f"{revision} ({commit[:10]})"
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary)
        archived = _git(["archive", "--format=tar", commit, "--", name], base)
        if archived is None:
            raise _mistake(revision, f"holds no '{new}'")
        try:
            with tarfile.open(fileobj=io.BytesIO(archived)) as tar:
                tar.extractall(target, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise _mistake(revision, f"cannot be unpacked ({error})") from None
        try:
            return Named(label, read_rules(target / name))
        except RuleMistakes as error:
            raise RuleMistakes(_renamed(error.mistakes, target, revision, new)) from None


def _commit(revision: str, base: Path) -> str:
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    if not base.is_dir() or (found := _git(asked, base)) is None:
        raise _mistake(revision, f"is neither a folder nor a git revision of '{base}'")
    return found.decode().strip()


def _git(arguments: Sequence[str], folder: Path) -> bytes | None:
    """What git prints; None where it fails, or is not there."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=_environment(), capture_output=True, check=False
        )
    except (OSError, ValueError):  # ValueError: a NUL in the revision
        return None
    return done.stdout if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Without what a git hook sets: the repository is the one that the folder stands in."""
    return {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}


def _mistake(revision: str, what: str) -> InputMistake:
    return InputMistake([Mistake(Place("--against"), f"'{revision}' {what}", _CURE)])


def _renamed(mistakes: Sequence[Mistake], folder: Path, revision: str, new: Path) -> list[Mistake]:
    """The mistakes with their files named as they stand in the revision, not where they were unpacked."""
    base = new if new.is_dir() else new.parent
    return [
        replace(m, place=replace(m.place, file=m.place.file.replace(str(folder), f"{revision}:{base}", 1)))
        for m in mistakes
    ]
