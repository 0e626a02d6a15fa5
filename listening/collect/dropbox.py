"""A watched folder: whatever somebody puts in is imported, and moved to where it shows what became of it.

inbox/xhs/              a source of config.yaml: {folder: inbox/xhs, as: zeeschuimer}
    export.ndjson       taken as soon as nobody has written to it for a while
    done/               imported, also where some of its lines are in quarantine
    failed/             could not be read at all; beside each file a .txt that says why
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from listening.collect.importers import Importer, Options, find, read_posts
from listening.collect.runs import Progress, Runner
from listening.collect.sources import Source
from listening.collect.spider.options import Problem
from listening.errors import CrawlError, InputMistake
from listening.model import Run

SETTLED = timedelta(seconds=10)
"""So long nobody may have written to a file before it is taken."""
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What became of one file: the run that took it, or why there is none. `file` is where it lies now."""

    file: Path
    run: Run | None = None
    reason: str | None = None


def import_folder(source: Source, runner: Runner, progress: Progress, *, now: datetime) -> Iterator[Dropped]:
    """Import every new, settled file of a source's folder, the oldest first, and move it away.

    A file that was imported and could not be moved is imported again next time, which is harmless. Raises
    `CrawlError` where the folder cannot be used, and whatever keeps posts from being stored.
    """
    assert source.folder is not None
    try:
        importer = _importer(source)
    except InputMistake as problem:
        raise CrawlError(source.name, problem.mistakes[0].what, problem.mistakes[0].cure) from None
    for file in _settled(source, source.folder, now):
        try:
            run = runner.import_file(file, source.name, read_posts(file, importer), progress)
        except InputMistake as problem:
            moved = _moved(source, file, source.folder / "failed")
            _write_reason(source, moved, str(problem))
            yield Dropped(file=moved, reason=str(problem))
        else:
            yield Dropped(file=_moved(source, file, source.folder / "done"), run=run)


def check_folder(source: Source) -> list[Problem]:
    """What is wrong with the settings of a watched folder. The folder itself may come later."""
    try:
        _importer(source)
    except InputMistake as problem:
        key = "map" if "map" in source.settings else "as"
        return [Problem(key, each.what, each.cure) for each in problem.mistakes]
    return []


def _importer(source: Source) -> Importer:
    column_map, zone = source.settings.get("map"), source.settings.get("zone")
    options = Options(map=Path(column_map) if column_map else None, zone=ZoneInfo(zone) if zone else None)
    return find(source.settings.get("as") or ("mapped" if column_map else "jsonl"), options)


def _settled(source: Source, folder: Path, now: datetime) -> list[Path]:
    found: list[tuple[float, str, Path]] = []
    try:
        for file in folder.iterdir():
            if file.name.startswith(".") or file.suffix.lower() == _UNFINISHED:
                continue
            try:
                status = file.stat()
            except FileNotFoundError:  # whoever put it there has taken it away again
                continue
            # Not the time of modification: who copies a file often copies that one too, from the original.
            age = now.timestamp() - status.st_ctime
            if stat.S_ISREG(status.st_mode) and age >= SETTLED.total_seconds():
                found.append((status.st_mtime, file.name, file))
    except OSError as error:
        what = f"{error.filename or folder} cannot be read ({error.strerror})"
        raise CrawlError(source.name, what, "make the folder, or check its rights") from None
    return [file for _, _, file in sorted(found)]


def _moved(source: Source, file: Path, folder: Path) -> Path:
    """Where it lies now. Of two with the same name the later one is numbered."""
    name, dot, suffixes = file.name.partition(".")
    target, number = folder / file.name, 1
    try:
        folder.mkdir(exist_ok=True)
        while target.exists():
            number += 1
            target = folder / f"{name}-{number}{dot}{suffixes}"
        return file.rename(target)
    except OSError as error:
        raise _unmovable(source, file, folder, error) from None


def _write_reason(source: Source, file: Path, reason: str) -> None:
    try:
        file.with_name(f"{file.name}.txt").write_text(f"{reason}\n", "utf-8")
    except OSError as error:
        raise _unmovable(source, file, file.parent, error) from None


def _unmovable(source: Source, file: Path, folder: Path, error: OSError) -> CrawlError:
    what = f"{file.name} cannot be moved to {folder} ({error.strerror})"
    return CrawlError(source.name, what, "check the rights of the folder; until then it is read each time")
